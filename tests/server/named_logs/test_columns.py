"""Single logs and columns: the same-day clock, what was decided since, safety steps, learning, which records belong."""

from typing import Any

import pytest

from tests.server.due.shift import Shift
from tests.server.named_logs.made import entries
from tests.server.review.reviewing import review
from tests.server.world import Browser, World

MONDAY = "2026-11-16T08:00:00Z"


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def cell(entry: dict[str, Any], heading: str) -> list[str]:
    found: list[str] = entry["answers"][heading]
    return found


def screened(shift: Shift, told_at: str, decision: str = "tell_today") -> str:
    chosen = {"found.1.decision": decision, "found.1.manager_told_at": told_at, "notes_of": "unit"}
    return shift.record("safeguarding_screen", MONDAY, "three_entries", chosen=chosen)


@pytest.mark.parametrize(
    ("told_at", "said"),
    [
        ("2026-11-16T23:59:00Z", "Manager told Mon 16 Nov 2026, 23:59, the same day"),
        ("2026-11-17T00:00:00Z", "Manager told Tue 17 Nov 2026, 00:00, not the same day"),
        ("soon", "No time is given at which the manager was told"),
    ],
)
def test_the_same_day_ends_at_midnight(shift: Shift, chidi: Browser, told_at: str, said: str) -> None:
    screened(shift, told_at)
    # Of three entries one was to be passed on
    assert cell(entries(chidi, "safeguarding-screen")[0], "Same day") == [f"Entry 1. {said}"]


def test_what_was_low_level_has_no_same_day_clock(shift: Shift, chidi: Browser) -> None:
    screened(shift, MONDAY, "low_level")
    assert cell(entries(chidi, "safeguarding-screen")[0], "Same day") == []


def test_each_finding_stands_with_what_was_decided_of_it(shift: Shift, chidi: Browser) -> None:
    screened(shift, MONDAY)
    found = entries(chidi, "safeguarding-screen")[0]
    kinds = [item for item in cell(found, "What was found") if "What may it be?" in item]
    assert [item.rpartition("? ")[2] for item in kinds] == [
        "Poor or missed care", "Between residents", "An injury nobody explains",
    ]  # fmt: skip
    assert [item for item in cell(found, "Passed on") if "no concern" in item.lower()]


def test_later_the_log_says_what_was_made_of_it(shift: Shift, chidi: Browser) -> None:
    record = shift.record("safeguarding_screen", MONDAY, "tell_the_manager_now")
    assert cell(entries(chidi, "safeguarding-screen")[0], "Since then") == ["New"]
    raised = shift.record(
        "immediate_concern", MONDAY, spawned_by=f"{record}/concern/1", chosen={"about_manager": "no"}
    )
    chidi.post(f"/concerns/{raised}/acknowledgement", data={"decision": "Referred at nine."})
    review(chidi, record, "accepted", "")
    assert cell(entries(chidi, "safeguarding-screen")[0], "Since then") == [
        "Accepted as evidence", "Decided at the desk (left out)",
    ]  # fmt: skip
    assert "Referred at nine." in chidi.get("/logs/safeguarding-screen").text


def test_a_handover_names_the_version_of_the_prompts_and_who_still_needs_the_message(
    shift: Shift, chidi: Browser
) -> None:
    shift.record(
        "handover_check", MONDAY, "message_shared_with_a_worry", chosen={"still_to_tell": ["ben", "chidi"]}
    )
    (entry,) = [one for one in entries(chidi, "handover-file", "since=2026-11-16") if one["record"]]
    assert cell(entry, "Prompts in force") == ["Handover check, version 2"]
    assert len(cell(entry, "Still needs it")[0].split(", ")) == 2
    page = chidi.get("/logs/handover-file").text
    assert "Ben Carter, Chidi Okafor" in page


def test_only_an_observation_after_something_was_learned_is_in_the_audit_of_practice(
    shift: Shift, chidi: Browser
) -> None:
    learned = shift.record("practice_observation", MONDAY, chosen={"reason": "after_incident"})
    planned = shift.record("practice_observation", MONDAY, chosen={"reason": "planned"})
    assert {one["record"] for one in entries(chidi, "practice-observation-audit")} == {learned}
    assert {one["record"] for one in entries(chidi, "practice-observation")} == {learned, planned}


def test_a_safety_step_that_nobody_looked_at_by_its_day_is_missing(
    shift: Shift, world: World, chidi: Browser
) -> None:
    fields = {"title": "Two staff at night", "recheck_by": "2026-11-17", "id": "new"}
    assert chidi.post("/lists/new/control", data=fields, follow_redirects=False).status_code == 303
    (control,) = [row["cause"] for row in _controls(world)]
    world.clock.move(days=2)
    with world.signed_in("chidi") as later:
        (entry,) = entries(later, "risk-control")
        assert entry["state"] == "Missing"
        assert "Two staff" not in entry["said"]
        page = later.get("/logs/risk-control").text
        assert "Nobody looked at a safety step again, due by" in page
        assert "It is about: Two staff at night" in page
        rows = {"controls": [control], f"controls.{control}.control_holds": "met"}
        shift.record("handover_check", "2026-11-16T15:00:00Z", chosen=rows)
        (entry,) = entries(later, "risk-control")
        assert cell(entry, "Looked at again") == ["Safety step 1. Is it in place, and do staff know it? Yes"]


def test_a_review_with_no_safety_step_is_not_in_the_log_of_risk(shift: Shift, chidi: Browser) -> None:
    shift.record("shift_review", MONDAY, chosen={"controls": ["none"], "new_controls": ["none"]})
    assert entries(chidi, "risk-control") == []


def test_a_review_withdrawn_stays_in_the_log_of_risk_and_says_so(shift: Shift, chidi: Browser) -> None:
    sealed = shift.seal(
        "shift_review", MONDAY, chosen={"new_controls": ["1"], "new_controls.1.control_risk": "Mat"}
    )
    shift.send(sealed)
    more = {"unit": "alder-1", "author": "amina", "form": "shift_review", "withdrawn": 1}
    shift.send(shift.tablet.correct(sealed, "Twice", recorded_at="2026-11-16T08:30:00Z", **more))
    (entry,) = entries(chidi, "risk-control")
    assert entry["state"] == "Withdrawn"


def _controls(world: World) -> list[Any]:
    with world.sql() as sql:
        return sql.execute("SELECT cause FROM due_item WHERE origin = 'control'").fetchall()
