"""S1E1, missed escalation of deterioration: 38 of 40 in time within ten weeks, and closed (domain/1 1.2;
sources/001, operational example 1, steps 1 to 5).
"""

from typing import Any

from tests.server.fifteen.kept_open import record_warned
from tests.server.fifteen.supported import close, hold
from tests.server.fifteen.telling import Telling
from tests.server.world import World

PLAN: dict[str, Any] = {
    "title": "Changes in health reach a senior in time",
    "themes": ["DE"],
    "source": "audit",
    "baseline": "In October staff wrote down 20 changes in mobility and appetite; seniors heard of 9 too late.",
    "baseline_numerator": "11",
    "baseline_denominator": "20",
    "baseline_period": "October 2026",
    "expected": "A change in somebody's health is told to a senior in the time its urgency allows.",
    "measure_1": "M04",
    "how_1": "",
    "target_1": "95",
    "window_start_1": "2026-11-16",
    "window_end_1": "2027-01-24",
    "risk": "high",
    "owner": "ben",
    "review_route": "Provider meeting, monthly",
    "deadline": "2027-01-31",
    "evidence_kinds": ["record", "observation", "feedback"],
}
PROMPTS = "Handover prompts ask for each change in health and the escalation decided."
STRONGER = "Handover prompts ask for each change in health, and the deputy listens to one handover a day."
NOTE = (
    "Handover prompts now ask for each change in health and what was decided; the deputy listens in each day."
)
WHY = "38 of 40 were in time, the two late ones came before the deputy listened in, and practice agrees."
# Friday of each week of the window, and how many records the manager samples that day
WEEKS = {
    "2026-11-20": 3,
    "2026-11-27": 3,
    "2026-12-04": 5,
    "2026-12-11": 5,
    "2026-12-18": 4,
    "2026-12-24": 4,
    "2027-01-01": 4,
    "2027-01-08": 4,
    "2027-01-15": 4,
    "2027-01-22": 4,
}
LATE_ON, WRONG_ON = "2026-11-27", "2027-01-22"
SAMPLE = "Record sample: change in health"
LOW, UNCLEAR, FAMILY = (
    "Small changes in one person add up",
    "Senior review is not clear",
    "Families ask before they are told",
)
LEARNED = "Small changes were written down well and added up by nobody: handovers must do the adding."
HELD = "Four weeks of samples, each change told in time since the deputy listens in."
HOLDS = "Five handovers were heard and twelve entries read: each change was told in time."


def sampled(told: Telling, friday: str) -> list[bytes]:
    """The sheets of one week, sealed: on one Friday two are late, on the last one is thought to be."""
    late = {LATE_ON: 2, WRONG_ON: 1}.get(friday, 0)
    return [
        told.floor.seal(
            "sample_deterioration",
            f"{friday}T10:{number:02}",
            "one_minute_late" if number < late else "told_in_an_hour",
            author="chidi",
        )
        for number in range(WEEKS[friday])
    ]


def test_changes_in_health_reach_a_senior_in_time_and_the_action_is_closed(world: World) -> None:
    told = Telling(world)
    told.plan(**PLAN)
    assert "11 of 20 (55%) October 2026" in told.action_page()
    assert "At least 95% M04" in told.action_page()
    assert (SAMPLE, "Open") in told.due()
    told.on("2026-11-17T16:00")
    told.change(changed_on="2026-11-17", changed_what=PROMPTS)
    told.on("2026-11-20T12:00")
    told.floor.send(sampled(told, "2026-11-20"))
    assert (SAMPLE, "Done in time") in told.due("done")
    assert "3 of 3 (100%) Too few" in told.figure("M04")
    the_signs_show(told)
    the_deputy_strengthens_handovers(told)
    wrong = ten_weeks_pass(told)
    one_time_was_read_wrongly(told, wrong)
    close(told, NOTE, WHY)
    told.on("2027-02-24T10:00")
    assert told.send(told.desk("ben"), "check", held="yes", check_reason=HOLDS).status_code == 422
    practice_is_seen(told, "2027-02")
    hold(told, HOLDS)


def the_signs_show(told: Telling) -> None:
    """EW: unclear senior review; repeated low-level notes; families about delay. Triggers: delayed escalation; risk
    rose before management acted.
    """
    told.on("2026-11-23T12:00")
    record_warned(
        told,
        "too_short",
        "senior_oversight",
        "2026-11-23T10:00",
        "watch_and_review",
        decision_and_reason="Watching her a bit",
    )
    assert told.signs() == []
    for day in ("24", "25"):
        told.on(f"2026-11-{day}T12:00")
        assert told.signs() == [UNCLEAR]
        told.floor.escalate(f"2026-11-{day}T10:00", "watch_and_review")
    assert told.signs() == [LOW, UNCLEAR]
    told.on(f"{LATE_ON}T12:00")
    for at in ("09:00", "11:00"):
        told.floor.contact_family(f"{LATE_ON}T{at}", "asked_first_and_complained", serious_harm="no")
    assert told.signs() == [FAMILY, LOW, UNCLEAR]
    for who in ("chidi", "dana"):
        assert "3 early-warning signals wait for an answer" in told.today(who)
    told.floor.send(sampled(told, LATE_ON))
    assert "4 of 6 (66.6%) Target not met" in told.figure("M04")
    assert "M04 stands at 4 of 6 (66.6%), and its target is at least 95%" in told.on_map()
    concern = told.floor.raise_concern(f"{LATE_ON}T11:50", what="unwell")
    assert "1 immediate concern is not answered" in told.today()
    told.acknowledge(concern, "The GP came at noon; the senior on shift was coached.")
    assert "1 immediate concern is not answered" not in told.today()
    failing = told.failing()
    assert "An immediate concern of Fri 27 Nov 2026" in failing[6]
    assert "Found again since the change" in failing[7]


def the_deputy_strengthens_handovers(told: Telling) -> None:
    """Escalation: the deputy strengthens handover checks; the manager samples more."""
    told.on("2026-11-30T10:00")
    told.change(changed_on="2026-11-30", changed_what=STRONGER, learning=LEARNED)
    for code in ("W01", "W03"):
        told.answer(code, "changed", "More sheets each Friday, and the deputy listens in.")
    told.answer("W02", "accepted", "The senior was coached, and wrote the reason beside it.")
    assert told.signs() == []
    assert told.signs("answered") == [FAMILY, LOW, UNCLEAR]
    assert f"Mon 30 Nov 2026 : {STRONGER}" in told.action_page()
    assert LEARNED in told.action_page()
    told.hold_review("provider_oversight", question_1="Why were two told late?", change_1=STRONGER)


def ten_weeks_pass(told: Telling) -> bytes:
    """Cadence: a sample each week, one from a tablet out of Wi-Fi; the nominated individual each month. The sheet that
    was wrong.
    """
    for friday in list(WEEKS)[2:]:
        sheets = sampled(told, friday)
        if friday == "2026-12-18":
            told.on("2026-12-19T09:00")
            assert (SAMPLE, "Late") in told.due("late")
        else:
            told.on(f"{friday}T12:00")
        told.floor.send(sheets)
        assert (SAMPLE, "Late") not in told.due("late")
        if friday == "2027-01-01":
            assert "1 meeting is overdue" in told.today("dana")
            told.hold_review(
                "provider_oversight",
                summary=HELD,
                question_1="Does it hold?",
                change_1="Sample on to week ten.",
            )
            assert "1 meeting is overdue" not in told.today("dana")
    practice_is_seen(told, "2027-01")
    return sheets[0]


def practice_is_seen(told: Telling, month: str) -> None:
    """Practice checks on two shifts in two units, a senior's entry, and what somebody who lives here says."""
    told.floor.observe(f"{month}-20T12:30", "change_in_health_met", shift="day")
    told.floor.observe(f"{month}-20T23:30", "change_in_health_met", shift="night", unit="alder-2")
    told.floor.escalate(f"{month}-21T10:00", "urgent_gp_called", family="person_said_no")
    told.floor.ask(f"{month}-21T11:00", "better_since_june")


def one_time_was_read_wrongly(told: Telling, wrong: bytes) -> None:
    """37 of 40 does not meet 95 in a hundred; 38 of 40 does, to the record."""
    told.on("2027-01-25T10:00")
    assert told.signs() == []
    assert "37 of 40 (92.5%) Target not met" in told.figure("M04")
    assert "37 of 40 (92.5%), and the target is at least 95%" in told.failing()[2]
    assert "Found again since the change" in told.failing()[7]
    assert told.verdict() == "Evidence mixed — keep open"
    told.floor.correct(
        wrong,
        "2027-01-25T09:30",
        "The time was that of the second call.",
        senior_told_at="2027-01-17T08:10:00Z",
        risk_rose="no",
    )
    assert "38 of 40 (95%) Target met" in told.figure("M04")
