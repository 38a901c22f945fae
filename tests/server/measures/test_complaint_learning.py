"""M08 and M08b: what complaints taught, in plans and in practice."""

from datetime import date, timedelta

import msgspec

from server.measures.counting import Count
from server.measures.facts import PlanCheck, PracticeSeen
from server.measures.series import count
from tests.server.measures.made import (
    MARCH,
    USUAL,
    common,
    complaint,
    facts,
)

LEARNED = date(2026, 3, 2)


def plan(day: int | None, as_of: int = 60, updated: str = "yes") -> Count:
    """What becomes of learning of 2 March when the plan was changed on that day after it."""
    learned = complaint("c", "2026-03-01T10:00:00Z", learning=True, learned_on=LEARNED)
    changed = None if day is None else LEARNED + timedelta(days=day)
    check = PlanCheck(
        **common("f7", "2026-05-20T10:00:00Z"), complaint="c", updated=updated, updated_on=changed
    )
    now = f"{LEARNED + timedelta(days=as_of)}T12:00:00Z"
    return count("M08", facts(now, complaints=[learned], plan_checks=[check]), MARCH, USUAL)


def test_day_56_counts_and_day_57_does_not() -> None:
    assert plan(56).met == ("c",)
    assert plan(57).unmet == ("c",)


def test_until_the_end_of_day_56_it_is_not_yet_due() -> None:
    assert plan(None, as_of=56).not_yet_due == ("c",)
    assert plan(None, as_of=57).unmet == ("c",)


def test_a_quick_one_waits_for_its_time_too() -> None:
    assert plan(1, as_of=56).not_yet_due == ("c",)


def test_changed_in_part_is_not_changed() -> None:
    assert plan(10, updated="part").unmet == ("c",)


def test_without_a_day_nothing_can_be_said() -> None:
    learned = complaint("c", "2026-03-01T10:00:00Z", learning=True)
    found = count("M08", facts(complaints=[learned]), MARCH, USUAL)
    assert (found.denominator, len(found.left_out)) == (0, 1)


def test_complaints_with_nothing_to_learn_are_not_asked_for() -> None:
    assert (
        count("M08", facts(complaints=[complaint("c", "2026-03-01T10:00:00Z")]), MARCH, USUAL).left_out == ()
    )


def test_in_practice_only_what_was_seen_after_a_complaint_counts() -> None:
    seen = PracticeSeen(
        **common("a", "2026-03-03T10:00:00Z"), reason="after_complaint", complaint="c", cause="",
        updated_guidance="met", temporary_control="",
    )  # fmt: skip
    others = [
        msgspec.structs.replace(seen, id="b", updated_guidance="partly"),
        msgspec.structs.replace(seen, id="c", updated_guidance="not_seen"),
        msgspec.structs.replace(seen, id="d", updated_guidance=""),
        msgspec.structs.replace(seen, id="e", reason="planned"),
    ]
    found = count("M08b", facts(practice=[seen, *others]), MARCH, USUAL)
    assert (found.met, found.unmet, [id for id, _ in found.left_out]) == (("a",), ("b",), ["c", "d"])
