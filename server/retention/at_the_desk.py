"""Cases and complaints that hold no record of the floor: when their words have reached their end, and how they go.

Who did what and when, and each decision, stays for good (`desk_act`); what was written goes (`desk_said`). A case that
holds records loses its words with the last of them (`server/cases/forgetting.py`). Counted from the day it was closed.
Migration set "server".
"""

import sqlite3
from collections.abc import Iterator

import sqlite_utils

import server.retention.schema  # noqa: F401 holds stand before this
from server.cases.kinds import INCIDENT
from server.desk_records.schema import STILL_NEEDED
from server.desk_records.store import DeskRecord, Reach, called, find, read_register
from server.identity.schema import server_migrations
from server.retention.facts import Known
from server.retention.rules import Facts
from sync.connections import overwriting

REGISTERS = ("case", "complaint")
_SERIOUS = ("serious", "very_serious")
# Whether hold `h` covers desk record `r`, as for entries: rather one too many than one too few
COVERS = """
    h.lifted_at = '' AND CASE h.kind
        WHEN 'service' THEN h.subject = r.service
        WHEN 'window' THEN h.subject = r.service
            AND EXISTS (SELECT 1 FROM desk_act a WHERE a.desk = r.id AND a.at BETWEEN h.first AND h.last)
        ELSE EXISTS (SELECT 1 FROM desk_act a WHERE a.desk = r.id AND a.who = h.subject)
            OR EXISTS (SELECT 1 FROM desk_said s WHERE s.desk = r.id AND instr(s.said, '"' || h.subject || '"') > 0)
    END
"""

WORDS_DESTROYED = (
    """
    CREATE TABLE desk_destroyed (
        desk TEXT PRIMARY KEY REFERENCES desk_record(id),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        why TEXT NOT NULL,
        rule TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER desk_destroyed_refuses_{verb} BEFORE {verb.upper()} ON desk_destroyed
        BEGIN SELECT RAISE(ABORT, 'what was destroyed, and why, is never changed'); END
        """
        for verb in ("update", "delete")
    ),
    f"""
    CREATE TRIGGER desk_destroyed_refuses_held BEFORE INSERT ON desk_destroyed
    WHEN EXISTS (SELECT 1 FROM desk_record r JOIN legal_hold h WHERE r.id = NEW.desk AND {COVERS})
    BEGIN SELECT RAISE(ABORT, 'a legal hold stops this from being destroyed'); END
    """,  # noqa: S608
    "DROP TRIGGER desk_said_refuses_delete",
    f"""
    CREATE TRIGGER desk_said_refuses_delete BEFORE DELETE ON desk_said
    WHEN ({STILL_NEEDED}) AND NOT EXISTS (SELECT 1 FROM desk_destroyed g WHERE g.desk = OLD.desk)
    BEGIN SELECT RAISE(ABORT, 'words of the desk go under a retention rule alone'); END
    """,  # noqa: S608
)


@server_migrations()
def desk_words_under_a_rule(database: sqlite_utils.Database) -> None:
    """Words of cases and complaints without a record may go under a rule of their own."""
    for statement in WORDS_DESTROYED:
        database.conn.execute(statement)


def ended_at_the_desk(connection: sqlite3.Connection, service: str) -> Iterator[DeskRecord]:
    """The closed cases and complaints of a service that have words and hold no record."""
    for register in REGISTERS:
        for record in read_register(connection, register, Reach((service,), (service,))):
            if _can_end(connection, record):
                yield record


def find_at_the_desk(connection: sqlite3.Connection, id: str) -> DeskRecord | None:
    """One of them, asked again in the transaction that is to destroy its words."""
    row = connection.execute("SELECT register, service FROM desk_record WHERE id = ?", (id,)).fetchone()
    if row is None:
        return None
    record = find(connection, id, row["register"], Reach((row["service"],), (row["service"],)))
    return record if record is not None and _can_end(connection, record) else None


def facts_of_desk(record: DeskRecord, known: Known) -> Facts:
    """What it is about. An incident, or what was assessed as serious, is kept as a serious incident is."""
    people = {act.get("person") for act in record.every("opened", "described")}
    assessed = record.last("assessed")
    return Facts(
        happened_on=record.acts[-1].at[:10],
        people=tuple(sorted(known.people[id] for id in people if id in known.people)),
        complaint=record.register == "complaint",
        incident=record.kind == INCIDENT
        or (assessed is not None and assessed.get("seriousness") in _SERIOUS),
    )


def title_of(record: DeskRecord) -> str:
    """What the list calls it: no words of anybody's."""
    return f"{called(record)}, closed"


def address_of(connection: sqlite3.Connection, id: str) -> str:
    """Its page."""
    row = connection.execute("SELECT register FROM desk_record WHERE id = ?", (id,)).fetchone()
    return f"/{row['register']}s/{id}" if row else ""


def is_desk_held(connection: sqlite3.Connection, id: str) -> bool:
    """Whether a hold covers it."""
    row = connection.execute(
        f"SELECT 1 FROM desk_record r JOIN legal_hold h WHERE r.id = ? AND {COVERS} LIMIT 1",  # noqa: S608
        (id,),
    ).fetchone()
    return row is not None


def destroy_words(connection: sqlite3.Connection, id: str, who: str, why: str, rule: str, at: str) -> None:
    """Take out what was written, for good. Raises `sqlite3.IntegrityError` when a hold stops it."""
    with overwriting(connection):
        connection.execute("INSERT INTO desk_destroyed VALUES (?, ?, ?, ?, ?)", (id, at, who, why, rule))
        connection.execute("DELETE FROM desk_said WHERE desk = ?", (id,))


def words_destroyed(connection: sqlite3.Connection) -> int:
    """Of how many the words were destroyed."""
    (count,) = connection.execute("SELECT count(*) FROM desk_destroyed").fetchone()
    return int(count)


def _can_end(connection: sqlite3.Connection, record: DeskRecord) -> bool:
    held = connection.execute("SELECT 1 FROM case_record WHERE desk = ? LIMIT 1", (record.id,)).fetchone()
    return record.closed and held is None and any(act.said is not None for act in record.acts)
