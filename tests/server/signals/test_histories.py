"""Signals see what came of the records: not the order they came in, nor what was put right on the way."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count as numbers
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.signals.reading import read_signal_facts
from server.signals.rule import Given
from server.signals.signal import Signal
from server.signals.signs import signals
from tests.server.measures.ledgers import (
    CATALOGUE,
    Planned,
    furnish,
    sent_in_life,
    sent_right,
    take_in,
)
from tests.server.measures.made import USUAL
from tests.server.measures.test_histories import histories

FEW = settings(max_examples=8, print_blob=True)
MOMENTS = (datetime(2026, 6, 12, 12, tzinfo=UTC), datetime(2026, 8, 20, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ledgers")
    return (folder / f"{number}.db" for number in numbers())


def fired(
    database: Path, path: Path, sealed: Sequence[bytes], *, rebuilt: bool = False
) -> list[list[Signal]]:
    """Every signal as of mid-June and later, of a database that received these."""
    take_in(database, path, sealed, rebuilt=rebuilt)
    sql = sqlite3.connect(path)
    sql.row_factory = sqlite3.Row
    try:
        return [
            signals(Given(read_signal_facts(sql, ["alder"], CATALOGUE, moment), USUAL)) for moment in MOMENTS
        ]
    finally:
        sql.close()


@FEW
@given(planned=histories(), seed=st.integers(0, 2**32))
def test_a_correction_equals_having_sent_it_right_and_a_withdrawal_never_having_sent_it(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], seed: int
) -> None:
    database, action = furnished
    in_life = sent_in_life(planned, action)
    random.Random(seed).shuffle(in_life)
    assert fired(database, next(paths), in_life) == fired(database, next(paths), sent_right(planned, action))


@FEW
@given(planned=histories(), seed=st.integers(0, 2**32))
def test_neither_the_order_of_arrival_nor_a_rebuild_changes_a_signal(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], seed: int
) -> None:
    database, action = furnished
    sent = sent_in_life(planned, action)
    shuffled = random.Random(seed).sample(sent, len(sent))
    found = fired(database, next(paths), sent)
    assert fired(database, next(paths), shuffled) == found
    assert fired(database, next(paths), shuffled, rebuilt=True) == found


def test_the_histories_fire_signals_at_all(furnished: tuple[Path, str], paths: Iterator[Path]) -> None:
    database, action = furnished
    forms = ("senior_oversight", "shift_review", "incident_record", "family_contact", "sample_recording")
    planned = [
        Planned(f"01902b3c-0000-7000-8000-{number:012d}", forms[number % 5], number // 5, 0, "at_once",
                "alder-1", "", False)
        for number in range(40)
    ]  # fmt: skip
    found = fired(database, next(paths), sent_right(planned, action))
    assert len({signal.code for signal in found[-1]}) > 4
