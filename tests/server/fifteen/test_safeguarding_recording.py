"""S4E1, safeguarding recording: every record whole and in time for eight weeks, and closed (domain/1 1.2; sources/004,
operational example 1, steps 1 to 5). The doors are the same in supported living, of which the example is, and here.
"""

import json
from typing import Any

from tests.server.fifteen.supported import close
from tests.server.fifteen.telling import Telling
from tests.server.review.reviewing import review
from tests.server.world import World

PLAN: dict[str, Any] = {
    "title": "Safeguarding records are whole and in time",
    "themes": ["SG", "RE"],
    "source": "safeguarding",
    "baseline": "In September 8 of 14 safeguarding records of the home lacked a timeline, decision or follow-up.",
    "baseline_numerator": "6",
    "baseline_denominator": "14",
    "baseline_period": "September 2026",
    "expected": "Each concern is written down with what was done, decided and found when it was looked at again.",
    "measure_1": "M13",
    "how_1": "",
    "target_1": "100",
    "window_start_1": "2026-11-16",
    "window_end_1": "2027-01-10",
    "risk": "high",
    "owner": "chidi",
    "review_route": "Quality governance meeting, monthly",
    "deadline": "2027-01-20",
    "evidence_kinds": ["record", "observation", "feedback"],
}
SCREENING = "Every note of the day before is read each morning, and each flagged concern decided on that day."
COACHED = "Notes are read each morning and decided on that day; handovers ask for facts and times, staff were coached."
NOTE = "All notes are read each morning, each concern is decided on that day, and handovers ask for facts and times."
WHY = "Five of five records are whole and in time, the samples since the coaching agree, and people say they feel safe."
# The day of a screen that flags something, what kind of thing, the day its outcome is looked at
CONCERNS = (
    ("2026-11-18", "money", "2026-11-25"),
    ("2026-11-25", "poor_care", "2026-12-01"),
    ("2026-12-01", "poor_care", "2026-12-08"),
    ("2026-12-09", "restriction", "2026-12-16"),
    ("2026-12-30", "self_neglect", "2027-01-06"),
)
OUT_OF_WIFI, AFTER_WIFI = "2026-12-09", "2026-12-10"
VAGUELY = {
    "entries.1.facts_only": "not_met",
    "entries.1.facts_only_facts": "It says settled, and nothing of what she did.",
    "coached_now": "yes",
}
SAID = "November: records were whole, their words were vague; handovers and coaching change that."
SCREEN, FOLLOW_UP = "Safeguarding screen", "Follow-up of open safeguarding"
AGAIN, BACK, VAGUE = (
    "The same safeguarding concern again",
    "A record is sent back again and again",
    "Vague wording or no clear timeline",
)


def flagged(told: Telling, day: str, kind: str) -> bytes:
    """The screen of a morning in which one entry is for the manager."""
    return told.floor.seal(
        "safeguarding_screen",
        f"{day}T08:10",
        "tell_the_manager_now",
        all_read="yes",
        not_read_because=None,
        **{"found.1.found_kind": kind, "found.1.decision": "tell_today"},
    )


def decide(told: Telling, record: str, day: str, kind: str, by: str) -> str:
    """The manager opens the case on the day she hears of it, and decides on that day; its address."""
    case = told.open_case(
        record=record,
        kind="safeguarding",
        title=f"Flagged on {day}: {kind}",
        recognised_at=f"{day}T08:10",
        affected="One person of the first floor.",
    )
    told.act(case, "fact", fact="The note of the evening before says it.", source="The morning screen")
    told.act(case, "control", recheck_by=by)
    told.act(case, "decided")
    told.act(case, "referral", at=f"{told.world.clock().date()}T09:30")
    told.act(case, "candour_assessed")
    told.act(case, "outcome_set", by=by)
    return case


def end(told: Telling, case: str, by: str) -> None:
    """It is followed up once more; what came of it is looked at on its day, and the case closed."""
    told.on(f"{by}T09:00")
    told.act(case, "followed_up", "ben")
    told.act(case, "control_ended", control="3")
    told.act(case, "outcome")
    told.act(case, "closed")


def test_safeguarding_records_are_whole_for_eight_weeks_and_the_action_is_closed(world: World) -> None:
    told = Telling(world)
    told.plan(**PLAN)
    assert "6 of 14 (42.8%) September 2026" in told.action_page()
    assert "At least 100% M13" in told.action_page()
    assert told.due().count((SCREEN, "Open")) > 1
    told.change(changed_on="2026-11-16", changed_what=SCREENING)
    followed_twice_a_week(told, *CONCERNS[0])
    the_signs_show(told, *CONCERNS[1])
    the_manager_coaches_and_handovers_change(told, *CONCERNS[2])
    for day, kind, by in CONCERNS[3:]:
        end(told, begin(told, day, kind, by), by)
    practice_is_seen(told)
    told.on("2027-01-11T10:00")
    assert "5 of 5 (100%) Target met" in told.figure("M13")
    close(told, NOTE, WHY)


def begin(told: Telling, day: str, kind: str, by: str) -> str:
    """A screen flags something; the manager decides the same day, or the day the tablet finds its Wi-Fi again."""
    screen = flagged(told, day, kind)
    told.on(f"{day if day != OUT_OF_WIFI else AFTER_WIFI}T09:30")
    (record,) = told.floor.send([screen])
    case = decide(told, record, day, kind, by)
    if day == OUT_OF_WIFI:
        page = told.words(case)
        assert "Decision, the day it was recognised Done late Wed 9 Dec 2026, 23:59" in page
        assert "Decision, the day the desk had it Done in time Thu 10 Dec 2026, 23:59" in page
    return case


def followed_twice_a_week(told: Telling, day: str, kind: str, by: str) -> None:
    """Cadence: each morning, the same day, twice a week."""
    case = begin(told, day, kind, by)
    assert (SCREEN, "Done in time") in told.due("done")
    told.on("2026-11-19T11:00")
    assert (SCREEN, "Late") in told.due("late")
    assert f"Case 1 {FOLLOW_UP} Open" in told.words("/due", "ben")
    told.on("2026-11-20T11:00")
    told.floor.sample("recording", "2026-11-20T10:30", "stock_phrases")
    told.on("2026-11-23T11:00")
    assert f"Case 1 {FOLLOW_UP} Late" in told.words("/due?state=late", "ben")
    told.act(case, "followed_up", "ben")
    assert f"Case 1 {FOLLOW_UP} Late" not in told.words("/due?state=late", "ben")
    end(told, case, by)


def the_signs_show(told: Telling, day: str, kind: str, by: str) -> None:
    """EW: vague language, missing timelines, repeated manager clarification."""
    case = begin(told, day, kind, by)
    screen = json.loads(told.floor.tablet.sealed[-1])["record"]
    for hour, asked in (("10", "What did she say, in her words?"), ("15", "At what time was that?")):
        told.on(f"2026-11-25T{hour}:00")
        assert review(told.desk(), screen, "question", asked).status_code == 303
    assert told.signs() == [BACK]
    told.on("2026-11-27T12:00")
    for hour in ("09", "11"):
        told.floor.check_records(f"2026-11-27T{hour}:00", "three_records_all_soon", **VAGUELY)
    assert VAGUE in told.signs()
    for who in ("chidi", "dana"):
        assert "2 early-warning signals wait for an answer" in told.today(who)
    told.floor.ask("2026-11-27T11:30", "better_since_june", feels_safe="no")
    assert any(title == "Immediate concern" for title, _ in told.due())
    assert "Records support it; observations and feedback contradict it." in told.action_page()
    told.hold_review("quality", question_1="Why are the notes vague?", change_1=COACHED)
    end(told, case, by)
    assert "2 of 2 (100%) Too few" in told.figure("M13")


def the_manager_coaches_and_handovers_change(told: Telling, day: str, kind: str, by: str) -> None:
    """Escalation: immediate coaching, revised handover prompts, targeted supervision."""
    case = begin(told, day, kind, by)
    assert sorted(told.signs()) == [BACK, AGAIN, VAGUE]
    failing = told.failing()
    assert "Most of observations of practice and feedback contradicts it, and most of records" in failing[4]
    assert all(sign in failing[6] for sign in (BACK, AGAIN, VAGUE))
    assert "facts, not opinions or stock phrases" in failing[7]
    told.on("2026-12-02T12:00")
    told.change(changed_on="2026-12-02", changed_what=COACHED)
    for code in ("W05a", "W05b", "W06"):
        told.answer(code, "changed", "Staff were coached at once, and handovers ask for facts and times.")
    assert told.signs() == []
    assert len(told.signs("answered")) == 3
    end(told, case, by)
    assert SAID in told.sum_up("safeguarding", "2026-11", SAID, "dana")


def practice_is_seen(told: Telling) -> None:
    """Samples and live checks on two shifts in two units, and whether people feel safe."""
    told.on("2027-01-08T12:00")
    told.floor.sample("recording", "2027-01-07T10:30", "all_in_order")
    told.floor.check_records("2027-01-07T11:00", "three_records_all_soon", shift="day")
    told.floor.check_records("2027-01-07T23:00", "three_records_all_soon", shift="night", unit="alder-2")
    told.floor.hand_over("2027-01-08T07:30", "quiet_night", safeguarding="met")
    told.floor.ask("2027-01-08T11:00", "better_since_june")
