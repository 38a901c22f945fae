"""The family communication monitoring log: each update that was owed, its tries in order, what became of it."""

from datetime import date
from typing import Any

import pytest

from server.identity.scope import of_services
from server.measures.periods import window
from server.measures.reading import read_series
from tests.server.due.shift import Shift
from tests.server.named_logs.made import entries
from tests.server.world import Browser, World

CODE = "family-contact"
TRIED: dict[str, Any] = {
    "shift": "day",
    "person": "alder-1-a",
    "what_happened": "fall_or_injury",
    "known_at": "2026-11-14T08:00:00Z",
    "who": "main_contact",
    "update_made": "not_reached",
    "family_first": "no",
    "attempts": ["1", "2"],
    "attempts.1.attempt_at": "2026-11-14T09:40:00Z",
    "attempts.1.attempt_how": "message",
    "attempts.2.attempt_at": "2026-11-14T08:30:00Z",
    "attempts.2.attempt_how": "phone",
}
TOLD: dict[str, Any] = {
    **{key: value for key, value in TRIED.items() if "attempt" not in key},
    "update_made": "yes",
    "contacted_at": "2026-11-14T11:30:00Z",
    "contacted_by": "me",
    "how": "phone",
}


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def tried(shift: Shift, **chosen: Any) -> str:
    return shift.record(
        "family_contact", "2026-11-14T09:50:00Z", "tried_twice", answers={**TRIED, **chosen, **AT(9, 50)}
    )


def told(shift: Shift, after: str = "", /, **chosen: Any) -> str:
    return shift.record(
        "family_contact",
        "2026-11-14T11:45:00Z",
        spawned_by=f"{after}/try_again" if after else "",
        answers={**TOLD, **chosen, **AT(11, 45)},
    )


def AT(hour: int, minute: int) -> dict[str, str]:
    return {"happened_at": f"2026-11-14T{hour:02}:{minute:02}:00Z"}


def cell(entry: dict[str, Any], heading: str) -> list[str]:
    found: list[str] = entry["answers"][heading]
    return found


def test_an_update_is_one_entry_with_all_its_tries_in_order(shift: Shift, chidi: Browser) -> None:
    first = tried(shift)
    told(shift, first)
    (entry,) = entries(chidi, CODE)
    assert entry["record"] == first
    assert cell(entry, "Tries, in order") == [
        "Tried, Sat 14 Nov 2026, 08:30, Phone",
        "Tried, Sat 14 Nov 2026, 09:40, Message",
        "Told, Sat 14 Nov 2026, 11:30, Phone",
    ]
    # Two hours from eight o'clock
    assert cell(entry, "Owed by") == ["Sat 14 Nov 2026, 10:00"]
    assert cell(entry, "In time") == ["1 h 30 min late"]
    assert cell(entry, "Who asked first") == ["We told them first"]
    assert (cell(entry, "Still open"), entry["state"]) == (["Closed"], "Counts")


def test_each_try_leads_to_the_record_it_stands_in(shift: Shift, chidi: Browser) -> None:
    first = tried(shift)
    second = told(shift, first)
    page = chidi.get(f"/logs/{CODE}").text
    assert page.count(f'<a href="/evidence/{first}">Tried') == 2
    assert page.count(f'<a href="/evidence/{second}">Told') == 1


def test_an_update_that_is_not_made_is_open_and_says_how_long_it_is_overdue(
    shift: Shift, chidi: Browser
) -> None:
    tried(shift)
    (entry,) = entries(chidi, CODE)
    assert entry["state"] == "Open"
    assert cell(entry, "In time") == ["Not told in time"]
    (said,) = cell(entry, "Still open")
    assert said.startswith("Family has not been told yet, by Sat 14 Nov 2026, ")
    assert ", overdue by 1 day 2" in said
    (same,) = entries(chidi, CODE, "since=2026-11-14&show=missing")
    assert same["record"] == entry["record"]


def test_a_family_that_asked_first_was_not_told_in_time(shift: Shift, chidi: Browser) -> None:
    told(shift, family_first="yes", contacted_at="2026-11-14T09:00:00Z")
    (entry,) = entries(chidi, CODE)
    assert cell(entry, "Who asked first") == ["The family asked first"]
    assert cell(entry, "In time") == ["Told in time, but the family asked first"]


def test_what_was_asked_for_and_has_no_contact_is_an_entry_too(
    shift: Shift, world: World, chidi: Browser
) -> None:
    fall = shift.record(
        "incident_record",
        "2026-11-16T08:00:00Z",
        chosen={"person": "alder-1-a", "kind": "fall", "family": "yes_soon", "shift": "day"},
    )
    (entry,) = entries(chidi, CODE)
    assert (entry["state"], entry["record"]) == ("Not yet there", "")
    assert cell(entry, "What happened") == ["Family must be told of a fall or injury"]
    assert cell(entry, "In time") == ["No contact yet"]
    world.clock.move(days=1)
    with world.signed_in("chidi") as later:
        (entry,) = entries(later, CODE)
        assert (entry["state"], cell(entry, "In time")) == ("Missing", ["No contact was made in time"])
        assert [one["state"] for one in entries(later, CODE, "show=missing")] == ["Missing"]
    shift.record(
        "family_contact", "2026-11-16T08:40:00Z", spawned_by=f"{fall}/family_fall",
        answers={**TOLD, "known_at": "2026-11-16T08:00:00Z", "contacted_at": "2026-11-16T08:30:00Z",
                 "happened_at": "2026-11-16T08:40:00Z"},
    )  # fmt: skip
    with world.signed_in("chidi") as later:
        (entry,) = entries(later, CODE)
        assert (entry["state"], cell(entry, "In time")) == ("Counts", ["In time"])


def test_what_was_said_not_to_be_needed_is_closed_with_its_reason(
    shift: Shift, world: World, chidi: Browser
) -> None:
    fall = shift.record(
        "incident_record",
        "2026-11-16T08:00:00Z",
        chosen={"person": "alder-1-a", "kind": "fall", "family": "yes_soon", "shift": "day"},
    )
    shift.record("not_needed", "2026-11-16T08:30:00Z", "made_twice", spawned_by=f"{fall}/family_fall")
    (entry,) = entries(chidi, CODE)
    assert entry["state"] == "Not needed"
    assert "Said not to be needed: " in chidi.get(f"/logs/{CODE}").text


def test_a_contact_that_was_withdrawn_stands_in_the_log_and_is_judged_by_nobody(
    shift: Shift, chidi: Browser
) -> None:
    sealed = shift.seal("family_contact", "2026-11-14T11:45:00Z", answers={**TOLD, **AT(11, 45)})
    shift.send(sealed)
    more = {"unit": "alder-1", "author": "amina", "form": "family_contact", "withdrawn": 1}
    shift.send(shift.tablet.correct(sealed, "Wrong person", recorded_at="2026-11-14T12:00:00Z", **more))
    (entry,) = entries(chidi, CODE)
    assert (entry["state"], cell(entry, "In time")) == ("Withdrawn", [])
    assert "Counts for nothing" in chidi.get(f"/logs/{CODE}").text


def test_the_log_calls_in_time_what_the_measure_counts(shift: Shift, world: World, chidi: Browser) -> None:
    for number, example in enumerate(shift.catalogue.current("family_contact").examples):
        if not example.broken:
            shift.record("family_contact", f"2026-11-{1 + number % 14:02}T12:00:00Z", example.id)
    words = [cell(entry, "In time") for entry in entries(chidi, CODE) if entry["record"]]
    with world.sql() as sql:
        days = window(date(2026, 11, 1), date(2026, 11, 16))
        (point,) = read_series(sql, of_services(["alder"]), shift.catalogue, "M06b", [days], world.clock())
    assert words.count(["In time"]) == point.count.numerator > 0
    late = [
        said for said in words if said and ("late" in said[0] or said[0].startswith(("Not told", "Told in")))
    ]
    assert len(late) == point.count.denominator - point.count.numerator > 0
