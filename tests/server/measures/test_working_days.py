"""Monday to Friday less England's bank holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.measures.working_days import add_working_days, is_working_day

# As the government lists them for England and Wales
BANK_HOLIDAYS = {
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_the_weekdays_without_work_are_the_bank_holidays(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    off = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not is_working_day(day)]
    assert off == BANK_HOLIDAYS[year].split()


def test_from_a_friday_before_a_bank_holiday_monday_the_fifth_is_the_monday_after() -> None:
    assert add_working_days(date(2026, 5, 1), 5) == date(2026, 5, 11)


def test_christmas_takes_two_weekdays_of_its_own() -> None:
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)


def test_nought_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="0 working days"):
        add_working_days(date(2026, 5, 1), 0)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 20))
def test_between_lie_exactly_so_many_working_days(day: date, count: int) -> None:
    last = add_working_days(day, count)
    between = [day + timedelta(days=number + 1) for number in range((last - day).days)]
    assert sum(is_working_day(one) for one in between) == count
    assert is_working_day(last)
