"""M06b: families told in time."""

from typing import Any

from server.measures.counting import Count
from server.measures.facts import FamilyUpdate
from server.measures.series import count
from tests.server.measures.made import (
    LATER,
    MARCH,
    USUAL,
    at,
    facts,
    update,
)


def told(*updates: FamilyUpdate, as_of: str = LATER) -> Count:
    return count("M06b", facts(as_of, family_updates=updates), MARCH, USUAL)


def test_told_within_two_hours_and_not_chased() -> None:
    known = {"known": "2026-03-10T08:00:00Z"}
    found = told(
        update("a", "2026-03-10T10:00:00Z", **known),
        update("b", "2026-03-10T10:01:00Z", **known),
        update("c", "2026-03-10T09:00:00Z", family_first=True, **known),
    )
    assert (found.met, found.unmet) == (("a",), ("b", "c"))


def test_a_promise_has_its_own_time() -> None:
    promise: dict[str, Any] = {"known": "2026-03-10T08:00:00Z", "promised_by": at("2026-03-10T18:00:00Z")}
    found = told(
        update("a", "2026-03-10T18:00:00Z", **promise),
        update("b", "2026-03-10T18:01:00Z", **promise),
    )
    assert (found.met, found.unmet) == (("a",), ("b",))


def test_not_told_yet_is_apart_until_its_time_is_over() -> None:
    waiting = update("a", "2026-03-10T08:00:00Z", "not_yet")
    assert told(waiting, as_of="2026-03-10T10:00:00Z").not_yet_due == ("a",)
    assert told(waiting, as_of="2026-03-10T10:01:00Z").unmet == ("a",)


def test_tries_that_reached_nobody_are_no_update() -> None:
    assert told(update("a", "2026-03-10T08:00:00Z", "not_reached")).unmet == ("a",)


def test_a_second_check_of_one_update_is_no_second_update() -> None:
    first = update("a", "2026-03-10T08:30:00Z", "not_reached", known="2026-03-10T08:00:00Z")
    known = {"known": "2026-03-10T08:00:00Z", "follows": "a"}
    in_time = told(first, update("b", "2026-03-10T09:30:00Z", **known))
    assert (in_time.met, in_time.denominator) == (("a",), 1)
    late = told(first, update("b", "2026-03-10T12:00:00Z", **known))
    assert (late.unmet, late.denominator) == (("a",), 1)


def test_who_need_not_be_told_leaves_the_count() -> None:
    found = told(
        update("a", "2026-03-10T08:00:00Z", "not_needed"),
        update("b", "2026-03-10T08:00:00Z", "", who="nobody"),
        update("c", "2026-03-10T08:00:00Z", "", who="not_clear"),
        update("d", "2026-03-10T08:00:00Z", timescale=""),
        update("e", "2026-03-10T08:00:00Z", known_at=None),
        update("f", "2026-03-10T08:00:00Z", who=""),
    )
    assert (found.denominator, len(found.left_out)) == (0, 6)
    assert len({why for _, why in found.left_out}) == 5


def test_records_that_follow_each_other_in_a_ring_count_once() -> None:
    ring = (
        update("a", "2026-03-10T08:00:00Z", follows="b"),
        update("b", "2026-03-10T09:00:00Z", follows="a"),
    )
    assert told(*ring) == told(*reversed(ring))
    assert told(*ring).denominator == 1
