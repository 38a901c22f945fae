"""Everything that a pack is written from, read in one go: one unchanging picture of the database, people and staff
under the pseudonyms that visitors see, too.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence import words
from server.evidence.action_page import ActionPage, read_action_page
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_query import Place, read_rows
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names, read_names
from server.evidence.times import write_instant
from server.evidence_pack.at_the_desk import Desk, read_desk
from server.evidence_pack.chosen import Chosen
from server.fleet.fleet import FleetTablet, read_tablets
from server.identity.permissions import ROLE_NAMES, Role
from server.identity.scope import Scope, of_services
from server.signals.listing import Line, SignalList, read_list
from server.signals.signs import SIGNS

PIECE = 1_000
Say = Callable[[str, int], None]
"""Told what is being done, and how much of the whole is done, in hundredths."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What was so at one moment. `records` are those of the period and the themes, the newest first; `roles` says of
    each author which role they had when they recorded.
    """

    connection: sqlite3.Connection
    catalogue: Catalogue
    chosen: Chosen
    scope: Scope
    names: Names
    now: datetime
    as_of: datetime
    actions: list[ActionPage]
    records: list[Row]
    digests: dict[int, str]
    roles: dict[tuple[str, str], list[tuple[str, str, str]]]
    signals: list[Line]
    waiting_signs: dict[str, str]
    tablets: list[FleetTablet]
    desk: Desk

    def role_of(self, row: Row) -> str:
        """The author's role when it was recorded, in words."""
        held = self.roles.get((row.author, row.service), [])
        fits = [
            role
            for role, starts, ends in held
            if starts <= row.recorded_at and (not ends or row.recorded_at < ends)
        ]
        return "; ".join(dict.fromkeys(ROLE_NAMES[Role(role)] for role in fits)) or "No role known"

    @property
    def last(self) -> str:
        """The last second that is in it, as instants are written."""
        return self.chosen.last(self.now)

    def service(self, id: str) -> str:
        """The name of a service."""
        return self.names.services.get(id, id)


def read_moment(
    connection: sqlite3.Connection, chosen: Chosen, catalogue: Catalogue, now: datetime, say: Say
) -> Moment:
    """Read it all. A job for `Database.read`."""
    figures, as_of = chosen.figures(now), chosen.as_of(now)
    wanted = [action for action in read_actions(connection, figures) if _is_in(action, chosen, as_of)]
    scope = chosen.records(tuple(action.id for action in wanted))
    pages = []
    for number, action in enumerate(wanted):
        say(f"Actions: {number} of {len(wanted)}", 2 + 28 * number // len(wanted))
        page = read_action_page(connection, action.id, figures, catalogue, as_of)
        pages += [page] if page else []
    names = read_names(connection, scope)
    records = _read_records(connection, scope, names, say)
    say("Cases, complaints, minutes, staffing", 45)
    desk = read_desk(connection, catalogue, chosen, [page.action.id for page in pages], now)
    say("Early-warning signs", 46)
    signals = read_list(connection, of_services(chosen.services), catalogue, as_of)
    return Moment(
        connection=connection,
        catalogue=catalogue,
        chosen=chosen,
        scope=scope,
        names=names,
        now=now,
        as_of=as_of,
        actions=pages,
        records=records,
        digests=_digests(connection, records),
        roles=_read_roles(connection, chosen.services),
        signals=_of_period(signals, chosen, scope),
        waiting_signs=signals.waiting,
        tablets=read_tablets(connection, of_services(chosen.services)),
        desk=desk,
    )


def _is_in(action: Action, chosen: Chosen, as_of: datetime) -> bool:
    themed = not chosen.themes or bool(set(chosen.themes) & set(action.fields.themes))
    return themed and action.created_at <= write_instant(as_of)


def _read_records(connection: sqlite3.Connection, scope: Scope, names: Names, say: Say) -> list[Row]:
    found: list[Row] = []
    after: Place | None = None
    while True:
        say(f"Records: {len(found):,}", 30 + min(14, len(found) // 500))
        piece = to_rows(connection, read_rows(connection, Filter(), scope, PIECE, after=after), names)
        found += piece
        if len(piece) < PIECE:
            return found
        after = Place(piece[-1].happened_at, piece[-1].record)


def _digests(connection: sqlite3.Connection, records: Sequence[Row]) -> dict[int, str]:
    """The digest of each record as it was received, by its number."""
    asked = msgspec.json.encode([row.seq for row in records]).decode()
    rows = connection.execute(
        "SELECT seq, sha256 FROM entry WHERE seq IN (SELECT value FROM json_each(?))", (asked,)
    )
    return {row["seq"]: row["sha256"] for row in rows}


def _read_roles(
    connection: sqlite3.Connection, services: Sequence[str]
) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    rows = connection.execute("SELECT staff, role, service, starts, ends FROM staff_role").fetchall()
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for row in rows:
        for service in [row["service"]] if row["service"] else services:
            found.setdefault((row["staff"], service), []).append((row["role"], row["starts"], row["ends"]))
    return found


def _of_period(signals: SignalList, chosen: Chosen, scope: Scope) -> list[Line]:
    """Those that showed in the period, of its themes."""
    since, until = scope.parts[0].since, scope.parts[0].until
    themes = set(chosen.themes or words.themes())
    return [
        line
        for line in signals.lines
        if since <= write_instant(line.signal.fired_at) < until
        and themes & set(SIGNS[line.signal.code].themes)
    ]
