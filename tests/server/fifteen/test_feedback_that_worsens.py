"""S3E3, growing concern in feedback (domain/1 1.2; source 003, example 3): audits say better than people do."""

from tests.server.fifteen.kept_open import KEEP, Row, begin, keep_open, later, meeting, record_all
from tests.server.world import World

F1, F6, F7 = "practice_observation", "lived_experience", "sample_audit"
WORSE, SAME, BETTER = "a_son_says_worse", "cards_and_still_uneven", "better_since_june"
BEN, UPSTAIRS, NIGHT = {"author": "ben"}, {"unit": "alder-2"}, {"unit": "alder-2", "shift": "night"}
# Before anybody acted: what people said, and audits in which all is in order
OCTOBER: tuple[Row, ...] = (
    *((F6, f"2026-10-{day}T18:00", WORSE, "", {}) for day in (19, 21)),
    *((F6, f"2026-10-{day}T18:00", WORSE, "", UPSTAIRS) for day in (24, 29)),
    (F6, "2026-10-23T15:00", SAME, "", {}),
    (F6, "2026-10-27T10:00", BETTER, "", {}),
    *((F7, f"2026-10-{day}T10:00", "a_sound_audit", "", BEN) for day in range(20, 26)),
)
# Since two carers stay on each floor: better downstairs, worse upstairs, and every audit in order
NOVEMBER: tuple[Row, ...] = (
    *((F6, f"2026-11-{day}T10:00", BETTER, "supports", {}) for day in (12, 16, 20)),
    *((F6, f"2026-11-{day}T18:00", WORSE, "contradicts", UPSTAIRS) for day in (17, 19, 24)),
    (F6, "2026-11-13T15:00", SAME, "contradicts", UPSTAIRS),
    *((F7, f"2026-11-{day}T10:00", "a_sound_audit", "supports", BEN) for day in range(11, 17)),
    (F1, "2026-11-18T09:00", "change_in_health_met", "supports", {}),
    (F1, "2026-11-18T23:00", "change_in_health_met", "supports", NIGHT),
)
DECEMBER: tuple[Row, ...] = (
    *((F6, f"2026-12-{day}T10:00", BETTER, "supports", {}) for day in ("08", "11", "15")),
    *((F6, f"2026-12-{day}T18:00", WORSE, "contradicts", UPSTAIRS) for day in ("09", "16")),
    *((F7, f"2026-12-{day}T10:00", "a_sound_audit", "supports", BEN) for day in range(10, 15)),
    (F1, "2026-12-17T23:00", "change_in_health_met", "supports", NIGHT),
)
ACTION = {
    "title": "Nobody waits alone at night",
    "themes": ["CO"],
    "source": "complaint",
    "baseline": "In October 4 of 6 people and families in Alder House said that nights had got worse.",
    "baseline_numerator": "1",
    "baseline_denominator": "6",
    "baseline_period": "October 2026",
    "expected": "People and families say that somebody comes when they call at night.",
    "measure_1": "M12/gap", "how_1": "", "comparator_1": "at_most", "target_1": "15",
    "window_start_1": "2026-11-09", "window_end_1": "2026-12-31",
    "measure_2": "M12", "how_2": "", "comparator_2": "at_least", "target_2": "20", "target_unit_2": "percent",
    "window_start_2": "2026-11-09", "window_end_2": "2026-12-31",
    "risk": "high",
    "owner": "ben",
    "review_route": "Monthly leadership review",
    "deadline": "2027-01-08",
    "evidence_kinds": ["feedback", "audit", "observation"],
}  # fmt: skip
GAP, DEFENSIVE = "Good audits, poor experience", "A defensive answer to a complaint"


def test_a_growing_concern_in_feedback_is_kept_open_while_audits_say_better(world: World) -> None:
    """Step 1, the quality lead reads complaints; 2, the manager holds them against audits; 3, the deputy's response;
    4, fresh feedback and practice; 5, the judgement, and who is told when the pattern has not shifted.
    """
    told = begin(world, "2026-10-19T07:00")

    # Step 1: a complaint, and one that repeats it; the answer defends the service
    told.on("2026-11-02T09:00")
    record_all(told, OCTOBER)
    received = {"service": "alder", "theme": "CO", "communication": "no"}
    first = told.complain("ivo", **received, title="Nobody comes at night", received_on="2026-10-20")
    known = first.rpartition("/")[2]
    again = told.complain(
        "ivo", **received, title="Alone at night again", received_on="2026-10-28", repeat_of=known
    )
    assert "Alone at night again Complaint Repeats" in told.words("/complaints?state=repeat")
    assert told.signs() == [GAP]
    told.act_on_complaint(again, "responded", "ben", sent_on="2026-10-30")
    told.act_on_complaint(again, "marked", "chidi")

    # Step 2: what people say against what audits say
    assert set(told.signs()) == {GAP, DEFENSIVE}
    assert "2 early-warning signals wait for an answer" in told.today("dana")
    assert "In October 2026 audits say that more is met than people do, by 77 points." in told.words(
        "/signals"
    )

    # Step 3: the response, with where it started; the signs are answered by it and by hearing the family again
    told.on("2026-11-03T09:00")
    told.plan(**ACTION)
    told.answer("W15", "created")
    told.answer("W16", "accepted", "The deputy rang the family and heard them out.")
    assert (told.signs(), set(told.signs("answered"))) == ([], {GAP, DEFENSIVE})
    told.act_on_complaint(again, "message", "ben", title="Two carers stay on each floor", until="2026-11-30")
    assert "Two carers stay on each floor" in told.words("/learning", "ben")
    told.on("2026-11-09T20:00")
    told.change(changed_on="2026-11-09", changed_what="Two carers stay on each floor after nine at night.")
    page = told.action_page()
    for seen in (
        "Where it started 1 of 6 (16.6%) October 2026",
        "At most 15 points",
        "At least 20 points",
        "Nothing yet: no record speaks to it since the change.",
    ):
        assert seen in page

    # Step 4: fresh feedback and watched practice. It is uneven, and families complain once more
    later(told, "2026-11-27T09:00")
    record_all(told, NOVEMBER)
    told.complain("ivo", **received, title="Upstairs is no better", received_on="2026-11-25", repeat_of=known)
    assert told.words("/complaints?state=repeat").count("Complaint Repeats") == 2
    so_far = "Its window so far Mon 9 Nov 2026 to Fri 27 Nov 2026"
    assert f"{so_far} 51.21 points Target not met" in told.figure("M12-gap")
    assert f"{so_far} 0 points Target not met" in told.figure("M12")
    assert told.signs() == [GAP]
    assert told.verdict() == KEEP
    failing = told.failing()
    assert set(failing) == {2, 4, 6}
    assert failing[4] == (
        "Most of feedback contradicts it, and most of audits and observations of practice supports it. "
        "Audits say better than people do, by 51 points."
    )
    assert failing[6] == f"The warning “{GAP}” waits for an answer."
    page = told.action_page()
    assert "Audits and observations support it; feedback contradicts it. They do not agree." in page
    assert (
        "The evidence is mixed: feedback says worse; audits say better than people do, by 51 points" in page
    )

    # Wider review: it goes to the nominated individual from now on
    assert "1 early-warning signal waits for an answer" in told.today("dana")
    told.change(review_route="Provider oversight, monthly")
    told.answer("W15", "changed")
    assert told.signs() == []
    assert 6 not in told.failing()
    told.hold_review("leadership", "chidi", action_1=told.action)
    assert meeting(told, "Leadership review").endswith("Fri 27 Nov 2026 Thu 31 Dec 2026")

    # Step 5: the window is over. The judgement for December, and the decision
    later(told, "2027-01-05T09:00")
    record_all(told, DECEMBER)
    assert meeting(told, "Leadership review").endswith("Thu 31 Dec 2026 Overdue")
    assert {"1 meeting is overdue", "1 action has its deadline within 7 days"} <= set(told.today("dana"))
    whole = "The whole window Mon 9 Nov 2026 to Thu 31 Dec 2026"
    assert f"{whole} 46.47 points Target not met" in told.figure("M12-gap")
    assert f"{whole} 8.33 points Target not met" in told.figure("M12")
    failing = told.failing()
    assert set(failing) == {2, 4, 6}
    for why in ("46.47 points, and the target is at most 15", "8.33 points, and the target is at least 20"):
        assert why in failing[2]
    assert failing[4] == (
        "Of feedback as much contradicts it as supports it. Audits say better than people do, by 46 points."
    )
    report = told.sum_up("provider", "2026-12", "Audits and people tell two stories; upstairs stays open.")
    assert "upstairs stays open" in report
    words = keep_open(
        told, "provider_oversight", "dana",
        asked="Why do families upstairs say worse while every audit is in order?",
        found="The audits were made by day, and nobody asked at night.",
        change="Audit upstairs at night, with a family at the table.",
        by="ben by 2027-02-05",
        escalations="To the provider board: a wider review of nights in the whole home.",
        remains="Nights upstairs are not safe enough yet.",
    )  # fmt: skip
    assert (
        "The evidence is mixed: feedback is divided; audits say better than people do, by 46 points; "
        "M12-gap stands at 46.47 points, and its target is at most 15 points; "
        "M12 stands at 8.33 points, and its target is at least 20 points."
    ) in words
    assert meeting(told, "Provider oversight").endswith("Tue 5 Jan 2027 Sun 28 Feb 2027")
