"""Two processes derive a ledger to the same as one does, whatever becomes of the second."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from observation_forms import Catalogue, load_catalogue
from sync import Database, Inbox, RebuildError, rebuild
from sync.connections import open_reader
from sync.deriving import Derived, Deriver, JudgedBy
from sync.deriving_in_two import OtherProcess, derive_in_two, unpacked
from sync.key_book import NoKeys
from sync.stored import no_settings
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet, batch
from tests.sync.reading import derived

ENTRIES = 40
EACH = [(entry, entry) for entry in range(1, ENTRIES + 1)]
# A Python that starts on a busy machine
PATIENCE = 120


@pytest.fixture
def by(catalogue: Catalogue) -> JudgedBy:
    return JudgedBy(catalogue, no_settings, NoKeys())


@pytest.fixture
async def alone(inbox: Inbox, oak: FakeTablet, path: Path, by: JudgedBy) -> list[Derived]:
    """What one process makes of records, a correction, a conflict, and what nobody can read."""
    first = oak.seal(bearings=[{"action": "action-planning", "themes": ["SG"], "bearing": "supports"}])
    sent = [first, oak.correct(first, reason="Wrong room"), oak.seal(record=str(UUID(int=7))), b"nonsense"]
    sent.append(oak.seal(record=str(UUID(int=7)), author="staff-ben"))
    sent += [oak.seal() for _ in range(ENTRIES - len(sent))]
    await inbox.receive(batch(sent), oak.sender())
    found = Deriver(open_reader(path), by).derive(1, ENTRIES)
    assert {one.entry.standing for one in found} == {"stored", "conflict", "held"}
    return found


def test_the_other_process_finds_what_this_one_does(path: Path, by: JudgedBy, alone: list[Derived]) -> None:
    with OtherProcess(path, by) as other:
        assert other.is_ready(PATIENCE)
        [process] = multiprocessing.active_children()
        assert process.pid != os.getpid()
        assert other.ask((1, ENTRIES))
        assert unpacked(other.answer(), by.catalogue) == alone


def test_a_process_that_is_killed_costs_nothing(path: Path, by: JudgedBy, alone: list[Derived]) -> None:
    found: list[Derived] = []
    for some in derive_in_two(path, open_reader(path), by, EACH):
        if not found:
            [other] = multiprocessing.active_children()
            other.kill()
            other.join()
        found += some
    assert found == alone


def test_a_process_that_cannot_begin_is_asked_nothing_and_the_log_says_so(
    path: Path, by: JudgedBy, caplog: pytest.LogCaptureFixture
) -> None:
    with OtherProcess(path, by) as other:
        [process] = multiprocessing.active_children()
        process.kill()
        assert other.answer() == []
        assert not other.ask((1, ENTRIES))
        assert other.answer() == []
    assert "no second process helps" in caplog.text


def test_a_process_that_is_killed_at_work_costs_nothing(
    path: Path, by: JudgedBy, alone: list[Derived]
) -> None:
    found: list[Derived] = []
    for some in derive_in_two(path, open_reader(path), by, EACH):
        found += some
        # Meanwhile it becomes ready, is asked, and has its second range when it is killed
        time.sleep(0.15)
        if len(found) == ENTRIES // 2:
            for other in multiprocessing.active_children():
                other.kill()
    assert found == alone


def test_entries_that_are_not_committed_yet_are_derived_all_the_same(
    path: Path, by: JudgedBy, alone: list[Derived], tmp_path: Path
) -> None:
    fresh_database(tmp_path / "nothing-committed.db")
    found: list[Derived] = []
    for some in derive_in_two(tmp_path / "nothing-committed.db", open_reader(path), by, EACH):
        found += some
        time.sleep(0.1)
    assert found == alone


def begin_and_hang(path: Path, told: Path) -> None:
    with OtherProcess(path, JudgedBy(load_catalogue(), no_settings, NoKeys())) as other:
        assert other.is_ready(PATIENCE)
        [process] = multiprocessing.active_children()
        assert process.pid is not None
        tell(told, process.pid)
        signal.pause()


def test_the_other_process_ends_with_the_one_it_helps(path: Path, tmp_path: Path) -> None:
    told = tmp_path / "other"
    process = multiprocessing.get_context("spawn").Process(target=begin_and_hang, args=(path, told))
    process.start()
    wait_until(told.exists)
    other = int(told.read_text())
    assert is_running(other)
    process.kill()
    process.join()
    process.close()
    wait_until(lambda: not is_running(other))


def stand_still(
    first: int, told: Path, connection: sqlite3.Connection, service: str, at: str
) -> dict[str, int]:
    """Settings that, where the second process asks for them, stop the first one before it answers."""
    if os.getpid() != first and not told.exists():
        tell(told, os.getpid())
        os.kill(first, signal.SIGSTOP)
    return no_settings(connection, service, at)


def ask_and_stand_still(path: Path, told: Path, entries: int) -> None:
    by = JudgedBy(load_catalogue(), partial(stand_still, os.getpid(), told), NoKeys())
    with OtherProcess(path, by) as other:
        assert other.is_ready(PATIENCE)
        assert other.ask((1, entries))
        assert other.answer() == []


async def test_a_process_that_is_killed_while_it_hands_over_is_not_waited_for(
    inbox: Inbox, oak: FakeTablet, path: Path, tmp_path: Path
) -> None:
    """As much as no pipe holds, and nobody takes it: it has written a part of it when it is killed."""
    for _ in range(8):
        await inbox.receive(batch([oak.seal() for _ in range(100)]), oak.sender())
    told = tmp_path / "other"
    process = multiprocessing.get_context("spawn").Process(target=ask_and_stand_still, args=(path, told, 800))
    process.start()
    first = process.pid
    assert first is not None
    wait_until(told.exists)
    wait_until(lambda: state_of(first) == "T")
    other = int(told.read_text())
    wait_until(lambda: sleeps(other))
    os.kill(other, signal.SIGKILL)
    os.kill(first, signal.SIGCONT)
    process.join(PATIENCE)
    assert process.exitcode == 0, "it waits for one that is no more"


def tell(told: Path, number: int) -> None:
    told.with_suffix(".part").write_text(str(number))
    told.with_suffix(".part").rename(told)


def wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, so
        time.sleep(0.02)


def sleeps(process: int) -> bool:
    """Not for a moment, as one that waits for the processor or a disk: it is blocked."""
    for _ in range(10):
        if state_of(process) != "S":
            return False
        time.sleep(0.02)
    return True


def is_running(process: int) -> bool:
    """Whether it is there and has not ended: one that nobody asked after stays in the list."""
    return state_of(process) not in ("Z", "")


def state_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return ""


@pytest.mark.usefixtures("alone")
async def test_a_rebuild_in_two_gives_identical_tables(database: Database, catalogue: Catalogue) -> None:
    before = await derived(database)
    assert await rebuild(database, catalogue, in_two=True) == ENTRIES
    assert await derived(database) == before
    with pytest.raises(RebuildError, match=r"practice_observation version \d"):
        await rebuild(database, Catalogue([]), in_two=True)
    assert await derived(database) == before
