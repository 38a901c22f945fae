"""S2E3, provider oversight without frontline evidence (domain/1 1.2; source 002, example 3)."""

from typing import Any

from tests.server.fifteen.refused import FIVE_MONTHS, UNASKED, cadence, record_all, refuse
from tests.server.fifteen.telling import Telling
from tests.server.world import World

PLAN = {
    **FIVE_MONTHS,
    "title": "Provider oversight looks at what the floor wrote",
    "baseline": "From June to November 2026 provider oversight of Alder House saw current records in 1 of 6 months.",
    "baseline_numerator": "1",
    "baseline_denominator": "6",
    "baseline_period": "June to November 2026",
    "expected": "Each month audits, incidents, staffing and feedback of the last 31 days are looked at and challenged.",
    "measure_1": "M09",
    "review_route": "Provider oversight",
    "evidence_kinds": ["audit", "observation"],
}
CHANGED = {
    "changed_on": "2026-12-01",
    "changed_what": "The agenda names four sources, and each is shown with its newest record.",
}
SHOWN = ["audits", "incidents", "staffing", "feedback"]
QUIET = {"learning_likely": "no", "family": "already"}


def sources(month: str, first: int) -> list[tuple[Any, ...]]:
    """Audits, incidents, staffing and feedback of four days of a month ("2026-12"), from this day on."""
    days = [f"{month}-{day:02}T15:00" for day in range(first, first + 4)]
    return [
        ("sample_audit", days[0], "a_sound_audit", "nothing"),
        ("incident_record", days[1], "fall_in_own_room", "nothing", QUIET),
        ("shift_review", days[2], "calm_day", "nothing"),
        ("lived_experience", days[3], "better_since_june", "nothing"),
    ]


# What audits of audits find while the summaries say that all is well
UNCHANGED = (
    ("sample_audit", "2027-02-24T10:00", "no_impact_check", ""),
    ("sample_audit", "2027-04-21T10:00", "no_impact_check", ""),
)
HELD: dict[str, Any] = {
    "summary": "Recovery of Alder House in November: audits, one fall, staffing as planned, what two people said.",
    "confidence": "Audits are done in their month.",
    "remains": "Nobody looks at the difference an action made.",
    "question_1": "What did practice look like after the fall?",
    "answer_1": "Nobody has watched it since.",
    "change_1": "An observation is shown with each incident.",
    "owner_1": "chidi",
    "evidence": SHOWN,
}
SAME = {
    "summary": "The recovery of Alder House goes well, and the action plan is on track in every part of it."
}
SILENT: dict[str, Any] = {**UNASKED, "evidence": []}
BOARD = {
    "summary": "Oversight rested on one summary for two months, and was not held in March.",
    "escalations": "The board pays for an external audit, and a director takes part each month.",
    "question_1": "Which decision of oversight changed what staff do?",
    "answer_1": "None that anybody could show.",
    "change_1": "No summary is taken without the records behind it.",
    "owner_1": "chidi",
}
AGAIN = {"summary": "Audits, one fall, staffing and what two families said, each of the last fortnight."}
NOTE = "The agenda names four sources, and each is shown with its newest record before anything is decided."
WHY = "In three of five months oversight saw no current evidence, and audits found the same twice since."
CHECKS = (
    "Hold two months of oversight with all four sources.",
    "Watch practice once after each incident of May.",
)


def test_a_summary_is_not_taken_for_evidence(world: World) -> None:
    """The target is oversight on current evidence in each of five months; it is refused at two of five."""
    told = Telling(world)
    told.plan(**PLAN)
    page = told.action_page("dana")
    assert "1 of 6 (16.6%) June to November 2026" in page
    assert "At least 100% M09 " in page
    one_month_is_current_and_one_is_not(told)
    the_summary_is_the_same_and_nobody_asks(told)
    the_board_adds_support(told)
    the_window_ends(told)
    told.walk_to_decision(NOTE, "Oversight takes place and looks at its sources.", agree="no")
    fails = {
        2: "2 of 5 (40%), and the target is at least 100%",
        3: "nothing dated after Tue 1 Dec 2026 of observations of practice",
        4: "Most of audits contradicts it",
        5: "No observation and no record of live practice",
        7: "Found again since the change",
        9: "In 2 of 2 of the sample, tracker, record and audit do not agree",
    }
    refuse(told, WHY, CHECKS, fails, "Not supported")


def one_month_is_current_and_one_is_not(told: Telling) -> None:
    """Steps 1 to 3: each source is shown with its day, and the minutes say which of them was current. In January nobody
    was asked: the newest feedback is of 5 December.
    """
    told.on("2026-12-16T14:00")
    told.change(**CHANGED)
    record_all(told, *sources("2026-12", 2))
    december = told.hold_review("provider_oversight", **HELD, action_1=told.action)
    assert "Feedback, Sat 5 Dec 2026 (current)" in told.words(f"/reviews/{december}")
    told.on("2027-01-20T14:00")
    record_all(told, *sources("2027-01", 11)[:3])
    january = told.hold_review("provider_oversight", **HELD | SAME, action_1=told.action)
    page = told.words(f"/reviews/{january}")
    assert "Staffing, Wed 13 Jan 2027 (current); Feedback, Sat 5 Dec 2026 (not current)" in page
    assert f"Weak {HELD['change_1']} Chidi Okafor" in page
    assert "1 of 1 (100%) Too few" in told.figure("M09")
    assert told.signs() == []


def the_summary_is_the_same_and_nobody_asks(told: Telling) -> None:
    """February. Early warnings: the same summary again, and no challenge. Audits find that nothing is looked at."""
    told.on("2027-02-17T14:00")
    told.hold_review("provider_oversight", **HELD | SAME | SILENT)
    assert set(told.signs(who="dana")) == {"The same summary again", "A meeting without a challenge"}
    assert "1 of 2 (50%) Too few Not met so far." in told.figure("M09")
    told.on("2027-02-24T12:00")
    record_all(told, *UNCHANGED[:1])
    assert told.failing()[4].endswith("Most of audits contradicts it. No kind of evidence supports it.")


def the_board_adds_support(told: Telling) -> None:
    """March has no meeting, which shows on 1 April. Escalation: evidence is asked for, and the board adds support."""
    told.on("2027-04-01T10:00")
    assert cadence(told, "Provider oversight").endswith("Wed 17 Feb 2027 Wed 31 Mar 2027 Overdue")
    lines = {"1 meeting is overdue", "2 early-warning signals wait for an answer"}
    assert lines <= set(told.today("dana"))
    minutes = told.hold_review("board", **HELD | BOARD, action_1=told.action)
    for words in (BOARD["escalations"], f"Weak {BOARD['change_1']} Chidi Okafor"):
        assert words in told.words(f"/reviews/{minutes}", "dana")
    told.change(expected=f"{PLAN['expected']} No summary is taken without the records behind it.")
    told.answer("W18a", "changed")
    told.answer("W18b", "changed")
    assert told.signs() == told.signs("passed") == []


def the_window_ends(told: Telling) -> None:
    """April is current again; the window is over, and its figure is exact."""
    told.on("2027-04-14T14:00")
    record_all(told, *sources("2027-04", 6))
    told.hold_review("provider_oversight", **HELD | AGAIN)
    assert "1 meeting is overdue" not in told.today("dana")
    told.on("2027-05-03T10:00")
    record_all(told, *UNCHANGED[1:])
    assert "2 of 5 (40%) Target not met" in told.figure("M09", "dana")
    assert "3 of 4 (75%)" in told.figure("M09b", "dana")
    assert "2 of 5 (40%), the whole window Target not met" in told.on_map("dana")
