"""A shift in order of time: the night over the change of the clocks, the handover it fed, and what came in after it."""

from datetime import UTC, datetime

import pytest

from tests.server.coverage.test_page import watched
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.views.test_views import read, records
from tests.server.world import Browser, World

NIGHT = "shifts/alder-1.2026-11-14.night"
HANDED_OVER = "2026-11-15T07:10:00Z"


def at_night(shift: Shift, at: str) -> str:
    return shift.record("practice_observation", at, **watched(at, "night"))


@pytest.mark.parametrize(
    ("evening", "times", "words"),
    [
        (
            "2026-03-28",
            ["2026-03-28T22:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T05:30:00Z"],
            ["22:30", "00:30", "02:30", "06:30"],
        ),
        (
            "2026-10-24",
            ["2026-10-24T21:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T06:30:00Z"],
            ["22:30", "01:30 BST", "01:30 GMT", "06:30"],
        ),
    ],
)
def test_a_night_in_which_the_clocks_change_is_one_shift_in_the_order_of_time(
    world: World, chidi: Browser, evening: str, times: list[str], words: list[str]
) -> None:
    shift = Shift(world)
    made = [at_night(shift, at) for at in reversed(times)]
    next_evening = at_night(shift, times[-1].replace("T05:", "T22:").replace("T06:", "T22:"))
    of = f"shifts/alder-1.{evening}.night"
    assert records(chidi, of) == made[::-1]
    assert next_evening not in records(chidi, of)
    page = words_of(chidi.get(f"/views/{of}"))
    places = [page.index(f", {word} ") for word in words]
    assert places == sorted(places)


def test_a_shift_holds_what_was_recorded_on_it_and_nothing_else(shift: Shift, chidi: Browser) -> None:
    evening = at_night(shift, "2026-11-14T22:00:00Z")
    morning = at_night(shift, "2026-11-15T05:00:00Z")
    shift.record("practice_observation", "2026-11-14T18:00:00Z", **watched("2026-11-14T18:00:00Z"))
    shift.record("practice_observation", "2026-11-15T08:00:00Z", **watched("2026-11-15T08:00:00Z"))
    Shift(shift.world, "alder-2", "Elm").record(
        "practice_observation", "2026-11-14T22:00:00Z", **watched("2026-11-14T22:00:00Z", "night")
    )
    assert records(chidi, NIGHT) == [evening, morning]


def test_it_leads_to_the_handover_and_marks_what_came_in_after_it(shift: Shift, chidi: Browser) -> None:
    seen = shift.record("senior_oversight", "2026-11-15T04:00:00Z", chosen={"shift": "night"})
    elm = Shift(shift.world, "alder-1", "Elm")
    waiting = elm.seal("incident_record", "2026-11-15T03:00:00Z", chosen={"shift": "night"})
    handover = shift.record("handover_check", HANDED_OVER, chosen={"shift": "day"})
    late = elm.send(waiting)
    page = chidi.get(f"/views/{NIGHT}")
    assert f'href="/evidence/{handover}"' in page.text
    notes = {one["record"]: one["note"] for one in read(chidi, NIGHT)["records"]}
    assert notes[seen] == ""
    assert notes[late].startswith("Came in after the handover, ")
    assert "No handover check" not in words_of(page)


def test_what_a_shift_lacks_is_said(shift: Shift, chidi: Browser) -> None:
    assert read(chidi, NIGHT)["missing"] == [
        "Nothing was recorded on this shift.",
        "No handover check took it over.",
    ]
    shift.world.clock.instant = datetime(2026, 11, 14, 23, tzinfo=UTC)
    at_night(shift, "2026-11-14T22:00:00Z")
    assert read(chidi, NIGHT)["missing"] == ["It has not been handed over yet."]
    assert read(chidi, "shifts/alder-1.2026-11-15.night")["missing"] == ["This shift has not begun."]


def test_the_shift_before_and_after_are_neighbours(chidi: Browser) -> None:
    page = chidi.get(f"/views/{NIGHT}").text
    found = [
        of
        for of in ("2026-11-14.day", "2026-11-14.late", "2026-11-15.day", "2026-11-15.late")
        if f"alder-1.{of}" in page
    ]
    assert found[-1] == "2026-11-15.day"
    assert len(found) == 2
