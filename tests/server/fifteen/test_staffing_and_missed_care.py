"""S2E1, staffing and missed care (domain/1 1.2; source 002, example 1): joined up each month, and care still missed."""

from typing import Any

from tests.server.fifteen.kept_open import KEEP, Row, begin, keep_open, later, meeting, record_all
from tests.server.staffing_weeks.test_staffing_weeks import send_review
from tests.server.world import World

ACTION: dict[str, Any] = {
    "title": "Late shifts are read beside the care they gave",
    "themes": ["ST"],
    "source": "staffing",
    "baseline": "In October leaders of Alder House counted filled shifts and saw missed care in none of 4 weeks.",
    "baseline_numerator": "0",
    "baseline_denominator": "1",
    "baseline_period": "October 2026",
    "expected": "Rota gaps and missed care are looked at together each month, and care under pressure is whole.",
    "measure_1": "M07/b", "how_1": "", "comparator_1": "at_most", "target_1": "10",
    "window_start_1": "2026-11-17", "window_end_1": "2027-03-31",
    "measure_2": "M07", "how_2": "", "comparator_2": "at_least", "target_2": "100", "target_unit_2": "percent",
    "window_start_2": "2026-11-01", "window_end_2": "2027-03-31",
    "risk": "high",
    "owner": "ben",
    "review_route": "Monthly staffing governance",
    "deadline": "2027-04-30",
    "evidence_kinds": ["record", "feedback", "observation"],
}  # fmt: skip
F1, F4, F6, F7 = "practice_observation", "shift_review", "lived_experience", "sample_pressure"
CALM, SHORT, UNSAFE = "calm_day", "one_short_covered", "unsafe_night"
BETTER, WORSE, PLANNED, LATE = "better_since_june", "a_son_says_worse", "as_planned", "late_and_short"
BEN, UPSTAIRS, NIGHT = {"author": "ben"}, {"unit": "alder-2"}, {"unit": "alder-2", "shift": "night"}
RUSHED, MISSED, TIRED = (
    "Records are rushed",
    "Support is missed more than usual",
    "Tired staff or unsafe pressure",
)
# Calm days, then two late shifts one short: what staff say of them, and care that was sampled from them
NOVEMBER: tuple[Row, ...] = (
    *((F4, f"2026-11-{day:02}T14:45", CALM, "", {}) for day in range(2, 8)),
    *((F4, f"2026-11-{day}T21:40", SHORT, "", {}) for day in (10, 11)),
    (F6, "2026-11-12T18:00", WORSE, "", {}),
)
# Since a fourth carer works every late shift
DECEMBER: tuple[Row, ...] = (
    (F4, "2026-12-02T14:45", CALM, "supports", {}),
    *((F7, f"2026-12-{day:02}T10:00", PLANNED, "supports", BEN) for day in (7, 8, 9)),
    (F7, "2026-12-10T10:00", LATE, "contradicts", BEN),
    (F6, "2026-12-11T10:00", BETTER, "supports", {}),
    (F1, "2026-12-14T10:00", "change_in_health_met", "supports", {}),
)
JANUARY: tuple[Row, ...] = (
    (F4, "2027-01-06T14:45", CALM, "supports", {}),
    *((F7, f"2027-01-{day}T10:00", PLANNED, "supports", BEN) for day in (11, 12, 13)),
    (F7, "2027-01-14T10:00", LATE, "contradicts", BEN),
    (F6, "2027-01-15T18:00", WORSE, "contradicts", UPSTAIRS),
)
# Two nights that staff call unsafe, and the care that was sampled from them
FEBRUARY: tuple[Row, ...] = (
    (F4, "2027-02-03T14:45", CALM, "supports", {}),
    *((F4, f"2027-02-{day}T07:05", UNSAFE, "contradicts", NIGHT) for day in (16, 18)),
    *((F7, f"2027-02-{day}T10:00", LATE, "contradicts", BEN) for day in (15, 16, 17)),
    (F6, "2027-02-17T18:00", WORSE, "contradicts", UPSTAIRS),
)
MARCH: tuple[Row, ...] = (
    (F4, "2027-03-03T14:45", CALM, "supports", {}),
    (F1, "2027-03-10T23:00", "change_in_health_met", "supports", NIGHT),
    *((F7, f"2027-03-{day}T10:00", PLANNED, "supports", BEN) for day in (11, 12)),
    *((F6, f"2027-03-{day}T18:00", WORSE, "contradicts", UPSTAIRS) for day in (12, 15)),
)
JOINED = "Rota gaps and missed care were read side by side."


def test_staffing_joined_up_each_month_with_care_still_missed_is_kept_open(world: World) -> None:
    """Step 1, rota gaps, needs and missed care in one summary; 2, records of shifts under pressure; 3, what staff say;
    4, staffing held against feedback; 5, what the nominated individual decides.
    """
    told = begin(world, "2026-11-02T07:00")

    # Step 3: what team leaders write of their shifts
    told.on("2026-11-12T19:00")
    record_all(told, NOVEMBER)
    assert set(told.signs()) == {RUSHED, MISSED, TIRED}
    assert "3 early-warning signals wait for an answer" in told.today("dana")

    # Filled shifts and missed care stand on one page; the deputy reviews the short shifts
    waiting = "2 short shifts of this week need a review with the risk assessed"
    assert waiting in told.today("ben")
    week = told.words("/staffing?service=alder&week=2026-W46", "ben")
    assert "2 had fewer staff than planned; 2 of them still need a review" in week
    assert "Support that was late, cut short or missed Meals and drinks 2, Activities 2." in week
    for day in ("2026-11-10", "2026-11-11"):
        assert send_review(told.desk("ben"), day=day, shift="late") == 303
    assert waiting not in told.today("ben")

    # The manager changes deployment; each sign is answered by it
    told.on("2026-11-13T10:00")
    told.plan(**ACTION)
    for code in ("W10b", "W11a", "W11b"):
        told.answer(code, "created")
    assert told.signs() == []
    told.on("2026-11-16T20:00")
    told.change(
        changed_on="2026-11-16", changed_what="A fourth carer works every late shift on the first floor."
    )
    assert "Where it started 0 of 1 (0%) October 2026" in told.action_page()

    # Step 1, each month: the five parts in one summary, signed; step 5: looked at with the nominated individual
    later(told, "2026-12-03T10:00")
    november = told.sum_up("workforce", "2026-11", JOINED)
    assert "Gaps in the rota 8 shift reviews" in november
    assert "Complaints and feedback beside it 1 lived-experience check" in november
    assert "Part not there" not in november
    told.hold_review("staffing", "dana", action_1=told.action)
    assert meeting(told, "Staffing governance").endswith("Thu 3 Dec 2026 Sun 31 Jan 2027")
    later(told, "2027-01-05T10:00")
    record_all(told, DECEMBER)
    told.sum_up("workforce", "2026-12", JOINED)

    # Step 2: records of shifts under pressure
    later(told, "2027-02-02T10:00")
    record_all(told, JANUARY)
    told.sum_up("workforce", "2027-01", JOINED)
    assert "3 of 3 (100%) Target met Met so far." in told.figure("M07")
    assert "2 of 8 (25%) Target not met Not met so far." in told.figure("M07b")
    assert meeting(told, "Staffing governance").endswith("Sun 31 Jan 2027 Overdue")

    # It is fragile: unsafe nights. The nominated individual takes what is not settled to provider oversight
    later(told, "2027-02-18T09:00")
    record_all(told, FEBRUARY)
    assert {RUSHED, TIRED} <= set(told.signs())
    assert "1 meeting is overdue" in told.today("dana")
    told.change(review_route="Provider oversight, monthly")
    told.answer("W11b", "changed")
    up = "To the provider: two more night staff are recruited, agency until then."
    minutes = told.hold_review("provider_oversight", "dana", action_1=told.action, escalations=up)
    assert up in told.words(f"/reviews/{minutes}", "dana")

    # The window is over: joined up every month, and care is still missed
    for month, after, rows in (("2027-02", "2027-03-03", ()), ("2027-03", "2027-04-02", MARCH)):
        later(told, f"{after}T10:00")
        record_all(told, rows)
        told.sum_up("workforce", month, JOINED)
    whole = "The whole window Sun 1 Nov 2026 to Wed 31 Mar 2027"
    assert f"{whole} 5 of 5 (100%) Target met Met." in told.figure("M07")
    days = "The whole window Tue 17 Nov 2026 to Wed 31 Mar 2027"
    assert f"{days} 5 of 13 (38.4%) Target not met Not met." in told.figure("M07b")
    assert told.verdict() == KEEP
    failing = told.failing()
    assert set(failing) == {2, 4, 6}
    assert failing[2].endswith(
        "care missed on pressured shifts: 5 of 13 (38.4%), and the target is at most 10%."
    )
    assert failing[4].startswith(
        "Most of feedback contradicts it, and most of records and observations of practice supports it."
    )
    assert failing[6] == f"The warning “{RUSHED}” waits for an answer."
    words = keep_open(
        told, "staffing", "dana",
        asked="Is care whole on a late shift that is one short?",
        found="Every month was joined up, and five of thirteen records still show care that was late.",
        change="No late shift under five, and three records of each read the next day.",
        by="ben by 2027-05-07",
        escalations="To the provider board: night staffing stays unresolved.",
        remains="Nights on the second floor.",
    )  # fmt: skip
    assert "M07b stands at 5 of 13 (38.4%), and its target is at most 10%." in words
    assert meeting(told, "Staffing governance").endswith("Fri 2 Apr 2027 Mon 31 May 2027")
