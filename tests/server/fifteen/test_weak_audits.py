"""S1E2, weak audit challenge: 18 of 20 audits lead somewhere within three months, and the action is closed
(domain/1 1.2; sources/001, operational example 2, steps 1 to 5).
"""

from typing import Any

from tests.server.evidence.arranged import FIELDS, edit_action, make_action, words_of
from tests.server.fifteen.refused import cadence
from tests.server.fifteen.supported import close
from tests.server.fifteen.telling import Telling
from tests.server.world import World

PLAN: dict[str, Any] = {
    "title": "Audits lead to something that is checked",
    "themes": ["OV"],
    "source": "oversight",
    "baseline": "Of 12 audits from July to September 7 missed repeated gaps in notes, charts and care plan reviews.",
    "baseline_numerator": "5",
    "baseline_denominator": "12",
    "baseline_period": "July to September 2026",
    "expected": "Each audit says what was found, what is done, by whom, and how the difference is checked.",
    "measure_1": "M05",
    "how_1": "",
    "target_1": "90",
    "window_start_1": "2026-11-16",
    "window_end_1": "2027-02-14",
    "risk": "high",
    "owner": "ben",
    "review_route": "Provider oversight, quarterly",
    "deadline": "2027-02-28",
    "evidence_kinds": ["audit", "observation", "feedback"],
}
TEMPLATE = "The audit template asks how good the evidence is, and how the impact of each action is checked."
COACHED = "The audit template asks for impact checks, and each audit owner was coached on a real audit."
NOTE = "The audit template asks for the impact check of each action, and every audit owner was coached on it."
WHY = "18 of 20 audits have all four, none without an impact check since the coaching, and practice agrees."
CHECKS = "Sample the audits of December and of January."
LEARNED = "Our audits were scored and never challenged: now somebody asks what difference they made."
SAID = "Two audits of six had no impact check; their owners are coached, and December is checked whole."
SAMPLE = "Audit sample"
VAGUE, NO_EVIDENCE = (
    "An action is not complete",
    "A closure is proposed without evidence or in few words",
)
MISSED = {
    "known_risks_found": "not_met",
    "known_risks_found_facts": "The gaps in the charts of the first floor are known, and not in it.",
}
# By the day the quality lead checks them: the audits, and how many of them have no impact check
MONTHS = {"2026-11-27": (6, 2), "2026-12-18": (7, 0), "2027-01-22": (7, 0)}


def checked(told: Telling, day: str) -> None:
    """The quality lead checks the audits of a month."""
    told.on(f"{day}T15:00")
    audits, weak = MONTHS[day]
    told.floor.send(
        told.floor.seal(
            "sample_audit",
            f"{day}T10:{number:02}",
            "no_impact_check" if number < weak else "a_sound_audit",
            author="ivo",
            **(MISSED if number < weak else {}),
        )
        for number in range(audits)
    )


def test_audits_lead_to_something_that_is_checked_and_the_action_is_closed(world: World) -> None:
    told = Telling(world)
    told.plan(**PLAN)
    assert "5 of 12 (41.6%) July to September 2026" in told.action_page()
    assert "At least 90% M05" in told.action_page()
    assert (SAMPLE, "Open") in told.due()
    told.on("2026-11-17T12:00")
    told.change(changed_on="2026-11-17", changed_what=TEMPLATE)
    the_signs_show(told)
    audit_owners_are_coached(told)
    closing_too_early_is_refused(told)
    checked(told, "2027-01-22")
    assert "18 of 20 (90%) Target met Met so far." in told.figure("M05")
    practice_is_seen(told)
    told.on("2027-02-15T10:00")
    assert "18 of 20 (90%) Target met" in told.figure("M05")
    close(told, NOTE, WHY, answered="Fourteen audits of two months were checked: all have all four.")


def the_signs_show(told: Telling) -> None:
    """EW: vague action wording. Triggers: repeated missed issues, poor evidence quality."""
    vague = {**FIELDS, "title": "Do better audits", "themes": ["OV"], "baseline_numerator": ""}
    vague |= {"baseline_denominator": "", "baseline_period": ""}
    second = make_action(told.desk("ben"), **vague)
    assert told.signs() == [VAGUE]
    for who in ("chidi", "ivo"):
        assert "1 early-warning signal waits for an answer" in told.today(who)
    told.on("2026-11-18T10:00")
    whole = {**FIELDS, "title": "Do better audits", "themes": ["OV"]}
    assert edit_action(told.desk("ben"), second, 1, **whole).status_code == 303
    told.answer("W07", "changed", action=second)
    assert told.signs() == []
    checked(told, "2026-11-27")
    assert (SAMPLE, "Open") not in told.due()
    assert "4 of 6 (66.6%) Target not met" in told.figure("M05")
    assert "M05 stands at 4 of 6 (66.6%), and its target is at least 90%" in told.on_map()
    again = told.failing()[7]
    assert "“Did the audit find the risks we know are here?” (F7-AU)" in again
    assert "“Is it said how the difference will be checked?” (F7-AU)" in again


def audit_owners_are_coached(told: Telling) -> None:
    """Escalation: the quality lead challenges weak audits; the manager coaches audit owners. The provider reviews it
    each quarter.
    """
    told.on("2026-12-01T10:00")
    told.hold_review("quality", "ivo", question_1="What difference did these audits make?", change_1=COACHED)
    told.hold_review("board", question_1="Do our audits find what we know?", change_1=COACHED)
    assert "Every quarter S2E3, S4E3 Tue 1 Dec 2026 Wed 31 Mar 2027" in cadence(told, "Provider board")
    told.change(changed_on="2026-12-01", changed_what=COACHED, learning=LEARNED)
    assert "Two audits" in told.sum_up("audits", "2026-11", SAID, "ivo")
    assert LEARNED in told.action_page()


def closing_too_early_is_refused(told: Telling) -> None:
    """EW: closure without evidence. The proposal shows as a sign, and the quality lead refuses it."""
    told.on("2026-12-10T10:00")
    vague = told.propose("chidi", note="Audits are better.", reason="The coaching is done.")
    assert "Rule 8" in words_of(vague)
    told.taken(told.propose("chidi", note=NOTE, reason="The coaching is done."))
    assert told.signs() == [NO_EVIDENCE]
    assert set(told.failing()) == {2, 3, 4, 5}
    told.taken(told.refuse("ivo", checks=CHECKS))
    assert f"To be checked further {CHECKS}" in told.action_page()
    told.build()
    told.answer("W08", "accepted", "It was refused the same day.")
    assert told.signs() == []
    checked(told, "2026-12-18")
    assert "11 of 13 (84.6%) Target not met" in told.figure("M05")


def practice_is_seen(told: Telling) -> None:
    """What audits say agrees with practice on two shifts in two units, and with what people say."""
    told.floor.observe("2027-01-20T12:30", shift="day")
    told.floor.observe("2027-01-20T23:30", shift="night", unit="alder-2")
    told.floor.ask("2027-01-21T11:00", "better_since_june")
