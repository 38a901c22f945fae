"""Whoever changes the database behind the server's back: `sightline verify` says which, and where."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from sync.checkpoint import read_checkpoint
from tests.server.test_sync_routes import body_of, push
from tests.server.world import Browser, World
from tests.sync.bodies import make_record_id, seal

RECEIVED = "2026-11-16T09:00:00.000Z"


class House:
    """A world with forty records in it, pushed in four batches; then stopped, to be tampered with."""

    def __init__(self, folder: Path) -> None:
        self.records: list[str] = []
        self.checkpoints: list[dict[str, Any]] = []
        with World(folder) as world:
            oak = world.tablet()
            self.settings = world.settings
            self.path = world.settings.database
            for batch in range(4):
                bodies = [_body(oak, batch * 10 + place + 1) for place in range(10)]
                self.records += [body["record"] for body in bodies]
                self.checkpoints.append(push(oak, *map(seal, bodies)).json()["checkpoint"])

    def verify(self, *more: str) -> tuple[int, str]:
        """Exit code and what was printed."""
        place = ["--database", str(self.path)]
        done = CliRunner().invoke(main, ["verify", *place, *more], catch_exceptions=False)
        return done.exit_code, done.output

    @contextmanager
    def tampering(self) -> Iterator[sqlite3.Connection]:
        """The file as somebody with a database tool has it: no trigger stops them."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.close()

    def version(self, name: str) -> Path:
        """A copy of the database as it is."""
        copy = self.path.with_name(name)
        shutil.copy(self.path, copy)
        return copy


def _body(oak: Browser, number: int) -> dict[str, Any]:
    record = make_record_id(f"2026-11-16T08:{number:02d}:00Z")
    return body_of(oak, record=record, tablet_seq=number)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(made: House, tmp_path: Path) -> Iterator[House]:
    """The house, whole again after each test."""
    kept = tmp_path / "kept.db"
    shutil.copy(made.path, kept)
    yield made
    shutil.copy(kept, made.path)


def one_entry(house: House, seq: int) -> str:
    with sqlite3.connect(house.path) as sql:
        (record,) = sql.execute("SELECT record FROM entry WHERE seq = ?", (seq,)).fetchone()
    return f"entry {seq} (record {record}, version 1)"


def test_what_nobody_touched_is_found_whole(house: House) -> None:
    code, said = house.verify()
    assert code == 0, said
    assert "40 entries, 4 checkpoints: all is as it was received and signed." in said
    assert not list(house.path.parent.glob("sightline-verify-*"))


def change(sql: str, *values: object) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(sql, values)


@pytest.mark.parametrize(
    ("tamper", "where", "what"),
    [
        (
            change(
                "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'knocked', 'knacked') AS BLOB) "
                "WHERE seq = 7"
            ),
            "entry 7 ",
            "its bytes were changed",
        ),
        (
            change("UPDATE entry SET received_at = '2026-11-15T09:00:00.000Z' WHERE seq = 9"),
            "entry 9 ",
            f"its received_at was changed: it is '2026-11-15T09:00:00.000Z', the log says '{RECEIVED}'",
        ),
        (change("UPDATE entry SET standing = 'held' WHERE seq = 3"), "entry 3 ", "its standing was changed"),
        (change("UPDATE entry SET sender_tablet = 'x' WHERE seq = 3"), "entry 3 ", "its sender was changed"),
        (change("UPDATE entry SET findings = '[{}]' WHERE seq = 3"), "entry 3 ", "its findings was changed"),
        (change("UPDATE entry SET signatures = '[{}]' WHERE seq = 3"), "entry 3 ", "its signatures was changed"),
        (change("UPDATE entry SET tablet_seq = 99 WHERE seq = 3"), "entry 3 ", "its tablet_seq was changed"),
        (change("UPDATE entry SET leaf = ? WHERE seq = 3", "0" * 64), "entry 3 ", "the leaf in its receipt"),
        (change("DELETE FROM entry WHERE seq = 12"), "entry 12 ", "missing: the log tells of it, from tablet"),
        (
            change(
                "INSERT INTO entry SELECT 99, standing, record, 2, service, tablet, 99, tablet_prev, x'7b7d', ?, "
                "leaf, signatures, sender_tablet, sender_service, held_for, findings, received_at "
                "FROM entry WHERE seq = 1",
                "0" * 64,
            ),
            "entry 99 ",
            "no line of the log tells of it",
        ),
        (
            change(
                "UPDATE log_leaf SET statement = replace(statement, '09:00', '10:00') "
                "WHERE kind = 'entry' AND ref = 5"
            ),
            "line ",
            "what it says was changed",
        ),
        (change("DELETE FROM log_leaf WHERE kind = 'entry' AND ref = 5"), "line ", "missing from the log"),
        (change("UPDATE log_node SET node = ? WHERE place = 0", "0" * 64), "lines 0 to 31", "does not fit them"),
        (
            change("UPDATE log_checkpoint SET text = replace(text, '2026', '2025')"),
            "the checkpoint kept here",
            "its signature is not this server's",
        ),
        (change("UPDATE identity_audit SET who = 'ben' WHERE id = 1"), "event 1 of the audit trail", "changed"),
        (change("DELETE FROM identity_audit WHERE id = 1"), "event 1 of the audit trail", "missing"),
        (change("UPDATE server_state SET value = 'x' WHERE name = 'log_id'"), "line 0", "another log"),
    ],
)  # fmt: skip
def test_each_change_behind_the_servers_back_is_named(
    house: House, tamper: Callable[[sqlite3.Connection], object], where: str, what: str
) -> None:
    with house.tampering() as sql:
        tamper(sql)
    code, said = house.verify()
    assert code == 1
    assert [line for line in said.splitlines() if where in line and what in line], said


def test_every_byte_of_a_body_counts(house: House) -> None:
    with house.tampering() as sql:
        (body,) = sql.execute("SELECT body FROM entry WHERE seq = 20").fetchone()
        for place in range(0, len(body), 97):
            spoiled = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            sql.execute("UPDATE entry SET body = ? WHERE seq = 20", (spoiled,))
            code, said = house.verify()
            assert (code, one_entry(house, 20) in said) == (1, True), place


@pytest.mark.parametrize(
    ("tamper", "table"),
    [
        ("UPDATE record_version SET result = 'partly' WHERE seq = 4", "record_version"),
        ("UPDATE record_version SET happened_at = '2026-11-16T07:00:00Z' WHERE seq = 4", "record_version"),
        ("UPDATE answer SET value = 'met' WHERE seq = 4 AND question = 'note'", "answer"),
        ("DELETE FROM answer WHERE seq = 4", "answer"),
        ("INSERT INTO concern VALUES (4, 'note')", "concern"),
        ("INSERT INTO record_search (rowid, words) VALUES (4, 'slipped')", "record_search"),
    ],
)
def test_a_changed_projection_is_named_with_its_table_and_record(
    house: House, tamper: str, table: str
) -> None:
    with house.tampering() as sql:
        sql.execute(tamper)
    code, said = house.verify()
    named = [
        line for line in said.splitlines() if line.startswith(f"table {table}, record {house.records[3]}")
    ]
    assert (code, len(named)) == (1, 1), said


def test_the_newest_ten_entries_deleted_are_named(house: House) -> None:
    with house.tampering() as sql:
        sql.execute("DELETE FROM entry WHERE seq > 30")
    code, said = house.verify()
    missing = [line for line in said.splitlines() if "missing: the log tells of it" in line]
    assert code == 1
    assert [line.split()[1] for line in missing] == [str(seq) for seq in range(31, 41)]
    assert all(record in said for record in house.records[30:])


def test_the_newest_ten_deleted_with_their_lines_and_all_that_follows_are_named(house: House) -> None:
    with house.tampering() as sql:
        (line,) = sql.execute(
            "SELECT min(position) FROM log_leaf WHERE kind = 'entry' AND ref > 30"
        ).fetchone()
        for table in ("entry", "record_version", "answer", "finding", "record_signature"):
            sql.execute(f"DELETE FROM {table} WHERE seq > 30")
        sql.execute("DELETE FROM log_leaf WHERE position >= ?", (line,))
        sql.execute("DELETE FROM log_node WHERE (place + 1) << level > ?", (line,))
        sql.execute("UPDATE sqlite_sequence SET seq = 30 WHERE name = 'entry'")
    code, said = house.verify()
    assert code == 1
    assert "entries 31 to 40: missing, and so are their lines of the log" in said
    assert f"lines {line} to {line + 9} of the log: gone: the checkpoint kept here" in said
    assert "entries went up to 40 then" in said


def test_a_log_written_anew_fits_no_checkpoint(house: House) -> None:
    """Somebody who can make leaves as well as we can, but cannot sign."""
    with house.tampering() as sql:
        sql.execute("DELETE FROM entry WHERE seq = 15")
        sql.execute("DELETE FROM log_leaf")
        sql.execute("DELETE FROM log_node")
        _write_log_anew(sql)
    code, said = house.verify()
    assert code == 1
    assert "changed since they were signed: the checkpoint kept here" in said


def test_yesterdays_file_copied_back_is_whole_in_itself_but_not_for_who_kept_a_checkpoint(
    house: House, tmp_path: Path
) -> None:
    with house.tampering() as sql:
        (line,) = sql.execute(
            "SELECT min(position) FROM log_leaf WHERE kind = 'entry' AND ref > 30"
        ).fetchone()
        for table in ("entry", "record_version", "answer", "finding", "record_signature"):
            sql.execute(f"DELETE FROM {table} WHERE seq > 30")
        sql.execute("DELETE FROM log_leaf WHERE position >= ?", (line,))
        sql.execute("DELETE FROM log_node WHERE (place + 1) << level > ?", (line,))
        sql.execute("DELETE FROM log_checkpoint WHERE size > ?", (line,))
        sql.execute("UPDATE sqlite_sequence SET seq = 30 WHERE name = 'entry'")
        sql.execute("UPDATE tablet_run SET last = 30")
        sql.execute("INSERT INTO record_search (record_search) VALUES ('delete-all')")
    held = tmp_path / "oak.json"
    held.write_text(json.dumps(house.checkpoints[-1]))
    said_by_oak = read_checkpoint(house.checkpoints[-1]["text"])
    assert said_by_oak is not None
    code, said = house.verify("--checkpoint", str(held))
    assert code == 1
    assert f"lines {line} to {said_by_oak.size - 1} of the log: gone: the checkpoint in oak.json" in said


def test_a_checkpoint_of_another_server_is_said_to_be_that(house: House, tmp_path: Path) -> None:
    held = tmp_path / "forged.json"
    forged = dict(house.checkpoints[-1], signature=house.checkpoints[0]["signature"])
    held.write_text(json.dumps(forged))
    code, said = house.verify("--checkpoint", str(held))
    assert (code, "its signature is not this server's" in said) == (1, True)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"text": 7}'])
def test_a_file_without_a_checkpoint_is_one_sentence(house: House, tmp_path: Path, text: str) -> None:
    held = tmp_path / "held.json"
    held.write_text(text)
    code, said = house.verify("--checkpoint", str(held))
    assert code == 2
    assert "holds no checkpoint" in said


def test_without_a_database_it_cannot(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["verify", "--database", str(tmp_path / "none.db")])
    assert (done.exit_code, "There is no database" in done.output) == (2, True)


def test_it_runs_beside_a_server(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        oak = world.tablet()
        push(oak, seal(body_of(oak)))
        done = CliRunner().invoke(
            main, ["verify", "--database", str(world.settings.database)], catch_exceptions=False
        )
    assert done.exit_code == 0, done.output


def _write_log_anew(sql: sqlite3.Connection) -> None:
    from sync.log_beginning import begin_log

    sql.row_factory = sqlite3.Row
    begin_log(sql)
