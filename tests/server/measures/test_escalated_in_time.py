"""M04: sampled concerns, and beside them all that were recorded."""

from typing import Any

from server.measures.in_force import InForce
from server.measures.series import count, series
from tests.server.measures.made import MARCH, USUAL, at, entry, facts, sampled


def in_time(*minutes: int | None, **more: Any) -> tuple[int, int]:
    found = [sampled(f"c{number}", each, **more) for number, each in enumerate(minutes)]
    counted = count("M04", facts(sampled_concerns=found), MARCH, USUAL)
    return counted.numerator, counted.denominator


def test_38_of_40_pass_95_per_cent_and_37_fail() -> None:
    for short, passes in ((2, True), (3, False)):
        found = [sampled(f"c{number}", 61 if number < short else 60) for number in range(40)]
        counted = count("M04", facts(sampled_concerns=found), MARCH, USUAL)
        assert (counted.denominator, counted.meets("at_least", 9500)) == (40, passes)


def test_each_urgency_has_its_own_time() -> None:
    for urgency, allowed in (("emergency", 15), ("urgent", 60), ("same_shift", 240), ("routine", 1440)):
        assert in_time(allowed, allowed + 1, urgency=urgency) == (1, 2)


def test_nobody_told_is_not_in_time() -> None:
    assert in_time(None) == (0, 1)


def test_the_sampler_may_accept_a_written_reason_for_not_escalating() -> None:
    accepted = [
        sampled("a", None, clock_is_right=False, reasoned=True),
        sampled("b", 61, clock_is_right=False, reasoned=True),
        sampled("c", 60, clock_is_right=False, reasoned=True),
    ]
    counted = count("M04", facts(sampled_concerns=accepted), MARCH, USUAL)
    assert (counted.met, counted.unmet) == (("a", "b"), ("c",))


def test_an_overrule_without_a_reason_counts_for_nothing() -> None:
    odd = [sampled("a", 61, clock_is_right=False), sampled("b", 61, clock_is_right=None)]
    counted = count("M04", facts(sampled_concerns=odd), MARCH, USUAL)
    assert (counted.denominator, [id for id, _ in counted.left_out]) == (0, ["a", "b"])


def test_what_has_no_times_or_impossible_ones_is_left_out_and_says_why() -> None:
    odd = [
        sampled("a", 60, first_sign_at=None),
        sampled("b", 60, told_at=None),
        sampled("c", 60, told=None),
        sampled("d", -1),
        sampled("e", 60, timescale=""),
        sampled("f", None, timescale=""),
    ]
    counted = count("M04", facts(sampled_concerns=odd), MARCH, USUAL)
    assert counted.denominator == 0
    assert dict(counted.left_out)["d"] == "It says that it was told before it was noticed"
    assert dict(counted.left_out)["e"] == "It is not said how urgent it was"


def test_whole_minutes_count_as_the_form_counts_them() -> None:
    late = at("2026-03-09T09:00:59Z")
    counted = count("M04", facts(sampled_concerns=[sampled("a", 60, told_at=late)]), MARCH, USUAL)
    assert counted.met == ("a",)


def test_a_night_across_the_change_of_29_march_is_counted_in_real_minutes() -> None:
    """Noticed at 00:45, told at 02:15 on the wall: half an hour, since the clock went forward at one."""
    night = [
        entry("a", "2026-03-29T00:45:00Z", "2026-03-29T01:15:00Z"),
        entry("b", "2026-03-29T00:45:00Z", "2026-03-29T01:46:00Z"),
    ]
    counted = count("M04-all", facts(oversight_entries=night), MARCH, USUAL)
    assert (counted.met, counted.unmet) == (("a",), ("b",))


def test_the_hour_that_comes_twice_on_25_october_counts_twice() -> None:
    """01:30 BST to 01:30 GMT looks like no time at all, and is an hour; a minute more is too late."""
    october = MARCH.__class__(start=at("2026-10-01T00:00:00Z").date(), end=at("2026-10-31T00:00:00Z").date())
    night = [
        entry("a", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        entry("b", "2026-10-25T00:30:00Z", "2026-10-25T01:31:00Z"),
    ]
    counted = count("M04-all", facts(oversight_entries=night), october, USUAL)
    assert (counted.met, counted.unmet) == (("a",), ("b",))


def test_the_time_allowed_is_the_one_in_force_when_it_was_noticed() -> None:
    stricter = InForce(
        USUAL.defaults, {("alder", "escalation_urgent"): ((at("2026-03-15T00:00:00Z"), "30"),)}
    )
    either_side = [
        sampled("before", 45, first="2026-03-14T12:00:00Z", happened="2026-03-20T12:00:00Z"),
        sampled("after", 45, first="2026-03-15T12:00:00Z", happened="2026-03-20T12:00:00Z"),
    ]
    counted = count("M04", facts(sampled_concerns=either_side), MARCH, stricter)
    assert (counted.met, counted.unmet) == (("before",), ("after",))


def test_a_late_entry_turns_a_month_that_passed_into_one_that_fails_and_is_named() -> None:
    known = [entry(f"e{number}", "2026-03-10T09:00:00Z", "2026-03-10T09:30:00Z") for number in range(19)]
    late = entry("late", "2026-03-31T09:00:00Z", "2026-03-31T12:00:00Z", received="2026-04-02T07:00:00Z")
    in_time, slow = entry("x", "2026-03-31T09:00:00Z", "2026-03-31T09:10:00Z"), [*known, late]
    (before,) = series("M04-all", facts(oversight_entries=[*known, in_time]), [MARCH], USUAL)
    (after,) = series("M04-all", facts(oversight_entries=[*slow, in_time]), [MARCH], USUAL)
    assert (before.count.meets("at_least", 9600), before.late) == (True, ())
    assert (after.count.meets("at_least", 9600), after.late) == (False, ("late",))
    assert (after.count.numerator, after.count.denominator) == (20, 21)
