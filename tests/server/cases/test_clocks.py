"""What a case asks for by when: over bank holidays, nights, the change of the clocks, and twice a week."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.cases.clocks import Known, clocks, end_of, follow_ups, review_due
from server.desk_records.store import Act, DeskRecord
from server.evidence.times import day_in_london, read_instant, start_of_day, write_instant
from server.measures.working_days import is_working_day

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MINUTES = st.integers(0, 24 * 60 - 1)


def case(kind: str, opened: datetime, *acts: tuple[str, datetime], **said: str) -> DeskRecord:
    first = Act(version=1, at=write_instant(opened), who="chidi", role="", what="opened", said=said)
    rest = [
        Act(version=2 + place, at=write_instant(at), who="chidi", role="", what=what, said={})
        for place, (what, at) in enumerate(acts)
    ]
    return DeskRecord(
        id="case",
        register="case",
        number=1,
        service="alder",
        unit="",
        opened_as=kind,
        restricted=0,
        opened_at=write_instant(opened),
        opened_by="chidi",
        acts=(first, *rest),
    )


def test_friday_before_a_bank_holiday_is_reviewed_by_the_monday_after() -> None:
    friday = datetime(2026, 8, 28, 16, 0, tzinfo=UTC)
    assert review_due(friday, 5) == datetime(2026, 9, 7, 22, 59, 59, tzinfo=UTC)


def test_an_incident_in_the_night_of_the_clock_change_is_of_its_london_day() -> None:
    assert day_in_london(review_due(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 5)) == date(2026, 4, 7)
    late = datetime(2026, 3, 30, 23, 30, tzinfo=UTC)
    assert review_due(late, 1) == end_of(date(2026, 4, 1))


@given(DAYS, MINUTES, st.integers(1, 20))
def test_a_review_has_as_many_working_days_as_it_may_take(day: date, minute: int, count: int) -> None:
    event = start_of_day(day) + timedelta(minutes=minute)
    last = day_in_london(review_due(event, count))
    between = [day_in_london(event) + timedelta(days=n) for n in range(1, 400)]
    working = [one for one in between if is_working_day(one) and one <= last]
    assert len(working) == count
    assert working[-1] == last


def test_the_decision_has_a_clock_from_what_was_seen_and_one_from_what_the_desk_had() -> None:
    seen, came = datetime(2026, 11, 16, 22, 0, tzinfo=UTC), datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
    decided = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    made = case("concern", came, ("decided", decided), recognised_at=write_instant(seen))
    states = {clock.what: clock.state(decided) for clock in clocks(made, Known(received_at=came), decided)}
    assert states == {
        "Decision, the day it was recognised": "late",
        "Decision, the day the desk had it": "done",
    }


def test_the_last_second_of_the_day_is_in_time() -> None:
    opened = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
    for decided, state in (
        (datetime(2026, 6, 16, 22, 59, 59, tzinfo=UTC), "done"),
        (datetime(2026, 6, 16, 23, 0, 0, tzinfo=UTC), "late"),
    ):
        (clock,) = clocks(case("concern", opened, ("decided", decided)), Known(), decided)
        assert clock.state(decided) == state


def test_an_incident_is_counted_from_its_first_incident_record() -> None:
    opened = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    event = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    made = case("incident", opened, recognised_at=write_instant(opened))
    found = {clock.what: clock.due_at for clock in clocks(made, Known(incident_at=event), opened)}
    assert found["Review of the incident"] == end_of(date(2026, 11, 23))


def test_a_week_asks_for_two_follow_ups_one_in_each_half() -> None:
    opened = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)  # a Friday
    made = [datetime(2026, 11, 17, 9, 0, tzinfo=UTC)]
    found = follow_ups([(opened.date(), None)], made, datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    assert [(day_in_london(one.due_at), one.done_at) for one in found] == [
        (date(2026, 11, 18), made[0]),
        (date(2026, 11, 22), None),
    ]


def test_two_on_one_day_do_not_stand_for_a_whole_week() -> None:
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    made = [monday, monday + timedelta(hours=1)]
    found = follow_ups([(date(2026, 11, 13), None)], made, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    assert [one.done_at for one in found] == [monday, None]


@given(DAYS, st.integers(0, 60), st.lists(st.integers(0, 60 * 24 * 60), max_size=30), st.booleans())
def test_no_week_asks_for_more_than_two_and_none_before_it_was_opened(
    first: date, lasting: int, made: list[int], closes: bool
) -> None:
    opened = start_of_day(first)
    last = first + timedelta(days=lasting)
    instants = [opened + timedelta(minutes=one) for one in made]
    now = start_of_day(last) + timedelta(hours=12)
    found = follow_ups([(first, last if closes else None)], instants, now)
    weeks: dict[tuple[int, int], int] = {}
    for one in found:
        day = day_in_london(one.due_at)
        assert day > first
        assert day.isoweekday() in (3, 7)
        weeks[day.isocalendar()[:2]] = weeks.get(day.isocalendar()[:2], 0) + 1
        if closes and one.done_at is None:
            assert day <= last
    assert all(count <= 2 for count in weeks.values())
    used = [one.done_at for one in found if one.done_at]
    assert sorted(used) == sorted(set(used) & set(instants)) or len(used) <= len(instants)


def test_a_closed_case_asks_for_nothing_new_and_a_reopened_one_does() -> None:
    opened = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    closed, again = opened + timedelta(days=7), opened + timedelta(days=21)
    made = case("safeguarding", opened, ("closed", closed), ("reopened", again))
    now = again + timedelta(days=6)
    due = [day_in_london(one.due_at) for one in clocks(made, Known(), now) if one.what.startswith("Follow")]
    assert due == [date(2026, 11, 8), date(2026, 11, 29)]


def test_a_case_lists_what_it_asks_for_in_order() -> None:
    opened = read_instant("2026-11-16T09:00:00Z")
    made = case("incident", opened, recognised_at=write_instant(opened))
    whats = [clock.what for clock in clocks(made, Known(), opened)]
    assert whats == [
        "Decision, the day it was recognised",
        "Decision, the day the desk had it",
        "Review of the incident",
    ]


def test_follow_up_ends_on_the_days_that_held_on_the_monday_of_its_week() -> None:
    """Tuesday and Friday from Thursday 19 November: the week that runs keeps Wednesday and Sunday."""
    ends = ((date.min, frozenset({3, 7})), (date(2026, 11, 19), frozenset({2, 5})))
    opened, now = date(2026, 11, 15), datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
    found = follow_ups([(opened, None)], [], now, ends)
    assert [day_in_london(clock.due_at) for clock in found] == [
        date(2026, 11, day) for day in (18, 22, 24, 27)
    ] + [date(2026, 12, 1), date(2026, 12, 4)]
