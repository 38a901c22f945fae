"""S3E2, serious one-off incident (domain/1 1.2; source 003, example 2): a strong first response, a weak follow-up."""

from typing import Any

from tests.server.cases.steps import try_act, version_of
from tests.server.fifteen.kept_open import KEEP, begin, keep_open, later, meeting, on_tablets, record_warned
from tests.server.fifteen.telling import Telling
from tests.server.world import World

ACTION = {
    "title": "Every sling is checked aloud before a lift",
    "themes": ["IL"],
    "source": "incident",
    "baseline": "On 2 November one hoist lift by two staff in Alder House 1 was made with a loop unhooked.",
    "baseline_numerator": "0",
    "baseline_denominator": "1",
    "baseline_period": "2 November 2026",
    "expected": "Two staff check each loop aloud, whichever hoist is used.",
    "measure_1": "M11", "how_1": "", "comparator_1": "at_least", "target_1": "95",
    "window_start_1": "2026-11-03", "window_end_1": "2026-12-31",
    "risk": "high",
    "owner": "ben",
    "review_route": "Monthly leadership review",
    "deadline": "2027-01-15",
    "evidence_kinds": ["observation", "feedback", "audit"],
    "changed_on": "2026-11-03",
    "changed_what": "Two staff check each loop of the sling aloud.",
}  # fmt: skip
HOIST, KNOWN = "badly_hurt_by_a_hoist", "moving_after_incident_met"
IN_EXAMPLE = ("control_hoist_two_staff", "control_sensor_mat")
ONLY_CONTROL = "The control is known, the expectation is not"
NOT_LOOKED = "A temporary control was not looked at again"
NOT_FOLLOWED = "An incident is not followed by watching practice"


def check(told: Telling, control: str, at: str, holds: str = "met") -> str:
    """F4 at the end of a shift: the control was looked at again, and that alone."""
    row = f"controls.{control}.control_holds"
    answers: dict[str, Any] = {"controls": [control], row: holds}
    answers |= {f"controls.{name}.control_holds": None for name in IN_EXAMPLE}
    if holds != "met":
        answers |= {f"{row}_facts": "Nobody on the shift could say what is checked.", "says": "contradicts"}
    if holds == "not_met":
        answers[f"controls.{control}.control_critical"] = "no"
    return told.floor.review_shift(at, "calm_day", **answers)


def only_the_control(told: Telling, at: str) -> None:
    """F1 at night: staff do the control, and think that it ends."""
    record_warned(
        told, "knows_only_the_control", "practice_observation", at, KNOWN,
        says="contradicts", unit="alder-2", shift="night", next_step=["coaching_done"],
        knows_expectation="not_met", knows_expectation_facts="Said that it ends when the new hoist comes.",
        must_change="Say at each handover that the check stays.",
    )  # fmt: skip


def test_a_strong_first_response_with_a_weak_follow_up_is_kept_open(world: World) -> None:
    """Step 1, the incident and who is responsible; 2, facts apart from assumptions; 3, controls and briefings; 4, the
    longer plan; 5, whether it holds afterwards, and who is told when it is fragile.
    """
    told = begin(world, "2026-11-02T07:00")
    floor = told.floor

    # Step 1: the incident, and the concern that it asks for, told upwards at once
    told.on("2026-11-02T12:00")
    incident = floor.report_incident("2026-11-02T10:15", HOIST)
    (asked,) = [id for id, one in on_tablets(told, "due").items() if one["form"] == "immediate_concern"]
    concern = floor.raise_concern("2026-11-02T10:20", says="", spawned_by=asked)
    assert told.today("dana")[0] == "1 immediate concern is not answered"
    told.acknowledge(concern, "The hoist is out of use, and the family was told.")
    assert "1 immediate concern is not answered" not in told.today("dana")
    case = told.open_case(
        record=incident,
        title="A fall from the hoist",
        pattern="high_impact",
        recognised_at="2026-11-02T10:20",
        affected="Day shift of Alder House 1, 2 November.",
    )
    assert "Decision, the day it was recognised, by Mon 2 Nov 2026, 23:59" in told.words("/cases")

    # Step 2: facts and assumptions apart. Step 3: a control, briefed, on every tablet
    told.act(case, "decided")
    told.act(case, "fact", "ivo", fact="The left loop was off its hook.", source="Both carers saw it.")
    told.act(case, "assumption", "ivo", assumption="The hook is worn.")
    assumed = version_of(told.desk(), case)
    told.act(
        case, "control", "ben", control="Two staff check each loop aloud", briefed_to="Day and late shift",
        recheck_by="2026-11-09", critical="yes",
    )  # fmt: skip
    at_desk, (control,) = version_of(told.desk(), case), on_tablets(told, "control")
    told.act(
        case, "assessed", seriousness="very_serious", root_causes="Nobody checks the loops before a lift."
    )
    page = told.words(case)
    assert page.index("Confirmed facts The left loop was off its hook.") < page.index(
        "Assumptions The hook is worn."
    )

    # Step 4: the longer plan. The first week is strong
    told.on("2026-11-03T09:00")
    told.act(case, "action_linked", action=told.plan(**ACTION))
    told.act(case, "check_planned", check="Sling checks on both floors, by night as well", by="2026-12-10")
    planned = version_of(told.desk(), case)
    assert "Where it started 0 of 1 (0%) 2 November 2026" in told.action_page()
    for day in range(3, 9):
        check(told, control, f"2026-11-{day:02}T14:45")
    told.on("2026-11-09T09:00")
    told.act(
        case, "assumption_settled", "ivo", assumption=assumed, turned_out="not_so", why="The maker tested it."
    )
    assert "<s>The hook is worn.</s>" in told.desk().get(case).text
    told.act(case, "reviewed")
    assert "Review of the incident Done in time" in told.words(case)
    assert "6 of 6 (100%) Target met Met so far." in told.figure("M11")
    assert told.signs() == []
    told.act(case, "control_moved", control=at_desk, recheck_by="2026-11-12")

    # Then it fades: nobody looks at the control again, nobody watches a lift
    told.on("2026-11-19T09:00")
    assert set(told.signs()) == {NOT_LOOKED, NOT_FOLLOWED}
    assert ("Look again at a temporary control", "Late") in told.due("late")
    assert "6 of 7 (85.7%) Target not met Not met so far." in told.figure("M11")
    failing = told.failing()
    assert f"“{NOT_FOLLOWED}”" in failing[6]
    assert f"“{NOT_LOOKED}”" in failing[6]
    assert told.verdict() == KEEP
    # The directors look at it from now on
    assert "2 early-warning signals wait for an answer" in told.today("dana")
    told.change(review_route="Provider oversight, every two weeks")
    for code in ("W13a", "W13b"):
        told.answer(code, "changed")
    assert told.signs() == []

    # Step 5: practice is watched at last. Staff know the control, and not what is expected from now on
    later(told, "2026-11-27T09:00")
    floor.observe("2026-11-24T10:00", KNOWN, spawned_by=f"{incident}/observe")
    only_the_control(told, "2026-11-25T23:00")
    for day in range(23, 27):
        check(told, control, f"2026-11-{day}T14:45")
    assert told.signs() == [ONLY_CONTROL]
    assert "12 of 13 (92.3%) Target not met Not met so far." in told.figure("M11")
    told.answer("W14", "accepted", "It is said at each handover from today.")
    told.hold_review("provider_oversight", "dana", action_1=told.action)

    # It happens again; the sustained check holds in part
    later(told, "2026-12-16T09:00")
    second = floor.report_incident("2026-12-08T10:15", HOIST, says="contradicts")
    check(told, control, "2026-12-09T14:45", "not_met")
    check(told, control, "2026-12-10T14:45", "partly")
    floor.sample("audit", "2026-12-09T10:00")
    floor.observe("2026-12-14T10:00", KNOWN, spawned_by=f"{second}/observe")
    only_the_control(told, "2026-12-15T23:00")
    assert "Sustained check, by Thu 10 Dec 2026, 23:59 1 late" in told.words("/cases")
    told.act(
        case, "check_done", check=planned, result="partly", seen="By day it holds, at night it does not."
    )
    assert "Nothing is due" in told.words("/cases")
    assert "Thu 31 Dec 2026 1 The newest" in told.figure("M11-recurrences").replace(
        "Wed 16 Dec", "Thu 31 Dec"
    )

    # The window is over: not met, and not agreed
    later(told, "2027-01-05T09:00")
    whole = "The whole window Tue 3 Nov 2026 to Thu 31 Dec 2026"
    assert f"{whole} 14 of 17 (82.3%) Target not met" in told.figure("M11")
    assert f"{whole} 1 " in told.figure("M11-recurrences")
    failing = told.failing()
    assert set(failing) == {2, 4, 5, 6}
    assert "14 of 17 (82.3%), and the target is at least 95%" in failing[2]
    assert failing[4] == (
        "Most of records contradicts it, and most of audits and feedback supports it. "
        "Of observations of practice as much contradicts it as supports it."
    )
    assert failing[5] == "It is about several units, and practice was seen in one unit on one shift alone."
    assert failing[6] == f"The warning “{ONLY_CONTROL}” waits for an answer."
    assert meeting(told, "Provider oversight").endswith("Fri 27 Nov 2026 Thu 31 Dec 2026 Overdue")
    assert {"1 early-warning signal waits for an answer", "1 meeting is overdue"} <= set(told.today("dana"))
    refused = try_act(told.desk(), case, "closed")
    assert refused.status_code == 422
    assert "End each immediate control" in refused.text
    report = told.sum_up("recovery", "2026-12", "The control held for a week, and has not held since.")
    assert "M11: 2 of 4 (50%), which is too few to tell." in report
    words = keep_open(
        told, "board", "dana",
        asked="Would the next lift at night be checked?",
        found="By day yes; at night staff wait for the new hoist, and it happened once more.",
        change="A root-cause review, and every night lift watched until March.",
        by="ben by 2027-02-10",
        escalations="To the directors: formal root-cause review and longer monitoring.",
        remains="Lifts at night on both floors.",
    )  # fmt: skip
    assert "M11 stands at 14 of 17 (82.3%), and its target is at least 95%." in words
    assert meeting(told, "Provider board").endswith("Tue 5 Jan 2027 Wed 30 Jun 2027")
