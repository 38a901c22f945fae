"""M01b: repeated concerns that led to action and outcome."""

from datetime import date

from server.measures.counting import Count
from server.measures.facts import Concern, Outcome
from server.measures.in_force import InForce
from server.measures.periods import month_of
from server.measures.series import count
from tests.server.measures.made import (
    MARCH,
    USUAL,
    common,
    concern,
    facts,
)

APRIL = month_of(date(2026, 4, 1))


def repeated(*concerns: Concern, outcomes: tuple[Outcome, ...] = (), period: object = MARCH) -> Count:
    return count("M01b", facts(concerns=concerns, outcomes=outcomes), period, USUAL)  # type: ignore[arg-type]


def outcome(id: str, happened: str, *actions: str) -> Outcome:
    return Outcome(**common(id, happened), actions=frozenset(actions))


def test_one_concern_is_not_repeated() -> None:
    assert repeated(concern("a", "2026-03-02T10:00:00Z")).denominator == 0


def test_twice_in_one_unit_within_90_days_is_one_repeated_concern() -> None:
    found = repeated(concern("a", "2025-12-20T10:00:00Z"), concern("b", "2026-03-20T10:00:00Z"))
    assert found.unmet == ("a",)


def test_on_the_91st_day_it_is_a_new_one() -> None:
    apart = concern("a", "2025-12-19T10:00:00Z"), concern("b", "2026-03-20T10:00:00Z")
    assert repeated(*apart).denominator == 0
    longer = InForce({**USUAL.defaults, "repeat_concern_days": "91"})
    assert count("M01b", facts(concerns=apart), MARCH, longer).denominator == 1


def test_the_same_person_in_another_unit_is_the_same_concern() -> None:
    one = concern("a", "2026-03-02T10:00:00Z", person="p")
    assert repeated(one, concern("b", "2026-03-03T10:00:00Z", person="p", unit="alder-2")).denominator == 1
    assert repeated(one, concern("b", "2026-03-03T10:00:00Z", person="q", unit="alder-2")).denominator == 0


def test_another_kind_is_another_concern_and_something_else_is_no_kind() -> None:
    one = concern("a", "2026-03-02T10:00:00Z")
    assert repeated(one, concern("b", "2026-03-03T10:00:00Z", category="money")).denominator == 0
    nameless = repeated(
        concern("a", "2026-03-02T10:00:00Z", category="other"),
        concern("b", "2026-03-03T10:00:00Z", category="other"),
    )
    assert (nameless.denominator, len(nameless.left_out)) == (0, 2)


def test_five_in_a_chain_are_one() -> None:
    chain = [
        concern("a", "2026-03-01T10:00:00Z", person="p", unit="alder-1"),
        concern("b", "2026-03-02T10:00:00Z", person="q", unit="alder-1"),
        concern("c", "2026-03-03T10:00:00Z", person="q", unit="alder-2"),
    ]
    assert repeated(*chain).unmet == ("a",)


def test_it_counts_in_the_month_in_which_it_came_again() -> None:
    both = concern("a", "2026-03-30T10:00:00Z"), concern("b", "2026-04-02T10:00:00Z")
    assert repeated(*both).denominator == 0
    assert repeated(*both, period=APRIL).denominator == 1


def test_it_needs_an_action_and_an_outcome_after_the_last_time() -> None:
    linked = (
        concern("a", "2026-03-02T10:00:00Z", actions=frozenset({"action-1"})),
        concern("b", "2026-03-10T10:00:00Z"),
    )
    assert repeated(*linked).met == ()
    early = outcome("f1", "2026-03-05T10:00:00Z", "action-1")
    other = outcome("f2", "2026-03-12T10:00:00Z", "action-2")
    assert repeated(*linked, outcomes=(early, other)).met == ()
    later = outcome("f3", "2026-03-12T10:00:00Z", "action-1")
    assert repeated(*linked, outcomes=(early, later)).met == ("a",)
