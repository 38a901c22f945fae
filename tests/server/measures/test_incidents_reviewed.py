"""M14-a: incidents reviewed within five working days."""

from datetime import date

from server.measures.counting import Count
from server.measures.facts import Incident
from server.measures.periods import month_of
from server.measures.series import count
from tests.server.measures.made import (
    LATER,
    USUAL,
    facts,
    incident,
    reviewed,
)

MAY = month_of(date(2026, 5, 1))


FRIDAY = incident("i", "2026-05-01T16:00:00Z")


def found(*reviews: object, as_of: str = LATER, of: Incident = FRIDAY) -> Count:
    return count("M14-a", facts(as_of, incidents=[of], incident_reviews=reviews), MAY, USUAL)


def test_friday_at_five_before_a_bank_holiday_may_wait_until_the_monday_after_next() -> None:
    """1 May 2026, 17:00 in London; Monday 4 May is a holiday, so the fifth working day is Monday 11 May."""
    assert found(reviewed("i", "2026-05-11T22:59:00Z")).met == ("i",)
    assert found(reviewed("i", "2026-05-11T23:01:00Z")).unmet == ("i",)


def test_until_the_end_of_that_monday_it_is_not_yet_due() -> None:
    assert found(as_of="2026-05-11T22:59:00Z").not_yet_due == ("i",)
    assert found(as_of="2026-05-11T23:00:00Z").unmet == ("i",)


def test_the_first_review_counts() -> None:
    twice = reviewed("i", "2026-05-20T10:00:00Z"), reviewed("i", "2026-05-05T10:00:00Z")
    assert found(*twice).met == ("i",)
    assert found(reviewed("other", "2026-05-05T10:00:00Z")).unmet == ("i",)


def test_an_incident_late_on_sunday_in_london_is_mondays_when_utc_says_sunday() -> None:
    """23:30 UTC on Sunday 10 May is Monday in London: the fifth working day is Monday 18 May."""
    night = incident("i", "2026-05-10T23:30:00Z")
    assert found(reviewed("i", "2026-05-18T12:00:00Z"), of=night).met == ("i",)
    assert found(reviewed("i", "2026-05-19T12:00:00Z"), of=night).unmet == ("i",)
