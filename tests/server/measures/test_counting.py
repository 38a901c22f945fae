"""A count is exact, and says nothing where nothing can be said."""

from fractions import Fraction

import pytest

from server.measures.counting import Count, LeftOut, tally


def made(numerator: int, denominator: int, **more: object) -> Count:
    return Count(numerator=numerator, denominator=denominator, met=(), unmet=(), **more)  # type: ignore[arg-type]


def test_38_of_40_is_95_per_cent_and_37_of_40_is_not() -> None:
    assert made(38, 40).meets("at_least", 9500) is True
    assert made(37, 40).meets("at_least", 9500) is False


def test_what_only_rounds_to_the_target_does_not_meet_it() -> None:
    assert made(1899, 2000).meets("at_least", 9500) is False
    assert round(100 * 1899 / 2000) == 95


def test_two_thirds_is_kept_whole() -> None:
    assert made(2, 3).value == Fraction(200, 3)
    assert made(2, 3).meets("at_least", 6667) is False
    assert made(2, 3).meets("at_least", 6666) is True


def test_nothing_counted_is_undefined_and_never_nought() -> None:
    assert made(0, 0).value is None
    assert [made(0, 0).meets(how, 0) for how in ("at_least", "at_most", "exactly")] == [None] * 3


def test_at_most_and_exactly_are_compared_exactly_too() -> None:
    assert made(1, 10).meets("at_most", 1000) is True
    assert made(1, 9).meets("at_most", 1000) is False
    assert made(1, 8).meets("exactly", 1250) is True


def test_a_run_and_a_number_are_compared_by_themselves() -> None:
    assert made(4, 5, unit="run").meets("at_least", 400) is True
    assert made(3, 3, unit="run").meets("at_least", 400) is False
    assert made(2, 9, unit="count").value == 2


def test_another_comparator_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="at_lest"):
        made(1, 1).meets("at_lest", 100)


def test_what_is_to_be_given_as_counts_only_has_no_percentage() -> None:
    assert made(2, 3, counts_only=True).value is None
    assert made(2, 3, counts_only=True).meets("at_least", 5000) is None


def test_few_looks_at_what_was_counted() -> None:
    assert made(3, 3).few(10)
    assert not made(0, 10).few(10)


def test_a_tally_is_the_same_in_any_order() -> None:
    verdicts = [("b", "met"), ("a", "unmet"), ("c", "not_yet_due"), ("d", LeftOut("Not seen"))]
    one = tally(verdicts)  # type: ignore[arg-type]
    assert one == tally(reversed(verdicts))  # type: ignore[arg-type]
    assert (one.numerator, one.denominator) == (1, 2)
    assert (one.met, one.unmet, one.not_yet_due, one.left_out) == (
        ("b",), ("a",), ("c",), (("d", "Not seen"),),
    )  # fmt: skip
