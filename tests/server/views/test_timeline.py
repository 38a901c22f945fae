"""What came of one concern: in order of time, with its words and links, and plainly what has not happened yet."""

from typing import Any

import pytest

from server.charts.store import ChartNote, write
from server.identity.permissions import Role
from server.views import timeline_sources
from server.views.happening import Happening
from tests.server.coverage.test_page import watched
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action, words_of
from tests.server.evidence.floor import bearing
from tests.server.reach import add_member
from tests.server.review.reviewing import review
from tests.server.test_visitors import visit
from tests.server.world import Browser, World

INCIDENT = "2026-11-14T10:00:00Z"
LOOKED = "2026-11-15T11:00:00Z"


def told(browser: Browser, record: str) -> dict[str, Any]:
    answer = browser.get(f"/views/timeline/{record}/view.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def whats(browser: Browser, record: str) -> list[str]:
    return [line["what"] for line in told(browser, record)["lines"]]


def test_a_lonely_record_says_what_has_not_happened(shift: Shift, chidi: Browser) -> None:
    made = shift.record("practice_observation", INCIDENT, **watched(INCIDENT))
    found = told(chidi, made)
    assert [line["page"] for line in found["lines"]] == [f"/evidence/{made}"]
    assert found["stands"] == []
    assert found["not_yet"] == [
        "No manager has reviewed any of these records yet.",
        "No action is linked to any of these records.",
        "No later observation yet.",
    ]


def test_what_an_incident_caused_and_what_was_made_of_it_stands_in_order(
    shift: Shift, chidi: Browser
) -> None:
    incident = shift.record("incident_record", INCIDENT)
    due = {id: item for id, item in shift.due().items() if id.startswith(incident)}
    assert due, "the example of an incident causes something"
    observe = next(id for id, item in due.items() if item["form"] == "practice_observation")
    watch = shift.record("practice_observation", LOOKED, **watched(LOOKED), spawned_by=observe)
    review(chidi, incident, "accepted")
    found = told(chidi, incident)
    times = [line["at"] for line in found["lines"]]
    assert times == sorted(times)
    pages = [line["page"] for line in found["lines"]]
    assert pages.index(f"/evidence/{incident}") < pages.index(f"/evidence/{watch}")
    assert "Accepted as evidence" in whats(chidi, incident)
    done = next(line for line in found["lines"] if line["what"].startswith("Due: ") and line["page"])
    assert "Done Sun 15 Nov 2026, 11:00" in done["says"]
    assert "No later observation yet." not in found["not_yet"]
    assert len([line for line in found["lines"] if line["what"].startswith("Due: ")]) == len(due)
    still = [one for one in found["not_yet"] if "due by" in one or "overdue since" in one]
    assert len(still) == len(due) - 1


def test_it_begins_with_the_first_record_wherever_it_is_opened(shift: Shift, chidi: Browser) -> None:
    incident = shift.record("incident_record", INCIDENT)
    observe = next(
        id
        for id, item in shift.due().items()
        if id.startswith(incident) and item["form"] == "practice_observation"
    )
    watch = shift.record("practice_observation", LOOKED, **watched(LOOKED), spawned_by=observe)
    assert told(chidi, watch)["began_with"] == incident
    assert whats(chidi, watch) == whats(chidi, incident)
    assert "the story begins here" in words_of(chidi.get(f"/views/timeline/{watch}"))


def test_actions_changes_notes_and_later_evidence_are_part_of_it(
    world: World, shift: Shift, chidi: Browser
) -> None:
    action = make_action(chidi, measure_1="M04", how_1="")
    made = shift.record(
        "practice_observation", INCIDENT, **watched(INCIDENT), bearings=[bearing(action, themes=("SG",))]
    )
    assert "No change of practice is written down for action 1 yet." in told(chidi, made)["not_yet"]
    answer = edit_action(
        chidi,
        action,
        1,
        measure_1="M04",
        how_1="",
        changed_on="2026-11-15",
        changed_what="Bells are answered by name",
    )
    assert answer.status_code == 303, words_of(answer)
    note = ChartNote(
        id="note", service="alder", unit="", measure="M04", day="2026-11-15", rebases=False, words="New bells"
    )
    with world.sql() as sql:
        write(sql, note, "chidi", world.clock())
    later = shift.record(
        "practice_observation", LOOKED, **watched(LOOKED), bearings=[bearing(action, themes=("SG",))]
    )
    found = told(chidi, made)
    lines = {line["what"]: line for line in found["lines"]}
    assert {"Action 1 made", "Action 1: practice changed", "Changed, by a note on a chart"} <= set(lines)
    behind = [line for line in found["lines"] if line["page"] == f"/evidence/{later}"]
    assert len(behind) == 1
    assert behind[0]["what"].endswith("action 1")
    assert "Action 1: evidence building." in found["stands"]
    assert any(one.startswith("Recorded afterwards about action 1: ") for one in found["stands"])
    assert found["not_yet"] == ["No manager has reviewed any of these records yet."]
    page = words_of(chidi.get(f"/views/timeline/{made}"))
    assert "“Bells are answered by name”" in page
    assert "“New bells”" in page


def test_a_correction_and_a_concern_that_was_answered_are_lines(
    world: World, shift: Shift, chidi: Browser
) -> None:
    concern = shift.record(
        "immediate_concern", INCIDENT, chosen={"about_manager": "no", "person": "alder-1-a"}
    )
    chidi.post(f"/concerns/{concern}/acknowledgement", data={"decision": "We moved the bed"})
    shift.record("immediate_concern", INCIDENT, record=concern, version=2, reason="The time was wrong")
    assert whats(chidi, concern).count("Corrected") == 1
    assert "Decided about the concern" in whats(chidi, concern)
    assert "“We moved the bed”" in words_of(chidi.get(f"/views/timeline/{concern}"))


def test_a_file_leaves_out_names_and_what_somebody_wrote(shift: Shift, chidi: Browser) -> None:
    made = shift.record("practice_observation", INCIDENT, **watched(INCIDENT))
    review(chidi, made, "set_aside", "It was Mrs Penhaligon")
    assert "Penhaligon" in chidi.get(f"/views/timeline/{made}").text
    for file in ("view.csv", "view.json"):
        text = chidi.get(f"/views/timeline/{made}/{file}").content.decode("utf-8-sig")
        for word in ("Penhaligon", "Amina", "Chidi", "AB, 1"):
            assert word not in text, (file, word)
        assert "(left out)" in text


def test_a_concern_about_a_manager_has_a_timeline_for_the_nominated_individual_alone(
    world: World, shift: Shift, chidi: Browser
) -> None:
    concern = shift.record(
        "immediate_concern", INCIDENT, chosen={"about_manager": "yes", "person": "alder-1-a"}
    )
    assert chidi.get(f"/views/timeline/{concern}").status_code == 404
    dana = world.signed_in("dana")
    assert dana.get(f"/views/timeline/{concern}").status_code == 200


def test_somebody_of_another_unit_sees_their_own_part(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi)
    made = shift.record(
        "practice_observation", INCIDENT, **watched(INCIDENT), bearings=[bearing(action, themes=("SG",))]
    )
    elm = Shift(world, "alder-2", "Elm")
    there = elm.record(
        "practice_observation", LOOKED, **watched(LOOKED), bearings=[bearing(action, themes=("SG",))]
    )
    with world.sql() as sql:
        add_member(sql, "uma", Role.SHIFT_MANAGER, "alder", "alder-1", world)
    uma = world.signed_in("uma")
    line = next(one for one in told(chidi, made)["lines"] if one["page"] == f"/evidence/{there}")
    assert "Person" not in line["says"]
    assert f"/evidence/{there}" not in [line["page"] for line in told(uma, made)["lines"]]
    assert uma.get(f"/views/timeline/{there}").status_code == 404


def test_a_visitor_is_told_nothing_of_what_is_due(world: World, shift: Shift, chidi: Browser) -> None:
    incident = shift.record("incident_record", INCIDENT)
    assert any(what.startswith("Due: ") for what in whats(chidi, incident))
    vera = visit(world, chidi)
    assert "You see pseudonyms." in words_of(vera.get(f"/views/timeline/{incident}"))
    assert "You see pseudonyms." not in words_of(chidi.get(f"/views/timeline/{incident}"))
    assert not any(what.startswith("Due: ") for what in whats(vera, incident))


def test_a_source_is_added_by_adding_it_to_the_list(
    monkeypatch: pytest.MonkeyPatch, shift: Shift, chidi: Browser
) -> None:
    made = shift.record("practice_observation", INCIDENT, **watched(INCIDENT))
    decided = Happening(at="2026-11-15", what="Closure decided", says="Refused.")
    monkeypatch.setattr(
        timeline_sources, "SOURCES", (*timeline_sources.SOURCES, lambda sql, thread: [decided])
    )
    assert whats(chidi, made)[-1] == "Closure decided"
