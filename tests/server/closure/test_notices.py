"""What whoever decides about closings is told to look at, and the days in their calendar."""

import sqlite3

from server.identity.permissions import Role
from server.identity.viewer import Grant, Viewer
from server.notices.notice import Ground
from server.notices.of_closures import closures_dated, closures_today
from tests.server.closure.road import Road
from tests.server.evidence.arranged import words_of
from tests.server.world import World

ROLES = {"chidi": Role.REGISTERED_MANAGER, "ivo": Role.QUALITY_LEAD, "dana": Role.NOMINATED_INDIVIDUAL}


def told(world: World, who: str) -> list[str]:
    """What somebody is told today."""
    with world.sql() as sql:
        return [one.says for one in closures_today(ground(world, sql, who))]


def ground(world: World, sql: sqlite3.Connection, who: str) -> Ground:
    viewer = Viewer(
        who, who, "", (Grant(ROLES.get(who, Role.SHIFT_MANAGER), "alder"),), {"alder": "Alder House"}, "", 1
    )
    rooms = world.app.state["rooms"]
    return Ground(
        connection=sql,
        viewer=viewer,
        service="alder",
        sole=True,
        catalogue=rooms.catalogue,
        settings=world.settings,
        now=world.clock(),
    )


def test_each_is_told_of_the_step_that_is_theirs(world: World) -> None:
    road = Road(world)
    assert [told(world, who) for who in ("chidi", "ivo", "dana")] == [[], [], []]
    road.propose()
    sample = ["1 closure waits for a sample"]
    assert [told(world, who) for who in ("ben", "chidi", "ivo", "dana")] == [[], [], sample, sample]
    road.draw()
    assert [told(world, who) for who in ("chidi", "ivo", "dana")] == [[], [], []]
    road.look()
    assert [told(world, who) for who in ("chidi", "ivo", "dana")] == [
        [],
        [],
        ["1 closure waits for a signature"],
    ]
    assert "1 closure waits for a signature" in words_of(world.signed_in("dana").get("/today"))
    road.sign()
    assert [told(world, who) for who in ("chidi", "ivo", "dana")] == [[], [], []]
    world.clock.move(days=30)
    assert told(world, "ben") == ["1 closed action is to be looked at again"]


def test_the_days_of_the_checks_are_in_the_calendar_and_name_nobody(world: World) -> None:
    road = Road(world)
    road.walk()
    with world.sql() as sql:
        dated = closures_dated(ground(world, sql, "ben"))
    assert [(one.kind, str(one.at)) for one in dated] == [
        ("Look again at closed action 1", "2026-12-16"),
        ("Look again at closed action 1", "2027-02-14"),
    ]
