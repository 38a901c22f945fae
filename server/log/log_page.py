"""What the page of the log shows: how long it is, what was signed lately, what tablets have seen, what they noticed."""

import sqlite3
from base64 import b64encode

import msgspec

from server.fleet.health import read_health
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.log.alarms import Alarm, read_alarms
from sync import Checkpoint, Restored, log_size, read_checkpoint, read_restored

CHECKPOINTS = 20


class Seen(msgspec.Struct, frozen=True):
    """A tablet, and the length of the log it has verified; -1 when it has not said."""

    name: str
    service: str
    size: int
    heard_at: str


class LogPage(msgspec.Struct, frozen=True):
    """Everything the page shows. `key` is the public key in base64, which anybody may know."""

    size: int
    key: str
    checkpoints: list[Checkpoint]
    restored: list[Restored]
    waiting: list[Alarm]
    acknowledged: list[Alarm]
    tablets: list[Seen]


def read_log_page(connection: sqlite3.Connection, viewer: Viewer, signing_key: bytes) -> LogPage:
    """The page for this viewer: the log is the whole provider's, the tablets are those the viewer may see."""
    texts = connection.execute("SELECT text FROM log_checkpoint ORDER BY size DESC LIMIT ?", (CHECKPOINTS,))
    return LogPage(
        size=log_size(connection),
        key=b64encode(signing_key).decode(),
        checkpoints=[said for (text,) in texts if (said := read_checkpoint(text))],
        restored=read_restored(connection),
        waiting=read_alarms(connection, waiting=True),
        acknowledged=read_alarms(connection, waiting=False),
        tablets=_tablets(connection, viewer),
    )


def _tablets(connection: sqlite3.Connection, viewer: Viewer) -> list[Seen]:
    where, values = viewer.scope(Permission.READ_TABLETS).places("tablet.service", "tablet.unit")
    rows = connection.execute(
        f"""
        SELECT tablet.name, service.name AS service, heard_at, coalesce(health, '') AS health
        FROM tablet JOIN service ON service.id = tablet.service
        LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id
        WHERE {where} AND tablet.revoked_at = '' ORDER BY service.name, tablet.name COLLATE NOCASE
        """,  # noqa: S608
        values,
    )
    return [
        Seen(row["name"], row["service"], read_health(row["health"]).witness, row["heard_at"]) for row in rows
    ]
