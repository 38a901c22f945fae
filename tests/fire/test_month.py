"""The short run of `python -m tests.bench.month`."""

from pathlib import Path

from tests.bench.month import live_a_month

SEED = 20261121


async def test_after_days_of_bad_wi_fi_every_sealed_body_is_in_the_ledger_once(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    made: list[int] = []
    month = await live_a_month(tmp_path, tablets=5, days=3, records=200, seed=SEED, progress=made.append)
    assert month.found.faults == []
    assert sum(made) == month.found.sealed == month.found.entries == len(month.to_receipt) == 200
    assert month.cut > 0
    assert month.flat > 0
