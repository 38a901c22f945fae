"""A setting holds from now or later, for ever to be seen, and a record is judged by what held then."""

import asyncio
import sqlite3

import pytest

from server import commands
from server.dated_settings.store import own_value_at, timescales_in_force
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

WHY = "Agreed at the governance meeting"


def set_value(browser: Browser, name: str, value: str, **more: str) -> int:
    form = {"service": "alder", "value": value, "why": WHY, **more}
    return browser.post(f"/settings/{name}", data=form, follow_redirects=False).status_code


def test_a_value_holds_from_the_next_second(world: World, chidi: Browser) -> None:
    assert set_value(chidi, "family_urgent", "90") == 303
    with world.sql() as sql:
        assert timescales_in_force(sql, "alder", "2026-11-16T09:00:00Z") == {}
        assert timescales_in_force(sql, "alder", "2026-11-16T09:00:01Z") == {"family_urgent": 90}
        assert timescales_in_force(sql, "birch", "2026-11-16T09:00:01Z") == {}


def test_a_value_of_the_past_is_refused(world: World, chidi: Browser) -> None:
    assert set_value(chidi, "family_urgent", "90", **{"from": "2026-11-16T08:59"}) == 422
    assert set_value(chidi, "family_urgent", "90", **{"from": "2026-11-17T08:59"}) == 303


def test_a_value_to_come_does_not_hold_yet(world: World, chidi: Browser) -> None:
    set_value(chidi, "screen_time", "09:30", **{"from": "2026-11-18T00:00"})
    with world.sql() as sql:
        assert own_value_at(sql, "alder", "screen_time", "2026-11-17T23:59:59Z") == "10:00"
        assert own_value_at(sql, "alder", "screen_time", "2026-11-18T00:00:00Z") == "09:30"


def test_a_setting_is_never_changed_or_deleted(world: World, chidi: Browser) -> None:
    set_value(chidi, "family_urgent", "90")
    with world.sql() as sql:
        for change in ("UPDATE dated_setting SET value = '1'", "DELETE FROM dated_setting"):
            with pytest.raises(sqlite3.IntegrityError, match="a setting is never"):
                sql.execute(change)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("family_urgent", "soon"),
        ("family_urgent", "0"),
        ("handover_times", "25:00"),
        ("handover_times", "07:30 08:15"),
        ("handover_times", "00:30 23:45"),
        ("monthly_sample_day", "31"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_to_write(
    chidi: Browser, name: str, value: str
) -> None:
    assert set_value(chidi, name, value) == 422


def test_a_change_needs_its_reason(chidi: Browser) -> None:
    assert set_value(chidi, "family_urgent", "90", why="no") == 422


def test_only_the_registered_manager_sets_values(world: World, ben: Browser) -> None:
    assert set_value(ben, "family_urgent", "90") == 404
    assert "A new value" not in ben.get("/settings/family_urgent").text
    with world.signed_in("fay") as fay:
        assert set_value(fay, "family_urgent", "90") == 404


def test_the_history_says_who_and_why(chidi: Browser) -> None:
    set_value(chidi, "handover_times", "08:00, 20:00")
    shown = words_of(chidi.get("/settings/handover_times"))
    assert "Chidi Okafor" in shown
    assert WHY in shown
    assert "08:00, 20:00" in words_of(chidi.get("/settings"))


def test_tablets_are_told_with_what_held_before(world: World, chidi: Browser) -> None:
    shift = Shift(world)
    assert shift.feed("timescale") == {}
    set_value(chidi, "family_urgent", "90")
    told = shift.feed("timescale")["family_urgent"]
    assert told == {
        "id": "family_urgent",
        "minutes": 90,
        "history": [["1900-01-01T00:00:00Z", 120], ["2026-11-16T09:00:01Z", 90]],
    }


def test_new_handover_times_move_what_is_still_to_come(world: World, chidi: Browser) -> None:
    shift = Shift(world)
    set_value(chidi, "handover_times", "08:00 20:00")
    coming = sorted(id.removeprefix("schedule/handover/alder/") for id in shift.due() if "/handover/" in id)
    assert coming == ["2026-11-16/2000", "2026-11-17/0800"]
    shown = words_of(chidi.get("/due?state=taken_back"))
    assert "The time it is due was changed" in shown


def test_a_rebuild_judges_by_the_value_that_held_then(world: World, chidi: Browser) -> None:
    shift = Shift(world)
    spawning = next(each.id for each in shift.catalogue.current("handover_check").examples if each.spawns)
    shift.record("handover_check", "2026-11-16T08:00:00Z", spawning, author="ben")
    set_value(chidi, "escalation_routine", "100")
    world.clock.move(minutes=5)
    shift.record("handover_check", "2026-11-16T09:04:00Z", spawning, author="ben")
    with world.sql() as sql:
        tables = ("record_version", "finding", "answer", "due_item")
        before = [sql.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]
    world.__exit__(None, None, None)
    try:
        asyncio.run(commands.rebuild(world.settings.database))
        with world.sql() as sql:
            after = [sql.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]
        assert [list(map(tuple, rows)) for rows in after] == [list(map(tuple, rows)) for rows in before]
    finally:
        world.__enter__()
