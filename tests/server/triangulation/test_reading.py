"""What is read of actions: in whatever order it came, corrected, withdrawn, set aside; on the map as on the page."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observation_forms import load_catalogue
from server.evidence.form_kinds import kinds_of_forms
from server.identity.scope import Part, Scope
from server.triangulation.reading import read_seen, read_seen_by_hour
from server.triangulation.standing import Seen, Standing, stand
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.review.reviewing import review
from tests.server.triangulation.made import asked
from tests.server.world import World

CATALOGUE = load_catalogue()
ALDER = Scope((Part(service="alder"),))
CHANGE, REVIEW = date(2026, 10, 5), date(2026, 11, 9)
INSTANTS = (
    "2026-10-04T22:59:59Z",
    "2026-10-04T23:00:00Z",
    "2026-10-04T23:00:01Z",
    "2026-10-25T00:30:00Z",
    "2026-11-08T23:59:59Z",
    "2026-11-09T00:00:00Z",
    "2026-11-16T08:59:00Z",
)


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


@pytest.fixture
def action(world: World) -> str:
    with world.signed_in("chidi") as chidi:
        return make_action(chidi, themes=["SG", "DE", "CO"])


def by_hour(world: World, action: str, scope: Scope = ALDER, since: date | None = None) -> list[Seen]:
    with world.sql() as sql:
        return read_seen_by_hour(sql, scope, kinds_of_forms(CATALOGUE), [action], world.clock(), since)


def on_map(world: World, action: str) -> list[Seen]:
    with world.sql() as sql:
        bounds = {action: (CHANGE, REVIEW)}
        return read_seen(sql, ALDER, kinds_of_forms(CATALOGUE), bounds, world.clock())[action]


def stands(seen: list[Seen]) -> list[Standing]:
    return stand(seen, asked("observation", since=CHANGE))


def record(shift: Shift, action: str, at: str, form: str = "practice_observation", **more: Any) -> str:
    says = more.pop("says", "contradicts")
    bearings = [{"action": action, "themes": ["SG", "DE", "CO"], "bearing": says}]
    return shift.record(form, at, bearings=bearings, recorded_at="2026-11-16T08:59:30Z", **more)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(INSTANTS),
            st.sampled_from(["practice_observation", "lived_experience"]),
            st.sampled_from(["day", "late", "night"]),
        ),
        max_size=5,
    )
)
def test_map_and_page_count_the_same_whatever_was_recorded_and_when(
    world: World, shift: Shift, action: str, made: list[tuple[str, str, str]]
) -> None:
    for at, form, name in made:
        record(shift, action, at, form, chosen={"shift": name})
    page, on_the_map = stands(by_hour(world, action)), stands(on_map(world, action))
    assert page == on_the_map
    assert sum(one.records for one in by_hour(world, action)) == sum(
        one.records for one in on_map(world, action)
    )


def test_the_first_instant_of_the_day_of_the_change_counts_and_the_last_before_it_does_not(
    world: World, shift: Shift, action: str
) -> None:
    for at in INSTANTS[:3]:
        record(shift, action, at)
    for seen in (by_hour(world, action), on_map(world, action)):
        (found,) = stands(seen)
        assert found.total == 2
    assert sum(one.records for one in by_hour(world, action, since=CHANGE)) == 2


def test_a_correction_counts_once_and_withdrawing_equals_never_having_sent_it(
    world: World, shift: Shift, action: str
) -> None:
    first = record(shift, action, "2026-11-13T09:00:00Z")
    assert [one.records for one in on_map(world, action)] == [1]
    bearing = [{"action": action, "themes": ["SG", "DE", "CO"], "bearing": "inconclusive"}]
    again: dict[str, Any] = {
        "record": first,
        "version": 2,
        "reason": "The unit was wrong",
        "bearings": bearing,
    }
    shift.record("practice_observation", "2026-11-13T09:00:00Z", **again)
    for seen in (by_hour(world, action), on_map(world, action)):
        assert [(one.bearing, one.records) for one in seen] == [("inconclusive", 1)]
    gone: dict[str, Any] = {
        "record": first,
        "version": 3,
        "reason": "Never happened",
        "bearings": bearing,
        "withdrawn": 1,
    }
    shift.record("practice_observation", "2026-11-13T09:00:00Z", **gone)
    assert by_hour(world, action) == on_map(world, action) == []


def test_what_a_manager_set_aside_counts_for_nothing(world: World, shift: Shift, action: str) -> None:
    made = record(shift, action, "2026-11-13T09:00:00Z")
    with world.signed_in("chidi") as chidi:
        review(chidi, made, "set_aside", reason="It was a training exercise, not a shift.")
    assert by_hour(world, action) == on_map(world, action) == []


def test_what_is_out_of_reach_is_not_read(world: World, shift: Shift, action: str) -> None:
    record(shift, action, "2026-11-13T09:00:00Z")
    for scope in (Scope((Part(service="alder", unit="alder-2"),)), Scope((Part(service="birch"),))):
        assert by_hour(world, action, scope) == []
