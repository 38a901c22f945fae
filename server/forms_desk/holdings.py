"""Which tablet has which form version.

Decided: a tablet has a form version when the build of the app that it says it runs came with it, or when it has
fetched it alone since, as a tablet does whose build is older than the form. Both are what the tablet itself did; a
tablet stores a build whole or not at all. Rejected: a list that each tablet sends (it would say the same, and later).
Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from datetime import datetime

import msgspec

import server.forms_desk.schema  # noqa: F401 the tables
from observation_forms import Catalogue
from server.identity.instants import at
from server.identity.scope import Scope


class Holder(msgspec.Struct, frozen=True):
    """A tablet in use, and the hashes of the form versions that it has."""

    name: str
    service_name: str
    heard_at: str
    hashes: frozenset[str]


def note_offered(connection: sqlite3.Connection, catalogue: Catalogue, build: str, now: datetime) -> None:
    """As the server starts: which versions it offers since now, and that this build of the app holds them."""
    for form in catalogue.forms():
        connection.execute(
            "INSERT OR IGNORE INTO form_offered VALUES (?, ?, ?, ?)",
            (form.hash, form.definition.form, form.definition.version, at(now)),
        )
        connection.execute("INSERT OR IGNORE INTO build_form VALUES (?, ?)", (build, form.hash))


def note_fetched(connection: sqlite3.Connection, tablet: str, hash: str, now: datetime) -> None:
    """A tablet fetched one form version by itself."""
    connection.execute("INSERT OR IGNORE INTO tablet_form VALUES (?, ?, ?)", (tablet, hash, at(now)))


def offered_since(connection: sqlite3.Connection) -> dict[str, str]:
    """Since when each form version is offered here, by its hash."""
    return dict(connection.execute("SELECT hash, since FROM form_offered").fetchall())


def holders(connection: sqlite3.Connection, scope: Scope) -> list[Holder]:
    """The tablets in use in `scope`, by service and name."""
    seen, allowed = scope.places("tablet.service", "tablet.unit")
    rows = connection.execute(
        f"""
        SELECT tablet.id, tablet.name, service.name AS service_name, heard_at, coalesce(app, '') AS app
        FROM tablet JOIN service ON service.id = tablet.service
        LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id
        WHERE {seen} AND revoked_at = ''
        ORDER BY service.name, tablet.name COLLATE NOCASE
        """,  # noqa: S608
        allowed,
    ).fetchall()
    return [
        Holder(
            row["name"], row["service_name"], row["heard_at"], hashes_on(connection, row["id"], row["app"])
        )
        for row in rows
    ]


def hashes_on(connection: sqlite3.Connection, tablet: str, build: str) -> frozenset[str]:
    """The hashes of the form versions on a tablet that says it runs `build`."""
    rows = connection.execute(
        "SELECT hash FROM build_form WHERE build = ? UNION SELECT hash FROM tablet_form WHERE tablet = ?",
        (build, tablet),
    )
    return frozenset(hash for (hash,) in rows)
