"""Signs about shifts and practice: missed support, tiredness, pressure, old routines (domain/3 1.7; S0E2, S2E1)."""

from datetime import timedelta
from fractions import Fraction

from server.measures.periods import london_day
from server.signals.facts import PracticeSigns, ShiftSigns
from server.signals.rule import Given, many
from server.signals.signal import Signal
from server.signals.telling import event_of, often, one_by_one


def support_missed(code: str, given: Given) -> list[Signal]:
    """Support was late, cut short or missed more often than is usual in the unit, on ≥ 2 shifts in 7 days.

    Usual is the median of the unit's shifts of the 28 days before; with under 5 of them nothing is usual yet.
    """
    by_unit: dict[tuple[str, str], list[ShiftSigns]] = {}
    for shift in sorted(given.facts.shifts, key=lambda shift: (shift.happened_at, shift.id)):
        if shift.missed is not None:
            by_unit.setdefault((shift.service, shift.unit), []).append(shift)
    events = [
        event_of(shift, shift.unit)
        for shifts in by_unit.values()
        for number, shift in enumerate(shifts)
        if _above_usual(shift, shifts[:number], given)
    ]
    return often(
        code,
        events,
        given.enough("signal_missed_count", "signal_missed_days"),
        lambda count, days: (
            f"Support was late, cut short or missed more often than is usual here on {many(count, 'shift')} "
            f"within {many(days, 'day')}."
        ),
        given.now,
        given.covered,
    )


def strain(code: str, given: Given) -> list[Signal]:
    """Staff were tired, or a shift stretched or unsafe, on ≥ 2 shifts of a unit in 7 days."""
    return often(
        code,
        [event_of(shift, shift.unit) for shift in given.facts.shifts if shift.tired or shift.strained],
        given.enough("signal_strain_count", "signal_strain_days"),
        lambda count, days: (
            f"Staff were tired, or the shift stretched or unsafe, on {many(count, 'shift')} within {many(days, 'day')}."
        ),
        given.now,
        given.covered,
    )


def old_routines(code: str, given: Given) -> list[Signal]:
    """F1 1.20 or 1.22 not met, or F2 2.31: a routine that was changed is still the old one, or staff do not know."""
    said = {practice.id: _old(practice) for practice in given.facts.practice}
    events = [event_of(practice) for practice in given.facts.practice if said[practice.id]]
    return one_by_one(code, events, lambda event: said[event.id], given.now, given.covered)


def only_the_control(code: str, given: Given) -> list[Signal]:
    """F1 1.42 met and 1.43 not met: staff know the temporary control, not what is expected from now on."""
    events = [
        event_of(practice)
        for practice in given.facts.practice
        if practice.knows_control == "met" and practice.knows_expectation == "not_met"
    ]
    return one_by_one(
        code,
        events,
        lambda event: "Staff know the temporary control, and not what is expected of them from now on.",
        given.now,
        given.covered,
    )


def _above_usual(shift: ShiftSigns, before: list[ShiftSigns], given: Given) -> bool:
    since = london_day(shift.happened_at) - timedelta(days=given.number("signal_usual_days", shift))
    counts = sorted(one.missed or 0 for one in before if london_day(one.happened_at) >= since)
    if len(counts) < given.number("signal_least", shift):
        return False
    middle = len(counts) // 2
    return (shift.missed or 0) > Fraction(counts[middle] + counts[~middle], 2)


def _old(practice: PracticeSigns) -> str:
    if practice.updated_guidance == "not_met":
        return "Staff did not work by the guidance that was changed."
    if practice.changed_practice == "not_met":
        return "Staff kept to the routine that was to change."
    if practice.understood == "not_met":
        return "Staff at the handover could not say what was learned, or were not asked."
    return ""
