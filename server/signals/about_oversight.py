"""Signs about audits, experience, visits and actions (domain/3 1.7; S0E1, S1E2, S3E3, S4E2, S4E3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from server.evidence.times import start_of_day
from server.measures.periods import ONE_DAY, Period, london_day, month_of
from server.signals.rule import Given, many
from server.signals.signal import Signal
from server.signals.telling import Event, by_period, event_of, one_by_one


def vague_action(code: str, given: Given) -> list[Signal]:
    """An action that is not closed, without a baseline figure, an owner, a measure or a day it is due."""
    said = {action.id: action.missing for action in given.facts.actions if not action.closed}
    events = [event_of(action) for action in given.facts.actions if said.get(action.id)]
    return one_by_one(
        code,
        events,
        lambda event: f"The action has no {' and no '.join(said[event.id])}.",
        given.now,
        given.covered,
    )


def overdue_in_silence(code: str, given: Given) -> list[Signal]:
    """An action past its day, with nothing in its history for 14 days."""
    events = []
    for action in given.facts.actions:
        number, noted_at = action.last_noted
        silent = noted_at + timedelta(
            days=given.settings.number(action.service, "signal_silence_days", noted_at)
        )
        if not action.closed:
            events.append(
                Event(
                    id=f"{action.id}/{number}",
                    service=action.service,
                    about=action.id,
                    unit=action.unit,
                    at=max(silent, start_of_day(action.deadline + ONE_DAY)),
                )
            )
    return one_by_one(
        code,
        events,
        lambda event: "The action is past its day, and nobody has written why.",
        given.now,
        given.covered,
    )


class _Totals(msgspec.Struct, frozen=True):
    """Met and scored in audits, met and asked in experience, of a month up to some event. A month grows an event at a
    time, so each sum goes on from the one before. An event is in one month alone: the first one names it.
    """

    known: dict[tuple[str, int], tuple[int, int, int, int]]

    def of(self, month: Sequence[Event]) -> tuple[int, int, int, int]:
        """The sums of these events."""
        first, many = month[0].id, len(month)
        sums = self.known.get((first, many - 1), (0, 0, 0, 0))
        for event in month[-1:] if (first, many - 1) in self.known else month:
            met, all_of = divmod(event.weight, _APART)
            here, there = ((0, 0), (met, all_of)) if event.counts else ((met, all_of), (0, 0))
            sums = (sums[0] + here[0], sums[1] + here[1], sums[2] + there[0], sums[3] + there[1])
        self.known[first, many] = sums
        return sums


def audits_better_than_experience(code: str, given: Given) -> list[Signal]:
    """M12-gap of a calendar month above `alignment_gap_points`, the setting that an action's page goes by as well. The
    records of experience fire it: audits say that all is well.

    `weight` is what was met of what was scored, two numbers in one: 1,000 times the first and the second.
    """

    totals = _Totals({})

    def gap(month: Sequence[Event]) -> Fraction | None:
        if not month:
            return None
        met, scored, well, asked = totals.of(month)
        if min(scored, asked) < given.number("signal_least", month[-1]):
            return None
        return Fraction(100 * met, scored) - Fraction(100 * well, asked)

    def holds(month: Sequence[Event]) -> bool:
        points = gap(month)
        return points is not None and points > given.number("alignment_gap_points", month[-1])

    def says(month: Sequence[Event], period: Period) -> str:
        points = gap(month)
        whole = 0 if points is None else int(points)
        return (
            f"In {period.start:%B %Y} audits say that more is met than people do, by {many(whole, 'point')}."
        )

    sheets = [
        Event(
            id=sheet.id,
            service=sheet.service,
            about="",
            unit=sheet.unit,
            at=sheet.happened_at,
            counts=False,
            weight=sheet.met * _APART + sheet.scored,
        )
        for sheet in given.facts.audits
    ]
    said = [
        Event(
            id=answer.id,
            service=answer.service,
            about="",
            unit=answer.unit,
            at=answer.happened_at,
            weight=(answer.answer == "met") * _APART + 1,
        )
        for answer in given.facts.experience
        if answer.answer in ("met", "partly", "not_met")
    ]
    return by_period(
        code,
        [*sheets, *said],
        lambda event: month_of(london_day(event.at)),
        holds,
        says,
        given.now,
        given.covered,
    )


def vague_visit(code: str, given: Given) -> list[Signal]:
    """F11 with a finding of under 40 letters: there is no room for an example in it."""
    events = [
        event_of(visit)
        for visit in given.facts.visits
        if visit.shortest_finding is not None
        and visit.shortest_finding < given.number("signal_finding_length", visit)
    ]
    return one_by_one(
        code,
        events,
        lambda event: "A finding of the visit is too short to hold an example.",
        given.now,
        given.covered,
    )


def finding_without_action(code: str, given: Given) -> list[Signal]:
    """An audit with something not met; 30 days later it names no action and bears on none, and no row of signed minutes
    answers it. Minutes that are signed later end it.
    """
    answered: dict[str, datetime] = {}
    for meeting in given.facts.minutes:
        for audit in meeting.audits:
            answered[audit] = min(answered.get(audit, meeting.received_at), meeting.received_at)
    events = []
    for sheet in given.facts.audits:
        ends = sheet.happened_at + timedelta(days=given.number("signal_unlinked_days", sheet))
        until = answered.get(sheet.id)
        if sheet.not_met and not sheet.linked and (until is None or until > ends):
            events.append(msgspec.structs.replace(event_of(sheet, at=ends), until=until))
    return one_by_one(
        code,
        events,
        lambda event: "Something was not met; no action is named for it, and no minutes answer it.",
        given.now,
        given.covered,
    )


_APART = 1_000
