"""The one way in which what a record says can go: under a named rule, by a named person, and said in the log.

An entry itself is never deleted. A row of `destroyed` is added, and a trigger takes the body, the signatures and
the findings out of the entry in the same step; no other statement can. What stays is what the log proves: number,
digest, leaf, where it came from, when, and who let it be destroyed, why, under which rule.

Decided: the body stays a column of `entry`, emptied by the trigger. Rejected: a table of bodies beside it (one more
tree for each push to write); a key for each body, thrown away instead of the body (the keys would need what the
bodies have now, and a backup of the keys would undo it).
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from sync import ledger, record_row
from sync.connections import overwriting
from sync.ledger import Entry
from sync.log import append_to_log
from sync.sealed import read_body


class Order(msgspec.Struct, frozen=True):
    """Why something is destroyed: the rule it falls under, in words for people, and whose decision it was."""

    rule: str
    why: str
    who: str


class Destroyed(msgspec.Struct, frozen=True):
    """What is left to say of an entry whose words are gone."""

    seq: int
    record: str
    version: int
    service: str
    sha256: str
    rule: str
    why: str
    who: str
    at: str
    restricted: int


class DestructionStopped(Exception):
    """The database refused: a legal hold, or an entry that is destroyed already. Nothing of it was changed."""


# Called in the transaction, once the entries are emptied, with what they were, to take out what follows from them
# in the room above
Forget = Callable[[sqlite3.Connection, Sequence[Entry]], None]

_COLUMNS = ", ".join(Destroyed.__struct_fields__)
_DERIVED = tuple(
    f"DELETE FROM {table} WHERE seq = ?"  # noqa: S608 the names are the ones here
    for table in ("record_version", "answer", "finding", "concern", "bearing", "record_signature")
)


def forget_nothing(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """For a ledger with no room above it."""


def entries_of(connection: sqlite3.Connection, record: str, service: str) -> list[Entry]:
    """Every body of a record that `service` holds (versions, conflicts, held ones) and that is still there."""
    gone = {one.seq for one in read_destroyed(connection, record)}
    return [
        entry
        for entry in ledger.read_record(connection, record)
        if entry.seq not in gone and service in (entry.service, entry.sender_service)
    ]


def destroy(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    entries: Sequence[Entry],
    order: Order,
    now: datetime,
    forget: Forget = forget_nothing,
) -> None:
    """Destroy the words of these entries, all or none, in the caller's transaction.

    Raises `DestructionStopped` when a hold forbids it, and `LookupError` when the form that a record was made
    with is missing here, since the words could not be found in the search.
    """
    connection.execute("SAVEPOINT destroy")
    try:
        with overwriting(connection):
            for entry in entries:
                _destroy_one(connection, catalogue, entry, order, now)
            forget(connection, entries)
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK TO destroy")
        raise DestructionStopped(str(error)) from None
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO destroy")
        raise
    finally:
        if connection.in_transaction:
            connection.execute("RELEASE destroy")


def read_destroyed(connection: sqlite3.Connection, record: str) -> list[Destroyed]:
    """The versions of a record that were destroyed, the newest version first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM destroyed WHERE record = ? ORDER BY version DESC, seq DESC",  # noqa: S608
        (record,),
    )
    return [Destroyed(*row) for row in rows]


def destroyed_numbers(connection: sqlite3.Connection, first: int, last: int) -> frozenset[int]:
    """The numbers from `first` to `last` of entries whose words are gone."""
    rows = connection.execute("SELECT seq FROM destroyed WHERE seq BETWEEN ? AND ?", (first, last))
    return frozenset(seq for (seq,) in rows)


def sweep(connection: sqlite3.Connection) -> None:
    """Write the whole file anew, so that no page keeps a remnant of what was destroyed, and empty the log beside it.

    Outside any transaction, on the writer's thread (`Database.sweep`) or a connection of one's own. As slow as the
    file is large, and it needs that much room again on the disk.
    """
    # A word leaves the index of the search when its segments are merged, not when its row goes
    connection.execute("INSERT INTO record_search (record_search) VALUES ('optimize')")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _destroy_one(
    connection: sqlite3.Connection, catalogue: Catalogue, entry: Entry, order: Order, now: datetime
) -> None:
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    row = connection.execute(
        "SELECT form_hash, restricted FROM record_version WHERE seq = ?", (entry.seq,)
    ).fetchone()
    gone = Destroyed(
        entry.seq,
        entry.record,
        entry.version,
        entry.service or entry.sender_service,
        entry.sha256,
        order.rule,
        order.why,
        order.who,
        at,
        int(row["restricted"]) if row else 0,
    )
    if row is not None:
        _forget_words(connection, catalogue, entry, row["form_hash"])
    # A trigger of the room above may refuse this, and one of ours empties the entry
    connection.execute(
        f"INSERT INTO destroyed ({_COLUMNS}) VALUES ({', '.join('?' * len(Destroyed.__struct_fields__))})",  # noqa: S608
        msgspec.structs.astuple(gone),
    )
    for statement in _DERIVED:
        connection.execute(statement, (entry.seq,))
    connection.execute("DELETE FROM staff_observed WHERE record = ?", (entry.record,))
    said = {name: getattr(gone, name) for name in ("seq", "sha256", "rule", "who", "why", "at")}
    append_to_log(connection, "destroyed", said)


def _forget_words(connection: sqlite3.Connection, catalogue: Catalogue, entry: Entry, form_hash: str) -> None:
    """A contentless index forgets a row only when it is told the words of the row."""
    form = catalogue.form(form_hash)
    if form is None:
        raise LookupError(f"entry {entry.seq} was made with a form that this program does not have")
    words = record_row.facts_of(form, read_body(entry.body)).words
    if words:
        connection.execute(
            "INSERT INTO record_search (record_search, rowid, words) VALUES ('delete', ?, ?)",
            (entry.seq, words),
        )
