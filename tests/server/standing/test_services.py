"""What is kept of whole services is what would be worked out now, or says how old it is; nobody is given too much."""

import asyncio

import pytest

from observation_forms import load_catalogue
from server.commands import rebuild
from server.coverage.wanted import Wanted
from server.evidence.action_register import RegisterQuery
from server.evidence.action_register_page import RegisterPage, read_register_page
from server.evidence.recovery_map_theme import ThemePage, read_theme
from server.identity.scope import Part, Scope
from server.signals.daily import Daily
from server.signals.listing import SignalList, read_list, read_list_kept
from server.standing import standing
from server.standing.of_coverage import coverage_told
from server.standing.of_service import ServiceKept, Told, keep_services
from server.standing.renewing_services import lacking_services, renewed_service
from server.standing.service_schema import SHAPES, Shape
from sync import Database
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action, words_of
from tests.server.signals.test_page import ACCEPTED, ids_on, send, three_changes
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
ALDER = Scope((Part(service="alder"),))
BOTH = Scope((Part(service="alder"), Part(service="birch")))
FEW = Scope((Part(service="alder", restricted=True),))
PAGES: dict[Shape, str] = {
    "register": "/actions",
    "themes": "/map/themes/DE",
    "signals": "/signals?service=alder",
    "coverage": "/coverage?service=alder",
}


@pytest.fixture(autouse=True)
def _every_service_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would be kept of a service with few records."""
    monkeypatch.setattr(standing, "KEPT_FROM", 0)
    monkeypatch.setattr(standing, "SLOW_FROM", 0)


@pytest.fixture
def action(chidi: Browser) -> str:
    return make_action(chidi, themes=["SG", "DE"], evidence_kinds=["observation", "record"])


def sample(shift: Shift, action: str, at: str = "2026-11-14T09:00:00Z") -> str:
    bears = [{"action": action, "themes": ["SG", "DE"], "bearing": "supports"}]
    return shift.record("sample_deterioration", at, bearings=bears)


def the_register(world: World, scope: Scope = ALDER, *, anew: bool = False) -> RegisterPage:
    with world.sql() as sql:
        found = read_register_page(sql, scope, RegisterQuery(), world.clock(), anew=anew)
        keep_services(sql, found.keep)
    return found


def the_theme(world: World, scope: Scope = ALDER, *, anew: bool = False) -> ThemePage:
    with world.sql() as sql:
        found = read_theme(sql, scope, "DE", CATALOGUE, world.clock(), anew=anew)
        assert found is not None
        keep_services(sql, found.keep)
    return found


def the_signals(world: World, scope: Scope = ALDER, *, anew: bool = False) -> SignalList:
    with world.sql() as sql:
        found = read_list_kept(sql, scope, "alder", CATALOGUE, world.clock(), anew=anew)
        keep_services(sql, found.keep)
    return found


def the_coverage(world: World, scope: Scope = ALDER, *, anew: bool = False) -> Told[object]:
    with world.sql() as sql:
        found = coverage_told(sql, scope, CATALOGUE, Wanted("alder"), world.clock(), anew=anew)
        keep_services(sql, found.keep)
    return Told(found.of, found.older, found.keep)


def all_kept(world: World) -> list[ServiceKept]:
    """What each of the four works out now, with nothing said to be old."""
    register, theme, signals = the_register(world), the_theme(world), the_signals(world)
    coverage = the_coverage(world)
    assert [register.older, theme.older, signals.older, coverage.older] == [None] * 4
    return [*register.keep, *theme.keep, *signals.keep, *coverage.keep]


def test_what_is_kept_is_what_was_worked_out(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    three_changes(shift)
    register, theme, found = the_register(world), the_theme(world), the_signals(world)
    coverage = the_coverage(world)
    assert [len(one.keep) for one in (register, theme, found, coverage)] == [1, 1, 1, 1]
    assert all_kept(world) == []
    assert register.lines[0].tally.supports == 1
    assert the_register(world).lines == register.lines
    assert theme.told.stands[0].supports == 1
    assert (the_theme(world).told, the_theme(world).weeks) == (theme.told, theme.weeks)
    assert [line.signal.code for line in found.lines] == ["W01"]
    assert the_signals(world).lines == found.lines
    assert the_coverage(world).of == coverage.of


@pytest.mark.parametrize("shape", SHAPES)
def test_what_came_since_is_said_with_a_way_to_work_it_out(
    world: World, shift: Shift, chidi: Browser, action: str, shape: Shape
) -> None:
    address = PAGES[shape]
    sample(shift, action)
    assert "Worked out" not in words_of(chidi.get(address))
    world.clock.move(minutes=5)
    sample(shift, action)
    sample(shift, action)
    said = "Worked out at 09:00. 2 records have come since."
    page = chidi.get(address)
    assert said in words_of(page)
    anew = f"{address}{'&' if '?' in address else '?'}anew=yes"
    assert f'href="{anew.replace("&", "&amp;")}"' in page.text
    answer = chidi.get(anew, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert said not in words_of(chidi.get(address))


def test_the_link_of_the_register_keeps_its_limits(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    chidi.get("/actions")
    sample(shift, action)
    assert "/actions?theme=DE&amp;anew=yes" in chidi.get("/actions?theme=DE").text


def test_a_file_has_the_figures_of_now(world: World, shift: Shift, chidi: Browser, action: str) -> None:
    for page in PAGES.values():
        chidi.get(page)
    sample(shift, action)
    three_changes(shift)
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert line["supports"] == 1
    assert "W01" in chidi.get("/signals.csv?service=alder").text
    before = chidi.get("/coverage.csv?service=alder").text
    shift.record("practice_observation", "2026-11-16T08:00:00Z")
    assert chidi.get("/coverage.csv?service=alder").text != before


def test_an_action_that_was_made_or_edited_is_worked_out_now(
    world: World, shift: Shift, chidi: Browser, action: str
) -> None:
    sample(shift, action)
    all_kept(world)
    another = make_action(chidi, themes=["SG", "DE"], title="Another one")
    register, theme = the_register(world), the_theme(world)
    assert (register.older, theme.older) == (None, None)
    assert another in {line.action.id for line in register.lines}
    assert {one.id for one in theme.actions} == {action, another}
    assert edit_action(chidi, action, 1, themes=["SG"]).status_code == 303
    theme = the_theme(world)
    assert theme.older is None
    assert theme.told.stands[0].supports == 0


def test_an_answer_is_believed_at_once(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    shift.record("practice_observation", "2026-11-16T08:00:00Z")
    assert "Worked out at 09:00" in words_of(chidi.get("/signals"))
    assert send(chidi, signal, ACCEPTED) == 303
    page = words_of(chidi.get("/signals"))
    assert "Worked out" not in page
    assert "0 to be answered, 0 no longer so and never answered, 1 answered" in page


def test_a_signal_is_answered_as_it_is_now(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    shift.record("senior_oversight", "2026-11-15T11:00:00Z", "watch_and_review")
    assert "1 record has come since. Tell it now" in words_of(chidi.get(f"/signals/{signal}"))
    assert send(chidi, signal, ACCEPTED) == 409
    assert send(chidi, signal, ACCEPTED) == 303


def test_a_day_that_began_is_never_shown_as_the_day_before(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    world.clock.move(hours=13)
    all_kept(world)
    age = the_theme(world).told.stands[0].age
    world.clock.move(hours=1, minutes=59)
    assert all_kept(world) == []
    world.clock.move(minutes=1)
    assert the_register(world).keep == []
    assert [one.shape for one in all_kept(world)] == ["themes", "signals", "coverage"]
    assert the_theme(world).told.stands[0].age == age + 1


def test_a_shift_that_begins_is_a_shift_that_nobody_watched(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    the_coverage(world)
    world.clock.move(hours=4, minutes=59)
    assert the_coverage(world).keep == ()
    world.clock.move(minutes=1)
    assert len(the_coverage(world).keep) == 1


def test_what_is_late_shows_from_its_very_second(world: World, shift: Shift) -> None:
    """A family contact that was asked for, and not recorded by the time it was due."""
    shift.record("incident_record", "2026-11-16T08:50:00Z", chosen={"family": "yes_soon"})
    with world.sql() as sql:
        sql.execute("UPDATE due_item SET due_at = '2026-11-16T09:30:00Z' WHERE form = 'family_contact'")
    first = {line.signal.code for line in the_signals(world).lines}
    world.clock.move(minutes=30)
    assert the_signals(world).keep == ()
    world.clock.move(seconds=1)
    found = the_signals(world)
    assert len(found.keep) == 1
    assert {line.signal.code for line in found.lines} - first == {"W04"}


def test_a_record_that_is_dated_ahead_counts_from_its_day_on(world: World, shift: Shift, action: str) -> None:
    sample(shift, action, "2026-11-17T10:00:00Z")
    assert the_theme(world).told.stands[0].supports == 0
    world.clock.move(minutes=59)
    assert the_theme(world).keep == []
    world.clock.move(minutes=1, seconds=1)
    assert the_theme(world).keep


def test_who_sees_less_than_the_service_is_given_nothing_that_was_kept_for_it(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    all_kept(world)
    for part in (
        Scope((Part(service="alder", unit="alder-2"),)),
        Scope((Part(service="alder", since="2026-11-15T00:00:00Z"),)),
        Scope((Part(service="alder", forms=("lived_experience",)),)),
    ):
        register, theme, coverage = (
            the_register(world, part), the_theme(world, part), the_coverage(world, part)
        )  # fmt: skip
        assert register.lines[0].tally.total == 0
        assert theme.told.stands[0].total == 0
        assert (register.keep, theme.keep, coverage.keep) == ([], [], ())
    assert the_register(world, Scope(ALDER.parts, named=False)).keep == []


def test_what_few_may_see_is_kept_apart(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    sample(shift, action)
    with world.sql() as sql:
        sql.execute(
            "UPDATE record_version SET restricted = 1 WHERE seq = (SELECT max(seq) FROM record_version)"
        )
    assert the_register(world, FEW).lines[0].tally.supports == 2
    assert the_register(world).lines[0].tally.supports == 1
    assert the_theme(world, FEW).told.stands[0].supports == 2
    assert the_theme(world).told.stands[0].supports == 1
    assert the_register(world, FEW).keep == the_register(world).keep == []


def test_several_services_are_as_old_as_the_oldest(world: World, shift: Shift, action: str) -> None:
    sample(shift, action)
    the_register(world, BOTH)
    world.clock.move(minutes=5)
    sample(shift, action)
    older = the_register(world, BOTH).older
    assert older is not None
    assert older.words == "Worked out at 09:00. 1 record has come since."


def test_a_small_service_is_worked_out_each_time(
    world: World, shift: Shift, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(shift, action)
    monkeypatch.setattr(standing, "KEPT_FROM", 1)
    assert all_kept(world) == []
    monkeypatch.setattr(standing, "KEPT_FROM", 0)
    monkeypatch.setattr(standing, "SLOW_FROM", 10)
    all_kept(world)
    sample(shift, action)
    assert len(all_kept(world)) == 4
    assert the_register(world).lines[0].tally.supports == 2


def test_the_step_beside_the_pages_works_out_what_is_lacking_until_nothing_is(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    with world.sql() as sql:
        assert [(one.shape, one.since) for one in lacking_services(sql, world.clock())] == [
            (shape, "") for shape in SHAPES
        ]
        while found := renewed_service(sql, CATALOGUE, world.clock()):
            keep_services(sql, found)
        assert lacking_services(sql, world.clock()) == []
    assert all_kept(world) == []
    sample(shift, action)
    with world.sql() as sql:
        lacking = lacking_services(sql, world.clock())
    assert [one.since for one in lacking] == ["2026-11-16T09:00:00Z"] * 4


def test_a_rebuild_throws_away_what_is_kept_and_comes_to_the_same(
    world: World, shift: Shift, action: str
) -> None:
    sample(shift, action)
    before = the_register(world).lines, the_theme(world).told
    world.__exit__(None, None, None)
    asyncio.run(rebuild(world.settings.database))
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM service_kept").fetchone()[0] == 0
    assert (the_register(world).lines, the_theme(world).told) == before


def test_what_another_program_kept_is_not_believed(
    world: World, shift: Shift, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(shift, action)
    all_kept(world)
    monkeypatch.setattr("server.standing.of_service.program", lambda: "another")
    assert len(all_kept(world)) == 4
    assert all_kept(world) == []


def test_a_record_that_is_destroyed_takes_what_was_kept_with_it(world: World, shift: Shift) -> None:
    record = three_changes(shift)[0]
    the_signals(world)
    with world.sql() as sql:
        assert record in str(sql.execute("SELECT body FROM service_kept").fetchall()[0]["body"])
        sql.execute("DELETE FROM record_version WHERE record = ?", (record,))
        assert sql.execute("SELECT count(*) FROM service_kept").fetchone()[0] == 0


def test_a_signal_that_was_noted_is_never_taken_for_one_that_passed(world: World, shift: Shift) -> None:
    """The look of each day keeps what it noted, so that a list that is older does not call it over."""
    the_signals(world)
    three_changes(shift)
    world.__exit__(None, None, None)

    async def look() -> None:
        database = await Database.open(world.settings.database)
        try:
            await Daily(database, CATALOGUE, world.clock).step()
        finally:
            await database.close()

    asyncio.run(look())
    assert [line.state for line in the_signals(world).lines] == ["open"]


def test_the_list_of_now_is_what_is_kept(world: World, shift: Shift) -> None:
    three_changes(shift)
    with world.sql() as sql:
        now = read_list(sql, ALDER, CATALOGUE, world.clock())
    assert the_signals(world).lines == now.lines
    assert the_signals(world).waiting == now.waiting == {}
