"""What a service may set, with the value that holds until it does. All of them are [design] (domain/3, 1.11).

Timescales are whatever the forms name in `[timescales]`; the rest is our own.
"""

from collections.abc import Mapping
from functools import cache

from observation_forms import Catalogue
from server.dated_settings.schedules import OF_MEETINGS, OF_THE_RHYTHM
from server.dated_settings.setting import (
    DRILLS,
    KEEPING,
    LIMITS_OF,
    LOCKS,
    MEASURES,
    MONTH_DAYS,
    PERIODS,
    RHYTHM,
    SIGNALS,
    TABLETS,
    TIMESCALES,
    WEEKDAYS,
    YES_NO,
    Setting,
    minutes_words,
    one_of,
    read_count,
    read_minutes,
    read_time,
    read_times,
    read_years,
)
from server.dated_settings.signal_settings import SIGNAL_SETTINGS
from server.dated_settings.signing import WHO_SIGNS

_NOT_BY_ITSELF = (
    "Your own schedule decides; this is where Sightline starts. Nothing is destroyed by itself: at its end, a record "
    "comes onto the list under How long records are kept."
)
_OWN = (
    Setting(
        "handover_times", "Times of handovers", "07:30 14:30 21:00", RHYTHM,
        "The times of day at which one shift hands over to the next.", read_times,
    ),
    Setting(
        "screen_time", "Daily safeguarding screen, by", "10:00", RHYTHM,
        "Each unit’s notes of the day before are read by this time.", read_time,
    ),
    Setting(
        "weekly_sample_day", "Day of the weekly samples", "5", RHYTHM,
        "Deterioration and recording samples are due at the end of this day.", one_of(WEEKDAYS), WEEKDAYS,
    ),
    Setting(
        "monthly_sample_day", "Day of the monthly samples", "25", RHYTHM,
        "Samples of care plans, family contact and audits are due on this day, and the provider visit where it has no "
        "day of its own.",
        one_of(MONTH_DAYS), MONTH_DAYS,
    ),
    *OF_THE_RHYTHM,
    Setting(
        "drill_day", "Day of the monthly Wi-Fi drill", "10", RHYTHM,
        "Every tablet is tried without Wi-Fi once a month, by the end of this day.", one_of(MONTH_DAYS), MONTH_DAYS,
    ),
    Setting(
        "handover_within", "Handover recorded within", "30", PERIODS,
        "Minutes after the time of the handover. A handover that happens later counts as late.", read_minutes,
    ),
    Setting(
        "late_arrival_within", "Late arrival dealt with within", "240", PERIODS,
        "Minutes for the deputy to say what was done about something that came in after a handover.", read_minutes,
    ),
    Setting(
        "observe_after_learning", "Practice watched after learning, within", "10080", PERIODS,
        "Minutes from giving a learning message to watching practice: 10080 is 7 days.", read_minutes,
    ),
    Setting(
        "drill_within", "A Wi-Fi drill counts as recent for", "31", RHYTHM,
        "After that the tablet stands on the list of drills as one to be tried again.", one_of(DRILLS), DRILLS,
    ),
    Setting(
        "lock_seconds", "A tablet nobody touches locks after", "120", TABLETS,
        "Whoever comes next gives their own PIN. What was being written is kept.",
        one_of(LOCKS), LOCKS,
    ),
    *(
        Setting(name, label, default, MEASURES, hint, read_count)
        for name, label, default, hint in (
            (
                "measure_minimum", "A figure says something by itself from", "10",
                "How many must be counted. In a home that supports fewer people, as many as it has people.",
            ),
            (
                "measure_minimum_small", "In the smallest homes, from", "5",
                "However few people a home supports: three of three is no proof.",
            ),
            (
                "measure_minimum_months", "Counted by the month, from", "3",
                "Reviews, visits and summaries that are held each month: so many months tell something.",
            ),
            (
                "measure_baseline", "A fall since the baseline is a percentage from", "4",
                "With fewer repeat complaints in the baseline, only the two numbers are shown.",
            ),
            (
                "repeat_concern_days", "A concern or incident is repeated within", "90",
                "Days in which one of the same kind came before, about the same person or in the same unit.",
            ),
            (
                "repeat_finding_days", "A finding about recording is repeated within", "365",
                "Days in which the same question fell short before in the same unit.",
            ),
            (
                "evidence_current_days", "Evidence counts as current for", "31",
                "Days before the meeting that it is shown to, and before today on an action’s page.",
            ),
            (
                "alignment_gap_points", "Audits and people’s experience tell the same up to", "15",
                "Points between what audits found met and what people said was met. Further apart, an action’s page "
                "and an early-warning sign say so.",
            ),
            (
                "closure_open_days", "A concern on the theme stops closing for", "14",
                "Days after it was raised. One that nobody has acknowledged stops it however old it is.",
            ),
            (
                "closure_sample_size", "Records drawn to test a closure", "5",
                "By chance, from the evidence after the change; all of it where there is less.",
            ),
            (
                "closure_first_check_days", "A closed action is looked at again after", "30",
                "Days from the day it was closed.",
            ),
            (
                "closure_second_check_days", "And once more after", "90",
                "Days from the day it was closed.",
            ),
            (
                "learning_update_days", "A care plan says what a complaint taught, within", "56",
                "Days from when there was something to learn: 56 is eight weeks.",
            ),
            (
                "complaint_answer_days", "A complaint is answered within", "28",
                "Days from when it was received. No rule fixes them: take those of your own policy.",
            ),
            (
                "incident_review_days", "An incident is reviewed within, in working days", "5",
                "Monday to Friday without England’s bank holidays. The day of the incident does not count.",
            ),
            (
                "coverage_days", "Coverage looks back over", "28",
                "Days up to today in which every shift of every weekday comes round several times.",
            ),
            (
                "unheard_days", "A person counts as not heard after", "28",
                "Days without a talk, an observation or a family contact about them.",
            ),
            (
                "unwatched_days", "A routine counts as not watched after", "28",
                "Days without a practice observation of it in a unit.",
            ),
            (
                "chart_trial_from", "A chart has trial limits from", "5",
                "Points since its limits were last begun. With fewer it is a run of figures, without limits.",
            ),
            (
                "chart_limits_from", "A chart’s limits are no longer on trial from", "13",
                "Points that its limits rest on.",
            ),
        )
    ),
    Setting(
        "night_observed", "Practice must be seen at night as well", "yes", MEASURES,
        "If so, an action’s page says when practice was watched and never at night.", one_of(YES_NO), YES_NO,
    ),
    Setting(
        "chart_screened", "Large jumps are left out of a chart’s limits", "no", MEASURES,
        "Differences of 3.267 times the average or more, once. The NHS spreadsheets leave nothing out.",
        one_of(YES_NO), YES_NO,
    ),
    Setting(
        "chart_fix_after", "A chart’s limits rest on", "0", MEASURES,
        "With fixed limits, later points are held against how things were at first.",
        one_of(LIMITS_OF), LIMITS_OF,
    ),
    *OF_MEETINGS,
    *WHO_SIGNS,
    *(
        Setting(name, label, default, SIGNALS, hint, read_count)
        for name, label, default, hint in SIGNAL_SETTINGS
    ),
    *(
        Setting(name, label, years, KEEPING, f"{hint} {_NOT_BY_ITSELF}", read_years)
        for name, label, years, hint in (
            ("keep_person_years", "Records about a person supported", "8", "Years after the person left."),
            ("keep_complaint_years", "Records about a complaint", "10", "Years after it happened."),
            ("keep_incident_years", "Serious incidents", "20", "Years after it happened."),
            ("keep_staff_years", "Observations of a member of staff", "6", "Years after they left."),
            ("keep_other_years", "Records about nobody in particular", "8", "Years after it happened."),
        )
    ),
)  # fmt: skip
OWN: Mapping[str, Setting] = {setting.name: setting for setting in _OWN}

_PLAINLY: Mapping[str, str] = {
    "escalation_emergency": "In an emergency, help called within",
    "escalation_urgent": "If it is urgent, a senior told within",
    "escalation_same_shift": "If it can wait for this shift, a senior told within",
    "escalation_routine": "If it is routine, a senior told within",
    "family_urgent": "Family told of something urgent within",
    "family_same_day": "Family told the same day, within",
    "family_safeguarding": "Family told of a safeguarding concern within",
    "family_plan_change": "Family told of a change to the plan within",
    "family_review": "Family told after a review or a complaint within",
    "drill_finish": "A Wi-Fi drill that was begun is finished within",
    "record_soon": "A record is in time if written within",
    "record_late": "After that it is late, and very late after",
    "review_soon": "A planned look is in time up to",
    "review_late": "After that it is late, and missed after",
}
"""What the timescales of the forms are called for a manager."""


@cache
def known_settings(catalogue: Catalogue) -> Mapping[str, Setting]:
    """Every setting by name: our own, then the timescales of the forms in use, in the order of their minutes."""
    found: dict[str, int] = {}
    judged: dict[str, list[str]] = {}
    for form in catalogue.current_forms():
        for name, minutes in form.definition.timescales.items():
            found.setdefault(name, minutes)
            judged.setdefault(name, []).append(form.definition.code)
    timescales = {
        name: Setting(
            name, _label(name), str(minutes), TIMESCALES, f"Minutes. Judges {', '.join(sorted(judged[name]))}. The "
            f"value of the forms themselves: {minutes_words(minutes)}.", read_minutes,
        )
        for name, minutes in sorted(found.items(), key=lambda pair: (pair[0].split("_")[0], pair[1], pair[0]))
    }  # fmt: skip
    # A form may name one that the due list needs as well: then it is one setting, and tablets know it
    own = {name: setting for name, setting in OWN.items() if name not in timescales}
    return own | timescales


def _label(name: str) -> str:
    if name in OWN:
        return OWN[name].label
    return _PLAINLY.get(name) or name.replace("_", " ").capitalize()
