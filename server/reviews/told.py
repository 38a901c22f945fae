"""What measures and signals are told of signed reviews: M01a, M01b, M09, M09b, M14-b, W18a, W18b, W19.

For `READERS` of `server.measures.reading` and `server.signals.reading`. Jobs for `Database.read`.
"""

from datetime import date, datetime, timedelta

from server.evidence.times import read_instant, start_of_day
from server.measures import desk_facts
from server.measures.facts import Outcome
from server.measures.reading_records import Source
from server.reviews.minutes import is_challenge, overlap
from server.reviews.store import Review, read_reviews
from server.signals.facts import Minutes

_NOON = timedelta(hours=12)


def reviews(source: Source) -> tuple[desk_facts.Review, ...]:
    """Every meeting with signed minutes, at noon of the London day it was held on."""
    return tuple(
        desk_facts.Review(
            id=one.id,
            service=one.service,
            happened_at=_held(one),
            received_at=read_instant(one.signed_at),
            kind=one.minutes.kind,
            signed_at=read_instant(one.signed_at),
            safeguarding_summary=one.minutes.safeguarding,
            evidence=tuple(
                desk_facts.Evidence(shown.kind, date.fromisoformat(shown.dated))
                for shown in one.minutes.evidence
            ),
            rows=tuple(
                desk_facts.ReviewRow(
                    id=f"{one.id}/{place}",
                    kind="challenge",
                    follow_up_owner=row.owner if is_challenge(row) else "",
                    follow_up_by=date.fromisoformat(row.review_on) if is_challenge(row) else None,
                )
                for place, row in enumerate(one.minutes.rows, 1)
            ),
            learning=frozenset(one.minutes.learning),
        )
        for one in _signed(source)
    )


def outcomes(source: Source) -> tuple[Outcome, ...]:
    """M01b: what a signed review decided about an action is an outcome on it (domain/3, M01b, D5)."""
    return tuple(
        Outcome(
            id=f"{one.id}/{place}",
            service=one.service,
            happened_at=_held(one),
            received_at=read_instant(one.signed_at),
            actions=frozenset({row.action}),
        )
        for one in _signed(source)
        for place, row in enumerate(one.minutes.rows, 1)
        if row.action
    )


def minutes(source: Source) -> tuple[Minutes, ...]:
    """Signed minutes, each with how much of its summary stood in the one before of its kind and service."""
    every = sorted(
        (one for one in read_reviews(source.connection, source.scope.services) if one.signed_at),
        key=lambda one: (one.minutes.held_on, one.signed_at, one.id),
    )
    before: dict[tuple[str, str], str] = {}
    found = []
    for one in every:
        key, summary = (one.service, one.minutes.kind), one.minutes.summary
        if _held(one) >= start_of_day(source.since):
            found.append(
                Minutes(
                    id=one.id,
                    service=one.service,
                    happened_at=_held(one),
                    received_at=read_instant(one.signed_at),
                    kind=one.minutes.kind,
                    challenges=len(one.minutes.rows),
                    overlap=overlap(summary, before[key]) if key in before else None,
                    audits=frozenset(row.audit for row in one.minutes.rows if row.audit),
                )
            )
        before[key] = summary
    return tuple(found)


def _signed(source: Source) -> list[Review]:
    since = start_of_day(source.since)
    every = read_reviews(source.connection, source.scope.services)
    return sorted((one for one in every if one.signed_at and _held(one) >= since), key=lambda one: one.id)


def _held(review: Review) -> datetime:
    return start_of_day(date.fromisoformat(review.minutes.held_on)) + _NOON
