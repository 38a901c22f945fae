"""How soon records were written: exact shares by shift, at the edges of 15 minutes and 2 hours."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from server.coverage.coverage_words import share_words
from server.coverage.promptness import CLOCK, TURNED_ROUND, promptness
from tests.server.coverage.made import days, seen

WEEK = days("2026-11-16", "2026-11-22")
AT = "2026-11-16T09:00:00Z"


def test_the_edges_of_15_minutes_and_2_hours() -> None:
    observed = [
        seen(AT, id, noted_after=seconds, shift="day")
        for id, seconds in (("a", 0), ("b", 900), ("c", 901), ("d", 7200), ("e", 7201))
    ]
    day, late, night, every = promptness(observed, WEEK)
    assert (day.soon, day.two_hours, day.later) == (("a", "b"), ("c", "d"), ("e",))
    assert [day.share(part) for part in (day.soon, day.later)] == [Fraction(2, 5), Fraction(1, 5)]
    assert (late.counted, night.counted, every.counted) == (0, 0, 5)
    assert share_words(day.soon, day) == "2 of 5 (40%)"


def test_nothing_counted_is_no_share_and_not_0_per_cent() -> None:
    every = promptness([], WEEK)[-1]
    assert every.share(every.soon) is None
    assert share_words(every.soon, every) == "none to count"


def test_shares_are_cut_not_rounded() -> None:
    observed = [seen(AT, str(number), noted_after=0 if number else 10_000) for number in range(200)]
    every = promptness(observed, WEEK)[-1]
    assert share_words(every.soon, every) == "199 of 200 (99%)"


def test_a_clock_in_doubt_and_a_time_turned_round_are_left_out_and_said() -> None:
    observed = [
        seen(AT, "a", noted_after=60),
        seen(AT, "b", noted_after=60, clock_doubtful=True),
        seen(AT, "c", noted_after=-1),
    ]
    every = promptness(observed, WEEK)[-1]
    assert (every.soon, every.left_out) == (("a",), (("b", CLOCK), ("c", TURNED_ROUND)))


def test_fewer_than_the_minimum_are_few() -> None:
    nine, ten = (promptness([seen(AT, str(one)) for one in range(many)], WEEK)[-1] for many in (9, 10))
    assert (nine.few(10), ten.few(10)) == (True, False)


@given(
    st.lists(st.tuples(st.integers(-100, 20_000), st.booleans(), st.sampled_from(("day", "late", "night"))))
)
def test_every_record_is_in_one_shift_and_in_one_of_four(made: list[tuple[int, bool, str]]) -> None:
    observed = [
        seen(AT, f"{number:03}", noted_after=seconds, clock_doubtful=doubtful, shift=shift)
        for number, (seconds, doubtful, shift) in enumerate(made)
        if shift != "night"
    ]
    *shifts, every = promptness(observed, WEEK)
    parts = [id for one in shifts for id in (*one.soon, *one.two_hours, *one.later, *dict(one.left_out))]
    assert sorted(parts) == sorted(one.id for one in observed)
    assert sum(one.counted for one in shifts) == every.counted
    assert promptness(observed[::-1], WEEK) == [*shifts, every]
