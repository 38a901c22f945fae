"""Coverage sees what came of the records: not the order they came in, nor what was put right on the way."""

import asyncio
import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count as numbers
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_forms import load_catalogue
from server import receiving
from server.coverage.coverage import Coverage, read_coverage
from server.evidence.times import write_instant
from server.identity.scope import of_services
from server.measures.periods import window
from sync import Database
from tests.server.coverage.test_page import answers_of
from tests.server.world import World
from tests.sync.bodies import FakeTablet, batch

CATALOGUE = load_catalogue()
AS_OF = datetime(2026, 10, 30, 12, tzinfo=UTC)
UUID = "01902b3c-0000-7000-8000-{:012d}"
FEW = settings(max_examples=12, print_blob=True)


class Said(NamedTuple):
    """What a record says happened: hours before `AS_OF`, on which shift, in which unit, of whom."""

    hours: int
    shift: str
    unit: str
    person: str


class Planned(NamedTuple):
    """A record as it is in the end, and as it was first written, `minutes` after what is `right` happened."""

    record: str
    form: str
    right: Said
    wrong: Said
    minutes: int
    fate: str


SAID = st.builds(
    Said,
    st.integers(1, 24 * 40),
    st.sampled_from(("day", "late", "night")),
    st.sampled_from(("alder-1", "alder-2")),
    st.sampled_from(("alder-1-a", "alder-2-a")),
)
HISTORIES = st.lists(
    st.builds(
        Planned,
        record=st.just(""),
        form=st.sampled_from(("practice_observation", "lived_experience", "family_contact")),
        right=SAID,
        wrong=SAID,
        minutes=st.sampled_from((0, 15, 16, 120, 121)),
        fate=st.sampled_from(("at_once", "corrected", "withdrawn")),
    ),
    min_size=1,
    max_size=10,
).map(lambda many: [one._replace(record=UUID.format(number)) for number, one in enumerate(many)])


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with World(tmp_path_factory.mktemp("furnished")) as world:
        pass
    return world.settings.database


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ledgers")
    return (folder / f"{number}.db" for number in numbers())


@FEW
@given(planned=HISTORIES, seed=st.integers(0, 2**32))
def test_a_correction_equals_having_sent_it_right_and_a_withdrawal_never_having_sent_it(
    furnished: Path, paths: Iterator[Path], planned: list[Planned], seed: int
) -> None:
    in_life = sealed(planned)
    random.Random(seed).shuffle(in_life)
    right = [one._replace(fate="at_once") for one in planned if one.fate != "withdrawn"]
    found = take_in(furnished, next(paths), in_life)
    assert found == take_in(furnished, next(paths), sealed(right))
    assert found.promptness[-1].counted == len(right)


@FEW
@given(planned=HISTORIES)
def test_after_a_rebuild_the_coverage_is_the_same(
    furnished: Path, paths: Iterator[Path], planned: list[Planned]
) -> None:
    before = take_in(furnished, next(paths), sealed(planned))
    assert take_in(furnished, next(paths), sealed(planned), rebuilt=True) == before


def sealed(planned: Sequence[Planned]) -> list[bytes]:
    """Every version that was sent; a correction is written a day after the record."""
    tablet = FakeTablet(CATALOGUE, "oak", "alder")
    found = []
    for one in planned:
        noted = AS_OF - timedelta(hours=one.right.hours) + timedelta(minutes=one.minutes)
        found.append(_seal(tablet, one, one.right if one.fate == "at_once" else one.wrong, noted))
        later: dict[str, Any] = {"version": 2, "reason": "It was another one"}
        if one.fate == "corrected":
            found.append(_seal(tablet, one, one.right, noted + timedelta(days=1), **later))
        elif one.fate == "withdrawn":
            found.append(_seal(tablet, one, one.wrong, noted + timedelta(days=1), **later, withdrawn=1))
    return found


def take_in(furnished: Path, path: Path, bodies: Sequence[bytes], *, rebuilt: bool = False) -> Coverage:
    """The coverage of Alder House once a database received these."""
    shutil.copy(furnished, path)
    return asyncio.run(_take_in(path, bodies, rebuilt))


async def _take_in(path: Path, bodies: Sequence[bytes], rebuilt: bool) -> Coverage:
    database = await Database.open(path)
    try:
        inbox = receiving.make_inbox(database, CATALOGUE, lambda: AS_OF + timedelta(days=2))
        for start in range(0, len(bodies), 4):
            answer = await inbox.receive(
                batch(bodies[start : start + 4]), FakeTablet(CATALOGUE, "oak", "alder").sender()
            )
            assert {receipt.status for receipt in answer.receipts} == {"stored"}, answer.receipts
        if rebuilt:
            await receiving.rebuild(database, CATALOGUE)
        shown = window(date(2026, 9, 1), date(2026, 10, 31))
        return await database.read(
            lambda sql: read_coverage(sql, of_services(["alder"]), CATALOGUE, "alder", AS_OF, shown=shown)
        )
    finally:
        await database.close()


def _seal(tablet: FakeTablet, one: Planned, said: Said, noted: datetime, **more: Any) -> bytes:
    happened = write_instant(AS_OF - timedelta(hours=said.hours))
    return tablet.seal(
        record=one.record,
        form=one.form,
        answers=answers_of(one.form, happened_at=happened, shift=said.shift, person=said.person),
        author="amina",
        unit=said.unit,
        happened_at=happened,
        recorded_at=write_instant(noted),
        **more,
    )
