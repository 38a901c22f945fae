"""S4E2, poor incident learning (domain/1 1.2; source 004, example 2): reviewed in time, and not seen in practice."""

from typing import Any

from tests.server.fifteen.kept_open import KEEP, begin, keep_open, later, meeting, on_tablets
from tests.server.fifteen.telling import Telling
from tests.server.world import World

ACTION = {
    "title": "What an incident teaches is seen on the floor",
    "themes": ["IL"],
    "source": "incident",
    "baseline": "In October managers of Alder House reviewed 9 of 20 incidents within five working days.",
    "baseline_numerator": "9",
    "baseline_denominator": "20",
    "baseline_period": "October 2026",
    "expected": "Staff can say at the next handover what changed, and work by it within a week.",
    "measure_1": "M14/a", "how_1": "", "comparator_1": "at_least", "target_1": "95",
    "window_start_1": "2026-11-02", "window_end_1": "2026-11-30",
    "measure_2": "M14/b", "how_2": "", "comparator_2": "at_least", "target_2": "95", "target_unit_2": "percent",
    "window_start_2": "2026-11-02", "window_end_2": "2026-11-30",
    "measure_3": "M14/observed", "how_3": "", "comparator_3": "at_least", "target_3": "95",
    "target_unit_3": "percent", "window_start_3": "2026-11-02", "window_end_3": "2026-11-30",
    "risk": "high",
    "owner": "ben",
    "review_route": "Monthly quality meeting",
    "deadline": "2026-12-04",
    "evidence_kinds": ["observation", "audit"],
    "changed_on": "2026-11-02",
    "changed_what": "The deputy shares at the next handover what an incident taught.",
}  # fmt: skip
FALL, WATCHED = "fall_in_own_room", "moving_after_incident_met"
OLD, OVERDUE = "Old routines, or changed guidance not known", "An action is overdue and nobody says why"
NOT_FOLLOWED = "An incident is not followed by watching practice"


def incidents(told: Telling, day: str, teaching: int) -> list[str]:
    """F10: five falls of one day, the first so many of them with something to learn."""
    floor = told.floor
    return floor.send(
        floor.seal(
            "incident_record", f"{day}T{hour:02}:10", FALL, says="nothing", family="already",
            learning_likely="yes" if hour - 9 < teaching else "no",
        )
        for hour in range(9, 14)
    )  # fmt: skip


def review(told: Telling, records: list[str], learning: str = "yes") -> str:
    """One case of these incidents, decided and reviewed by the manager; its address."""
    case = told.open_case(
        record=records[0],
        title="Falls on getting up",
        pattern="repeated",
        recognised_at=f"{told.world.clock():%Y-%m-%dT%H:%M}",
        affected="Alder House 1, by day.",
    )
    for version, record in enumerate(records[1:], 1):
        told.act(case, "record_added", record=record, version=str(version))
    told.act(case, "decided")
    told.act(case, "reviewed", learning=learning)
    return case


def teach(told: Telling, case: str, title: str) -> str:
    """A learning message from the deputy; its id on the tablets."""
    before = set(on_tablets(told, "learning_message"))
    told.act(case, "learning", "ben", title=title, until="2026-12-15")
    (id,) = set(on_tablets(told, "learning_message")) - before
    return id


def hand_over(told: Telling, at: str, message: str, understood: str = "all", **more: Any) -> str:
    """F2 at the next handover: the message was shared with four, and so many could say it back."""
    return told.floor.hand_over(
        at, "quiet_night", says="nothing", learning_message=message, learning_shared="shared", understood=understood,
        staff_due=4, staff_present=4, **more,
    )  # fmt: skip


def kept_the_old_way(told: Telling, at: str) -> str:
    """F1: what was to change has not changed."""
    return told.floor.observe(
        at, WATCHED, says="contradicts", changed_practice="not_met", high_harm="no",
        changed_practice_facts="He was left standing while she made the bed.",
        must_change="Stay beside him until he is steady.", next_step=["coaching_done"],
    )  # fmt: skip


def test_incidents_reviewed_in_time_whose_learning_is_not_seen_are_kept_open(world: World) -> None:
    """Step 1, the incident form at once; 2, the manager's review each working day; 3, the next handover; 4, practice
    watched within seven days; 5, themes of the month, and what the manager does when causes repeat.
    """
    told = begin(world, "2026-11-02T07:00")
    told.plan(**ACTION)
    assert "Where it started 9 of 20 (45%) October 2026" in told.action_page()

    # Steps 1 and 2: five falls; reviewed the day they happen, they are not counted before their five days are over
    told.on("2026-11-03T15:00")
    first = incidents(told, "2026-11-03", 2)
    assert "5 not yet due" in told.figure("M14-a")
    case = review(told, first)
    assert "Review of the incident Done in time Tue 10 Nov 2026, 23:59" in told.words(case)

    # Step 3: the learning at the next handover
    message = teach(told, case, "Stay beside him until he is steady")
    assert "No handover has said yet" in told.words("/learning", "ben")
    hand_over(told, "2026-11-03T14:30", message)
    heard = told.words("/learning", "ben")
    assert "4 there, all said it back" in heard
    assert "Practice watched Open by Tue 10 Nov 2026, 23:59" in heard

    # Step 4: watched within seven days; what the incidents taught is in the minutes of the next meeting
    told.on("2026-11-09T16:00")
    told.floor.observe("2026-11-06T10:00", WATCHED, spawned_by=f"learning/{message}")
    for incident in first[:2]:
        told.floor.observe("2026-11-07T10:00", WATCHED, says="inconclusive", spawned_by=f"{incident}/observe")
    assert "Practice watched Done in time by Tue 10 Nov 2026, 23:59" in told.words("/learning")
    second = incidents(told, "2026-11-09", 2)
    review(told, second)
    told.on("2026-11-13T15:00")
    told.hold_review("quality", "ivo", action_1=told.action, learning=[*first[:2], second[0]])
    assert meeting(told, "Quality meeting").endswith("Fri 13 Nov 2026 Thu 31 Dec 2026")
    third = incidents(told, "2026-11-13", 2)
    assert told.signs() == []

    # Then it slips: one review is late, few can say the next message back, nobody watches practice
    told.on("2026-11-20T15:00")
    assert "10 of 10 (100%) Target met Met so far. 5 not yet due." in told.figure("M14-a")
    third_case = review(told, third[1:])
    shoes = teach(told, third_case, "Shoes on before he stands")
    told.on("2026-11-25T16:00")
    review(told, incidents(told, "2026-11-20", 0), "no")
    review(told, third[:1])
    hand_over(told, "2026-11-25T14:30", shoes, "few", understood_facts="Three of four could not say it back.")
    assert sorted(told.signs()) == [NOT_FOLLOWED, NOT_FOLLOWED, OLD]
    assert "3 early-warning signals wait for an answer" in told.today("dana")

    # The manager escalates: extra observation, another rota, a control that every tablet shows
    told.change(
        expected="Staff work by it within a week: watched twice a week, with a second carer at seven."
    )
    told.answer("W12", "changed")
    told.act(
        third_case, "control", "ben", control="Two staff when he gets up", briefed_to="Every shift",
        recheck_by="2026-12-02", critical="no",
    )  # fmt: skip
    assert [one["title"] for one in on_tablets(told, "control").values()] == ["Two staff when he gets up"]

    # Step 5: the month is over. In time on exact counts; practice has not followed
    later(told, "2026-12-10T10:00")
    for at in ("2026-11-27T10:00", "2026-11-30T10:00"):
        kept_the_old_way(told, at)
    for at in ("2026-11-28T10:00", "2026-12-01T10:00"):
        told.floor.sample("audit", at)
    whole = "The whole window Mon 2 Nov 2026 to Mon 30 Nov 2026"
    assert f"{whole} 19 of 20 (95%) Target met Met." in told.figure("M14-a")
    assert f"{whole} 3 of 6 (50%) Target not met" in told.figure("M14-b")
    assert f"{whole} 3 of 8 (37.5%) Target not met" in told.figure("M14b")
    assert "Practice watched Late by Fri 27 Nov 2026, 23:59" in told.words("/learning")
    assert "1 action is overdue" in told.today()
    assert OVERDUE in told.signs()
    told.change(deadline="2027-01-29")
    told.answer("W17", "changed")
    assert OVERDUE not in told.signs()
    assert told.verdict() == KEEP
    failing = told.failing()
    assert set(failing) == {2, 4, 5, 6}
    assert "incidents reviewed in time" not in failing[2]
    for why in (
        "3 of 6 (50%), and the target is at least 95%",
        "3 of 8 (37.5%), and the target is at least 95%",
    ):
        assert why in failing[2]
    assert failing[4] == "Most of observations of practice contradicts it, and most of audits supports it."
    for sign in (OLD, NOT_FOLLOWED, "A temporary control was not looked at again"):
        assert f"The warning “{sign}” waits for an answer" in failing[6]
    board = told.sum_up(
        "dashboard", "2026-11", "Reviews are in time; the floor has not changed how it works."
    )
    again = board.partition("M11-recurrences Incidents of a kind that came again")[2]
    assert "19 in the month." in again.partition("Number by month")[0]
    words = keep_open(
        told, "quality", "ivo",
        asked="Would staff stay beside him tomorrow morning?",
        found="Reviews are in time, and two of three observations saw the old way.",
        change="The deputy watches two mornings a week and teaches on the spot.",
        by="ben by 2027-01-08",
        escalations="To the manager: rota with a second carer at seven.",
        remains="Falls on getting up, in the mornings.",
    )  # fmt: skip
    assert "observations contradict it; M14-b stands at 3 of 6 (50%), and its target is at least 95%" in words
