"""When a record has reached its end, by the rules alone."""

import pytest

from server.dated_settings.known import OWN
from server.retention.rules import RULES, Ending, Facts, ending, years_after

YEARS = {"person": 8, "complaint": 10, "incident": 20, "staff": 6, "other": 3}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts("2026-01-05", people=("2027-03-01",)), Ending("person", "2035-03-01")),
        (Facts("2026-01-05", people=("2027-03-01", "2029-03-01")), Ending("person", "2037-03-01")),
        (Facts("2026-01-05", people=("2027-03-01", "")), None),
        (Facts("2026-01-05", staff=("2027-03-01",)), Ending("staff", "2033-03-01")),
        (Facts("2026-01-05", people=("2027-03-01",), staff=("",)), None),
        (Facts("2026-01-05", people=("2026-02-01",), complaint=True), Ending("complaint", "2036-01-05")),
        (Facts("2026-01-05", people=("2040-02-01",), complaint=True), Ending("person", "2048-02-01")),
        (Facts("2026-01-05", incident=True), Ending("incident", "2046-01-05")),
        (Facts("2026-01-05"), Ending("other", "2029-01-05")),
    ],
)
def test_the_rule_that_keeps_longest_decides(facts: Facts, expected: Ending | None) -> None:
    assert ending(facts, YEARS) == expected


def test_a_leap_day_ends_on_the_first_of_march() -> None:
    assert years_after("2028-02-29", 1) == "2029-03-01"
    assert years_after("2028-02-29", 4) == "2032-02-29"
    assert years_after("9000-01-01", 5000) == "9999-12-31"


def test_each_rule_has_a_setting_that_counts_in_years() -> None:
    for rule in RULES.values():
        assert OWN[rule.setting].words("8") == "8 years", rule
    assert [OWN[RULES[code].setting].default for code in ("person", "complaint", "incident", "staff")] == [
        "8",
        "10",
        "20",
        "6",
    ]


@pytest.mark.parametrize("typed", ["", "0", "101", "eight", "-1", "8.5"])
def test_years_that_cannot_be_read_say_what_to_write(typed: str) -> None:
    with pytest.raises(ValueError, match="whole number of years"):
        OWN["keep_person_years"].read(typed)
