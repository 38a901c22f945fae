"""What became of each learning message (S4E2.3, S4E2.4): read from the handovers (F2 2.30 to 2.32), from observations
(F1, M14b) and from what the desk noted. A job for `Database.read`.

A handover says how many were there and how many could say it back, not who: only who was not there is named. So the
page says at which handovers it was heard, and by name who still needs it and who was told one by one.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.cases.acting import listed_id
from server.cases.clocks import Clock
from server.cases.records import find_record
from server.desk_records.store import Reach, called, read_register
from server.due.items import NOT_NEEDED
from server.evidence.times import day_in_london, read_instant, write_instant
from server.floor_lists.store import Listed, read_listed
from server.identity.scope import Scope
from server.measures.reading_records import Record, Source, read_records

SAID_BACK: Mapping[str, str] = {
    "all": "all said it back",
    "most": "most said it back",
    "few": "few said it back",
    "not_asked": "nobody was asked to say it back",
}
LOOKED_BACK = timedelta(days=366)
_DAYS = ("given_at", "until")
COLUMNS = (
    "id", "service", "given_on", "until", "ended", "from", "handovers", "present", *SAID_BACK, "told_at_the_desk",
    "still_needed_by", "watch_by", "watched_at",
)  # fmt: skip


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One handover at which it was shared."""

    record: str
    unit: str
    at: str
    present: int | None
    said_back: str


class Told(msgspec.Struct, frozen=True):
    """Somebody who was told one by one: when, and who says so."""

    staff: str
    at: str
    who: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One learning message and what became of it. `comes_from` is the case or complaint: its name and address.
    `watching` is None where none was asked for; `watched_in` is the observation, "" for none that may be seen;
    `not_needed`: somebody said why none is.
    """

    listed: Listed
    comes_from: tuple[str, str] | None
    heard: tuple[Heard, ...]
    told: tuple[Told, ...]
    still_to_tell: tuple[str, ...]
    watching: Clock | None
    watched_in: str
    not_needed: bool

    @property
    def title(self) -> str:
        """What it says."""
        return str(self.listed.fields["title"])


def read_messages(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    services: Sequence[str],
    evidence: Scope,
    registers: Mapping[str, Reach],
    now: datetime,
) -> list[Message]:
    """The learning messages of these services of the last year, those that are shared now first. `evidence` limits what
    was heard and watched, `registers` says of which cases and complaints the viewer may know.
    """
    since = day_in_london(now) - LOOKED_BACK
    listed = [
        one
        for one in read_listed(connection, services)
        if one.kind == "learning_message" and max(str(one.fields[day]) for day in _DAYS) >= since.isoformat()
    ]
    source = Source(connection, evidence, catalogue, since, now)
    handovers = _handovers(source) if evidence.parts and listed else {}
    sources = _sources(connection, registers)
    told = _told(connection)
    return [
        _message(
            connection,
            one,
            handovers.get(one.id, []),
            told.get(one.id, []),
            evidence,
            sources.get(one.id),
        )
        for one in listed
    ]


def cells(message: Message, names: Mapping[str, str]) -> dict[str, object]:
    """One message as the columns of a file: days and counts, no words and no names."""
    said = [heard.said_back for heard in message.heard]
    fields, watching = message.listed.fields, message.watching
    return {
        "id": message.listed.id,
        "service": names.get(message.listed.service, message.listed.service),
        "given_on": fields["given_at"],
        "until": fields["until"],
        "ended": message.listed.ended_at,
        "from": message.comes_from[0] if message.comes_from else "",
        "handovers": len(said),
        "present": sum(heard.present or 0 for heard in message.heard),
        **{code: said.count(code) for code in SAID_BACK},
        "told_at_the_desk": len(message.told),
        "still_needed_by": len(message.still_to_tell),
        "watch_by": write_instant(watching.due_at) if watching else "",
        "watched_at": write_instant(watching.done_at) if watching and watching.done_at else "",
    }


def _message(
    connection: sqlite3.Connection,
    listed: Listed,
    handovers: Sequence[Record],
    told: Sequence[Told],
    evidence: Scope,
    comes_from: tuple[str, str] | None,
) -> Message:
    missed = {staff for record in handovers for staff in record.chosen("still_to_tell")}
    item = connection.execute(
        "SELECT due_at, outcome, settled_by, settled_at FROM due_item WHERE id = ?",
        (f"learning/{listed.id}",),
    ).fetchone()
    done = item is not None and item["outcome"] in ("done", "late")
    seen = find_record(connection, item["settled_by"], evidence) if done else None
    return Message(
        listed=listed,
        comes_from=comes_from,
        heard=tuple(
            Heard(
                record=record.id,
                unit=record.unit,
                at=write_instant(record.happened_at),
                present=record.number("staff_present"),
                said_back=record.text("understood"),
            )
            for record in sorted(handovers, key=lambda one: (one.happened_at, one.id))
        ),
        told=tuple(told),
        still_to_tell=tuple(sorted(missed - {one.staff for one in told})),
        watching=_watching(item, done) if item is not None else None,
        watched_in=seen.record if seen else "",
        not_needed=item is not None and item["outcome"] == NOT_NEEDED,
    )


def _watching(item: sqlite3.Row, done: bool) -> Clock:
    """The due item of the message as a clock."""
    return Clock(
        what="Practice watched",
        due_at=read_instant(item["due_at"]),
        done_at=read_instant(item["settled_at"]) if done else None,
    )


def _handovers(source: Source) -> dict[str, list[Record]]:
    """By the id of a message the handovers at which it was shared."""
    found: dict[str, list[Record]] = {}
    questions = ("learning_message", "staff_present", "understood", "still_to_tell")
    for record in read_records(source, ["handover_check"], questions):
        found.setdefault(record.text("learning_message"), []).append(record)
    return found


def _sources(connection: sqlite3.Connection, registers: Mapping[str, Reach]) -> dict[str, tuple[str, str]]:
    """By the id of a message the case or complaint that sent it."""
    return {
        listed_id(one.id, act.version): (called(one), f"/{register}s/{one.id}")
        for register, reach in registers.items()
        for one in read_register(connection, register, reach)
        for act in one.every("learning" if register == "case" else "message")
    }


def _told(connection: sqlite3.Connection) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for row in connection.execute("SELECT listed, staff, at, who FROM learning_told ORDER BY at, staff"):
        found.setdefault(row["listed"], []).append(Told(row["staff"], row["at"], row["who"]))
    return found
