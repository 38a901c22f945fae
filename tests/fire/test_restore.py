"""The short run of `python -m tests.fire.restore`."""

from pathlib import Path

from tests.fire.restore import restore_under_fire

SEED = 20261121


async def test_after_restores_nothing_with_a_receipt_is_missing_and_a_forgotten_tablets_records_are_held(
    tmp_path: Path,
) -> None:
    print(f"seed {SEED}")
    drill = await restore_under_fire(tmp_path, SEED, most=2)
    assert drill.found.faults == []
    assert all(number > 0 for number in drill.lacking)
    assert drill.back == drill.expected > 0
    assert drill.late.keys() == {"held wrong_tablet"}
    assert drill.found.receipts == drill.found.sealed == drill.found.entries
