"""The draw of a sample: by chance, and the same again from its seed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from server.closure.draw import draw, new_seed

RECORDS = [f"record-{number}" for number in range(40)]


@given(st.sets(st.text(max_size=20), max_size=30), st.text(max_size=40), st.integers(1, 40), st.randoms())
def test_the_same_seed_draws_the_same_from_the_same_records_in_any_order(records, seed, size, order) -> None:  # type: ignore[no-untyped-def]
    shuffled = [*records, *records]
    order.shuffle(shuffled)
    drawn = draw(shuffled, seed, size)
    assert drawn == draw(sorted(records), seed, size)
    assert len(drawn) == min(size, len(records)) == len(set(drawn))
    assert set(drawn) <= records


def test_a_draw_of_long_ago_is_drawn_again() -> None:
    # As `sha256sum` puts them
    assert draw(RECORDS, "0123456789abcdef", 3) == ["record-22", "record-38", "record-13"]


def test_every_record_is_drawn_as_often_as_another() -> None:
    counts = Counter(record for seed in range(4000) for record in draw(RECORDS, str(seed), 5))
    assert set(counts) == set(RECORDS)
    assert 400 < min(counts.values()) <= max(counts.values()) < 600


def test_no_seed_comes_twice() -> None:
    assert len({new_seed() for _ in range(1000)}) == 1000
