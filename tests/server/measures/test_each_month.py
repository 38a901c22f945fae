"""M01a, M07, M09, M09b and M15: what must be there every month."""

from datetime import date
from typing import Any

import msgspec

from server.measures.counting import Count
from server.measures.desk_facts import AssuranceSummary, ReviewRow
from server.measures.each_month import JOINED, REQUIRED_SOURCES
from server.measures.facts import (
    Visit,
)
from server.measures.in_force import InForce
from server.measures.periods import Period, window
from server.measures.series import count
from tests.server.measures.made import LATER, MARCH, USUAL, at, common, counted, facts, review, shown

QUARTER = window(date(2026, 1, 1), date(2026, 3, 31))


def themes(*days: str, as_of: str = LATER, period: Period = QUARTER, **more: Any) -> Count:
    held = [
        review(f"r{n}", f"{day}T10:00:00Z", more.get("kind", "leadership"),
               **{"safeguarding_summary": True, **{k: v for k, v in more.items() if k != "kind"}})
        for n, day in enumerate(days)
    ]  # fmt: skip
    return counted("M01a", as_of, period, reviews=held)


def test_each_month_counts_once() -> None:
    found = themes("2026-01-10", "2026-01-20", "2026-03-31")
    assert (found.met, found.unmet) == (("2026-01", "2026-03"), ("2026-02",))


def test_unsigned_without_the_summary_or_of_another_kind_does_not_count() -> None:
    for changed in ({"signed_at": None}, {"safeguarding_summary": False}, {"kind": "board"}):
        assert themes("2026-01-10", **changed).numerator == 0


def test_three_months_tell_something_where_ten_records_do_unless_the_service_asks_for_more() -> None:
    found = themes("2026-01-10", "2026-02-10", "2026-03-10")
    assert found.value == 100
    assert (found.needed(10), found.few(10)) == (3, False)
    assert themes("2026-01-10", period=window(date(2026, 1, 1), date(2026, 2, 28))).few(10)
    assert found.needed(2) == 2
    longer = InForce({**USUAL.defaults, "measure_minimum_months": "6"})
    of_quarter = count("M01a", facts(), QUARTER, longer)
    assert (of_quarter.denominator, of_quarter.few(10)) == (3, True)


def test_oversight_meetings_are_counted_by_the_month_too() -> None:
    met = [review(f"r{n}", f"2026-0{n}-10T10:00:00Z", "provider_oversight") for n in (1, 2, 3)]
    assert counted("M09b", LATER, QUARTER, reviews=met).needed(10) == 3


def test_the_month_that_runs_is_not_yet_due_unless_it_has_it() -> None:
    running = themes("2026-01-10", as_of="2026-03-15T10:00:00Z")
    assert (running.unmet, running.not_yet_due) == (("2026-02",), ("2026-03",))
    assert themes("2026-03-10", as_of="2026-03-15T10:00:00Z").met == ("2026-03",)


def test_a_part_of_a_month_is_left_out_and_says_so() -> None:
    found = themes("2026-01-20", period=window(date(2026, 1, 15), date(2026, 2, 28)))
    assert (found.unmet, found.left_out[0][0]) == (("2026-02",), "2026-01")


def test_a_review_late_on_the_last_evening_is_of_that_month_in_london() -> None:
    held = [review("r", "2026-03-31T23:30:00Z", "leadership", safeguarding_summary=True)]
    assert counted("M01a", reviews=held).met == ()


def test_several_services_are_told_apart() -> None:
    both = msgspec.structs.replace(facts(), services=("alder", "birch"))
    assert count("M01a", both, MARCH, USUAL).unmet == ("alder/2026-03", "birch/2026-03")


def test_a_staffing_summary_must_hold_all_five() -> None:
    whole = AssuranceSummary(
        **common("s", "2026-04-02T10:00:00Z", unit=""), kind="staffing", month="2026-03",
        signed_at=at("2026-04-02T10:00:00Z"), holds=frozenset(JOINED),
    )  # fmt: skip
    assert counted("M07", assurance=[whole]).met == ("2026-03",)
    for part in JOINED:
        less = msgspec.structs.replace(whole, holds=frozenset(JOINED) - {part})
        assert counted("M07", assurance=[less]).met == ()


def test_oversight_rests_on_what_is_at_most_31_days_old() -> None:
    current = dict.fromkeys(REQUIRED_SOURCES, "2026-02-20")
    held = review("r", "2026-03-23T10:00:00Z", "provider_oversight", evidence=shown(**current))
    assert counted("M09", reviews=[held]).met == ("2026-03",)
    for odd in ("2026-02-19", "2026-03-24"):
        stale = msgspec.structs.replace(held, evidence=shown(**{**current, "staffing": odd}))
        assert counted("M09", reviews=[stale]).unmet == ("2026-03",)


def test_a_challenge_needs_an_owner_and_a_date() -> None:
    good = ReviewRow(id="1", kind="challenge", follow_up_owner="chidi", follow_up_by=date(2026, 4, 1))
    rows = {
        "a": good,
        "b": msgspec.structs.replace(good, follow_up_owner=""),
        "c": msgspec.structs.replace(good, follow_up_by=None),
        "d": msgspec.structs.replace(good, kind="question"),
    }
    held = [
        review(id, "2026-03-23T10:00:00Z", "provider_oversight", rows=(row, row)) for id, row in rows.items()
    ]
    found = counted("M09b", reviews=held)
    assert (found.met, found.unmet) == (("a",), ("b", "c", "d"))


def test_a_visit_has_all_four() -> None:
    whole = Visit(
        **common("v", "2026-03-10T10:00:00Z"), findings=True, actions=True, owners=True, follow_up=True
    )
    assert counted("M15", visits=[whole]).met == ("2026-03",)
    for part in ("findings", "actions", "owners", "follow_up"):
        assert counted("M15", visits=[msgspec.structs.replace(whole, **{part: False})]).unmet
