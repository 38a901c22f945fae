"""S0E1, safeguarding governance (domain/1 1.2; source 000, example 1): leaders meet each month, themes come again.

The documents tell it of supported living; nothing in it hangs on the kind of service.
"""

from typing import Any

from tests.server.fifteen.kept_open import KEEP, Row, begin, keep_open, later, meeting, record_all
from tests.server.fifteen.telling import Telling
from tests.server.world import World

ACTION: dict[str, Any] = {
    "title": "Each repeated concern leads to an action",
    "themes": ["SG", "OV"],
    "source": "safeguarding",
    "baseline": "In September and October leaders of Alder House reviewed safeguarding themes in no month.",
    "baseline_numerator": "",
    "baseline_denominator": "",
    "baseline_period": "",
    "expected": "Leaders look at the themes each month, and each repeated concern leads to an action.",
    "measure_1": "M01/a", "how_1": "", "comparator_1": "at_least", "target_1": "100",
    "window_start_1": "2026-11-01", "window_end_1": "2027-03-31",
    "measure_2": "M01/b", "how_2": "", "comparator_2": "at_least", "target_2": "100", "target_unit_2": "percent",
    "window_start_2": "2026-11-01", "window_end_2": "2027-03-31",
    "risk": "high",
    "owner": "ben",
    "review_route": "Monthly leadership review",
    "deadline": "2027-04-30",
    "evidence_kinds": ["record", "observation", "feedback"],
    "changed_on": "2026-11-13",
    "changed_what": "The deputy brings each repeated concern with an action to the leadership review.",
}  # fmt: skip
F1, F6, F7 = "practice_observation", "lived_experience", "sample_safeguarding"
AGAIN, VAGUE, SILENT, SAME = (
    "The same safeguarding concern again",
    "An action is not complete",
    "A meeting without a challenge",
    "The same summary again",
)
BEN, NIGHT = {"author": "ben"}, {"unit": "alder-2", "shift": "night"}
WINTER: tuple[Row, ...] = (
    (F7, "2026-12-14T10:00", "complete", "supports", BEN),
    (F1, "2026-12-15T10:00", "change_in_health_met", "supports", {}),
)
MARCH: tuple[Row, ...] = (
    (F7, "2027-03-10T10:00", "complete", "supports", BEN),
    (F7, "2027-03-11T10:00", "no_reason_written", "contradicts", BEN),
    (F1, "2027-03-12T23:00", "change_in_health_met", "supports", NIGHT),
    (F6, "2027-03-15T18:00", "a_son_says_worse", "contradicts", {}),
    (F6, "2027-03-16T10:00", "better_since_june", "supports", {}),
    (F6, "2027-03-17T18:00", "a_son_says_worse", "contradicts", {"unit": "alder-2"}),
)


def screen(told: Telling, kind: str, *days: str, says: str = "nothing") -> list[str]:
    """F9 on each of these mornings: the same kind of concern about one person."""
    row = {
        "found_person": "alder-1-a", "entry_reference": "Daily note", "found_kind": kind, "wording_clear": "yes",
        "timeline_clear": "yes", "step_taken": "no", "decision": "low_level",
    }  # fmt: skip
    chosen = {"found": ["1"], **{f"found.1.{name}": value for name, value in row.items()}}
    return [told.floor.screen(f"{day}T08:10", "nothing_in_the_notes", says=says, **chosen) for day in days]


def leadership(told: Telling, day: str, about: str, **more: Any) -> None:
    """The month's leadership review, with the summary of safeguarding themes."""
    later(told, f"{day}T15:00")
    told.hold_review("leadership", "chidi", safeguarding="yes", summary=about, action_1=told.action, **more)


def test_themes_reviewed_each_month_without_an_action_for_each_are_kept_open(world: World) -> None:
    """Step 1, the monthly theme summary; 2, the leadership review; 3, the nominated individual's challenge; 4, owners
    and evidence requirements in the tracker; 5, progress held against records and feedback.
    """
    told = begin(world, "2026-11-02T07:00")

    # The same kind of concern twice about one person, and nobody asked what was done
    told.on("2026-11-10T09:00")
    first, _ = screen(told, "poor_care", "2026-11-03", "2026-11-10")
    assert told.signs() == [AGAIN]
    assert "1 early-warning signal waits for an answer" in told.today("dana")

    # Steps 3 and 4: the challenge is in the oversight log; the tracker gets an owner, and at first no figure
    told.on("2026-11-13T10:00")
    told.plan(**ACTION)
    assert set(told.signs()) == {AGAIN, VAGUE}
    told.answer("W07", "accepted", "The figure is looked up today.")
    told.change(
        baseline_numerator="0", baseline_denominator="2", baseline_period="September and October 2026"
    )
    assert "Where it started 0 of 2 (0%) September and October 2026" in told.action_page()
    told.answer("W05a", "created")
    case = told.open_case(
        kind="safeguarding", record=first, title="Care that was poor twice", pattern="repeated",
        recognised_at="2026-11-10T08:30", affected="Alder House 1, two mornings.",
    )  # fmt: skip
    told.act(case, "action_linked", action=told.action)
    told.act(case, "decided")
    told.hold_review("provider_oversight", "dana", action_1=told.action)
    assert told.signs() == []

    # Step 2, each month from now on. Live concerns are to be followed up twice a week, and are not
    leadership(told, "2026-11-27", "Poor care came twice about one person; nothing was agreed before.")
    assert "Follow-up of open safeguarding, by Wed 18 Nov 2026, 23:59 3 late" in told.words("/cases")
    assert "1 of 1 (100%) Too few Met so far." in told.figure("M01b")
    screen(told, "staff_conduct", "2026-12-01", "2026-12-08", says="inconclusive")
    later(told, "2026-12-18T10:00")
    record_all(told, WINTER)
    assert told.signs() == [AGAIN]
    told.answer("W05a", "accepted", "The action covers it: staff are watched and taught.")
    # Step 1: the theme summary of the month that is over
    summary = told.sum_up("safeguarding", "2026-11", "One theme came again, and has an action and an owner.")
    assert "M01b: 1 of 1 (100%), which is too few to tell." in summary
    leadership(told, "2026-12-18", "How staff speak to people, in December.")

    # The review becomes a list of what was done: no challenge, and the words of the month before
    screen(told, "between_residents", "2027-01-04", "2027-01-11", says="inconclusive")
    silent = {f"{name}_1": "" for name in ("question", "answer", "assurance", "change", "owner", "review_on")}
    leadership(told, "2027-01-29", "How staff speak to people, in December.", **silent)
    assert set(told.signs()) == {AGAIN, SILENT, SAME}

    # The nominated individual asks for sampled cases, supervision and closer monitoring
    assert "3 early-warning signals wait for an answer" in told.today("dana")
    later(told, "2027-02-05T10:00")
    escalated = "Focused case sampling, supervision each fortnight, and a monthly visit."
    minutes = told.hold_review(
        "provider_oversight", "dana", escalations=escalated, summary="What leaders asked."
    )
    assert escalated in told.words(f"/reviews/{minutes}", "dana")
    for code in ("W18a", "W18b"):
        told.answer(code, "accepted", "Each theme now has a challenge of its own.", who="dana")
    told.answer("W05a", "accepted", "The two are apart at meals, by the action.")
    assert told.signs() == []

    # Two more themes come again, with no action for either
    screen(told, "unexplained_injury", "2027-02-02", "2027-02-09")
    leadership(told, "2027-02-26", "Bruises nobody can explain, and what is known of them.")
    screen(told, "money", "2027-03-02", "2027-03-09")
    leadership(told, "2027-03-26", "Money of one person that went missing twice in a week.")

    # Step 5: every month reviewed, and not every theme acted on; people say worse than records do
    later(told, "2027-04-02T10:00")
    record_all(told, MARCH)
    whole = "The whole window Sun 1 Nov 2026 to Wed 31 Mar 2027"
    assert f"{whole} 5 of 5 (100%) Target met Met." in told.figure("M01a")
    assert f"{whole} 3 of 5 (60%) Target not met Not met." in told.figure("M01b")
    assert told.verdict() == KEEP
    failing = told.failing()
    assert set(failing) == {2, 4, 6}
    assert failing[2].endswith(
        "repeated concerns linked to action and outcome: 3 of 5 (60%), and the target is at least 100%."
    )
    assert failing[4].startswith(
        "Most of feedback contradicts it, and most of records and observations of practice supports it."
    )
    assert failing[6] == f"The warning “{AGAIN}” waits for an answer (2 times)."
    assert meeting(told, "Leadership review").endswith("Fri 26 Mar 2027 Fri 30 Apr 2027")
    assert meeting(told, "Provider oversight").endswith("Fri 5 Feb 2027 Wed 31 Mar 2027 Overdue")
    assert "1 meeting is overdue" in told.today("dana")
    words = keep_open(
        told, "provider_oversight", "dana",
        asked="Which action answers the bruises, and which the money?",
        found="None. Leaders met each month, and two of five themes have no action.",
        change="An action for each of the two within a week, sampled by the quality lead.",
        by="ben by 2027-04-09",
        escalations="To the provider board: closer monitoring until each theme has an outcome.",
        remains="People say that they do not feel safe at night.",
    )  # fmt: skip
    assert "M01b stands at 3 of 5 (60%), and its target is at least 100%." in words
    assert meeting(told, "Provider oversight").endswith("Fri 2 Apr 2027 Mon 31 May 2027")
