"""What must be true at the end, whatever happened to the server: everything sealed is there once, byte for byte."""

import asyncio
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sync.chain import tablet_state
from sync.connections import open_reader
from tests.browser.running import RunningServer
from tests.fire.fleet import Member
from tests.fire.nursery import nursery_of_all
from tests.server.processes import PATIENCE


@dataclass
class Found:
    """What the end came to. `lost`: a receipt was given and the record is not in the ledger, or is another."""

    sealed: int = 0
    receipts: int = 0
    entries: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    verdict: str = ""


async def check(server: RunningServer, fleet: Sequence[Member], *, restored: bool = False) -> Found:
    """Compare the ledger with what the tablets sealed and were told, then run `sightline verify`.

    `restored`: a backup was put back meanwhile, so that a record may have a number other than its first receipt's.
    """
    found = Found()
    kept = {
        row["sha256"]: row for row in server.rows("SELECT seq, sha256, leaf, received_at, body FROM entry")
    }
    found.entries = len(kept)
    (count,) = server.rows("SELECT count(*) AS n, max(seq) AS newest FROM entry")
    if count["n"] != len(kept) or count["newest"] not in (count["n"], None):
        found.faults.append(f"{count['n']} entries, {len(kept)} digests, newest number {count['newest']}")
    expected: set[str] = set()
    for member in fleet:
        sealed = member.tablet.ever_saved
        expected |= sealed.keys()
        found.sealed += len(sealed)
        found.receipts += len(member.given)
        if not restored:
            found.faults += member.broken
        for digest, given in member.given.items():
            row = kept.get(digest)
            told = row is not None and (row["seq"], row["leaf"], row["received_at"]) == given
            if row is None or sha256(row["body"]).hexdigest() != digest or not (told or restored):
                found.lost += 1
                found.faults.append(f"{member.name}: {digest} has a receipt and is not in the ledger as told")
        for digest, body in sealed.items():
            if digest not in kept or kept[digest]["body"] != body:
                found.faults.append(f"{member.name}: {digest} is saved and not in the ledger byte for byte")
        if waiting := await member.tablet.waiting():
            found.faults.append(f"{member.name}: {len(waiting)} still wait")
    if others := kept.keys() - expected:
        found.faults.append(f"{len(others)} entries that no tablet sealed")
    _check_chains(server, fleet, found)
    verified = await command(server, "verify")
    found.verdict = (verified.stdout.strip().splitlines() or [verified.stderr])[-1]
    if verified.returncode:
        found.faults.append(verified.stdout + verified.stderr)
    return found


def _check_chains(server: RunningServer, fleet: Sequence[Member], found: Found) -> None:
    connection = open_reader(server.database)
    try:
        states = {member: tablet_state(connection, member.tablet.id) for member in fleet}
    finally:
        connection.close()
    for member, state in states.items():
        if state.gaps or state.trouble:
            found.faults.append(f"{member.name}: gaps {state.gaps}, trouble {state.trouble}")


async def command(server: RunningServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sightline` on the server's database, to its end."""
    line = [*arguments, "--database", str(server.database)]
    return await asyncio.to_thread(nursery_of_all().run, line, {**os.environ}, "", PATIENCE)
