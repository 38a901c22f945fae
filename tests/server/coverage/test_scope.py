"""Coverage of what somebody may see alone; who may see a part of the records is told so."""

from datetime import UTC, datetime

import pytest

from observation_forms import load_catalogue
from server.coverage.coverage import Coverage, read_coverage
from server.identity.scope import Part, Scope
from server.identity.viewer import Chosen
from server.routes import coverage as route
from tests.server.coverage.test_page import TODAY_AT_8, watched
from tests.server.due.shift import Shift
from tests.server.world import World

CATALOGUE = load_catalogue()
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def seen_by(world: World, *parts: Part) -> Coverage:
    with world.sql() as sql:
        return read_coverage(sql, Scope(parts), CATALOGUE, "alder", NOW)


def test_a_role_in_one_unit_sees_the_coverage_of_that_unit(world: World) -> None:
    for unit, name in (("alder-1", "Oak"), ("alder-2", "Elm")):
        Shift(world, unit, name).record("practice_observation", TODAY_AT_8, **watched(person=f"{unit}-a"))
    found = seen_by(world, Part(service="alder", unit="alder-2"))
    assert (list(found.units), found.people, found.not_heard) == (["alder-2"], 1, [])
    assert {row.unit: row.total for row in found.heat if row.total} == {"alder-2": 1}
    assert found.promptness[-1].counted == 1
    assert seen_by(world, Part(service="alder")).promptness[-1].counted == 2


def test_what_few_may_see_counts_for_those_few_alone(world: World) -> None:
    Shift(world).record("immediate_concern", TODAY_AT_8, "about_the_manager")
    assert seen_by(world, Part(service="alder")).promptness[-1].counted == 0
    assert seen_by(world, Part(service="alder", restricted=True)).promptness[-1].counted == 1


@pytest.mark.parametrize(
    ("chosen", "narrowed"),
    [
        (Chosen(), False),
        (Chosen(forms=("practice_observation",)), True),
        (Chosen(actions=("a",)), True),
        (Chosen(since="2026-11-01T00:00:00Z"), True),
        (Chosen(until="2026-11-01T00:00:00Z"), True),
    ],
)
def test_who_sees_a_part_is_told_that_empty_need_not_be_empty(chosen: Chosen, narrowed: bool) -> None:
    part = Part(
        service="alder", forms=chosen.forms, actions=chosen.actions, since=chosen.since, until=chosen.until
    )
    assert route._is_narrowed(Scope((part,))) is narrowed
