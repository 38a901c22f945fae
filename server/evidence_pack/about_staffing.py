"""The section of a pack about staffing, week by week (domain/2 1.5, D6; S0E2, S2E1)."""

from server.evidence.times import day_words, moment_words
from server.evidence_pack.at_the_desk import OF_STAFFING
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment
from server.staffing.shift import ROLES, STATES, Shift
from server.staffing.staffing_words import listed, options, pair
from server.staffing.week import StaffingWeek

_SHIFTS = {"day": "Day", "late": "Late", "night": "Night"}


def staffing(moment: Moment) -> list[Block]:
    """Planned and worked, what was short and what was made of it, beside the care that was missed."""
    if moment.chosen.themes and OF_STAFFING not in moment.chosen.themes:
        return [Words("Staffing is not among the themes of this pack.")]
    found = [(moment.service(service), week) for service, week in moment.desk.staffing]
    missed = options(moment.catalogue)["missed"]
    told = [(place, week) for place, week in found if week.shifts or week.needs]
    return [
        Words(
            f"Weeks with something recorded: {len(told)} of {len(found)}. A shift that was short is managed once "
            "somebody reviewed it and assessed its risk. Weeks are whole, Monday to Sunday; the last one may still run."
        ),
        Table("staffing-weeks", "Staffing, week by week", _WEEK, [_week(*one) for one in told]),
        Table(
            "staffing-beside",
            "Beside it, in the same weeks",
            _BESIDE,
            [_beside(*one, missed) for one in told],
        ),
        Table(
            "staffing-short",
            "Shifts that had fewer staff than planned",
            _SHORT,
            [_short(moment, place, shift) for place, week in told for shift in week.exceptions],
        ),
        _needs(moment, told),
    ]


_WEEK = (
    "Week", "Shifts that are known", "Short", "Not reviewed with risk assessed",
    *(f"{words}: worked of planned" for words in ROLES.values()), "Agency", "Off sick", "Hours uncovered",
)  # fmt: skip
_BESIDE = (
    "Week", "Support that fell short", "Samples of busy shifts that fell short", "Talks with people and families",
    "Complaints and feedback, of these about staffing",
)  # fmt: skip
_SHORT = ("Shift", "Service", "Place", *ROLES.values(), "How it stands", "Reviewed", "What was written")


def _week(place: str, week: StaffingWeek) -> tuple[str, ...]:
    return (
        f"{week.period.label}, {place}",
        f"{week.known} of {week.expected}",
        str(len(week.exceptions)),
        str(len(week.waiting)),
        *(f"{worked} of {planned}" for planned, worked in week.roles().values()),
        *(str(week.total(what)) for what in ("agency", "sick", "uncovered_hours")),
    )


def _beside(place: str, week: StaffingWeek, missed: dict[str, str]) -> tuple[str, ...]:
    received = week.beside.received
    return (
        f"{week.period.label}, {place}",
        listed(missed, week.missed()),
        f"{week.beside.fell_short} of {week.beside.samples}",
        str(week.beside.talks),
        f"{received.complaints + received.feedback}, {received.about_staffing}",
    )


def _short(moment: Moment, place: str, shift: Shift) -> tuple[str, ...]:
    decision = shift.decision
    return (
        f"{day_words(shift.day)}, {_SHIFTS.get(shift.shift, shift.shift).lower()}",
        place,
        moment.names.unit(shift.unit),
        *(pair(shift.figures, role) for role in ROLES),
        STATES[shift.state],
        f"{moment.names.one_of_staff(decision.who)}, {moment_words(decision.at)}" if decision else "–",
        decision.why if decision else "–",
    )


def _needs(moment: Moment, told: list[tuple[str, StaffingWeek]]) -> Table:
    rows = [
        (
            day_words(need.day),
            place,
            moment.names.unit(need.unit) if need.unit else "The whole service",
            f"{need.people} need {'more' if need.direction == 'more' else 'less'} than before",
            need.why,
            moment.names.one_of_staff(need.who),
        )
        for place, week in told
        for need in week.needs
    ]
    columns = ("Day", "Service", "Place", "What changed", "Why", "Who wrote it")
    return Table("staffing-needs", "Changes in what people need", columns, rows)
