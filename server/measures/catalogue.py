"""Every measure by its code, with the function that counts it (domain/3, 1.6).

An action names a measure as "M04", or with one of its variants; `measures_of` says which codes are meant. M06 alone
compares with a baseline, so it stands apart.
"""

from collections.abc import Callable, Mapping

from server.measures import (
    audits_that_lead_somewhere,
    closures_supported,
    complaint_learning,
    controls_hold,
    each_month,
    escalated_in_time,
    family_told_in_time,
    fewer_repeat_complaints,
    incidents_reviewed,
    learning_observed,
    lived_experience,
    repeat_recording_findings,
    repeated_concerns_acted_on,
    safeguarding_complete,
    staffing_run,
    support_under_pressure,
)
from server.measures.counting import Count, Measure, Unit
from server.measures.facts import KINDS, Facts
from server.measures.in_force import InForce
from server.measures.periods import Period

Counting = Callable[[Facts, Period, InForce], Count]
Comparing = Callable[[Facts, Period, InForce, Period], Count]

_ROWS: tuple[tuple[str, str, str, str, Unit, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "M01a", "Safeguarding themes reviewed each month",
        "In how many months did leaders review the safeguarding themes, and sign it?",
        "domain/3 M01a, S0E1", "percent", ("reviews",), ("M01b",),
    ),
    (
        "M01b", "Repeated concerns that led to action and outcome",
        "Of the concerns that came again, how many led to an action and to evidence of what came of it?",
        "domain/3 M01b, S0E1", "percent", ("concerns", "outcomes"), ("M01a",),
    ),
    (
        "M02-strict", "Weeks in a row with planned staffing, no exceptions",
        "For how many weeks in a row did every shift have the staff that was planned?",
        "domain/3 M02, S0E2", "run", ("shifts",), ("M02-managed",),
    ),
    (
        "M02-managed", "Weeks in a row with planned staffing, or exceptions reviewed",
        "For how many weeks in a row was every shift as planned, or looked at and its risk assessed?",
        "domain/3 M02, S0E2", "run", ("shifts",), ("M02-strict",),
    ),
    (
        "M03", "High-risk closures supported by evidence",
        "Of the high-risk actions that were closed, how many rest on evidence from after the change?",
        "domain/3 M03, S0E3", "percent", ("closures",), (),
    ),
    (
        "M04", "Changes in health escalated in time, sampled",
        "Of the changes in health that were sampled, how many reached a senior in time?",
        "domain/3 M04, S1E1", "percent", ("sampled_concerns",), ("M04-all",),
    ),
    (
        "M04-all", "Changes in health escalated in time, all recorded",
        "Of all changes in health that a senior recorded, how many reached a senior in time?",
        "domain/3 M04, S1E1", "percent", ("oversight_entries",), ("M04",),
    ),
    (
        "M05", "Audits that lead somewhere",
        "How many audits have clear findings, actions, owners and dates, and an impact check?",
        "domain/3 M05, S1E2", "percent", ("checked_audits",), (),
    ),
    (
        "M06", "Fewer repeat complaints about communication",
        "By how much did repeat complaints about communication fall since the baseline?",
        "domain/3 M06, S1E3", "percent", ("complaints",), ("M06b",),
    ),
    (
        "M06b", "Families told in time",
        "Of the updates that families were due, how many came in time and before they had to ask?",
        "domain/3 M06b, S1E3", "percent", ("family_updates",), ("M06",),
    ),
    (
        "M07", "Joined-up staffing assurance each month",
        "In how many months does the staffing summary hold all five parts?",
        "domain/3 M07, S2E1", "percent", ("assurance",), ("M07b",),
    ),
    (
        "M07b", "Support that fell short on shifts under pressure",
        "Of the records sampled from shifts under pressure, in how many did support fall short? Fewer is better.",
        "domain/3 M07b, S2E1", "percent", ("pressure_samples", "shifts"), ("M07",),
    ),
    (
        "M08", "Complaint learning in care plans within eight weeks",
        "Of the complaints to learn from, how many changed a care plan within 56 days?",
        "domain/3 M08, S2E2", "percent", ("complaints", "plan_checks"), ("M08b",),
    ),
    (
        "M08b", "Complaint learning seen in practice",
        "Of the observations after a complaint, in how many was the updated guidance used?",
        "domain/3 M08b, S2E2", "percent", ("practice",), ("M08",),
    ),
    (
        "M09", "Provider oversight on current evidence",
        "In how many months did provider oversight rest on evidence that was current?",
        "domain/3 M09, S2E3", "percent", ("reviews",), ("M09b",),
    ),
    (
        "M09b", "Provider oversight that challenges",
        "In how many oversight meetings was something challenged, with an owner and a date?",
        "domain/3 M09b, S2E3", "percent", ("reviews",), ("M09",),
    ),
    (
        "M10", "Recording findings that came again",
        "Of the findings about recording, how many were found before in the same unit? Fewer is better.",
        "domain/3 M10, S3E1", "percent", ("recording_answers",), ("M10-met",),
    ),
    (
        "M10-met", "Recording that was in order",
        "Of what was looked at in records, how much was met?",
        "domain/3 M10, S3E1", "percent", ("recording_answers",), ("M10",),
    ),
    (
        "M11", "Controls after an incident that hold",
        "Of the re-checks of temporary controls that were due, how many found them in place and understood?",
        "domain/3 M11, S3E2", "percent", ("control_checks", "controls_due"), ("M11-recurrences",),
    ),
    (
        "M11-recurrences", "Incidents of a kind that came again",
        "How many incidents are of a kind that happened here before? Fewer is better.",
        "domain/3 M11, S3E2", "count", ("incidents",), ("M11",),
    ),
    (
        "M12", "Better less worse, in people’s own view",
        "How many more say that it got better than say that it got worse, of all who were asked?",
        "domain/3 M12, S3E3", "difference", ("voices",), ("M12-experience", "M12-gap"),
    ),
    (
        "M12-experience", "Experience of living here",
        "Of what people said about living here, how much was met?",
        "domain/3 M12, S3E3", "percent", ("experience",), ("M12", "M12-gap"),
    ),
    (
        "M12-gap", "Audit results less people’s experience",
        "By how many points do audits say better than people do? Nearer to 0 is better.",
        "domain/3 M12, S3E3", "difference", ("experience", "audit_sheets"), ("M12", "M12-experience"),
    ),
    (
        "M13", "Safeguarding records complete",
        "Of the safeguarding records whose review was due, how many have all four parts in time?",
        "domain/3 M13, S4E1", "percent", ("safeguarding_records",), (),
    ),
    (
        "M14-a", "Incidents reviewed within five working days",
        "Of the incidents whose working days have ended, how many were reviewed in time?",
        "domain/3 M14, S4E2", "percent", ("incidents", "incident_reviews"), ("M14-b", "M14b"),
    ),
    (
        "M14-b", "Incident learning at the next review",
        "Of the incidents to learn from, how many are in the next review held since?",
        "domain/3 M14, S4E2", "percent", ("incidents", "reviews"), ("M14-a", "M14b"),
    ),
    (
        "M14b", "Learning watched in practice within seven days",
        "Of what was learned and had to be watched, how much was watched in time?",
        "domain/3 M14b, S4E2", "percent", ("learning", "practice"), ("M14-a", "M14-b"),
    ),
    (
        "M15", "Provider visits that find, act and follow up",
        "In how many months was there a visit with findings, actions, owners’ names and follow-up evidence?",
        "domain/3 M15, S4E3", "percent", ("visits",), (),
    ),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = {
    row[0]: Measure(
        code=row[0], name=row[1], question=row[2], source=row[3], unit=row[4], needs=row[5], variants=row[6]
    )
    for row in _ROWS
}

COUNTED: Mapping[str, Counting] = {
    "M01a": each_month.themes_reviewed,
    "M01b": repeated_concerns_acted_on.acted_on,
    "M02-strict": staffing_run.strict,
    "M02-managed": staffing_run.managed,
    "M03": closures_supported.supported,
    "M04": escalated_in_time.sampled,
    "M04-all": escalated_in_time.recorded,
    "M05": audits_that_lead_somewhere.audits_sound,
    "M06b": family_told_in_time.told_in_time,
    "M07": each_month.staffing_joined_up,
    "M07b": support_under_pressure.fell_short,
    "M08": complaint_learning.in_plans,
    "M08b": complaint_learning.in_practice,
    "M09": each_month.overseen_on_current_evidence,
    "M09b": each_month.challenged,
    "M10": repeat_recording_findings.found_again,
    "M10-met": repeat_recording_findings.met_share,
    "M11": controls_hold.in_place_and_known,
    "M11-recurrences": controls_hold.recurrences,
    "M12": lived_experience.better_less_worse,
    "M12-experience": lived_experience.experience_met,
    "M12-gap": lived_experience.audit_less_experience,
    "M13": safeguarding_complete.records_complete,
    "M14-a": incidents_reviewed.in_working_days,
    "M14-b": incidents_reviewed.learning_at_next_review,
    "M14b": learning_observed.watched,
    "M15": each_month.visited,
}
COMPARED: Mapping[str, Comparing] = {"M06": fewer_repeat_complaints.reduction}

# What an action may write behind a measure, where it is not the code itself
_NAMED: Mapping[str, tuple[str, ...]] = {
    "M01/a": ("M01a",),
    "M01/b": ("M01b",),
    "M04/sampled": ("M04",),
    "M12/gap": ("M12-gap",),
    "M14/observed": ("M14b",),
}


def measures_of(measure: str, variant: str = "") -> tuple[Measure, ...]:
    """The measures that an action means by "M04", or by "M14" with variant "a". By "M14" alone it means all of them;
    () for what is none of these, such as a measure in its own words.
    """
    if variant:
        pick = f"{measure}/{variant}"
        codes = _NAMED.get(pick) or (f"{measure}-{variant}", f"{measure}{variant}")
        return tuple(MEASURES[code] for code in codes if code in MEASURES)[:1]
    return tuple(found for code, found in MEASURES.items() if measure and code[:3] == measure)


def missing(measure: Measure, facts: Facts) -> str:
    """What it still needs before anything can be counted, in words; "" when all of it is kept today."""
    absent = list(dict.fromkeys(KINDS[kind] for kind in measure.needs if kind not in facts.readable))
    return f"Nothing to count yet: it needs {' and '.join(absent)}." if absent else ""
