"""What whole services come to, worked out again beside the pages: the one thing that holds no more for longest."""

import sqlite3
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.coverage.wanted import Wanted
from server.evidence.action_store import all_of
from server.evidence.times import write_instant
from server.identity.scope import Scope, of_services
from server.signals.listing import answers_mark, signals_told
from server.signals.store import read_shown
from server.standing.kept import has_restricted
from server.standing.of_coverage import coverage_told
from server.standing.of_register import tallies_of
from server.standing.of_service import ServiceKept, actions_mark, believed, read_service_kept
from server.standing.of_themes import by_theme, themes_told
from server.standing.service_schema import SHAPES, Shape
from server.standing.standing import Place, place_of


class ServiceLacking(msgspec.Struct, frozen=True):
    """Something of a service for which nothing is kept that holds. `since` is when it was worked out, "" for never."""

    shape: Shape
    place: Place
    scope: Scope
    since: str


def renewed_service(
    connection: sqlite3.Connection, catalogue: Catalogue, now: datetime
) -> tuple[ServiceKept, ...]:
    """What holds no more for longest, worked out."""
    lacking = lacking_services(connection, now)
    return _worked_out(connection, catalogue, lacking[0], now) if lacking else ()


def lacking_services(connection: sqlite3.Connection, now: datetime) -> list[ServiceLacking]:
    """What is to be kept of services and is not, or holds no more, the oldest first."""
    found: list[ServiceLacking] = []
    for service in [row["id"] for row in connection.execute("SELECT id FROM service ORDER BY id").fetchall()]:
        whole = of_services([service])
        if not place_of(connection, whole, service).kept:
            continue
        few = [of_services([service], [service])] if has_restricted(connection, service) else []
        for shape in SHAPES:
            # Signals are the same for whoever looks
            for scope in [whole] if shape == "signals" else [whole, *few]:
                place = place_of(connection, scope, service)
                kept = read_service_kept(connection, shape, place)
                if kept is None:
                    found.append(ServiceLacking(shape, place, scope, ""))
                elif not believed(kept, place, _rests_on(connection, shape, service), now, anew=True):
                    found.append(ServiceLacking(shape, place, scope, write_instant(kept.worked_out_at)))
    return sorted(
        found, key=lambda one: (one.since, one.place.service, one.place.restricted, SHAPES.index(one.shape))
    )


def _rests_on(connection: sqlite3.Connection, shape: Shape, service: str) -> str:
    if shape == "signals":
        return answers_mark(read_shown(connection, [service]))
    return actions_mark(connection, service) if shape in ("register", "themes") else ""


def _worked_out(
    connection: sqlite3.Connection, catalogue: Catalogue, one: ServiceLacking, now: datetime
) -> tuple[ServiceKept, ...]:
    service = one.place.service
    if one.shape == "signals":
        shown = read_shown(connection, [service])
        return signals_told(connection, service, catalogue, shown, now, anew=True).keep
    if one.shape == "coverage":
        return coverage_told(connection, one.scope, catalogue, Wanted(service), now, anew=True).keep
    actions = all_of(connection, [service])
    if one.shape == "register":
        ids = [action.id for action in actions]
        return tallies_of(connection, one.place, one.scope, ids, now, anew=True).keep
    return themes_told(connection, one.place, one.scope, catalogue, by_theme(actions), now, anew=True).keep
