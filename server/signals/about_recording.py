"""Signs about how things are written down (domain/3 1.7; S0E2, S2E1, S4E1)."""

from collections.abc import Sequence
from fractions import Fraction

from server.evidence.times import day_words
from server.measures.periods import Period, london_day, week_of
from server.signals.facts import WrittenEntry
from server.signals.rule import Given, many
from server.signals.signal import Signal
from server.signals.telling import Event, by_period, event_of, often


def vague_wording(code: str, given: Given) -> list[Signal]:
    """Of the entries looked at in one week of a unit, ≥ 20 % not factual or without a clear timeline."""

    def holds(week: Sequence[Event]) -> bool:
        share = Fraction(100 * sum(event.counts for event in week), len(week))
        return len(week) >= given.number("signal_least", week[-1]) and share >= given.number(
            "signal_wording_percent", week[-1]
        )

    asked = [entry for entry in given.facts.entries if {entry.factual, entry.in_order} & _SCORED]
    return by_period(
        code,
        [_event(entry, "not_met" in (entry.factual, entry.in_order)) for entry in asked],
        _week,
        holds,
        lambda week, period: (
            f"{sum(event.counts for event in week)} of {many(len(week), 'entry', 'entries')} "
            f"in the week of {day_words(period.start)} not factual, or without a clear order of time."
        ),
        given.now,
        given.covered,
    )


def written_late(code: str, given: Given) -> list[Signal]:
    """The median time from care to writing, of the entries looked at in one week of a unit, above 2 hours."""

    def holds(week: Sequence[Event]) -> bool:
        return len(week) >= given.number("signal_least", week[-1]) and _median(week) > given.number(
            "signal_delay_minutes", week[-1]
        )

    timed = [(entry, entry.minutes) for entry in given.facts.entries if entry.minutes is not None]
    return by_period(
        code,
        [
            _event(entry, minutes > given.number("signal_delay_minutes", entry), minutes)
            for entry, minutes in timed
        ],
        _week,
        holds,
        lambda week, period: (
            f"Half of {many(len(week), 'entry', 'entries')} in the week of {day_words(period.start)} were written "
            f"{many(int(_median(week)), 'minute')} or more after the care."
        ),
        given.now,
        given.covered,
    )


def records_rushed(code: str, given: Given) -> list[Signal]:
    """F4 says that records were rushed, on ≥ 2 shifts of a unit in 7 days."""
    events = [event_of(shift, shift.unit) for shift in given.facts.shifts if shift.rushed]
    return often(
        code,
        events,
        given.enough("signal_rushed_count", "signal_rushed_days"),
        lambda count, days: (
            f"Records were rushed or left to the end on {many(count, 'shift')} within {many(days, 'day')}."
        ),
        given.now,
        given.covered,
    )


_SCORED = {"met", "partly", "not_met"}


def _event(entry: WrittenEntry, counts: bool, weight: int = 0) -> Event:
    return Event(
        id=entry.id,
        service=entry.service,
        about=entry.unit,
        unit=entry.unit,
        at=entry.happened_at,
        counts=counts,
        weight=weight,
    )


def _week(event: Event) -> Period:
    return week_of(london_day(event.at))


def _median(events: Sequence[Event]) -> Fraction:
    weights = sorted(event.weight for event in events)
    middle = len(weights) // 2
    return Fraction(weights[middle] + weights[~middle], 2)
