"""A measure sees what came of the records: not the order they came in, nor what was put right on the way."""

import random
from collections.abc import Iterator
from itertools import count as numbers
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.measures.catalogue import MEASURES
from server.measures.facts import KINDS
from tests.server.measures.ledgers import (
    FORMS,
    MESSAGE,
    PERIODS,
    Planned,
    furnish,
    measure,
    sent_in_life,
    sent_right,
    take_in,
)

FEW = settings(max_examples=10, print_blob=True)
UUID = "01902b3c-0000-7000-8000-{:012d}"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ledgers")
    return (folder / f"{number}.db" for number in numbers())


@st.composite
def histories(draw: st.DrawFn) -> list[Planned]:
    """Up to 24 records of any form, some of which follow others."""
    planned: list[Planned] = []
    for number in range(draw(st.integers(4, 24))):
        form = draw(st.sampled_from(FORMS))
        before = [one.record for one in planned if one.form in ("family_contact", "incident_record")]
        causes = [
            "",
            f"learning/{MESSAGE}",
            *(f"{id}/try_again" for id in before),
            *(f"{id}/observe" for id in before),
        ]
        planned.append(
            Planned(
                record=UUID.format(number),
                form=form,
                right=draw(st.integers(0, 15)),
                wrong=draw(st.integers(0, 15)),
                fate=draw(st.sampled_from(("at_once", "corrected", "withdrawn"))),
                unit=draw(st.sampled_from(("alder-1", "alder-2"))),
                spawned_by=draw(st.sampled_from(causes)),
                bears=draw(st.booleans()),
            )
        )
    return planned


@FEW
@given(planned=histories(), seed=st.integers(0, 2**32))
def test_a_correction_equals_having_sent_it_right_and_a_withdrawal_never_having_sent_it(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], seed: int
) -> None:
    database, action = furnished
    in_life = sent_in_life(planned, action)
    random.Random(seed).shuffle(in_life)
    right = take_in(database, next(paths), sent_right(planned, action))
    lived = take_in(database, next(paths), in_life)
    assert measure(lived.facts) == measure(right.facts)
    assert lived.custom == right.custom


@FEW
@given(planned=histories(), seed=st.integers(0, 2**32))
def test_the_order_of_arrival_changes_no_measure(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], seed: int
) -> None:
    database, action = furnished
    sent = sent_in_life(planned, action)
    shuffled = random.Random(seed).sample(sent, len(sent))
    facts, custom = take_in(database, next(paths), sent)
    other = take_in(database, next(paths), shuffled)
    assert measure(other.facts) == measure(facts)
    assert other.custom == custom
    mixed = {
        kind: tuple(random.Random(seed).sample(many, len(many)))
        for kind in KINDS
        if (many := facts.listed(kind))
    }
    assert measure(msgspec.structs.replace(facts, **mixed)) == measure(facts)


@FEW
@given(planned=histories())
def test_after_a_rebuild_every_measure_is_the_same(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned]
) -> None:
    database, action = furnished
    sent = sent_in_life(planned, action)
    before = take_in(database, next(paths), sent)
    after = take_in(database, next(paths), sent, rebuilt=True)
    assert after == before
    assert measure(after.facts) == measure(before.facts)


def test_the_worked_examples_give_every_measure_that_floor_records_can_give_something_to_count(
    furnished: tuple[Path, str], paths: Iterator[Path]
) -> None:
    """Else the properties above would hold of nothing."""
    database, action = furnished
    every = [
        Planned(UUID.format(100 * at + number), form, number, 0, "at_once", "alder-1", cause, True)
        for at, form in enumerate(FORMS)
        for number in range(6)
        for cause in ["learning/" + MESSAGE if form == "practice_observation" and number == 3 else ""]
    ]
    taken = take_in(database, next(paths), sent_right(every, action))
    found = measure(taken.facts)
    assert all(
        any(point.count.met for point in taken.custom[start:][: len(PERIODS)])
        for start in range(0, len(taken.custom), len(PERIODS))
    )
    counted = {
        code.partition(" ")[0]
        for code, points in found.items()
        if any(point.count.denominator for point in points)
    }
    nothing_kept = {"M03", "M06", "M08", "M09b", "M14-b"}
    assert counted == MEASURES.keys() - nothing_kept
    assert any(point.count.not_yet_due for points in found.values() for point in points)
    assert any(point.late for points in found.values() for point in points)
