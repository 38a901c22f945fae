"""Actions of a database from before they had several measures keep everything they said."""

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

import server.app  # noqa: F401 every table of the server
from server.evidence import action_store
from server.evidence.action_history import in_words
from server.evidence.actions import Target
from server.evidence.people import read_names
from server.identity.schema import server_migrations
from server.identity.scope import of_services
from sync import migrate
from sync.connections import open_writer
from sync.migrations import sync_migrations

TARGET = {
    "comparator": "at_most",
    "hundredths": 250,
    "unit": "count",
    "start": "2026-10-01",
    "end": "2026-12-30",
}
OLD = {
    "service": "alder", "unit": None, "version": 1, "status": "open", "title": "Bells", "source": "audit",
    "baseline": "Bells rang for long in July.", "baseline_numerator": 3, "baseline_denominator": 7,
    "baseline_period": "July", "expected": "Bells are answered.", "comparator": "at_most",
    "target_hundredths": 250, "target_unit": "count", "window_start": "2026-10-01", "window_end": "2026-12-30",
    "risk": "low", "owner": "ben", "review_route": "Meeting", "deadline": "2026-12-30",
    "created_at": "2026-10-01T09:00:00Z", "created_by": "ben", "changed_at": "2026-10-01T09:00:00Z",
}  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database that was last migrated before `actions_complete`."""
    path = tmp_path / "old.db"
    path.touch()
    connection = open_writer(path)
    database = sqlite_utils.Database(connection)
    sync_migrations.apply(database)
    server_migrations.apply(database, stop_before="actions_complete")
    connection.execute("INSERT INTO provider VALUES ('p', 'Example Care')")
    connection.execute("INSERT INTO service VALUES ('alder', 'p', 'Alder House', 'residential')")
    connection.execute("INSERT INTO staff (id, name, email) VALUES ('ben', 'Ben', 'ben@example.test')")
    for number, (id, measure, named) in enumerate(
        (
            ("one", "Counted by the senior", ["M04"]),
            ("own", "Counted by the senior", []),
            ("two", "", ["M11", "M14"]),
            ("both", "Counted by the senior", ["M11", "M14"]),
        ),
        1,
    ):
        row = {"id": id, "number": number, "measure": measure, **OLD}
        places = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO action ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
        marks = [("themes", "SG"), ("evidence_kinds", "audit"), *(("measures", code) for code in named)]
        connection.executemany("INSERT INTO action_mark VALUES (?, ?, ?)", [(id, *mark) for mark in marks])
        connection.execute(
            "INSERT INTO action_history VALUES (?, 2, '2026-10-02T09:00:00Z', 'ben', ?)",
            (
                id,
                '{"target_hundredths":[300,250],"measures":[["M04"],["M11"]],"window_end":["2026-11-30","2026-12-30"]}',
            ),
        )
    connection.close()
    return path


@pytest.fixture
def now(old: Path) -> sqlite3.Connection:
    """The same, brought up to date."""
    migrate(old)
    connection = sqlite3.connect(old)
    connection.row_factory = sqlite3.Row
    return connection


def words(measure: str, how: str) -> Target:
    return Target(measure=measure, variant="", how=how, **TARGET)  # type: ignore[arg-type]


def test_each_measure_gets_the_target_and_the_window_the_action_had(now: sqlite3.Connection) -> None:
    said = "Counted by the senior"
    assert {id: action_store.read_one(now, id).fields.targets for id in ("one", "own", "two", "both")} == {
        "one": (words("M04", said),),
        "own": (words("", said),),
        "two": (words("M11", ""), words("M14", "")),
        "both": (words("M11", ""), words("M14", ""), words("", said)),
    }


def test_everything_else_stays(now: sqlite3.Connection) -> None:
    action = action_store.read_one(now, "two")
    assert (action.number, action.status, action.fields.themes, action.fields.evidence_kinds) == (
        3, "open", ("SG",), ("audit",),
    )  # fmt: skip
    assert (action.fields.title, action.fields.baseline_numerator, action.fields.deadline) == (
        "Bells", 3, "2026-12-30",
    )  # fmt: skip
    assert (action.fields.tags, action.fields.changed_on, action.fields.learning) == ((), "", "")
    (edit,) = action_store.history(now, "two")
    assert edit.changed["target_hundredths"] == (300, 250)


def test_an_old_edit_is_still_said_in_words(now: sqlite3.Connection) -> None:
    (edit,) = in_words(action_store.history(now, "one"), read_names(now, of_services(["alder"])))
    assert [(one.label, one.before, one.after) for one in edit.changes] == [
        ("Target", "3", "2.5"),
        ("Measures", "M04", "M11"),
        ("Window ends", "Mon 30 Nov 2026", "Wed 30 Dec 2026"),
    ]
