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
