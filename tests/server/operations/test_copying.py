"""The copy off the machine: whole within moments, watched, started again; and the day the machine is lost."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from observation_forms import load_catalogue
from server.operations import litestream, readiness
from server.operations.copying import Copying, CopyNote
from server.operations.side_files import beside, read_note
from sync import Database, migrate, restore
from sync.process_lock import ProcessLock
from tests.model import tally
from tests.server.evidence.arranged import make_action, send_record
from tests.server.processes import free_port, make_database, serving
from tests.server.test_serve import JSON, client_of, enrol
from tests.server.world import World
from tests.sync.bodies import batch, make_body, make_record_id, seal

PROGRAM = litestream.find_program()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Litestream is not installed")
PATIENCE = 120.0


@pytest.fixture(autouse=True)
def copied_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, the last is copied before it is ended."""
    monkeypatch.setattr("server.operations.copying.STOP_SECONDS", PATIENCE)


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Generous: Litestream starts slowly on a machine that is busy."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.05)


def be_whole(database: Path) -> None:
    """Have everything that is committed be in the copy."""
    config = beside(database, "litestream.yml")

    def asked() -> bool:
        try:
            # Where a long path is no name for a socket it is elsewhere
            socket = Path(json.loads(config.read_bytes())["socket"]["path"])
            asyncio.run(litestream.sync_now(socket, database))
        except (OSError, ValueError, litestream.SyncError, TimeoutError):
            return False
        return True

    wait_for(asked, "the copy is whole")


def take_back(copy: Path, file: Path) -> Path:
    """What `litestream restore` makes of the copy."""
    assert PROGRAM is not None
    subprocess.run(
        [PROGRAM, "restore", "-integrity-check", "full", "-o", str(file), litestream.address_of(str(copy))],
        check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    return file


def digests(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as sql:
        return {digest for (digest,) in sql.execute("SELECT sha256 FROM entry")}


def copying_of(world: World) -> Copying:
    copying: Copying = world.app.state["rooms"].copying
    return copying


def test_what_was_received_last_is_in_the_copy_when_the_server_has_stopped(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with World(tmp_path, SIGHTLINE_COPY_TO=str(copy)) as world:
        be_whole(world.settings.database)
        with world.tablet() as oak, world.signed_in("chidi") as chidi:
            send_record(oak, make_action(chidi))
    assert len(digests(world.settings.database)) == 1
    assert digests(take_back(copy, tmp_path / "back.db")) == digests(world.settings.database)
    note = read_note(beside(world.settings.database, "copying"), CopyNote)
    assert note is not None
    assert (note.running, note.fault) == (False, "")


def test_its_files_are_private_and_its_configuration_holds_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-somebody")
    copy = tmp_path / "copy"
    with World(tmp_path, SIGHTLINE_COPY_TO=str(copy)) as world:
        be_whole(world.settings.database)
        config = beside(world.settings.database, "litestream.yml")
        assert config.stat().st_mode & 0o077 == 0
        assert "secret" not in config.read_text()
    copied = [file for file in copy.rglob("*") if file.is_file()]
    assert copied
    assert not [file for file in copied if file.stat().st_mode & 0o077]


def test_one_that_ends_is_started_again_and_misses_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with World(tmp_path, SIGHTLINE_COPY_TO=str(copy)) as world:
        be_whole(world.settings.database)
        copying = copying_of(world)
        assert copying._process is not None
        os.kill(copying._process.pid, signal.SIGKILL)
        with world.tablet() as oak, world.signed_in("chidi") as chidi:
            send_record(oak, make_action(chidi))
        wait_for(lambda: copying.state.restarts, "started again")
        wait_for(lambda: copying.state.running, "running again")
        be_whole(world.settings.database)
    assert digests(take_back(copy, tmp_path / "back.db")) == digests(world.settings.database)


def test_one_that_does_not_answer_is_ended_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = threading.Event()
    before = litestream.sync_now

    async def ask(socket: Path, database: Path, seconds: int = litestream.SYNC_SECONDS) -> None:
        if hangs.is_set():
            raise TimeoutError
        await before(socket, database, seconds)

    monkeypatch.setattr("server.operations.copying.ASK_SECONDS", 0.1)
    monkeypatch.setattr(litestream, "sync_now", ask)
    with World(tmp_path, SIGHTLINE_COPY_TO=str(tmp_path / "copy")) as world:
        copying = copying_of(world)
        wait_for(lambda: copying.state.synced, "whole once")
        assert copying._process is not None
        first = copying._process.pid
        hangs.set()
        wait_for(lambda: copying.state.restarts, "started again")
        hangs.clear()
        since = copying.state.synced
        wait_for(lambda: copying.state.synced > since, "whole again")
        assert copying._process.pid != first


def test_while_it_runs_it_alone_checkpoints_and_then_the_writer_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[bool] = []
    before = Database.checkpoint_by_itself

    async def note(database: Database, itself: bool) -> None:
        await before(database, itself)
        said.append(itself)

    monkeypatch.setattr(Database, "checkpoint_by_itself", note)
    with World(tmp_path, SIGHTLINE_COPY_TO=str(tmp_path / "copy")) as world:
        wait_for(lambda: copying_of(world).state.running, "running")
        assert said == [False]
        copying = copying_of(world)
        assert copying._process is not None
        os.kill(copying._process.pid, signal.SIGKILL)
        wait_for(lambda: len(said) == 3, "taken back, and handed over again")
    assert said[:3] == [False, True, False]


def test_it_is_sent_away_while_the_file_is_written_anew(tmp_path: Path) -> None:
    """A sweep checkpoints by our own SQLite, and no second one may be at it then."""
    alone: list[bool] = []
    copy = tmp_path / "copy"
    with World(tmp_path, SIGHTLINE_COPY_TO=str(copy)) as world:
        be_whole(world.settings.database)
        copying, database = copying_of(world), world.app.state["rooms"].database
        with world.tablet() as oak, world.signed_in("chidi") as chidi:
            send_record(oak, make_action(chidi))

        async def sweep() -> None:
            async with copying.paused():
                assert copying._process is not None
                alone.append(copying._process.returncode is not None)
            await database.sweep()

        loop = copying._task.get_loop() if copying._task else None
        assert loop is not None
        asyncio.run_coroutine_threadsafe(sweep(), loop).result(PATIENCE)
        wait_for(lambda: copying.state.running, "running again")
        be_whole(world.settings.database)
        assert copying.state.restarts == 0
    assert alone == [True]
    assert digests(take_back(copy, tmp_path / "back.db")) == digests(world.settings.database)


def test_a_server_waits_until_the_one_before_it_has_copied_its_last(tmp_path: Path) -> None:
    before = ProcessLock(tmp_path / "sightline.db.copying")
    with World(tmp_path, SIGHTLINE_COPY_TO=str(tmp_path / "copy")) as world:
        wait_for(lambda: copying_of(world).state.restarts, "tried again")
        assert copying_of(world)._process is None
        before.release()
        wait_for(lambda: copying_of(world).state.running, "running")
        be_whole(world.settings.database)


async def test_the_writer_hands_checkpointing_over_and_takes_it_back(tmp_path: Path) -> None:
    def pages(sql: sqlite3.Connection) -> int:
        found: int = sql.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
        return found

    migrate(tmp_path / "x.db")
    database = await Database.open(tmp_path / "x.db")
    try:
        usual = await database.write(pages)
        await database.checkpoint_by_itself(False)
        assert await database.write(pages) == 0
        await database.checkpoint_by_itself(True)
        assert await database.write(pages) == usual > 0
    finally:
        await database.close()


def test_a_place_that_cannot_be_written_to_stops_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.operations.copying.BEHIND_SECONDS", -1.0)
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)
    place = tmp_path / "copy"
    place.write_text("a file where a folder should be")
    with World(tmp_path, SIGHTLINE_COPY_TO=str(place)) as world:
        wait_for(lambda: copying_of(world).state.fault, "a fault is known")
        with world.tablet() as oak, world.signed_in("chidi") as chidi:
            send_record(oak, make_action(chidi))
        answer = world.client().get("/ready")
        assert (answer.status_code, answer.json()) == (200, {"ok": 1, "code": "copy_behind"})
        assert copying_of(world).state.synced == 0


def test_what_it_says_is_written_without_what_somebody_signs_in_with() -> None:
    said = litestream.read_line(
        b'{"level":"ERROR","msg":"x","error":"dial sftp://me:hunter2@host/x: refused"}'
    )
    assert said == {"level": "ERROR", "words": "x", "fault": "dial sftp://(hidden)@host/x: refused"}
    assert litestream.read_line(b"not json \xff") == {"words": "not json \ufffd"}


def child_of(pid: int) -> int:
    """The one process that `pid` started."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


class Holder:
    """A tablet that keeps everything it sealed, as tablets do for 14 days."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._whose = enrol(client)
        self._catalogue = load_catalogue()
        self.kept: dict[str, dict[str, Any]] = {}
        self.receipts: set[str] = set()

    def record(self, count: int) -> None:
        """Seal and deliver; each has its receipt."""
        for _ in range(count):
            body = make_body(
                self._catalogue,
                **self._whose,
                tablet_seq=len(self.kept) + 1,
                record=make_record_id("2026-11-16T08:05:00Z"),
            )
            self._send([body])

    def offer_again(self) -> int:
        """What a tablet does when the epoch has changed; how many were lacking."""
        asked = {
            "records": [
                {"record": body["record"], "version": 1, "sha256": digest}
                for digest, body in self.kept.items()
            ]
        }
        missing = {one["record"] for one in self._client.post("/sync/have", json=asked).json()["missing"]}
        self._send([body for body in self.kept.values() if body["record"] in missing])
        return len(missing)

    def epoch(self) -> str:
        said: str = self._client.get("/sync/info").json()["epoch"]
        return said

    def _send(self, bodies: list[dict[str, Any]]) -> None:
        if not bodies:
            return
        answer = self._client.post(
            "/sync/records", content=batch([seal(body) for body in bodies]), headers=JSON
        )
        for body, receipt in zip(bodies, answer.json()["receipts"], strict=True):
            assert receipt["status"] in ("stored", "duplicate"), receipt
            self.kept[receipt["sha256"]] = body
            self.receipts.add(receipt["sha256"])


def test_the_machine_is_lost_and_nothing_is_missing_after_the_next_sync(tmp_path: Path) -> None:
    """The drill of server/README.md: SIGKILL under way, the disk gone, the copy taken back, tablets offer again."""
    home = tmp_path / "machine"
    home.mkdir()
    database, copy, keys = home / "sightline.db", tmp_path / "copy", tmp_path / "keys-kept-apart"
    make_database(database)
    port = free_port()
    with client_of(port) as client:
        with serving(database, port, SIGHTLINE_COPY_TO=str(copy), SIGHTLINE_LOG_LEVEL="error") as server:
            keys.write_bytes(Path(f"{database}.keys").read_bytes())
            oak = Holder(client)
            oak.record(5)
            be_whole(database)
            oak.record(5)
            epoch, child = oak.epoch(), child_of(server.pid)
            server.kill()
            server.wait()
            # It dies with its parent, so a new server never has two of them
            wait_for(lambda: not Path(f"/proc/{child}").exists(), "Litestream died with the server")
        for file in sorted(home.iterdir()):
            if file.is_file():
                file.unlink()
        back = take_back(copy, tmp_path / "back.db")
        assert len(digests(back)) >= 5
        restore(back, database)
        Path(f"{database}.keys").write_bytes(keys.read_bytes())
        with serving(database, port, SIGHTLINE_COPY_TO=str(copy), SIGHTLINE_LOG_LEVEL="error"):
            assert oak.epoch() != epoch
            assert oak.offer_again() <= 5
            assert oak.offer_again() == 0
            be_whole(database)
    assert oak.receipts <= digests(database)
    # The copy goes on from the restored database: taken back once more, it has all of it
    assert oak.receipts <= digests(take_back(copy, tmp_path / "again.db"))
    tally.count(None, len(oak.receipts), len(oak.receipts - digests(database)))


def test_the_configuration_is_what_litestream_reads(tmp_path: Path) -> None:
    made = json.loads(litestream.config_of(tmp_path / "x.db", "s3://bucket/place", tmp_path / "s"))
    assert made["dbs"][0]["replica"] == {"url": "s3://bucket/place"}
    made = json.loads(litestream.config_of(tmp_path / "x.db", "/a folder", tmp_path / "s"))
    assert made["dbs"][0]["replica"] == {"type": "file", "path": "/a folder"}
