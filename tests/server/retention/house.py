"""A service without its web pages: records by the dozen, years later, ready to be destroyed. Also run as a program,
which a test kills while it destroys.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import server.app  # noqa: F401 every table, whichever room it belongs to
from observation_forms import Catalogue, load_catalogue
from server.identity import organisation
from server.identity.permissions import Role
from server.receiving import make_inbox
from server.retention.destruction import Decision, destroy_all
from server.retention.keeping import Keeping
from sync import Database, merkle
from sync.log import log_size, read_root
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet, batch

THEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = THEN + timedelta(days=20 * 366)
PEOPLE, STAFF, UNITS = ("rose", "tom", "ivy"), ("amina", "ben", "chidi"), ("one", "two")
DECISION = Decision("chidi", "Its time to be kept has ended.", ("alder",), ("alder",))


async def furnish(path: Path) -> Database:
    """A migrated database with a service, people who have left, and staff who have."""
    fresh_database(path)
    database = await Database.open(path)

    def fill(sql: sqlite3.Connection) -> None:
        organisation.add_provider(sql, "provider", "Example Care")
        organisation.add_service(sql, "alder", "provider", "Alder House", "residential")
        for unit in UNITS:
            organisation.add_unit(sql, unit, "alder", unit)
        for person in PEOPLE:
            organisation.add_person(sql, person, "one", person[:2].upper(), "1")
        for staff in STAFF:
            organisation.add_staff(sql, staff, staff.title(), f"{staff}@example.test")
            role = Role.REGISTERED_MANAGER if staff == "chidi" else Role.FLOOR
            organisation.give_role(sql, staff, role, "alder", THEN - timedelta(days=400))

    await database.write(fill)
    return database


async def everybody_leaves(database: Database) -> None:
    """So that every record reaches its end one day."""

    def leave(sql: sqlite3.Connection) -> None:
        for person in PEOPLE:
            organisation.remove_person(sql, person, THEN)
        for staff in STAFF[:2]:
            organisation.end_employment(sql, staff, THEN)

    await database.write(leave)


async def send(database: Database, catalogue: Catalogue, sealed: list[bytes], tablet: FakeTablet) -> None:
    """Hand these records in."""
    inbox = make_inbox(database, catalogue, lambda: THEN)
    for start in range(0, len(sealed), 50):
        answer = await inbox.receive(batch(sealed[start : start + 50]), tablet.sender())
        assert {receipt.status for receipt in answer.receipts} <= {"stored", "conflict", "held"}


def check_log(sql: sqlite3.Connection) -> None:
    """Every body that is there has its digest, every one that is not has its leaf, and the tree is whole."""
    leaves = sql.execute(
        "SELECT position, kind, ref, statement, leaf FROM log_leaf ORDER BY position"
    ).fetchall()
    hashes = [merkle.hash_leaf(leaf["statement"].encode()) for leaf in leaves]
    assert [leaf["leaf"] for leaf in leaves] == [one.hex() for one in hashes]
    assert read_root(sql, log_size(sql)) == root_of(hashes)
    said = {leaf["ref"] for leaf in leaves if leaf["kind"] == "destroyed"}
    gone = {row["seq"] for row in sql.execute("SELECT seq FROM destroyed")}
    assert said == gone
    for entry in sql.execute("SELECT seq, body, sha256 FROM entry"):
        if entry["seq"] in gone:
            assert entry["body"] == b""
        else:
            assert sha256(entry["body"]).hexdigest() == entry["sha256"]
        derived = "SELECT 1 FROM answer WHERE seq = :seq UNION SELECT 1 FROM record_version WHERE seq = :seq"
        if entry["seq"] in gone:
            assert sql.execute(derived, {"seq": entry["seq"]}).fetchone() is None


def root_of(hashes: list[bytes]) -> bytes:
    """The root of a Merkle tree as RFC 6962, 2.1 says it, the slow way."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\1" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


async def destroy_everything(path: Path) -> None:
    """What the killed program does: destroy all that has reached its end."""
    database = await Database.open(path)
    await Keeping(database, lambda: LATER).work_out()
    rows = await database.read(lambda sql: sql.execute("SELECT subject FROM retention_list").fetchall())
    await destroy_all(database, load_catalogue(), [row["subject"] for row in rows], DECISION, lambda: LATER)
    await database.close()


def die_after(path: Path, destroyed: int) -> None:
    """SIGKILL this process as soon as that many records are gone. From within: a test that watched from without could
    be held up until all were.
    """
    with closing(sqlite3.connect(path)) as sql:
        while sql.execute("SELECT count(*) FROM destroyed").fetchone()[0] < destroyed:
            time.sleep(0.002)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=die_after, args=(Path(sys.argv[1]), int(sys.argv[2])), daemon=True).start()
    asyncio.run(destroy_everything(Path(sys.argv[1])))
