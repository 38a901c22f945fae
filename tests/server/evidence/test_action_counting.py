"""How a count stands against an action's target: exactly, in words, and which measures a target is held against."""

from datetime import date
from typing import Any

import pytest

from server.evidence.action_counting import (
    Verdict,
    counted_words,
    full_periods,
    judge,
    measured_by,
    so_far,
    together,
)
from server.evidence.actions import Target
from server.measures.catalogue import MEASURES
from server.measures.counting import Count, Unit

TODAY = date(2026, 11, 16)


def target(measure: str = "M04", hundredths: int = 9500, **more: Any) -> Target:
    usual = {"variant": "", "how": "", "comparator": "at_least", "unit": "percent"}
    days = {"start": "2026-10-05", "end": "2026-12-13"}
    return Target(**{"measure": measure, "hundredths": hundredths, **usual, **days, **more})


def count(met: int, of: int, unit: Unit = "percent", **more: Any) -> Count:
    return Count(numerator=met, denominator=of, met=(), unmet=(), unit=unit, **more)


def stands(
    met: int, of: int, *, over: bool = True, measure: str = "M04", waits: str = "", **more: Any
) -> Verdict:
    wanted = target(measure[:3], **more)
    return judge(
        count(met, of, MEASURES[measure].unit), MEASURES[measure], wanted, minimum=10, over=over, waits=waits
    )


def test_38_of_40_meets_95_per_cent_and_37_do_not() -> None:
    assert stands(38, 40) == Verdict("met", "Met.")
    assert stands(37, 40) == Verdict("unmet", "Not met.")


def test_a_share_just_below_its_target_is_not_rounded_up() -> None:
    assert stands(9494, 10000).state == "unmet"
    assert stands(9499999, 10000000).state == "unmet"
    assert stands(95, 100).state == "met"


def test_a_window_that_still_runs_is_met_so_far() -> None:
    assert stands(38, 40, over=False).words == "Met so far."
    assert stands(37, 40, over=False).words == "Not met so far."


def test_three_of_three_is_too_few_to_tell() -> None:
    assert stands(3, 3) == Verdict("few", "Met. Too few to tell: at least 10 are needed.")


def test_nothing_counted_is_neither_met_nor_missed() -> None:
    assert stands(0, 0) == Verdict("nothing", "Nothing counted yet.")
    assert stands(0, 0, waits="Nothing to count yet: it needs signed reviews.").words.endswith(
        "signed reviews."
    )


def test_a_number_is_not_held_against_a_share() -> None:
    assert stands(3, 40, unit="count").words == (
        "The target is a number and this is a share: they cannot be compared."
    )
    assert stands(3, 4, measure="M02-managed").state == "apart"


def test_a_run_of_weeks_is_long_enough_or_not_whatever_the_minimum() -> None:
    four = target("M02", 400, unit="count")
    for run, state in ((3, "unmet"), (4, "met")):
        found = judge(count(run, run, "run"), MEASURES["M02-managed"], four, minimum=10, over=True, waits="")
        assert found.state == state


@pytest.mark.parametrize(
    ("named", "held", "beside"),
    [
        ("M01", ["M01a", "M01b"], []),
        ("M02", ["M02-managed"], ["M02-strict"]),
        ("M04", ["M04"], ["M04-all"]),
        ("M12", ["M12"], ["M12-experience", "M12-gap"]),
        ("M14", ["M14-a", "M14-b"], ["M14b"]),
        ("M03", ["M03"], []),
        ("", [], []),
    ],
)
def test_a_target_is_held_against_what_it_is_about(named: str, held: list[str], beside: list[str]) -> None:
    found = measured_by(target(named))
    assert sorted(one.code for one, judged in found if judged) == held
    assert sorted(one.code for one, judged in found if not judged) == beside


def test_a_variant_that_is_named_is_what_is_held() -> None:
    assert [(one.code, judged) for one, judged in measured_by(target("M04", variant="all"))] == [
        ("M04-all", True)
    ]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (count(31, 40), "31 of 40 (77.5%)"),
        (count(0, 0), ""),
        (count(1, 2, "run"), "1 week in a row"),
        (count(4, 4, "run"), "4 weeks in a row"),
        (count(-3, 20, "difference"), "−15 points"),
        (count(6, 9, "count"), "6"),
        (count(1, 2, counts_only=True), "1 of 2"),
    ],
)
def test_counts_in_words(found: Count, words: str) -> None:
    assert counted_words(found) == words


def test_a_window_is_counted_up_to_today_while_it_runs() -> None:
    assert so_far(target(), TODAY).end == TODAY
    assert so_far(target(end="2026-11-01"), TODAY).end == date(2026, 11, 1)
    future = so_far(target(start="2026-12-01"), TODAY)
    assert (future.start, future.end) == (date(2026, 12, 1), date(2026, 12, 1))


def test_only_full_periods_are_charted() -> None:
    weeks = full_periods("week", date(2026, 11, 4), date(2026, 11, 15), 9)
    assert [week.label for week in weeks] == ["2026-W45"]
    assert [month.label for month in full_periods("month", date(2026, 1, 9), TODAY, 3)] == [
        "2026-08",
        "2026-09",
        "2026-10",
    ]
    assert [week.label for week in full_periods("week", TODAY, TODAY, 9)] == ["2026-W46"]


def test_of_several_measures_under_one_target_the_worst_speaks() -> None:
    met, unmet, nothing = Verdict("met", ""), Verdict("unmet", ""), Verdict("nothing", "")
    worst = together("M14", [(met, "9 of 9", 3), (unmet, "3 of 9", 10)], "At least 95%")
    assert (worst.count, worst.minimum) == ("3 of 9", 10)
    assert together("M14", [(unmet, "3 of 9", 10), (nothing, "", 10)], "At least 95%").state == "nothing"
