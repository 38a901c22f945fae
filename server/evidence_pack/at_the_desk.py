"""What a pack reads of the desk's own records, as it stood at the end of the last day of its period: cases, complaints,
minutes, staffing weeks, signed summaries, learning messages. Restricted records are in no pack.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.cases import register as of_cases
from server.cases.kinds import INCIDENT, SAFEGUARDING
from server.complaints import register as of_complaints
from server.desk_records.store import DeskRecord, Reach, as_it_stood, read_register
from server.evidence.times import day_in_london, read_day
from server.evidence_pack.chosen import Chosen
from server.learning.reading import Message, read_messages
from server.measures.periods import months, weeks
from server.reviews.store import Review, read_reviews
from server.staffing.reading import read_staffing_weeks
from server.staffing.week import StaffingWeek
from server.summaries.catalogue import KINDS, SummaryKind
from server.summaries.store import Kept, Place, Signed, read_kept, read_states

THEMES: Mapping[str, str] = {SAFEGUARDING: "SG", INCIDENT: "IL"}
"""The theme of a kind of case. A concern has none: with themes chosen it is in a pack by its action alone."""
OF_COMPLAINTS, OF_COMMUNICATION, OF_STAFFING = "CO", "CM", "ST"


class SignedSummary(msgspec.Struct, frozen=True):
    """A monthly summary as it was signed, and all that is kept of it."""

    place: Place
    kept: Kept
    signed: Signed


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What there is, the first first. `staffing` has the service of each week."""

    cases: list[of_cases.Line]
    complaints: list[of_complaints.Line]
    meetings: list[Review]
    staffing: list[tuple[str, StaffingWeek]]
    summaries: list[SignedSummary]
    messages: list[Message]


def read_desk(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    chosen: Chosen,
    actions: Collection[str],
    now: datetime,
) -> Desk:
    """Read it all; `actions` are those of the pack."""
    as_of, evidence = chosen.as_of(now), chosen.figures(now)
    themes = set(chosen.themes)
    cases = [
        case
        for case in _of_period(connection, "case", chosen, now)
        if not themes
        or THEMES.get(case.kind) in themes
        or any(act.get("action") in actions for act in case.every("action_linked"))
    ]
    complaints = [
        one
        for one in _of_period(connection, "complaint", chosen, now)
        if not themes or themes_of(one) & themes
    ]
    return Desk(
        cases=of_cases.lines_of(connection, cases, as_of),
        complaints=of_complaints.lines_of(connection, catalogue, complaints, evidence, as_of, observed=True),
        meetings=_meetings(connection, chosen, now),
        staffing=_staffing(connection, catalogue, chosen, now),
        summaries=list(_summaries(connection, chosen, now)),
        messages=_messages(connection, catalogue, chosen, {one.id for one in (*cases, *complaints)}, now),
    )


def themes_of(complaint: DeskRecord) -> set[str]:
    """The themes that a complaint is about."""
    said = {complaint.now("theme"), OF_COMPLAINTS}
    return said | {OF_COMMUNICATION} if complaint.now("communication") == "yes" else said


def is_chosen(chosen: Chosen, kind: SummaryKind) -> bool:
    """Whether a kind of summary is about a theme of the pack."""
    return not chosen.themes or not kind.themes or bool(set(kind.themes) & set(chosen.themes))


def _of_period(
    connection: sqlite3.Connection, register: str, chosen: Chosen, now: datetime
) -> list[DeskRecord]:
    """Those that were open on some day of the period or were worked on in it."""
    since, last = chosen.records(()).parts[0].since, chosen.last(now)
    every = read_register(connection, register, Reach(chosen.services))
    stood = (as_it_stood(one, last) for one in reversed(every))
    return [one for one in stood if one is not None and not (one.closed and one.acts[-1].at < since)]


def _meetings(connection: sqlite3.Connection, chosen: Chosen, now: datetime) -> list[Review]:
    """Those held on a day of the period whose minutes were signed by the end of it. Whole, whatever the themes."""
    last = chosen.last(now)
    return [
        one
        for one in reversed(read_reviews(connection, chosen.services))
        if one.signed_at
        and one.signed_at <= last
        and (day := read_day(one.minutes.held_on)) is not None
        and chosen.since <= day <= chosen.until
    ]


def _staffing(
    connection: sqlite3.Connection, catalogue: Catalogue, chosen: Chosen, now: datetime
) -> list[tuple[str, StaffingWeek]]:
    if chosen.themes and OF_STAFFING not in chosen.themes:
        return []
    as_of, scope = chosen.as_of(now), chosen.figures(now)
    last = max(chosen.since, day_in_london(as_of - timedelta(seconds=1)))
    wanted = weeks(chosen.since, last)
    return [
        (service, week)
        for service in chosen.services
        for week in read_staffing_weeks(connection, scope, catalogue, service, wanted, as_of)
    ]


def _summaries(connection: sqlite3.Connection, chosen: Chosen, now: datetime) -> Iterator[SignedSummary]:
    touched = {one.label for one in months(chosen.since, chosen.until)}
    states, order = read_states(connection, chosen.services), list(KINDS)
    for kind, service, month in sorted(states, key=lambda one: (one[2], one[1], order.index(one[0]))):
        _, at = states[kind, service, month]
        if month in touched and "" < at <= chosen.last(now) and is_chosen(chosen, KINDS[kind]):
            place = Place(kind, service, month)
            kept = read_kept(connection, place)
            if kept.signed is not None:
                yield SignedSummary(place, kept, kept.signed)


def _messages(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    chosen: Chosen,
    desk: Collection[str],
    now: datetime,
) -> list[Message]:
    """Those that were shared on some day of the period; of some themes those alone that came from a case or complaint
    of the pack.
    """
    reach = Reach(chosen.services)
    found = read_messages(
        connection, catalogue, chosen.services, chosen.figures(now), {"case": reach, "complaint": reach}, now
    )
    first, last = chosen.since.isoformat(), chosen.until.isoformat()
    return [
        one
        for one in found
        if str(one.listed.fields["given_at"]) <= last
        and str(one.listed.fields["until"]) >= first
        and (not chosen.themes or (one.comes_from and one.comes_from[1].rpartition("/")[2] in desk))
    ]
