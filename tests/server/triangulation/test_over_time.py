"""For and against, week by week."""

from datetime import UTC, date, datetime

from server.triangulation.over_time import MOST_WEEKS, by_week
from server.triangulation.standing import Seen
from tests.server.triangulation.made import CHANGE, TODAY, seen


def test_a_week_without_a_record_is_there_with_noughts() -> None:
    found = by_week([seen("audit", days_ago=14, records=3), seen("record", "contradicts")], CHANGE, TODAY)
    assert [(week.monday.isoformat(), week.supports, week.contradicts) for week in found[-3:]] == [
        ("2026-11-02", 3, 0),
        ("2026-11-09", 0, 1),
        ("2026-11-16", 0, 0),
    ]
    assert found[0].monday == date(2026, 10, 5)
    assert sum(week.total for week in found) == 4


def test_a_week_begins_on_monday_in_london() -> None:
    # The night the clocks go forward: 23:30 UTC on Sunday is Monday's half past midnight
    night = Seen(kind="record", bearing="supports", latest=datetime(2026, 3, 29, 23, 30, tzinfo=UTC))
    found = by_week([night], date(2026, 3, 23), date(2026, 3, 30))
    assert [week.supports for week in found] == [0, 1]


def test_the_week_of_the_change_is_marked_alone() -> None:
    found = by_week([], date(2026, 9, 28), TODAY, date(2026, 10, 7))
    assert [week.monday for week in found if week.changed] == [date(2026, 10, 5)]


def test_only_the_newest_weeks_are_kept() -> None:
    found = by_week([seen("audit", days_ago=400)], date(2024, 1, 1), TODAY)
    assert (len(found), found[-1].monday, sum(week.total for week in found)) == (MOST_WEEKS, TODAY, 0)
