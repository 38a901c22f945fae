"""M02: weeks in a row in which planned staffing was achieved (domain/3; S0E2: four in a row). A run, not a share.

Strict: every shift had what was planned. Managed: a shift that had not was looked at by somebody at the desk, and its
risk assessed. One shift that was neither ends the run.

Decided: a week of which some shift has no record counts for no run, and says how many are missing: seven good shifts
are not proof of twenty-one. How many shifts a day has is told by the times of handovers in force (their setting).
Decided: up to a week or a month, the run reaches back as far as it goes; in a window it begins with the window, since
what came before the change is no evidence of it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from server.measures.counting import Count, LeftOut, Verdict
from server.measures.facts import Facts, ShiftStaffing
from server.measures.in_force import InForce
from server.measures.periods import Period, before, week_of, weeks

_SHIFTS = 3


def strict(facts: Facts, period: Period, settings: InForce) -> Count:
    """M02-strict: the run up to the end of the period, without exceptions."""
    return _run(facts, period, settings, managed=False)


def managed(facts: Facts, period: Period, settings: InForce) -> Count:
    """M02-managed: the run up to the end of the period, with exceptions that were reviewed and risk assessed."""
    return _run(facts, period, settings, managed=True)


def _run(facts: Facts, period: Period, settings: InForce, *, managed: bool) -> Count:
    """The numerator is the run, `met` its weeks; `unmet` the week that ended it, where one did."""
    by_week = facts.shifts_by_week
    running = tuple(week.label for week in weeks(period.start, period.end) if not week.is_over(facts.as_of))
    week, met, unmet, left_out = _last_whole(period, facts), [], [], []
    first = min(by_week, default=period.end)
    while week.start >= (period.start if period.kind == "days" else first):
        verdict = _verdict(week, by_week.get(week.start, ()), facts.services, settings, managed=managed)
        if verdict == "met":
            met.append(week.label)
            week = before(week)
            continue
        if isinstance(verdict, LeftOut):
            left_out.append((week.label, verdict.why))
        else:
            unmet.append(week.label)
        break
    return Count(
        numerator=len(met),
        denominator=len(met) + len(unmet),
        met=tuple(sorted(met)),
        unmet=tuple(unmet),
        not_yet_due=running,
        left_out=tuple(left_out),
        unit="run",
    )


def _last_whole(period: Period, facts: Facts) -> Period:
    week = week_of(period.end)
    while week.end > period.end or not week.is_over(facts.as_of):
        week = before(week)
    return week


def _verdict(
    week: Period, shifts: Sequence[ShiftStaffing], of: tuple[str, ...], settings: InForce, *, managed: bool
) -> Verdict:
    if any(shift.enough is False and not (managed and _is_managed(shift)) for shift in shifts):
        return "unmet"
    told = [shift for shift in shifts if shift.enough is not None]
    services = of or tuple(sorted({shift.service for shift in shifts})) or ("",)
    expected = sum(_expected(week, service, settings) for service in services)
    known = sum(
        min(
            len({shift.shift for shift in told if (shift.service, shift.day) == (service, day)}),
            _shifts_of(day, service, settings),
        )
        for service in services
        for day in _days(week)
    )
    if known < expected:
        return LeftOut(f"Only {known} of {expected} shifts are recorded")
    return "met"


def _is_managed(shift: ShiftStaffing) -> bool:
    return shift.reviewed and shift.risk_assessed


def _expected(week: Period, service: str, settings: InForce) -> int:
    return sum(_shifts_of(day, service, settings) for day in _days(week))


def _shifts_of(day: date, service: str, settings: InForce) -> int:
    times = settings.value(service, "handover_times", week_of(day).opens_at).split()
    return min(len(times), _SHIFTS)


def _days(week: Period) -> list[date]:
    return [week.start + timedelta(days=number) for number in range(7)]
