"""The daily list of what has reached its end. It is a list and nothing more: nothing is ever destroyed by itself.

Subjects are "record/<id>", all versions of a record together, "entry/<number>", a body that never counted, or
"desk/<id>", the words of a case or complaint that holds no record.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from server.dated_settings.store import own_value_at
from server.desk_records.store import DeskRecord
from server.evidence.times import day_in_london
from server.identity.instants import at
from server.retention.at_the_desk import ended_at_the_desk, facts_of_desk, find_at_the_desk, title_of
from server.retention.facts import Known, facts_of_entry, facts_of_record, is_restricted, read_known
from server.retention.rules import RULES, Ending, ending, years_after
from sync import Entry, read_entry

_COLUMNS = "subject, service, rule, ended_on, title, happened_at, restricted"
NEVER_COUNTED = "Kept aside, never counted as evidence"


class Reached(msgspec.Struct, frozen=True):
    """Something that need not be kept any more: since which day, by which rule."""

    subject: str
    service: str
    rule: str
    ended_on: str
    title: str
    happened_at: str
    restricted: int


def years_of(connection: sqlite3.Connection, service: str, now: datetime) -> dict[str, int]:
    """The years of each rule in a service now."""
    return {
        rule.code: int(own_value_at(connection, service, rule.setting, at(now))) for rule in RULES.values()
    }


def read_reached(connection: sqlite3.Connection, now: datetime) -> list[Reached]:
    """Everything that has reached its end today, kept longer by nobody. A job for `Database.read`."""
    known, today = read_known(connection), day_in_london(now).isoformat()
    found: dict[str, Reached] = {}
    for (service,) in connection.execute("SELECT id FROM service ORDER BY id").fetchall():
        years = years_of(connection, service, now)
        for record in _candidates(connection, service, years, today):
            one = _record(connection, record, known, years, today)
            if one is not None and one.service == service:
                found[one.subject] = one
        for entry in _never_counted(connection, service, years, today):
            one = _entry(entry, service, known, years, today)
            if one is not None:
                found[one.subject] = one
        for case in ended_at_the_desk(connection, service):
            one = _desk(case, known, years, today)
            if one is not None:
                found[one.subject] = one
    longer = kept_longer(connection, today)
    return [one for one in found.values() if one.subject not in longer]


def still_reached(connection: sqlite3.Connection, subject: str, now: datetime) -> Reached | None:
    """The same for one subject, asked again in the transaction that is to destroy it."""
    known, today = read_known(connection), day_in_london(now).isoformat()
    kind, _, id = subject.partition("/")
    if subject in kept_longer(connection, today, subject):
        return None
    if kind == "record":
        row = connection.execute(
            "SELECT service FROM record_version WHERE record = ? AND current = 1", (id,)
        ).fetchone()
        return (
            _record(connection, id, known, years_of(connection, row["service"], now), today) if row else None
        )
    if kind == "desk":
        case = find_at_the_desk(connection, id)
        return _desk(case, known, years_of(connection, case.service, now), today) if case else None
    entry = read_entry(connection, int(id)) if id.isascii() and id.isdecimal() and len(id) < 16 else None
    gone = "SELECT 1 FROM destroyed WHERE seq = ?"
    if entry is None or entry.standing == "stored" or connection.execute(gone, (entry.seq,)).fetchone():
        return None
    service = entry.sender_service
    return _entry(entry, service, known, years_of(connection, service, now), today)


def keep_list(connection: sqlite3.Connection, found: list[Reached], now: datetime) -> None:
    """Put today's list in the place of yesterday's. A job for `Database.write`."""
    connection.execute("DELETE FROM retention_list")
    connection.executemany(
        f"INSERT INTO retention_list ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [msgspec.structs.astuple(one) for one in found],
    )
    connection.execute(
        "INSERT OR REPLACE INTO retention_worked_out VALUES (1, ?, ?)",
        (day_in_london(now).isoformat(), at(now)),
    )


def kept_longer(connection: sqlite3.Connection, today: str, subject: str = "") -> set[str]:
    """The subjects that somebody decided to keep until a later day."""
    rows = connection.execute(
        """
        SELECT subject FROM retention_kept k WHERE until > ? AND (? = '' OR subject = ?)
            AND id = (SELECT max(id) FROM retention_kept WHERE retention_kept.subject = k.subject)
        """,
        (today, subject, subject),
    )
    return {row["subject"] for row in rows}


def _candidates(
    connection: sqlite3.Connection, service: str, years: Mapping[str, int], today: str
) -> Iterator[str]:
    """The records that may have reached their end, each found by an index; `ending` then says."""
    cutoff = {code: years_after(today, -count) for code, count in years.items()}
    queries = (
        (
            """
            SELECT v.record FROM person p
            CROSS JOIN record_version v INDEXED BY current_by_person ON v.person = p.id AND v.current = 1
            WHERE p.left_at <> '' AND substr(p.left_at, 1, 10) <= ? AND v.service = ?
            """,
            (cutoff["person"], service),
        ),
        (
            """
            SELECT o.record FROM staff s
            CROSS JOIN staff_observed o INDEXED BY staff_observed_by_staff ON o.staff = s.id
            WHERE s.left_at <> '' AND substr(s.left_at, 1, 10) <= ?
            """,
            (cutoff["staff"],),
        ),
        (
            """
            SELECT v.record FROM record_version v INDEXED BY current_by_service
            WHERE v.service = ? AND v.current = 1 AND v.happened_at < ?
                AND (v.person = '' OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = v.person))
            """,
            (service, f"{cutoff['other']}T99"),
        ),
    )
    seen: set[str] = set()
    for query, values in queries:
        for (record,) in connection.execute(query, values).fetchall():
            if record not in seen:
                seen.add(record)
                yield record


def _never_counted(
    connection: sqlite3.Connection, service: str, years: Mapping[str, int], today: str
) -> Iterator[Entry]:
    """Bodies held or in conflict of records that do not stand. Those of a record that does go with it."""
    rows = connection.execute(
        """
        SELECT e.seq FROM entry e INDEXED BY entry_set_aside
        WHERE e.sender_service = ? AND e.standing <> 'stored' AND e.received_at < ?
            AND NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.seq = e.seq)
            AND NOT EXISTS (SELECT 1 FROM record_version v WHERE v.record = e.record AND v.service = e.service)
        """,
        (service, f"{years_after(today, -min(years.values()))}T99"),
    ).fetchall()
    for (seq,) in rows:
        entry = read_entry(connection, seq)
        if entry is not None:
            yield entry


def _record(
    connection: sqlite3.Connection, record: str, known: Known, years: Mapping[str, int], today: str
) -> Reached | None:
    facts = facts_of_record(connection, record, known)
    end = ending(facts, years) if facts else None
    if end is None or end.on > today:
        return None
    row = connection.execute(
        "SELECT service, code, title, happened_at, restricted FROM record_version WHERE record = ? AND current = 1",
        (record,),
    ).fetchone()
    title = f"{row['code']} {row['title']}"
    return _reached(
        f"record/{record}", row["service"], end, years, title, row["happened_at"], row["restricted"]
    )


def _entry(entry: Entry, service: str, known: Known, years: Mapping[str, int], today: str) -> Reached | None:
    end = ending(facts_of_entry(entry, known), years)
    if end is None or end.on > today:
        return None
    at_second = f"{entry.received_at[:19]}Z"
    return _reached(
        f"entry/{entry.seq}", service, end, years, NEVER_COUNTED, at_second, int(is_restricted(entry))
    )


def _desk(case: DeskRecord, known: Known, years: Mapping[str, int], today: str) -> Reached | None:
    end = ending(facts_of_desk(case, known), years)
    if end is None or end.on > today:
        return None
    return _reached(
        f"desk/{case.id}", case.service, end, years, title_of(case), case.opened_at, case.restricted
    )


def _reached(
    subject: str,
    service: str,
    end: Ending,
    years: Mapping[str, int],
    title: str,
    happened_at: str,
    restricted: int,
) -> Reached:
    return Reached(subject, service, f"{end.rule}/{years[end.rule]}", end.on, title, happened_at, restricted)
