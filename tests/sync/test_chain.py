"""What the server can say about the records of a tablet: which came, which are missing, what does not fit."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observation_forms import load_catalogue
from sync import Database, Inbox, TabletState, tablet_state
from sync.chain import _stretches
from tests.sync.bodies import FakeTablet, batch


async def state(database: Database, tablet: str = "oak") -> TabletState:
    return await database.read(lambda connection: tablet_state(connection, tablet))


async def test_an_unknown_tablet_has_sent_nothing(database: Database) -> None:
    assert await state(database) == TabletState(highest=0, received=0, gaps=[], trouble=[])


async def test_all_in_order_has_no_gaps(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    await inbox.receive(batch([oak.seal() for _ in range(9)]), oak.sender())
    assert await state(database) == TabletState(highest=9, received=9, gaps=[], trouble=[])


async def test_what_is_outstanding_shows_as_gaps(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = [oak.seal() for _ in range(12)]
    await inbox.receive(batch([sealed[2], sealed[3], sealed[8], sealed[11]]), oak.sender())
    found = await state(database)
    assert found.gaps == [(1, 2), (5, 8), (10, 11)]
    assert (found.highest, found.received, found.trouble) == (12, 4, [])


@pytest.mark.parametrize("seed", range(8))
async def test_the_order_of_arrival_does_not_matter(
    inbox: Inbox, oak: FakeTablet, database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    sealed = [oak.seal() for _ in range(20)]
    chance.shuffle(sealed)
    while sealed:
        size = chance.randint(1, 6)
        await inbox.receive(batch(sealed[:size]), oak.sender())
        sealed = sealed[size:]
    assert await state(database) == TabletState(highest=20, received=20, gaps=[], trouble=[])


async def test_a_broken_link_is_noted_and_refuses_nothing(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    sealed = [oak.seal(), oak.seal(tablet_prev="a" * 64), oak.seal()]
    answer = await inbox.receive(batch(sealed), oak.sender())
    assert {receipt.status for receipt in answer.receipts} == {"stored"}
    found = await state(database)
    assert (found.broken_links, found.reused_numbers, found.gaps) == ([2], [], [])


async def test_a_link_is_checked_when_its_forerunner_comes(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    first, second = oak.seal(), oak.seal(tablet_prev="a" * 64)
    await inbox.receive(batch([second]), oak.sender())
    assert (await state(database)).broken_links == []
    await inbox.receive(batch([first]), oak.sender())
    assert (await state(database)).broken_links == [2]


async def test_the_first_record_links_to_nothing(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    await inbox.receive(batch([oak.seal(tablet_prev="a" * 64)]), oak.sender())
    assert (await state(database)).broken_links == [1]


async def test_a_number_used_twice_is_noted_and_refuses_nothing(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    sealed = [oak.seal(), oak.seal(), oak.seal(tablet_seq=2), oak.seal(tablet_seq=3)]
    answer = await inbox.receive(batch(sealed), oak.sender())
    assert {receipt.status for receipt in answer.receipts} == {"stored"}
    found = await state(database)
    assert found.reused_numbers == [2]
    assert [trouble.seq for trouble in found.trouble if trouble.code == "number_reused"] == [2, 3]
    assert (found.highest, found.received, found.gaps) == (3, 3, [])


async def test_another_tablet_cannot_blemish_the_chain(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    await inbox.receive(batch([oak.seal()]), oak.sender())
    elm = FakeTablet(oak.catalogue, "elm")
    await inbox.receive(batch([elm.seal(tablet="oak")]), elm.sender())
    assert (await state(database)).trouble == []
    assert (await state(database, "elm")).highest == 0


async def test_a_held_record_is_no_gap(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = [oak.seal(), oak.seal(author=""), oak.seal(form_hash="0" * 64), oak.seal()]
    await inbox.receive(batch(sealed), oak.sender())
    assert await state(database) == TabletState(highest=4, received=4, gaps=[], trouble=[])


@given(st.sets(st.integers(1, 60)))
def test_stretches_hold_the_same_numbers_with_gaps_between(numbers: set[int]) -> None:
    stretches = _stretches(numbers)
    assert {number for first, last in stretches for number in range(first, last + 1)} == numbers
    assert all(before[1] + 1 < after[0] for before, after in pairwise(stretches))


def test_a_fake_tablet_is_a_true_one() -> None:
    oak = FakeTablet(load_catalogue())
    assert len({oak.seal() for _ in range(5)}) == 5
