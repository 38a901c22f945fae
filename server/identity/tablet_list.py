"""How the other tablets of a service stand, and what the desk needs to enrol one more."""

import sqlite3
from datetime import datetime

import msgspec

from server.identity.instants import at
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from sync import Sender, TabletSeen


class UnitChoice(msgspec.Struct, frozen=True):
    """A unit that a new tablet may belong to."""

    id: str
    name: str
    service_name: str


class OpenCode(msgspec.Struct, frozen=True):
    """An enrolment code that still works; the code itself is not kept."""

    name: str
    unit: str
    expires_at: str


def read_others(connection: sqlite3.Connection, sender: Sender) -> list[TabletSeen]:
    """How the other tablets in use in the sender's service stand, for the handover; given to `sync.pull`."""
    rows = connection.execute(
        """
        SELECT tablet.id, tablet.name, heard_at, coalesce(waiting, 0) AS waiting, coalesce(oldest, '') AS oldest
        FROM tablet LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id
        WHERE tablet.service = ? AND tablet.id <> ? AND revoked_at = '' ORDER BY tablet.name COLLATE NOCASE
        """,
        (sender.service, sender.tablet),
    )
    return [TabletSeen(**dict(row)) for row in rows]


def read_unit_choices(connection: sqlite3.Connection, viewer: Viewer, service: str = "") -> list[UnitChoice]:
    """The units for which the viewer may enrol a tablet; with `service`, those of that one."""
    rows = connection.execute(
        """
        SELECT unit.id, unit.name, service.name AS service_name FROM unit JOIN service ON service.id =
        unit.service WHERE service.id IN (SELECT value FROM json_each(?)) AND (? = '' OR service.id = ?)
        ORDER BY service.name, unit.name
        """,
        (_services(viewer, Permission.MANAGE_TABLETS), service, service),
    ).fetchall()
    return [UnitChoice(**dict(row)) for row in rows]


def read_open_codes(connection: sqlite3.Connection, viewer: Viewer, now: datetime) -> list[OpenCode]:
    """The codes not yet used and not too old, of the services in which the viewer may enrol tablets."""
    rows = connection.execute(
        """
        SELECT enrolment_code.name, unit.name AS unit, expires_at FROM enrolment_code
        JOIN unit ON unit.id = enrolment_code.unit
        WHERE used_at = '' AND expires_at > ? AND unit.service IN (SELECT value FROM json_each(?)) ORDER BY
        expires_at
        """,
        (at(now), _services(viewer, Permission.MANAGE_TABLETS)),
    ).fetchall()
    return [OpenCode(**dict(row)) for row in rows]


def _services(viewer: Viewer, permission: Permission) -> str:
    return msgspec.json.encode(viewer.services_for(permission)).decode()
