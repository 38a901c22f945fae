"""People who were not heard and routines that were not watched for so many days."""

from datetime import date

from server.coverage.missed import Missed, not_heard, not_watched
from tests.server.coverage.made import seen

TODAY = date(2026, 11, 29)
PEOPLE = {"ada": "alder-1", "bob": "alder-2"}


def test_day_27_is_still_heard_day_28_is_not() -> None:
    heard = [seen("2026-11-02T12:00:00Z", person="ada"), seen("2026-11-01T12:00:00Z", person="bob")]
    assert not_heard(heard, PEOPLE, TODAY, 28) == [Missed("bob", "alder-2", date(2026, 11, 1))]


def test_days_are_those_of_london() -> None:
    """23:30 UTC on 30 June is 1 July."""
    (found,) = not_heard(
        [seen("2026-06-30T23:30:00Z", person="ada")], {"ada": "alder-1"}, date(2026, 7, 29), 28
    )
    assert (found.last, found.days(date(2026, 7, 29))) == (date(2026, 7, 1), 28)
    assert not not_heard(
        [seen("2026-06-30T23:30:00Z", person="ada")], {"ada": "alder-1"}, date(2026, 7, 28), 28
    )


def test_who_was_never_heard_comes_first_then_longest_ago() -> None:
    people = {**PEOPLE, "cal": "alder-1"}
    heard = [
        seen("2026-09-01T12:00:00Z", "1", person="ada"),
        seen("2026-08-01T12:00:00Z", "2", person="ada"),
        seen("2026-08-15T12:00:00Z", "3", person="cal"),
    ]
    assert [one.id for one in not_heard(heard, people, TODAY, 28)] == ["bob", "cal", "ada"]


def test_only_a_talk_an_observation_or_a_family_contact_hears_somebody() -> None:
    for form, missing in (
        ("lived_experience", 0), ("family_contact", 0), ("practice_observation", 0), ("incident_record", 1),
    ):  # fmt: skip
        heard = [seen("2026-11-28T12:00:00Z", person="ada", form=form)]
        assert len(not_heard(heard, {"ada": "alder-1"}, TODAY, 28)) == missing
    stopped = [seen("2026-11-28T12:00:00Z", person="ada", stopped=True)]
    assert len(not_heard(stopped, {"ada": "alder-1"}, TODAY, 28)) == 1


def test_nobody_lives_here_and_nobody_is_missed() -> None:
    assert not_heard([seen("2026-11-28T12:00:00Z", person="ada")], {}, TODAY, 28) == []


def test_a_routine_is_watched_in_each_unit_by_itself() -> None:
    watched = [
        seen("2026-11-28T12:00:00Z", "1", routine="meal_or_drink"),
        seen("2026-11-28T12:00:00Z", "2", routine="activity", stopped=True),
        seen("2026-09-28T12:00:00Z", "3", routine="meal_or_drink", unit="alder-2"),
    ]
    found = not_watched(watched, ["alder-1", "alder-2"], ["meal_or_drink", "activity"], TODAY, 28)
    assert [(one.unit, one.id, one.last) for one in found] == [
        ("alder-1", "activity", None),
        ("alder-2", "activity", None),
        ("alder-2", "meal_or_drink", date(2026, 9, 28)),
    ]
