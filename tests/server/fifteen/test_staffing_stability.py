"""S0E2, staffing instability (residential): four weeks in a row of planned staffing, each exception reviewed and its
risk assessed, and closed (domain/1 1.2; sources/000, operational example 2, steps 1 to 5).
"""

from datetime import date, timedelta
from typing import Any

from tests.server.fifteen.refused import cadence
from tests.server.fifteen.supported import close
from tests.server.fifteen.telling import Telling
from tests.server.staffing_weeks import test_staffing_weeks as weeks
from tests.server.world import World

PLAN: dict[str, Any] = {
    "title": "Planned staffing holds for four weeks",
    "themes": ["ST"],
    "source": "staffing",
    "baseline": "In October 3 of 4 weeks had shifts below plan, and nobody had assessed the risk of them.",
    "baseline_numerator": "1",
    "baseline_denominator": "4",
    "baseline_period": "October 2026",
    "expected": "Each shift has the staff that was planned, or somebody looked at why not and assessed the risk.",
    "measure_1": "M02/managed",
    "how_1": "",
    "target_1": "4",
    "target_unit_1": "count",
    "window_start_1": "2026-11-16",
    "window_end_1": "2026-12-20",
    "risk": "high",
    "owner": "chidi",
    "review_route": "Staffing governance, monthly",
    "deadline": "2027-01-15",
    "evidence_kinds": ["feedback", "observation"],
}
COVER = "Shifts below plan are told to the manager, who brings extra cover and assesses the risk that day."
PRIORITY = "Agency cover for nights, nights first in recruitment, and a dependency review in both units."
NOTE = "Nights have agency cover, recruitment puts nights first, and dependency was reviewed in both units."
WHY = "Four weeks in a row are as planned or managed, and nobody speaks of unsafe pressure any more."
SAID = "In November nights were thin in both units; cover for nights began on the last day of the month."
MONDAY = date(2026, 11, 16)
SHIFTS = {"day": "14:00", "late": "21:00", "night": "23:30"}
PRESSED, COVERED = "one_short_covered", "two_roles_short"
# By week: the shifts below plan, by day, with what the lead wrote of them
SHORT: tuple[dict[str, str], ...] = (
    {"2026-11-17": PRESSED, "2026-11-19": PRESSED, "2026-11-20": PRESSED},
    {"2026-11-24": COVERED},
    {"2026-12-02": COVERED},
    {"2026-12-09": COVERED},
    {},
)
RUSHED, MISSED, STRAIN = (
    "Records are rushed",
    "Support is missed more than usual",
    "Tired staff or unsafe pressure",
)


def week(told: Telling, number: int) -> None:
    """A week of shift reviews, three a day, of which some nights are below plan; it is the Monday after it."""
    monday = MONDAY + timedelta(weeks=number)
    sealed = []
    for weekday in range(7):
        day = f"{monday + timedelta(days=weekday)}"
        for shift, clock in SHIFTS.items():
            example = SHORT[number].get(day, "calm_day") if shift == "night" else "calm_day"
            sealed.append(told.floor.seal("shift_review", f"{day}T{clock}", example, shift=shift))
    told.on(f"{monday + timedelta(days=7)}T09:00")
    told.floor.send(sealed)


def test_staffing_is_as_planned_for_four_weeks_and_the_action_is_closed(world: World) -> None:
    told = Telling(world)
    told.plan(**PLAN)
    assert "1 of 4 (25%) October 2026" in told.action_page()
    assert "At least 4 M02" in told.action_page()
    told.change(changed_on="2026-11-16", changed_what=COVER)
    the_signs_show(told)
    the_provider_brings_cover(told)
    an_exception_that_nobody_assessed_breaks_the_run(told)
    week(told, 4)
    practice_is_seen(told)
    told.on("2026-12-21T11:00")
    assert "4 weeks in a row Target met" in told.figure("M02-managed")
    told.hold_review("leadership", question_1="Did incidents and complaints fall?", change_1=PRIORITY)
    close(told, NOTE, WHY)


def the_signs_show(told: Telling) -> None:
    """EW: rushed records, missed activities, unsafe pressure. Trigger: repeated shortfalls."""
    week(told, 0)
    assert sorted(told.signs()) == [RUSHED, MISSED, STRAIN]
    for who in ("chidi", "dana"):
        assert "3 early-warning signals wait for an answer" in told.today(who)
    assert "3 short shifts of last week need a review with the risk assessed" in told.today()
    assert "0 weeks in a row Target not met" in told.figure("M02-managed")
    for day, assessed in (("2026-11-17", "yes"), ("2026-11-19", "yes"), ("2026-11-20", "no")):
        told.look_at_short_shift(day, "night", assessed)
    stand = [one for one in weeks.state_of(told.desk(), "2026-W47") if one != "As planned"]
    assert stand == [
        "Short: reviewed, risk assessed",
        "Short: reviewed, risk assessed",
        "Short: reviewed, risk not assessed",
    ]
    assert "0 weeks in a row Target not met" in told.figure("M02-managed")
    week(told, 1)
    told.look_at_short_shift("2026-11-24", "night")
    assert "1 week in a row" in told.figure("M02-managed")
    assert all(sign in told.failing()[6] for sign in (RUSHED, MISSED, STRAIN))


def the_provider_brings_cover(told: Telling) -> None:
    """Escalation: recruitment priority, temporary extra cover, revised dependency review."""
    told.hold_review(
        "staffing", question_1="Is filling shifts enough for what people need?", change_1=PRIORITY
    )
    need = {"service": "alder", "need_unit": "alder-1", "need_day": "2026-11-28", "need_direction": "more"}
    need |= {"need_people": "2", "need_why": "Two people need two staff to move since the weekend."}
    assert told.desk().post("/staffing/needs", data=need, follow_redirects=False).status_code == 303
    assert need["need_why"] in told.words("/staffing?service=alder&week=2026-W48")
    told.change(changed_on="2026-11-30", changed_what=PRIORITY)
    for code in ("W10b", "W11a", "W11b"):
        told.answer(code, "changed", "The provider brings cover for nights.")
    assert told.signs() == []
    assert f"Mon 30 Nov 2026 : {PRIORITY}" in told.action_page()
    assert "Every month S0E2, S2E1 Mon 30 Nov 2026 Thu 31 Dec 2026" in cadence(told, "Staffing governance")


def an_exception_that_nobody_assessed_breaks_the_run(told: Telling) -> None:
    """domain/3, test fixtures: M02 is broken by one exception without review."""
    week(told, 2)
    assert "0 weeks in a row" in told.figure("M02-managed")
    told.look_at_short_shift("2026-12-02", "night")
    assert "2 weeks in a row Target not met" in told.figure("M02-managed")
    assert SAID in told.sum_up("workforce", "2026-11", SAID)
    week(told, 3)
    told.look_at_short_shift("2026-12-09", "night", "no")
    assert "0 weeks in a row" in told.figure("M02-managed")
    told.look_at_short_shift("2026-12-09", "night")
    assert "3 weeks in a row Target not met" in told.figure("M02-managed")


def practice_is_seen(told: Telling) -> None:
    """Practice is watched by day and by night, in both units, and somebody who lives here says how it is."""
    told.floor.observe("2026-12-18T12:00", "change_in_health_met", shift="day")
    told.floor.observe("2026-12-18T23:30", "change_in_health_met", shift="night", unit="alder-2")
    told.floor.ask("2026-12-19T11:00", "better_since_june")
