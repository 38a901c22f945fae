"""Meetings: those that were not held in their time, and by when the next ones are."""

from server.evidence.times import day_in_london, start_of_day, write_instant
from server.measures.periods import ONE_DAY
from server.notices.notice import TODAY, Dated, Ground, Notice, counted
from server.reviews.kinds import KINDS, is_overdue, next_by
from server.reviews.rhythm import rhythm_of
from server.reviews.store import last_held, read_reviews


def reviews_today(ground: Ground) -> list[Notice]:
    """One line at most. A kind that was never held is not overdue: nobody may hold it here."""
    today = day_in_london(ground.now)
    last = last_held(read_reviews(ground.connection, [ground.service]))
    rhythm = {kind.code: rhythm_of(ground.connection, ground.service, kind) for kind in KINDS.values()}
    overdue = [
        kind
        for kind in KINDS.values()
        if is_overdue(kind, last.get((ground.service, kind.code)), today, rhythm[kind.code])
    ]
    if not overdue:
        return []
    first = min(next_by(kind, last[ground.service, kind.code], today, rhythm[kind.code]) for kind in overdue)
    return [
        Notice(
            code="reviews_overdue",
            says=counted(len(overdue), "meeting is overdue", "meetings are overdue"),
            count=len(overdue),
            urgency=TODAY,
            address="/reviews",
            service=ground.service,
            since=write_instant(start_of_day(first + ONE_DAY)),
        )
    ]


def reviews_dated(ground: Ground) -> list[Dated]:
    """By when each kind of meeting that was held before is next."""
    today = day_in_london(ground.now)
    last = last_held(read_reviews(ground.connection, [ground.service]))
    by = {
        code: next_by(KINDS[code], day, today, rhythm_of(ground.connection, ground.service, KINDS[code]))
        for (_, code), day in sorted(last.items())
    }
    return [
        Dated(
            uid=f"review/{ground.service}/{code}/{day.isoformat()}",
            kind=f"{KINDS[code].name}, by this day",
            place=ground.viewer.services[ground.service],
            at=day,
            address="/reviews",
        )
        for code, day in by.items()
    ]
