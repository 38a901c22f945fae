"""Signs about the people supported and their families: changes, senior review, contact (domain/3 1.7; S1E1, S1E3)."""

from datetime import timedelta

from server.signals.rule import Given, many
from server.signals.signal import Signal
from server.signals.telling import Event, event_of, often, one_by_one


def low_level_changes(code: str, given: Given) -> list[Signal]:
    """≥ 3 F8 for one person in 7 days, none escalated. New entries: a planned second look is of the same change."""
    events = [
        Event(
            id=entry.id,
            service=entry.service,
            about=entry.person,
            unit=entry.unit,
            at=entry.happened_at,
            person=entry.person,
            blocks=entry.escalated,
        )
        for entry in given.facts.oversight
        if entry.is_new and entry.person
    ]
    return often(
        code,
        events,
        given.enough("signal_low_level_count", "signal_low_level_days"),
        lambda count, days: (
            f"{many(count, 'change')} of one person, none passed on, within {many(days, 'day')}."
        ),
        given.now,
        given.covered,
    )


def unclear_review(code: str, given: Given) -> list[Signal]:
    """F8 with nobody named to look again, or with a reason of under 20 letters, 12 hours after."""
    unclear = [
        (entry, _unclear(entry.looks_again, entry.reason, given.number("signal_reason_length", entry)))
        for entry in given.facts.oversight
    ]
    said = {entry.id: words for entry, words in unclear}
    events = [
        Event(
            id=entry.id,
            service=entry.service,
            about=entry.id,
            unit=entry.unit,
            at=entry.happened_at + timedelta(hours=given.number("signal_review_hours", entry)),
            person=entry.person,
        )
        for entry, words in unclear
        if words
    ]
    return one_by_one(code, events, lambda event: said[event.id], given.now, given.covered)


def family_asked_first(code: str, given: Given) -> list[Signal]:
    """≥ 2 F3 in 14 days in which the family asked first."""
    events = [event_of(update, "") for update in given.facts.family_updates if update.family_first]
    return often(
        code,
        events,
        given.enough("signal_family_first_count", "signal_family_first_days"),
        lambda count, days: (
            f"Family asked before they were told {many(count, 'time')} within {many(days, 'day')}."
        ),
        given.now,
        given.covered,
    )


def contact_missing(code: str, given: Given) -> list[Signal]:
    """An F8 or F10 that asked for an update to family, with no F3 by the time it was due."""
    events = [
        Event(
            id=owed.cause,
            service=owed.service,
            about=owed.id,
            unit=owed.unit,
            # In time up to the very minute
            at=owed.due_at + timedelta(seconds=1),
            person=owed.person,
            until=owed.settled_at,
        )
        for owed in given.facts.owed_updates
        if owed.settled_at is None or owed.settled_at > owed.due_at
    ]
    return one_by_one(
        code,
        events,
        lambda event: "Contact with family was due, and there was no record of it by then.",
        given.now,
        given.covered,
    )


def _unclear(looks_again: str | None, reason: int, least: int) -> str:
    if looks_again == "":
        return "Nobody is named to look again."
    if reason < least:
        return f"What was decided, and why, is said in {many(reason, 'letter')}."
    return ""
