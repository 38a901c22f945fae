"""How often each meeting is held, and when one is overdue."""

from datetime import date

import pytest

from server.reviews.kinds import KINDS, is_overdue, next_by

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("kind", "last", "by", "overdue"),
    [
        ("leadership", None, date(2026, 11, 30), False),
        ("leadership", date(2026, 11, 1), date(2026, 12, 31), False),
        ("leadership", date(2026, 10, 31), date(2026, 11, 30), False),
        ("leadership", date(2026, 9, 30), date(2026, 10, 31), True),
        ("board", None, date(2026, 12, 31), False),
        ("board", date(2026, 7, 1), date(2026, 12, 31), False),
        ("board", date(2026, 6, 30), date(2026, 9, 30), True),
        ("closure", None, date(2026, 11, 22), False),
        ("closure", date(2026, 11, 15), date(2026, 11, 22), False),
        ("closure", date(2026, 11, 8), date(2026, 11, 15), True),
        ("quality", date(2025, 12, 31), date(2026, 1, 31), True),
    ],
)
def test_the_next_meeting_is_in_the_period_after_the_last(
    kind: str, last: date | None, by: date, overdue: bool
) -> None:
    assert (next_by(KINDS[kind], last, TODAY), is_overdue(KINDS[kind], last, TODAY)) == (by, overdue)


MONTHLY, QUARTERLY, WEEKLY = 1, 3, 0


@pytest.mark.parametrize(
    ("last", "today", "changed", "months", "by"),
    [
        # Less often, before the next time has begun: it counts for that time
        (date(2026, 11, 10), TODAY, date(2026, 11, 15), QUARTERLY, date(2027, 3, 31)),
        # Less often, in a time that has begun: what is asked for is still held
        (date(2026, 10, 10), TODAY, date(2026, 11, 15), QUARTERLY, date(2026, 11, 30)),
        # What was overdue stays overdue
        (date(2026, 8, 31), TODAY, date(2026, 11, 15), QUARTERLY, date(2026, 9, 30)),
        # More often counts at once, and never for days that have passed
        (date(2026, 11, 10), TODAY, date(2026, 11, 12), WEEKLY, date(2026, 11, 22)),
        (date(2026, 10, 10), TODAY, date(2026, 11, 12), WEEKLY, date(2026, 11, 15)),
        # A change to come changes nothing yet
        (date(2026, 10, 10), TODAY, date(2026, 11, 17), WEEKLY, date(2026, 11, 30)),
    ],
)
def test_a_changed_rhythm_counts_for_what_is_ahead(
    last: date, today: date, changed: date, months: int, by: date
) -> None:
    rhythm = ((date.min, MONTHLY), (changed, months))
    assert next_by(KINDS["quality"], last, today, rhythm) == by
    assert is_overdue(KINDS["quality"], last, today, rhythm) == (by < today)
