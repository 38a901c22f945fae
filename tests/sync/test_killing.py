"""The server is killed while tablets push: whatever it gave a receipt for is in the ledger."""

import random
import subprocess
import sys
from pathlib import Path

from observation_forms import load_catalogue
from sync import Database, rebuild
from tests.sync.reading import derived, select

ROOT = Path(__file__).parents[2]
KILLS = 6


async def test_no_acknowledged_record_is_lost_when_the_server_is_killed(path: Path) -> None:
    chance = random.Random(20261121)
    acknowledged: set[str] = set()
    for seed in range(KILLS):
        acknowledged |= _push_and_kill(path, seed, lines=chance.randint(1, 300))
    database = await Database.open(path)
    kept = {row["sha256"] for row in await select(database, "SELECT sha256 FROM entry")}
    print(f"{len(acknowledged)} acknowledged, {len(kept)} kept, {KILLS} kills")
    assert acknowledged <= kept
    assert len(acknowledged) >= KILLS
    assert await select(database, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    before = await derived(database)
    await rebuild(database, load_catalogue())
    assert await derived(database) == before
    await database.close()


def _push_and_kill(path: Path, seed: int, lines: int) -> set[str]:
    """Let a server push until it has printed so many digests, then SIGKILL; every digest it printed."""
    command = [sys.executable, "-m", "tests.sync.pushing", str(path), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        printed = [server.stdout.readline() for _ in range(lines)]
        server.kill()
        rest, _ = server.communicate()
    # The kill may cut the last line short: it was not wholly said
    whole = [line for line in [*printed, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    assert whole, "the server printed nothing"
    return {line.strip() for line in whole}
