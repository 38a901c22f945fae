"""The recovery map: every open action with what its evidence says, in pages, filtered, grouped, for whom it may be."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from observation_forms import load_catalogue
from server.evidence.recovery_map import ROWS, RecoveryMap, read_map
from server.evidence.recovery_map_query import MapQuery, read_map_query
from server.identity.scope import Part, Scope
from server.measures.reading import READERS
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action, words_of
from tests.server.evidence.many_actions import copy_action
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
ALDER = Scope((Part(service="alder"),))
TODAY = date(2026, 11, 16)
CHANGED = {"changed_on": "2026-11-02", "changed_what": "Two staff share the night rounds."}


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


@pytest.fixture
def chidi(world: World) -> Iterator[Browser]:
    with world.signed_in("chidi") as browser:
        yield browser


def query(**asked: str) -> MapQuery:
    return read_map_query({name: [value] for name, value in asked.items()}, TODAY)


def shown(world: World, scope: Scope = ALDER, **asked: str) -> RecoveryMap:
    with world.sql() as sql:
        return read_map(sql, scope, query(**asked), CATALOGUE, world.clock())


def titles(page: RecoveryMap) -> list[tuple[str, list[str]]]:
    return [(group.title, [row.action.fields.title for row in group.rows]) for group in page.groups]


def observe(shift: Shift, action: str, at: str = "2026-11-13T09:00:00Z", says: str = "supports") -> str:
    bearing = [{"action": action, "themes": ["SG", "DE"], "bearing": says}]
    return shift.record("practice_observation", at, bearings=bearing)


def test_the_highest_risk_comes_first_and_then_the_earliest_deadline(world: World, chidi: Browser) -> None:
    many = ["observation", "audit"]
    make_action(chidi, title="A low risk", risk="low")
    make_action(chidi, title="A high risk", risk="high", deadline="2026-12-24", evidence_kinds=many)
    make_action(chidi, title="A nearer one", risk="high", deadline="2026-12-20", evidence_kinds=many)
    assert titles(shown(world)) == [
        ("High risk", ["A nearer one", "A high risk"]),
        ("Low risk", ["A low risk"]),
    ]
    page = words_of(chidi.get("/map"))
    assert "3 open actions , 2 of high risk" in page
    assert page.index("A nearer one") < page.index("A high risk") < page.index("A low risk")


def test_a_closed_action_is_not_on_the_map(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    with world.sql() as sql:
        sql.execute("DROP TRIGGER action_closing_is_a_decision")
        sql.execute("UPDATE action SET status = 'closed' WHERE id = ?", (action,))
    assert shown(world).actions == 0
    assert "No open action to show" in words_of(chidi.get("/map"))


def test_a_row_says_what_the_page_of_the_action_says(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, **CHANGED, evidence_kinds=["observation", "feedback"], themes=["SG", "DE"])
    observe(shift, action)
    observe(shift, action, "2026-10-20T09:00:00Z", "contradicts")
    page = chidi.get(f"/actions/{action}").text
    sentence = page.split('<p class="sentence">')[1].split("</p>")[0]
    assert sentence in chidi.get("/map").text
    assert sentence.startswith("Not enough yet: no feedback since the change; no night-shift observation")


def test_where_evidence_is_disconnected_is_marked(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(
        chidi,
        **CHANGED | {"changed_on": "2026-09-01"},
        evidence_kinds=["observation", "audit"],
        themes=["SG", "DE"],
    )
    observe(shift, action, "2026-10-01T09:00:00Z", "contradicts")
    (group,) = shown(world).groups
    marks = {one.code: (one.missing, one.stale, one.says) for one in group.rows[0].told.disconnected}
    assert marks == {"audit": (True, False, ""), "observation": (False, True, "contradicts")}
    page = words_of(chidi.get("/map"))
    assert "Audits Missing" in page
    assert "Contradicts Not current newest 46 days ago" in page


def test_owner_review_route_and_deadline_stand_on_the_row(chidi: Browser) -> None:
    make_action(chidi)
    page = words_of(chidi.get("/map"))
    assert "Owner Chidi Okafor Reviewed at Monthly quality meeting Deadline Wed 30 Dec 2026" in page


def test_what_changed_since_the_day_that_is_asked_for(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, themes=["SG", "DE"])
    world.clock.move(days=2)
    chidi = world.signed_in("chidi")
    edit_action(chidi, action, 1, themes=["SG", "DE"], deadline="2027-01-15")
    observe(shift, action, "2026-11-10T09:00:00Z")
    observe(shift, action, "2026-11-17T09:00:00Z", "contradicts")
    page = words_of(chidi.get("/map"))
    assert (
        "Since Wed 21 Oct 2026 The action is new 2 new records: 1 support, 1 contradict, 0 inconclusive"
        in page
    )
    assert "Deadline: Fri 15 Jan 2027, was Wed 30 Dec 2026" in page
    later = words_of(chidi.get("/map?since=2026-11-17"))
    assert "1 new record: 0 support, 1 contradict, 0 inconclusive Deadline" in later
    assert "The action is new" not in later
    world.clock.move(days=40)
    assert "Nothing changed." in words_of(world.signed_in("chidi").get("/map"))


@pytest.mark.parametrize("day", ["2026-11-17", "2026-02-30", "soon", "9999-12-31"])
def test_a_day_that_cannot_be_used_is_said_and_the_usual_one_shown(chidi: Browser, day: str) -> None:
    answer = chidi.get(f"/map?since={day}")
    assert "Give a real day that has come." in words_of(answer)
    assert 'value="2026-10-19"' in answer.text


def test_the_map_is_filtered(world: World, chidi: Browser) -> None:
    make_action(chidi, title="In one unit", unit="alder-1", themes=["CP"], owner="ben", tags=["qs/2023/S3"])
    make_action(chidi, title="Everywhere", themes=["SG"], risk="medium")
    for asked, title in (
        ({"unit": "alder-1"}, "In one unit"),
        ({"theme": "SG"}, "Everywhere"),
        ({"risk": "medium"}, "Everywhere"),
        ({"owner": "ben"}, "In one unit"),
        ({"tag": "kloe/draft-9/K-S4"}, "In one unit"),
    ):
        (group,) = titles(shown(world, ALDER, **asked))
        assert group[1] == [title]
    assert shown(world, service="birch").actions == 0
    page = chidi.get("/map?theme=SG&group=owner").text
    assert "/map/themes/SG" in page
    assert "Show everything" in page


@pytest.mark.parametrize(
    ("group", "headings"),
    [
        ("theme", ["Safeguarding", "Change in health and getting help"]),
        ("owner", ["Chidi Okafor"]),
        ("unit", ["Whole service"]),
        ("service", ["Alder House"]),
        ("review", ["Monthly quality meeting"]),
        ("tag", ["No framework tag"]),
        ("nonsense", ["Low risk"]),
    ],
)
def test_the_map_is_grouped(world: World, chidi: Browser, group: str, headings: list[str]) -> None:
    make_action(chidi)
    page = shown(world, group=group)
    assert [one.title for one in page.groups] == headings
    assert page.actions == 1


def test_an_action_in_two_groups_is_on_the_page_twice_with_ids_of_its_own(
    chidi: Browser, shift: Shift
) -> None:
    make_action(chidi, themes=["SG", "DE"])
    text = chidi.get("/map?group=theme").text
    assert text.count('class="map-row"') == 2
    ids = [part.split('"')[0] for part in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def copy_actions(sql: sqlite3.Connection, action: str, count: int) -> None:
    """So many more actions like this one."""
    for number in range(count):
        copy_action(sql, action, id=f"copy-{number:04}", number=1000 + number)


def queries(world: World) -> int:
    """How many statements one page of the map takes."""
    asked: list[str] = []
    with world.sql() as sql:
        sql.set_trace_callback(asked.append)
        read_map(sql, ALDER, query(), CATALOGUE, world.clock())
    return len([one for one in asked if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_more_actions_take_no_more_queries(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, measure_1="M04", how_1="", themes=["SG", "DE"])
    observe(shift, action)
    alone = queries(world)
    with world.sql() as sql:
        copy_actions(sql, action, 60)
    assert queries(world) == alone
    assert alone <= 40


def test_the_map_has_pages_and_every_action_is_on_one_of_them(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    with world.sql() as sql:
        copy_actions(sql, action, 2 * ROWS)
    found = [
        row.action.id for number in "1234" for group in shown(world, page=number).groups for row in group.rows
    ]
    pages = [shown(world, page=number).page for number in ("1", "3", "4", "999", "x", "-1")]
    assert pages == [1, 3, 3, 3, 1, 1]
    assert len(set(found)) == 2 * ROWS + 1
    first, last = chidi.get("/map").text, chidi.get("/map?page=3").text
    assert 'rel="next" href="/map?page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    assert f"({2 * ROWS + 1})" in last


def test_the_small_chart_and_the_count_of_the_window_stand_on_the_row(shift: Shift, chidi: Browser) -> None:
    days = {"window_start_1": "2026-11-02", "window_end_1": "2026-12-30"}
    make_action(chidi, measure_1="M04", how_1="", **days)
    told = {"first_sign_at": "2026-11-10T08:00:00Z", "senior_told_at": "2026-11-10T08:30:00Z"}
    shift.record(
        "sample_deterioration",
        "2026-11-10T10:00:00Z",
        chosen={**told, "urgency": "urgent", "senior_told": "yes"},
    )
    page = chidi.get("/map")
    assert 'class="chart-small"' in page.text
    assert "1 of 1 (100%), its window so far Too few" in words_of(page)


def test_a_measure_that_waits_and_one_in_own_words_say_so_on_the_row(
    chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(cast(dict[str, object], READERS), "reviews")
    make_action(chidi, measure_1="M09", how_1="")
    make_action(chidi)
    page = words_of(chidi.get("/map"))
    assert "Nothing to count yet: it needs signed reviews and minutes." in page
    assert "Bells timed on one night each week. A person counts this." in page


def test_somebody_of_one_unit_sees_the_actions_and_their_own_records_alone(
    world: World, shift: Shift, chidi: Browser
) -> None:
    action = make_action(chidi, **CHANGED, themes=["SG", "DE"])
    observe(shift, action)
    assert [one.total for one in shown(world).groups[0].rows[0].told.stands] == [1]
    elm = Scope((Part(service="alder", unit="alder-2"),))
    (row,) = shown(world, elm).groups[0].rows
    assert [one.total for one in row.told.stands] == [0]
    assert not shown(world, elm).whole
    assert shown(world, Scope((Part(service="birch"),))).actions == 0
    assert world.signed_in("gus").get("/map").status_code == 404


def test_a_visitor_sees_the_chosen_actions_alone(world: World, chidi: Browser) -> None:
    chosen, _ = make_action(chidi), make_action(chidi, title="Not for them")
    scope = Scope((Part(service="alder", actions=(chosen,)),), named=False)
    page = shown(world, scope)
    assert [title for _, group in titles(page) for title in group] == ["Answer call bells at night"]
    assert "Chidi" not in page.names.one_of_staff("chidi")


def test_a_record_set_aside_or_of_another_service_counts_for_nothing(
    world: World, shift: Shift, chidi: Browser
) -> None:
    action = make_action(chidi, **CHANGED, themes=["SG", "DE"])
    record = observe(shift, action)
    assert shown(world).groups[0].rows[0].told.stands[0].total == 1
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET service = 'birch' WHERE record = ?", (record,))
    assert shown(world).groups[0].rows[0].told.stands[0].total == 0


def test_a_theme_counts_a_record_about_two_of_its_actions_once_as_the_worst(
    world: World, shift: Shift, chidi: Browser
) -> None:
    one, other = make_action(chidi, themes=["SG", "DE"]), make_action(chidi, themes=["SG", "DE"])
    both = [
        {"action": one, "themes": ["SG", "DE"], "bearing": "supports"},
        {"action": other, "themes": ["SG", "DE"], "bearing": "contradicts"},
    ]
    shift.record("practice_observation", "2026-11-13T09:00:00Z", bearings=both)
    page = words_of(chidi.get("/map/themes/SG"))
    assert "Support 0 Contradict 1 Inconclusive 0" in page
    assert "Mon 9 Nov 2026 0 1 0" in page
    assert page.count("Answer call bells at night") == 2
    assert chidi.get("/map/themes/XX").status_code == 404


def test_the_map_goes_by_the_day_it_is_in_london() -> None:
    assert query().since == date(2026, 10, 19)
    assert datetime(2026, 11, 16, tzinfo=UTC).date() == TODAY


def test_addresses_keep_what_was_asked() -> None:
    asked: dict[str, Any] = {"theme": "SG", "group": "owner", "since": "2026-11-01", "page": "3"}
    found = query(**asked)
    assert found.address("/map", page="4") == "/map?theme=SG&group=owner&since=2026-11-01&page=4"
    assert query(since="2026-10-19", group="risk").address("/map") == "/map"
