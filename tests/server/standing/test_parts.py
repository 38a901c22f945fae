"""A part that is kept holds until a record of one of its days, or a setting, changes; and rests on nothing else."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import msgspec
import pytest

from observation_forms import load_catalogue
from server.commands import rebuild
from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value
from server.evidence.action_store import all_of
from server.evidence.form_kinds import audit_forms
from server.evidence.people import read_names
from server.identity.scope import of_services
from server.measures import reading_samples, reading_shifts
from server.measures.parts import IN_PARTS
from server.measures.periods import window
from server.measures.reading import read_settings
from server.measures.reading_records import Source
from server.standing import kept, standing
from server.standing.facts import KeptFacts
from server.standing.kept import Kept
from server.standing.of_service import empty_services
from server.standing.parts import Parts, keep_parts
from server.standing.points import KeptPoints
from server.standing.said import read_gaps, read_said
from server.standing.schema import MOVES, MOVES_DAYS, MOVES_WITH
from server.standing.standing import read_page
from server.standing.working_out import for_page
from sync.projections import PROJECTED, lay_triggers_aside
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
WHOLE = of_services(["alder"])
TODAY = date(2026, 11, 16)
LAST_MONTH = "2026-10-14T08:00:00Z"
FORMS = (
    "sample_deterioration", "sample_recording", "lived_experience", "practice_observation", "shift_review",
    "sample_safeguarding",
)  # fmt: skip
BY_DAYS = (reading_shifts.shifts, reading_shifts.control_checks, reading_samples.safeguarding_records)
# What stands beside them, or cannot change what a part of an action comes to
NOT_COUNTED = {"action", "json_each", "evidence_revision", "evidence_day", "part_kept", "sqlite_master"}
# What is done to a row, of which table, and of an update of which column
Written = tuple[int, str | None, str | None]


@pytest.fixture
def action(world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(standing, "KEPT_FROM", 0)
    return make_action(
        chidi,
        measure_1="M04",
        how_1="",
        themes=["SG", "DE"],
        window_start_1="2026-09-16",
        changed_on="2026-09-16",
        changed_what="Two of us go round.",
    )


def recorded(shift: Shift, action: str, at: str, form: str = "sample_deterioration", **more: Any) -> str:
    bears = [{"action": action, "themes": ["SG", "DE"], "bearing": "supports"}]
    return shift.record(form, at, bearings=bears, **more)


def looked(world: World, action: str) -> list[Kept]:
    """The page of the action as it is shown, held to what it would be; and what was worked out for it is kept."""
    now = world.clock()
    with world.sql() as sql:
        (found,) = [one for one in all_of(sql, ["alder"]) if one.id == action]
        names = read_names(sql, WHOLE)
        page = read_page(sql, WHOLE, CATALOGUE, found, names, now, anew=True)
        assert page.of == for_page(sql, WHOLE, CATALOGUE, found, names, now)[0]
        kept.keep(sql, page.keep)
    return page.keep


def triggers_of(sql: sqlite3.Connection) -> set[str]:
    return {row["name"] for row in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def days_of(found: list[Kept]) -> set[tuple[date, date]]:
    return {(part.cut.first, part.cut.last) for one in found for part in one.parts}


def test_parts_read_no_table_whose_changes_move_no_day(world: World, shift: Shift, action: str) -> None:
    for form in FORMS:
        recorded(shift, action, LAST_MONTH, form)
    read: set[str] = set()

    def note(what: int, table: str | None, *_: object) -> int:
        if what == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    with closing(sqlite3.connect(world.settings.database, isolation_level=None)) as sql:
        sql.row_factory = sqlite3.Row
        sql.set_authorizer(note)
        parts = Parts(sql, WHOLE, "alder", False, TODAY)
        settings = read_settings(sql, WHOLE, CATALOGUE)
        now, since = world.clock(), {action: date(2026, 9, 16)}
        points = KeptPoints(parts, CATALOGUE, now)
        points.fill([(code, "", window(since[action], TODAY)) for code in IN_PARTS], settings)
        read_said(parts, since, now)
        gaps = read_gaps(parts, CATALOGUE, audit_forms(CATALOGUE), since, settings, now)
        source = Source(sql, WHOLE, CATALOGUE, since[action], now, days=points.days)
        assert all(reader(source) for reader in BY_DAYS)
    assert gaps[action] is not None
    assert {"record_version", "answer", "bearing", "review_standing", "dated_setting"} <= read
    moves = MOVES_DAYS.keys() | {table for table, other in MOVES_WITH.items() if other in MOVES_DAYS}
    assert read - moves - NOT_COUNTED == set()
    assert MOVES_DAYS.keys() <= MOVES.keys()


def test_after_one_record_only_its_day_is_read_again(world: World, shift: Shift, action: str) -> None:
    recorded(shift, action, LAST_MONTH)
    assert (date(2026, 10, 12), date(2026, 10, 18)) in days_of(looked(world, action))
    recorded(shift, action, "2026-11-16T08:00:00Z")
    assert days_of(looked(world, action)) == {(TODAY, TODAY)}


@pytest.mark.parametrize("since", ["2024-12-30", "2026-10-15", "2026-11-16", "2026-11-20"])
def test_facts_of_days_that_were_kept_are_those_that_their_records_hold(
    world: World, shift: Shift, action: str, since: str
) -> None:
    # On both sides of a London midnight that is not one in UTC, of the year, of the first day, of today; and ahead
    days = ("2024-12-31", "2025-01-01", "2026-10-14", "2026-10-15", "2026-11-15", "2026-11-16", "2026-11-21")
    clock = world.clock()
    for day in days:
        for time in ("00:30:00Z", "08:00:00Z", "23:30:00Z"):
            for form in ("shift_review", "practice_observation", "sample_safeguarding"):
                recorded(shift, action, f"{day}T{time}", form)
    for again in (False, True):
        with world.sql() as sql:
            parts = Parts(sql, WHOLE, "alder", False, TODAY)
            source = Source(sql, WHOLE, CATALOGUE, date.fromisoformat(since), clock)
            kept_days = msgspec.structs.replace(source, days=KeptFacts(parts))
            for reader in BY_DAYS:
                whole = sorted(reader(source), key=lambda fact: fact.id)
                assert list(reader(kept_days)) == whole
                assert whole
            assert bool(parts.keep) is not again
            keep_parts(sql, parts.keep, TODAY)


def correct(world: World, shift: Shift, action: str, record: str) -> None:
    """To another day."""
    recorded(shift, action, "2026-10-28T08:00:00Z", record=record, version=2, reason="It was later")


def set_aside(world: World, shift: Shift, action: str, record: str) -> None:
    with world.signed_in("chidi") as chidi:
        form = {"state": "set_aside", "reason": "It was another house.", "version": "1", "act": "0"}
        assert chidi.post(f"/evidence/{record}/review", data=form, follow_redirects=False).status_code == 303


def come_late(world: World, shift: Shift, action: str, record: str) -> None:
    recorded(shift, action, LAST_MONTH, "practice_observation")


@pytest.mark.parametrize(
    ("change", "weeks"),
    [
        (correct, {date(2026, 10, 12), date(2026, 10, 26)}),
        (set_aside, {date(2026, 10, 12)}),
        (come_late, {date(2026, 10, 12)}),
    ],
)
def test_a_change_of_weeks_long_ago_reads_those_weeks_again(
    world: World,
    shift: Shift,
    action: str,
    change: Callable[[World, Shift, str, str], None],
    weeks: set[date],
) -> None:
    record = recorded(shift, action, LAST_MONTH)
    looked(world, action)
    change(world, shift, action, record)
    again = {first for first, _ in days_of(looked(world, action))}
    assert weeks <= again
    # The day before in UTC may be part of the same day in London
    assert again <= weeks | {TODAY}


def test_a_setting_that_changes_reads_everything_again(world: World, shift: Shift, action: str) -> None:
    recorded(shift, action, LAST_MONTH)
    before = looked(world, action)
    with world.sql() as sql:
        setting = known_settings(CATALOGUE)["evidence_current_days"]
        set_value(sql, "alder", setting, "20", "chidi", "Every three weeks", world.clock())
    assert days_of(looked(world, action)) == days_of(before)


def test_a_change_in_another_service_leaves_parts_as_they_are(
    world: World, shift: Shift, action: str
) -> None:
    recorded(shift, action, LAST_MONTH)
    looked(world, action)
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET flagged = 1 WHERE service = 'birch'")
        setting = known_settings(CATALOGUE)["evidence_current_days"]
        set_value(sql, "birch", setting, "20", "chidi", "Every three weeks", world.clock())
    assert days_of(looked(world, action)) == set()


def test_a_record_that_goes_takes_the_parts_of_its_service_with_it(
    world: World, shift: Shift, action: str
) -> None:
    record = recorded(shift, action, LAST_MONTH)
    looked(world, action)
    with world.sql() as sql:
        assert sql.execute(
            "SELECT count(*) FROM part_kept WHERE instr(CAST(body AS TEXT), ?) > 0", (record,)
        ).fetchone()[0]
        sql.execute("DELETE FROM record_version WHERE record = ?", (record,))
        assert sql.execute("SELECT count(*) FROM part_kept").fetchone()[0] == 0


def test_what_was_worked_out_before_a_record_came_does_not_pass_for_newer(
    world: World, shift: Shift, action: str
) -> None:
    recorded(shift, action, LAST_MONTH)
    now = world.clock()
    with world.sql() as sql:
        (found,) = [one for one in all_of(sql, ["alder"]) if one.id == action]
        page = read_page(sql, WHOLE, CATALOGUE, found, read_names(sql, WHOLE), now)
    recorded(shift, action, LAST_MONTH)
    with world.sql() as sql:
        kept.keep(sql, page.keep)
    looked(world, action)


def test_what_was_worked_out_before_a_rebuild_does_not_pass_for_newer(
    world: World, shift: Shift, action: str
) -> None:
    recorded(shift, action, LAST_MONTH)
    before = looked(world, action)
    with world.sql() as sql:
        revisions = sql.execute("SELECT service, revision FROM evidence_revision").fetchall()
    world.__exit__(None, None, None)
    asyncio.run(rebuild(world.settings.database))
    with world.sql() as sql:
        kept.keep(sql, before)
        moved = dict(sql.execute("SELECT service, revision FROM evidence_revision").fetchall())
    assert all(moved[service] > revision for service, revision in revisions)
    assert days_of(looked(world, action)) == days_of(before)


def test_what_triggers_that_rest_in_a_rebuild_write_the_rebuild_makes_up_for(world: World) -> None:
    written: dict[str, set[Written]] = {}

    def note(what: int, table: str | None, column: str | None, _: object, trigger: str | None) -> int:
        if what in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
            written.setdefault(trigger or "", set()).add((what, table, column))
        return sqlite3.SQLITE_OK

    with world.sql() as sql:
        triggers = triggers_of(sql)
        sql.execute("BEGIN")
        lay_triggers_aside(sql)
        resting = triggers - triggers_of(sql)
        sql.execute("ROLLBACK")
        sql.set_authorizer(note)
        for table in PROJECTED:
            columns = [f"{row['name']} = NULL" for row in sql.execute(f"PRAGMA table_info({table})")]
            # The triggers of a statement are read when it is made ready: nothing is written
            sql.execute(f"EXPLAIN INSERT INTO {table} DEFAULT VALUES")
            sql.execute(f"EXPLAIN UPDATE {table} SET {', '.join(columns)}")
            sql.execute(f"EXPLAIN DELETE FROM {table}")
        by_triggers = written.copy()
        written.clear()
        for make_up in (kept.empty, empty_services, kept.move_all):
            make_up(sql)
    assert "record_version_insert_moves_revision" in resting
    assert resting <= by_triggers.keys()
    for name in resting:
        assert by_triggers[name] <= written[""], name


def test_days_of_a_week_that_is_over_are_parts_of_their_week(world: World, shift: Shift, action: str) -> None:
    recorded(shift, action, "2026-11-16T08:00:00Z")
    looked(world, action)
    world.clock.move(days=8)
    assert (TODAY, date(2026, 11, 22)) in days_of(looked(world, action))
    with world.sql() as sql:
        rows = sql.execute("SELECT 1 FROM part_kept WHERE first = ? AND last = ?", (str(TODAY), str(TODAY)))
        assert rows.fetchall() == []
