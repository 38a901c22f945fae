"""What is kept of actions is what would be worked out now, or says how old it is; nobody is given too much of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from observation_forms import load_catalogue
from server.commands import rebuild
from server.evidence.action_page import ActionPage, read_action_page
from server.evidence.recovery_map import MapRow, RecoveryMap, read_map
from server.evidence.recovery_map_query import read_map_query
from server.evidence.times import day_in_london
from server.identity.scope import Part, Scope
from server.standing import kept, renewing, standing
from server.standing.kept import Kept, Shape
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action, words_of
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
ALDER = Scope((Part(service="alder"),))


@pytest.fixture(autouse=True)
def _every_service_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would be kept of a service with few records."""
    monkeypatch.setattr(standing, "KEPT_FROM", 0)
    monkeypatch.setattr(renewing, "KEPT_FROM", 0)
    monkeypatch.setattr(standing, "SLOW_FROM", 0)


@pytest.fixture
def action(chidi: Browser) -> str:
    return make_action(
        chidi,
        measure_1="M04",
        how_1="",
        themes=["SG", "DE"],
        window_start_1="2026-10-01",
        evidence_kinds=["observation", "record"],
    )


def sample(shift: Shift, action: str, at: str = "2026-11-14T09:00:00Z") -> str:
    bears = [{"action": action, "themes": ["SG", "DE"], "bearing": "supports"}]
    return shift.record("sample_deterioration", at, bearings=bears)


def the_map(world: World, scope: Scope = ALDER, *, anew: bool = False) -> RecoveryMap:
    now = world.clock()
    with world.sql() as sql:
        found = read_map(sql, scope, read_map_query({}, day_in_london(now)), CATALOGUE, now, anew=anew)
        kept.keep(sql, found.keep)
    return found


def the_row(world: World, scope: Scope = ALDER, *, anew: bool = False) -> MapRow:
    return the_map(world, scope, anew=anew).groups[0].rows[0]


def the_page(world: World, action: str, scope: Scope = ALDER, *, anew: bool = False) -> ActionPage:
    with world.sql() as sql:
        found = read_action_page(sql, action, scope, CATALOGUE, world.clock(), anew=anew)
        assert found is not None
        kept.keep(sql, found.keep)
    return found


def counted(row: MapRow | ActionPage) -> str:
    return row.figures[0].measures[0].window.counted


def test_what_is_kept_is_what_was_worked_out(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    first, second = the_map(world), the_map(world)
    assert first.keep
    assert second.keep == []
    assert second.groups == first.groups
    page, again = the_page(world, action), the_page(world, action)
    assert page.keep
    assert again.keep == []
    assert (again.told, again.figures, again.behind, again.weeks, again.standing) == (
        page.told,
        page.figures,
        page.behind,
        page.weeks,
        page.standing,
    )
    assert counted(again).startswith("1 of 1")


def test_what_came_since_is_said_with_a_way_to_work_it_out(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    the_row(world), the_page(world, action)
    world.clock.move(minutes=5)
    sample(shift, action)
    sample(shift, action)
    said = "Worked out at 09:00. 2 records have come since."
    for row in (the_row(world), the_page(world, action)):
        assert row.older is not None
        assert row.older.words == said
        assert counted(row).startswith("1 of 1")
    for address in ("/map", f"/actions/{action}"):
        assert said in words_of(chidi.get(address))
        assert said not in words_of(chidi.get(f"{address}?anew=yes"))
        assert said not in words_of(chidi.get(address))
    assert counted(the_page(world, action)).startswith("3 of 3")


def test_figures_of_now_are_asked_for_once_and_not_by_a_page_that_is_left_open(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    for asked, then in (
        ("/map?theme=DE&anew=yes", "/map?theme=DE&page=1"),
        (f"/actions/{action}?anew=yes", f"/actions/{action}"),
    ):
        answer = chidi.get(asked, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, then)
    assert the_map(world).keep == []
    assert the_page(world, action).keep == []


def test_an_open_page_hears_of_what_came_and_of_figures_that_were_worked_out_again(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    marks = [the_page(world, action).mark, the_page(world, action).mark]
    assert marks[0] == marks[1]
    sample(shift, action)
    marks.append(the_page(world, action).mark)
    the_page(world, action, anew=True)
    marks.append(the_page(world, action).mark)
    assert len(set(marks[1:])) == 3


def test_the_map_leads_to_figures_of_now_with_the_limits_that_it_has(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    the_row(world)
    sample(shift, action)
    assert "/map?theme=DE&amp;page=1&amp;anew=yes" in chidi.get("/map?theme=DE").text


def test_a_setting_that_changed_is_said_without_counting_records(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    the_row(world)
    with world.sql() as sql:
        sql.execute("UPDATE person SET place = '9' WHERE id = 'alder-1-a'")
    older = the_row(world).older
    assert older is not None
    assert older.words == "Worked out at 09:00. Something it rests on has changed since."


def test_an_action_that_was_edited_is_worked_out_now(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    the_row(world), the_page(world, action)
    form = {"measure_1": "M05", "how_1": "", "themes": ["SG", "DE"]}
    assert edit_action(chidi, action, 1, **form).status_code == 303
    for row in (the_row(world), the_page(world, action)):
        assert row.older is None
        assert row.figures[0].measures[0].code == "M05"


def test_a_day_that_began_is_never_shown_as_the_day_before(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    newest = the_row(world).told.stands[0].age, the_page(world, action).told.stands[0].age
    world.clock.move(hours=14, minutes=59)
    assert the_map(world).keep == []
    world.clock.move(minutes=1)
    assert (the_row(world).told.stands[0].age, the_page(world, action).told.stands[0].age) == (
        newest[0] + 1,
        newest[1] + 1,
    )


def test_what_is_not_yet_due_is_told_anew_at_the_minute_it_is_due(
    world: World, shift: Shift, chidi: Browser
) -> None:
    asked = {"window_start_1": "2026-10-01", "measure_1": "M14/observed", "how_1": ""}
    action = make_action(chidi, **asked, themes=["SG", "DE"])
    shift.record("incident_record", "2026-11-09T14:30:00Z", chosen={"learning_likely": "yes"})
    before = the_page(world, action).figures[0].measures[0].window
    assert before.not_yet_due == 1
    world.clock.move(hours=5, minutes=29)
    assert the_page(world, action).keep == []
    world.clock.move(minutes=2)
    after = the_page(world, action)
    assert after.keep
    assert after.figures[0].measures[0].window.not_yet_due == 0
    assert after.figures == the_page(world, action, anew=True).figures


def test_who_sees_less_than_the_service_is_given_nothing_that_was_kept_for_it(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    whole = the_page(world, action), the_row(world)
    assert all(counted(one).startswith("1 of 1") for one in whole)
    for part in (
        Scope((Part(service="alder", unit="alder-2"),)),
        Scope((Part(service="alder", since="2026-11-15T00:00:00Z"),)),
        Scope((Part(service="alder", forms=("lived_experience",)),)),
    ):
        for one in (the_page(world, action, part), the_row(world, part)):
            assert counted(one) == ""
            assert one.told.stands[0].total == 0
    unnamed = Scope(ALDER.parts, named=False)
    assert the_page(world, action, unnamed).keep == []


def test_what_few_may_see_is_kept_apart(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    few = Scope((Part(service="alder", restricted=True),))
    the_page(world, action)
    assert the_page(world, action, few).keep == []
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET restricted = 1 WHERE form = 'sample_deterioration'")
    assert counted(the_page(world, action, few)).startswith("1 of 1")
    assert counted(the_page(world, action, anew=True)) == ""
    assert counted(the_page(world, action, few)).startswith("1 of 1")


def test_that_there_is_something_few_may_see_is_told_to_nobody_else(
    world: World, shift: Shift, action: str
) -> None:
    few = Scope((Part(service="alder", restricted=True),))
    sample(shift, action)
    hidden = sample(shift, action)
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET restricted = 1 WHERE record = ?", (hidden,))
        the_page(world, action, anew=True)
        the_page(world, action, few, anew=True)
        sql.execute("UPDATE record_version SET shift = 'night' WHERE record = ?", (hidden,))
    assert the_page(world, action).older is None
    assert the_page(world, action, few).older is not None


def test_a_small_service_is_worked_out_each_time(
    world: World, shift: Shift, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(shift, action)
    monkeypatch.setattr(standing, "KEPT_FROM", 1)
    assert the_map(world).keep == []
    monkeypatch.setattr(standing, "KEPT_FROM", 0)
    monkeypatch.setattr(standing, "SLOW_FROM", 10)
    the_row(world)
    sample(shift, action)
    row = the_row(world)
    assert row.older is None
    assert counted(row).startswith("2 of 2")


def test_the_step_beside_the_pages_works_out_what_is_lacking_until_nothing_is(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    with world.sql() as sql:
        steps: list[tuple[Shape, Callable[..., list[Kept]]]] = [
            ("map", renewing.renewed_rows),
            ("page", renewing.renewed_page),
        ]
        for shape, job in steps:
            lacking = renewing.read_lacking(sql, shape, world.clock())
            assert [(one.action, one.since) for one in lacking] == [(action, "")]
            kept.keep(sql, job(sql, CATALOGUE, world.clock()))
            assert renewing.read_lacking(sql, shape, world.clock()) == []
            assert job(sql, CATALOGUE, world.clock()) == []
    assert the_map(world).keep == []
    assert the_page(world, action).keep == []
    sample(shift, action)
    with world.sql() as sql:
        lacking = renewing.read_lacking(sql, "map", world.clock())
    assert [(one.action, one.since) for one in lacking] == [(action, "2026-11-16T09:00:00Z")]


def test_a_rebuild_throws_away_what_is_kept_and_comes_to_the_same(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    before = the_row(world)
    world.__exit__(None, None, None)
    asyncio.run(rebuild(world.settings.database))
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM action_kept").fetchone()[0] == 0
    after = the_row(world)
    assert (after.told, after.figures) == (before.told, before.figures)


def test_what_another_program_kept_is_not_believed(
    world: World, shift: Shift, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(shift, action)
    the_row(world)
    monkeypatch.setattr(kept, "program", lambda: "another")
    assert the_map(world).keep
    assert the_map(world).keep == []


def test_a_record_that_is_destroyed_takes_what_was_kept_with_it(
    world: World, shift: Shift, action: str
) -> None:
    record = sample(shift, action)
    the_page(world, action)
    with world.sql() as sql:
        assert record in str(sql.execute("SELECT body FROM action_kept").fetchall()[0]["body"])
        sql.execute("DELETE FROM record_version WHERE record = ?", (record,))
        assert sql.execute("SELECT count(*) FROM action_kept").fetchone()[0] == 0


def test_a_clock_that_was_set_back_is_not_told_the_future(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    the_row(world)
    world.clock.instant -= timedelta(minutes=1)
    assert the_map(world).keep
