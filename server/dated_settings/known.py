"""What a service may set, with the value that holds until it does. All of them are [design] (domain/3, 1.11).

Timescales are whatever the forms name in `[timescales]`; the rest is the rhythm of the due list.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise

import msgspec

from observation_forms import Catalogue
from server.dated_settings.signal_settings import SIGNAL_SETTINGS

CLOSEST = 120
LONGEST_MINUTES = 366 * 24 * 60
LONGEST_COUNT = 366
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

WEEKDAYS: Mapping[str, str] = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}
LOCKS: Mapping[str, str] = {
    "60": "1 minute",
    "120": "2 minutes",
    "180": "3 minutes",
    "300": "5 minutes",
}
DRILLS: Mapping[str, str] = {"14": "2 weeks", "31": "31 days", "62": "62 days", "92": "92 days"}
YES_NO: Mapping[str, str] = {"no": "No", "yes": "Yes"}
LIMITS_OF: Mapping[str, str] = {
    "0": "All its points",
    "12": "The first 12 points",
    "20": "The first 20 points",
    "24": "The first 24 points",
}
MONTH_DAYS: Mapping[str, str] = {str(day): str(day) for day in range(1, 29)}


class Setting(msgspec.Struct, frozen=True):
    """One value a service may choose. `read` gives the value as it is kept, or raises `ValueError` with what to
    type instead; `options` are offered as a menu.
    """

    name: str
    label: str
    default: str
    group: str
    hint: str
    read: Callable[[str], str]
    options: Mapping[str, str] = {}

    @property
    def is_timescale(self) -> bool:
        """Whether forms are judged by it, so that tablets must know it."""
        return self.group == TIMESCALES

    def words(self, value: str) -> str:
        """The value as a person would say it."""
        if self.is_timescale or self.group == PERIODS:
            return minutes_words(int(value))
        if self.group == KEEPING:
            return "1 year" if value == "1" else f"{value} years"
        if self.group in (MEASURES, SIGNALS):
            unit = _UNITS.get(self.name.rpartition("_")[2], "")
            return f"{value} {unit if value == '1' else unit + 's'}" if unit else self._plainly(value)
        return self._plainly(value)

    def _plainly(self, value: str) -> str:
        return self.options.get(value) or value.replace(" ", ", ")


RHYTHM, PERIODS, TIMESCALES = "When things are due", "How long after", "Timescales that forms are judged by"
TABLETS = "Tablets"
MEASURES = "What measures count by"
SIGNALS = "When early-warning signs show"
KEEPING = "How long records are kept"
# By the last word of a setting's name
_UNITS: Mapping[str, str] = {
    "days": "day", "hours": "hour", "minutes": "minute", "length": "letter", "points": "point",
}  # fmt: skip


def minutes_words(minutes: int) -> str:
    """ "30 minutes", "4 hours", "7 days", "1 day 2 hours" """
    parts = (minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")
    return (
        " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count) or "at once"
    )


def read_minutes(typed: str) -> str:
    """A number of minutes. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 0 < int(text) <= LONGEST_MINUTES):
        raise ValueError("Write a whole number of minutes, such as 60 for an hour or 1440 for a day.")
    return str(int(text))


def read_time(typed: str) -> str:
    """One time of day. Raises `ValueError`."""
    if not _TIME.fullmatch(typed.strip()):
        raise ValueError("Write one time, such as 10:00.")
    return typed.strip()


def read_times(typed: str) -> str:
    """One to six times of day, in order, each at least two hours from the next. Raises `ValueError`."""
    times = sorted(set(typed.replace(",", " ").split()))
    if not 1 <= len(times) <= 6 or not all(_TIME.fullmatch(time) for time in times):
        raise ValueError("Write up to six times, such as 07:30 14:30 21:00.")
    minutes = [int(time[:2]) * 60 + int(time[3:]) for time in times]
    # A handover may begin an hour early: closer together, nobody could say which of the two it was
    if any(after - before < CLOSEST for before, after in pairwise([*minutes, minutes[0] + 1440])):
        raise ValueError("Leave at least two hours between one time and the next.")
    return " ".join(times)


def read_years(typed: str) -> str:
    """A number of years. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 100):
        raise ValueError("Write a whole number of years from 1 to 100, such as 8.")
    return str(int(text))


def read_count(typed: str) -> str:
    """A whole number that measures count by. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LONGEST_COUNT):
        raise ValueError(f"Write a whole number from 1 to {LONGEST_COUNT}, such as 10.")
    return str(int(text))


def _one_of(options: Mapping[str, str]) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if typed not in options:
            raise ValueError("Choose one of the list.")
        return typed

    return read


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
        "Deterioration and recording samples are due at the end of this day.", _one_of(WEEKDAYS), WEEKDAYS,
    ),
    Setting(
        "monthly_sample_day", "Day of the monthly samples", "25", RHYTHM,
        "Samples of care plans, family contact and audits, and the provider visit, are due at the end of this day.",
        _one_of(MONTH_DAYS), MONTH_DAYS,
    ),
    Setting(
        "drill_day", "Day of the monthly Wi-Fi drill", "10", RHYTHM,
        "Every tablet is tried without Wi-Fi once a month, by the end of this day.", _one_of(MONTH_DAYS), MONTH_DAYS,
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
        "After that the tablet stands on the list of drills as one to be tried again.", _one_of(DRILLS), DRILLS,
    ),
    Setting(
        "lock_seconds", "A tablet nobody touches locks after", "120", TABLETS,
        "Whoever comes next gives their own PIN. What was being written is kept.",
        _one_of(LOCKS), LOCKS,
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
        "If so, an action’s page says when practice was watched and never at night.", _one_of(YES_NO), YES_NO,
    ),
    Setting(
        "chart_screened", "Large jumps are left out of a chart’s limits", "no", MEASURES,
        "Differences of 3.267 times the average or more, once. The NHS spreadsheets leave nothing out.",
        _one_of(YES_NO), YES_NO,
    ),
    Setting(
        "chart_fix_after", "A chart’s limits rest on", "0", MEASURES,
        "With fixed limits, later points are held against how things were at first.",
        _one_of(LIMITS_OF), LIMITS_OF,
    ),
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
    for form in catalogue.current_forms():
        for name, minutes in form.definition.timescales.items():
            found.setdefault(name, minutes)
    timescales = {
        name: Setting(
            name, _label(name), str(minutes), TIMESCALES, "Minutes. The value of the forms themselves: "
            f"{minutes_words(minutes)}.", read_minutes,
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
