"""The short run of `python -m tests.fire.kill_server`."""

from pathlib import Path

from tests.fire.kill_server import kill_under_load

SEED = 20261121


async def test_every_receipt_given_is_in_the_ledger_after_the_server_was_killed_eight_times(
    tmp_path: Path,
) -> None:
    print(f"seed {SEED}")
    done = await kill_under_load(tmp_path, kills=8, tablets=3, seed=SEED)
    assert done.found.faults == []
    assert done.all == 8
    assert done.found.receipts == done.found.sealed == done.found.entries > 0
