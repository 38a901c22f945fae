"""M05, M07b and M13: what record samples say."""

from datetime import date

import pytest

from server.measures.counting import Count
from server.measures.facts import (
    CheckedAudit,
    PressureSample,
    SafeguardingRecord,
)
from tests.server.measures.made import common, counted, shift


def audit(**changed: str) -> Count:
    usual = dict.fromkeys(("findings_clear", "each_has_action", "owner_and_date", "impact_checked"), "met")
    audit = CheckedAudit(**common("a", "2026-03-10T10:00:00Z"), **{**usual, **changed})  # type: ignore[arg-type]
    return counted("M05", checked_audits=[audit])


def test_an_audit_needs_all_four() -> None:
    assert audit().met == ("a",)
    assert audit(impact_checked="partly").unmet == ("a",)


def test_what_could_not_be_told_leaves_the_count_unless_something_is_missing() -> None:
    assert audit(impact_checked="not_seen").left_out
    assert audit(impact_checked="not_seen", findings_clear="not_met").unmet == ("a",)


def record(**changed: str) -> Count:
    usual = dict.fromkeys(("concern", "protection", "decision", "outcome"), "met")
    record = SafeguardingRecord(**common("a", "2026-03-10T10:00:00Z"), **{**usual, **changed})  # type: ignore[arg-type]
    return counted("M13", safeguarding_records=[record])


def test_a_safeguarding_record_is_whole_or_it_is_not() -> None:
    assert record().met == ("a",)
    assert record(decision="not_met").unmet == ("a",)
    assert record(protection="not_seen").left_out


def test_a_review_that_is_not_due_keeps_the_record_apart() -> None:
    assert record(outcome="not_seen").not_yet_due == ("a",)
    assert record(outcome="not_seen", decision="not_met").not_yet_due == ("a",)


def pressed(*rated: tuple[date, str, str], support: tuple[str, ...] = ("delayed",)) -> Count:
    sample = PressureSample(
        **common("a", "2026-03-10T10:00:00Z"),
        record_date=date(2026, 3, 9),
        shift="night",
        support_was=support,
    )
    shifts = [shift(day, name, pressure=pressure, id=f"{n}") for n, (day, name, pressure) in enumerate(rated)]
    return counted("M07b", pressure_samples=[sample], shifts=shifts)


def test_anything_but_as_planned_fell_short() -> None:
    assert pressed().met == ("a",)
    assert pressed(support=("as_planned",)).unmet == ("a",)
    assert pressed(support=()).left_out


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 8)])
def test_a_shift_that_was_calm_was_not_under_pressure(day: date) -> None:
    """What is dated after midnight is of the night that began the day before."""
    assert pressed((day, "night", "calm")).left_out
    assert pressed((day, "night", "stretched")).met == ("a",)
    assert pressed((day, "night", "calm"), (day, "night", "unsafe")).met == ("a",)


def test_another_shift_says_nothing_of_this_one() -> None:
    assert pressed((date(2026, 3, 9), "day", "calm"), (date(2026, 3, 7), "night", "calm")).met == ("a",)
