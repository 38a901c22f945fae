"""What is missing from a log: mornings, shifts, handovers, weeks; also where the clocks change."""

from typing import Any

import pytest

from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value
from tests.server.due.shift import Shift
from tests.server.named_logs.made import entries, missing
from tests.server.world import Browser, World

BOTH = "Alder House 1, Alder House 2"
NOVEMBER = "since=2026-11-14&until=2026-11-16"
AUTUMN = "since=2026-10-24&until=2026-10-25"


@pytest.fixture
def shift(world: World) -> Shift:
    """A tablet whose service began on 20 October; now it is Monday, 16 November, 09:00."""
    shift = Shift(world)
    shift.record("incident_record", "2026-10-20T08:00:00Z")
    return shift


def screen(shift: Shift, at: str, notes_of: str = "unit", **more: Any) -> str:
    return shift.record(
        "safeguarding_screen",
        at,
        "nothing_in_the_notes",
        chosen={"notes_of": notes_of, "shift": "day"},
        **more,
    )


def test_a_morning_without_a_screen_is_missing_in_each_unit(shift: Shift, chidi: Browser) -> None:
    screen(shift, "2026-11-15T08:00:00Z")
    # Today's is due at ten, and it is nine
    assert missing(chidi, "safeguarding-screen", NOVEMBER) == [
        ("Sun 15 Nov 2026", "", "Alder House 2"),
        ("Sat 14 Nov 2026", "", BOTH),
    ]


def test_from_ten_on_todays_is_not_yet_there_and_tomorrow_it_is_missing(
    shift: Shift, world: World, chidi: Browser
) -> None:
    world.clock.move(hours=2)
    with world.signed_in("chidi") as chidi:
        today = "since=2026-11-16&until=2026-11-16"
        (entry,) = entries(chidi, "safeguarding-screen", today)
        assert (entry["state"], entry["said"]) == (
            "Not yet there",
            "Not screened, due by Mon 16 Nov 2026, 10:00.",
        )
    world.clock.move(days=1)
    with world.signed_in("chidi") as chidi:
        assert missing(chidi, "safeguarding-screen", today) == [("Mon 16 Nov 2026", "", BOTH)]


def test_a_screen_of_the_whole_home_is_of_every_unit(shift: Shift, chidi: Browser) -> None:
    screen(shift, "2026-11-15T08:00:00Z", "home")
    assert missing(chidi, "safeguarding-screen", NOVEMBER) == [("Sat 14 Nov 2026", "", BOTH)]


def test_a_screen_that_was_withdrawn_or_set_aside_leaves_its_morning_missing(
    shift: Shift, world: World, chidi: Browser
) -> None:
    at = "2026-11-15T08:00:00Z"
    sealed = shift.seal("safeguarding_screen", at, "nothing_in_the_notes", chosen={"notes_of": "home"})
    shift.send(sealed)
    more = {"unit": "alder-1", "author": "amina", "form": "safeguarding_screen", "withdrawn": 1}
    shift.send(shift.tablet.correct(sealed, "Wrong day", recorded_at="2026-11-15T09:00:00Z", **more))
    assert ("Sun 15 Nov 2026", "", BOTH) in missing(chidi, "safeguarding-screen", NOVEMBER)
    (gone,) = [one for one in entries(chidi, "safeguarding-screen", NOVEMBER) if one["record"]]
    assert (gone["state"], gone["said"]) == ("Withdrawn", "(left out)")
    assert "Wrong day" in chidi.get(f"/logs/safeguarding-screen?{NOVEMBER}").text


def test_what_was_written_for_that_morning_later_covers_it_and_a_reason_is_shown(
    shift: Shift, chidi: Browser
) -> None:
    due = "schedule/screen/alder-{}/2026-11-15/1000"
    screen(shift, "2026-11-16T07:00:00Z", spawned_by=due.format(1))
    shift.record(
        "not_needed", "2026-11-15T08:00:00Z", "written_elsewhere", unit="alder-2", spawned_by=due.format(2)
    )
    assert missing(chidi, "safeguarding-screen", NOVEMBER) == [("Sat 14 Nov 2026", "", BOTH)]
    (unneeded,) = [
        one for one in entries(chidi, "safeguarding-screen", NOVEMBER) if one["state"] == "Not needed"
    ]
    assert (unneeded["day"], unneeded["unit"]) == ("Sun 15 Nov 2026", "Alder House 2")


def test_nothing_is_missing_from_before_the_first_record(shift: Shift, chidi: Browser) -> None:
    days = [day for day, _, _ in missing(chidi, "safeguarding-screen", "since=2026-10-01&until=2026-10-22")]
    assert days == ["Thu 22 Oct 2026", "Wed 21 Oct 2026", "Tue 20 Oct 2026"]


def test_a_shift_that_is_over_without_an_entry_is_missing_and_one_under_way_is_not(
    shift: Shift, chidi: Browser
) -> None:
    shift.record("senior_oversight", "2026-11-15T15:00:00Z", chosen={"shift": "late"})
    assert missing(chidi, "senior-oversight", "since=2026-11-15&until=2026-11-16") == [
        ("Sun 15 Nov 2026", "Night", BOTH),
        ("Sun 15 Nov 2026", "Late", "Alder House 2"),
        ("Sun 15 Nov 2026", "Day", BOTH),
    ]


def test_with_two_handovers_there_is_no_late_shift_to_miss(
    shift: Shift, world: World, chidi: Browser
) -> None:
    with world.sql() as sql:
        setting = known_settings(shift.catalogue)["handover_times"]
        set_value(sql, "alder", setting, "08:00 20:00", "chidi", "Long days", world.clock())
    world.clock.move(days=2)
    with world.signed_in("chidi") as chidi:
        found = missing(chidi, "shift-review", "since=2026-11-15&until=2026-11-17")
    assert [(day[:3], shift) for day, shift, _ in found] == [
        ("Tue", "Night"), ("Tue", "Day"), ("Mon", "Night"), ("Mon", "Late"), ("Mon", "Day"),
        ("Sun", "Night"), ("Sun", "Late"), ("Sun", "Day"),
    ]  # fmt: skip


def test_in_the_night_with_the_hour_twice_both_halves_are_the_night_that_began_on_saturday(
    shift: Shift, chidi: Browser
) -> None:
    for at in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"):
        shift.record("senior_oversight", at, chosen={"shift": "night"})
    found = entries(chidi, "senior-oversight", f"{AUTUMN}&shift=night")
    assert [(one["day"], one["time"], one["state"]) for one in found if one["record"]] == [
        ("Sun 25 Oct 2026", "01:30 GMT", "Counts"),
        ("Sun 25 Oct 2026", "01:30 BST", "Counts"),
    ]
    assert [(day, unit) for day, _, unit in missing(chidi, "senior-oversight", f"{AUTUMN}&shift=night")] == [
        ("Sun 25 Oct 2026", BOTH),
        ("Sat 24 Oct 2026", "Alder House 2"),
    ]


def test_a_handover_is_told_by_the_clock_on_the_wall(shift: Shift, chidi: Browser) -> None:
    assert [(one["day"], one["said"]) for one in entries(chidi, "handover-file", AUTUMN)] == [
        ("Sun 25 Oct 2026", "No handover check, due by Sun 25 Oct 2026, 21:30."),
        ("Sun 25 Oct 2026", "No handover check, due by Sun 25 Oct 2026, 15:00."),
        ("Sun 25 Oct 2026", "No handover check, due by Sun 25 Oct 2026, 08:00."),
        ("Sat 24 Oct 2026", "No handover check, due by Sat 24 Oct 2026, 21:30."),
        ("Sat 24 Oct 2026", "No handover check, due by Sat 24 Oct 2026, 15:00."),
        ("Sat 24 Oct 2026", "No handover check, due by Sat 24 Oct 2026, 08:00."),
    ]
    # 07:40 in summer time on Saturday, 07:40 in winter time on Sunday
    for at in ("2026-10-24T06:40:00Z", "2026-10-25T07:40:00Z"):
        shift.record("handover_check", at, chosen={"shift": "day"})
    assert len(missing(chidi, "handover-file", AUTUMN)) == 4


def test_a_week_and_a_month_without_a_sample_are_missing_once(shift: Shift, chidi: Browser) -> None:
    query = "since=2026-10-26&until=2026-11-15"
    assert len(missing(chidi, "care-record-quality", query)) == 3
    shift.record("sample_deterioration", "2026-11-04T10:00:00Z")
    assert len(missing(chidi, "care-record-quality", query)) == 2
    assert missing(chidi, "practice-observation", query) == []


def test_an_observation_is_no_recording_sample_of_the_week(shift: Shift, chidi: Browser) -> None:
    query = "since=2026-11-09&until=2026-11-15"
    shift.record("practice_observation", "2026-11-11T10:00:00Z")
    assert len(missing(chidi, "supervision-and-briefing", query)) == 1
    shift.record("sample_recording", "2026-11-11T11:00:00Z")
    assert missing(chidi, "supervision-and-briefing", query) == []


def test_the_filter_chooses_unit_shift_weekday_and_what_is_missing(shift: Shift, chidi: Browser) -> None:
    shift.record("shift_review", "2026-11-15T08:00:00Z", chosen={"shift": "day"})
    query = "since=2026-11-09&until=2026-11-15"
    assert len(entries(chidi, "shift-review", f"{query}&unit=alder-1&shift=day")) == 7
    assert [
        one["state"] for one in entries(chidi, "shift-review", f"{query}&unit=alder-1&shift=day&weekday=7")
    ] == ["Counts"]
    assert [one["state"] for one in entries(chidi, "shift-review", f"{query}&show=entries")] == ["Counts"]
    assert {one["state"] for one in entries(chidi, "shift-review", f"{query}&show=missing")} == {"Missing"}


def test_the_index_says_what_is_missing_since_monday(shift: Shift, world: World) -> None:
    world.clock.move(days=2)
    with world.signed_in("chidi") as chidi:
        assert len(missing(chidi, "safeguarding-screen", "since=2026-11-16&until=2026-11-18")) == 2
        page = chidi.get("/logs").text
    row = page.split("/logs/safeguarding-screen?")[1:]
    assert row[1].split(">")[1].startswith("2<")
