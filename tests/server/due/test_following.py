"""What follows from a record costs the same however much there is, and is never lost without a word."""

import sqlite3
from typing import Any

import pytest

from server.due.following import Following
from tests.server.due.shift import Shift
from tests.server.world import World

TODAY = "2026-11-16"


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The SQL of everything that is done as records are followed, filled in."""
    found: set[str] = set()
    follow = Following.__call__

    def traced(self: Following, connection: sqlite3.Connection, stored: Any) -> None:
        connection.set_trace_callback(found.add)
        try:
            follow(self, connection, stored)
        finally:
            connection.set_trace_callback(None)

    monkeypatch.setattr(Following, "__call__", traced)
    return found


def test_following_a_record_reads_no_table_from_end_to_end(
    world: World, shift: Shift, asked: set[str]
) -> None:
    elm = Shift(world, name="Elm")
    world.clock.move(hours=12)
    handover = shift.record("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    fall = elm.record("incident_record", f"{TODAY}T09:00:00Z")
    shift.record("reply", f"{TODAY}T15:30:00Z", author="ben", spawned_by=f"late/{handover}/{fall}")
    with world.sql() as sql:
        plans = {
            f"{step['detail']}: {statement}"
            for statement in asked
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE")
            for step in sql.execute(f"EXPLAIN QUERY PLAN {statement}")
        }
    large = ("due_item", "record_version", "v", "answer", "change")
    assert not [plan for plan in plans if plan.startswith(tuple(f"SCAN {table}" for table in large))]
    assert len(plans) > 10


def test_a_late_concern_that_is_taken_back_stays_in_the_list_with_its_reason(
    world: World, shift: Shift
) -> None:
    elm = Shift(world, name="Elm")
    world.clock.move(hours=5, minutes=40)
    handover = shift.record("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(minutes=30)
    example = next(each.id for each in elm.catalogue.current("family_contact").examples if each.concerns)
    sealed = elm.seal("family_contact", f"{TODAY}T09:00:00Z", example)
    late = f"late/{handover}/{elm.send(sealed)}"
    assert shift.outcomes(late) == [""]
    elm.send(elm.tablet.correct(
        sealed, "Made twice", author="amina", unit="alder-1", recorded_at=f"{TODAY}T15:00:00Z",
        form="family_contact", withdrawn=1,
    ))  # fmt: skip
    assert shift.outcomes(late) == ["taken_back"]


def test_what_is_said_again_of_a_late_arrival_is_not_told_again(world: World, shift: Shift) -> None:
    elm = Shift(world, name="Elm")
    world.clock.move(hours=5, minutes=40)
    shift.record("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(minutes=30)
    sealed = elm.seal("incident_record", f"{TODAY}T09:00:00Z")
    elm.send(sealed)
    elm.send(elm.tablet.correct(
        sealed, "Made twice", author="amina", unit="alder-1", recorded_at=f"{TODAY}T15:00:00Z",
        form="incident_record", withdrawn=1,
    ))  # fmt: skip
    told = newest_told(world)
    elm.record("incident_record", f"{TODAY}T09:30:00Z")
    assert newest_told(world) == told


def newest_told(world: World) -> list[tuple[Any, ...]]:
    """The late arrivals in the feed that are gone, with their places."""
    with world.sql() as sql:
        rows = sql.execute("SELECT seq, id FROM change WHERE id LIKE 'late/%' AND deleted = 1").fetchall()
    return [tuple(row) for row in rows]
