"""Asking every source what it has for one person. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.measures.periods import Period
from server.notices.notice import Dated, Ground, Notice, Source, WeekLine
from server.notices.sources import SOURCES
from server.settings import Settings


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, about which services, and what is now."""

    viewer: Viewer
    services: tuple[str, ...]
    catalogue: Catalogue
    settings: Settings
    now: datetime


def services_of(viewer: Viewer) -> dict[str, str]:
    """The services of which somebody is told, id to name."""
    told = viewer.scope(Permission.READ_NOTICES).services
    return {id: name for id, name in viewer.services.items() if id in told}


def read_notices(connection: sqlite3.Connection, asking: Asking) -> list[Notice]:
    """What the viewer should look at, the most urgent first, and of these what has waited longest."""
    found = [notice for source, ground in _grounds(connection, asking) for notice in source.today(ground)]
    return sorted(found, key=lambda one: (one.urgency, one.since or "9", one.service, one.code))


def read_week(connection: sqlite3.Connection, asking: Asking, week: Period) -> list[WeekLine]:
    """What the sources say of a week, in their order."""
    return [line for source, ground in _grounds(connection, asking) for line in source.week(ground, week)]


def read_dated(connection: sqlite3.Connection, asking: Asking) -> list[Dated]:
    """What is due to the viewer, in the order of the sources."""
    return [one for source, ground in _grounds(connection, asking) for one in source.dated(ground)]


def _grounds(
    connection: sqlite3.Connection, asking: Asking, sources: Sequence[Source] = SOURCES
) -> Iterator[tuple[Source, Ground]]:
    for source in sources:
        services = ("",) if source.of_server else asking.services
        for service in services:
            viewer = narrowed(asking.viewer, service) if service else asking.viewer
            if viewer.may(source.permission):
                yield (
                    source,
                    Ground(
                        connection=connection,
                        viewer=viewer,
                        service=service,
                        sole=len(asking.viewer.services) == 1,
                        catalogue=asking.catalogue,
                        settings=asking.settings,
                        now=asking.now,
                    ),
                )


def narrowed(viewer: Viewer, service: str) -> Viewer:
    """The viewer as far as one service goes."""
    return msgspec.structs.replace(
        viewer,
        grants=tuple(grant for grant in viewer.grants if grant.service == service),
        services={id: name for id, name in viewer.services.items() if id == service},
    )
