"""What a tablet tells when the log does not continue what it has seen: kept, shown to managers, acknowledged by name.

An alarm is about the whole log, so every manager who may read the log sees it, whichever service's tablet noticed.
"""

import sqlite3
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from server.evidence.times import moment_words
from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import new_id
from server.server_keys import is_signed
from sync import read_checkpoint, read_restored

# A tablet that fills this many in a day is broken or hostile, and has been heard
MOST_A_DAY = 20
LONGEST = 1000
SHOWN = 100

Text = Annotated[str, msgspec.Meta(max_length=500)]
Kind = Literal["shorter", "different", "bad_signature", "other_key", "other_log"]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A checkpoint as the tablet has it; both "" for none."""

    text: Text
    signature: Text


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the tablet held, what the server then offered, and why the two do not fit."""

    kind: Kind
    held: Said
    offered: Said


class Alarm(msgspec.Struct, frozen=True):
    """One thing a tablet noticed. Sizes are 0 where none can be read; `restored_at` "" unless a backup explains it;
    `held_signed`: the tablet's checkpoint bears this server's signature, so it proves what was there.
    """

    id: str
    at: str
    tablet: str
    service: str
    kind: str
    held_size: int
    held_at: str
    held_signed: bool
    offered_size: int
    restored_at: str
    acknowledged_at: str
    acknowledged_by: str
    found: str

    @property
    def words(self) -> str:
        """What happened, in a sentence or two."""
        return " ".join(filter(None, (_WORDS[self.kind].format(self), self._proof, self._backup)))

    @property
    def _proof(self) -> str:
        if not self.held_size:
            return ""
        if self.held_signed:
            return f"The tablet holds this server's own signature from {moment_words(self.held_at)} for what was there."
        return "What the tablet holds is not signed by this server, so the tablet itself may be at fault."

    @property
    def _backup(self) -> str:
        if not self.restored_at:
            return ""
        return (
            f"A backup was put back {moment_words(self.restored_at)}: what came in after it was made is missing "
            "until the tablets send it again."
        )


_WORDS = {
    "shorter": "Tablet {0.tablet} has seen {0.held_size} lines of the log; the server has only {0.offered_size}. "
    "Lines that were there are gone.",
    "different": "Tablet {0.tablet} has seen {0.held_size} lines of the log; the log that the server now shows, of "
    "{0.offered_size} lines, does not begin with them. Something that was kept was changed or taken out.",
    "bad_signature": "Tablet {0.tablet} was shown a log that this server's key did not sign.",
    "other_key": "Tablet {0.tablet} was shown another signing key than the one it was enrolled with.",
    "other_log": "Tablet {0.tablet} was shown another log than the one it has seen.",
}


def report(
    connection: sqlite3.Connection, tablet: str, said: Report, signing_key: bytes, now: datetime
) -> None:
    """Keep what `tablet` noticed, once, with an event in the audit trail. The same again changes nothing."""
    since = at(now)[:10]
    (today,) = connection.execute(
        "SELECT count(*) FROM history_alarm WHERE tablet = ? AND at >= ?", (tablet, since)
    ).fetchone()
    if today >= MOST_A_DAY:
        return
    added = connection.execute(
        "INSERT OR IGNORE INTO history_alarm VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new_id(),
            at(now),
            tablet,
            said.kind,
            said.held.text,
            said.held.signature,
            is_signed(signing_key, said.held.text, said.held.signature),
            said.offered.text,
            said.offered.signature,
            is_signed(signing_key, said.offered.text, said.offered.signature),
            _restored_at(connection, said),
        ),
    )
    if added.rowcount > 0:
        audit.note(connection, "history_alarm", now, about=tablet, tablet=tablet, details=said.kind)


def count_waiting(connection: sqlite3.Connection) -> int:
    """How many alarms nobody has acknowledged."""
    (count,) = connection.execute(
        "SELECT count(*) FROM history_alarm WHERE id NOT IN (SELECT alarm FROM history_alarm_acknowledged)"
    ).fetchone()
    return int(count)


def read_alarms(connection: sqlite3.Connection, *, waiting: bool, limit: int = SHOWN) -> list[Alarm]:
    """Those that wait, or those that somebody acknowledged, the newest first."""
    rows = connection.execute(
        f"""
        SELECT history_alarm.*, tablet.name AS tablet_name, service.name AS service_name,
            coalesce(done.at, '') AS done_at, coalesce(staff.name, '') AS done_by, coalesce(done.found, '') AS found
        FROM history_alarm
        JOIN tablet ON tablet.id = history_alarm.tablet JOIN service ON service.id = tablet.service
        LEFT JOIN history_alarm_acknowledged AS done ON done.alarm = history_alarm.id
        LEFT JOIN staff ON staff.id = done.who
        WHERE done.alarm IS {"NULL" if waiting else "NOT NULL"}
        ORDER BY history_alarm.at DESC, history_alarm.id LIMIT ?
        """,  # noqa: S608
        (limit,),
    )
    return [_alarm(row) for row in rows]


def acknowledge(connection: sqlite3.Connection, alarm: str, who: str, found: str, now: datetime) -> bool:
    """Keep who looked into an alarm and what they found; False when there is no such alarm.

    Whoever comes second changes nothing: the first answer stands.
    """
    known = connection.execute("SELECT tablet FROM history_alarm WHERE id = ?", (alarm,)).fetchone()
    if known is None:
        return False
    added = connection.execute(
        "INSERT OR IGNORE INTO history_alarm_acknowledged VALUES (?, ?, ?, ?)", (alarm, at(now), who, found)
    )
    if added.rowcount > 0:
        audit.note(connection, "history_alarm_acknowledged", now, who=who, about=known["tablet"])
    return True


def _restored_at(connection: sqlite3.Connection, said: Report) -> str:
    """When a backup was put back that explains the difference: the log was restored since the tablet's checkpoint."""
    held = read_checkpoint(said.held.text)
    if held is None or said.kind not in ("shorter", "different"):
        return ""
    restored = read_restored(connection)
    epochs = [one.epoch for one in restored]
    # What was restored before the tablet's checkpoint is part of what it has seen
    since = restored[epochs.index(held.epoch) + 1 :] if held.epoch in epochs else restored
    explaining = [one.at for one in since if one.position < held.size]
    return explaining[-1] if explaining else ""


def _alarm(row: sqlite3.Row) -> Alarm:
    held, offered = read_checkpoint(row["held_text"]), read_checkpoint(row["offered_text"])
    return Alarm(
        id=row["id"],
        at=row["at"],
        tablet=row["tablet_name"],
        service=row["service_name"],
        kind=row["kind"],
        held_size=held.size if held else 0,
        held_at=held.at if held else "",
        held_signed=bool(row["held_signed"]),
        offered_size=offered.size if offered else 0,
        restored_at=row["restored_at"],
        acknowledged_at=row["done_at"],
        acknowledged_by=row["done_by"],
        found=row["found"],
    )
