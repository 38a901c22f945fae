"""The ledger against the log: every entry has its line, says what the line says, and keeps the bytes it was given."""

import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from sync import ledger, merkle
from sync.ledger import Entry, Themes
from sync.log import EntryStatement, entry_statement
from sync.sealed import Unreadable, claimed_by, glimpse, read_body

Say = Callable[[str, str], None]
_AT_ONCE = 500
# A destroyed entry keeps neither; its line keeps their digests
_EMPTIED = ("signatures", "findings")


def check_entries(
    connection: sqlite3.Connection, progress: Callable[[str, int, int], None], say: Say
) -> None:
    """Say every entry that was changed, put in or taken out, and what of it."""
    (total,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    before_log = _before_log(connection)
    destroyed = _destroyed(connection, say)
    done = 0
    for some in _in_parts(connection):
        lines = _lines_of(connection, some[0].seq, some[-1].seq)
        themes = ledger.read_themes(connection, some[0].seq, some[-1].seq)
        for entry in some:
            known = themes.get(entry.seq, {})
            _check_entry(entry, lines.get(entry.seq), known, destroyed, before_log, say)
        done += len(some)
        progress("Entries", done, total)
    _check_missing(connection, say)


def _check_entry(
    entry: Entry,
    line: sqlite3.Row | None,
    themes: Themes,
    destroyed: set[int],
    before_log: int,
    say: Say,
) -> None:
    where = f"entry {entry.seq} (record {entry.record or 'unreadable'}, version {entry.version})"
    gone = entry.seq in destroyed
    if line is None:
        say(where, "no line of the log tells of it: it was put in past the log, or its line taken out")
        return
    sound = gone or sha256(entry.body).hexdigest() == entry.sha256
    if not sound:
        say(where, "its bytes were changed: they no longer have its SHA-256")
    if entry_statement(entry, themes).decode() != line["statement"]:
        for field, now, then in _differences(entry, themes, line["statement"]):
            if not (gone and field in _EMPTIED):
                say(where, f"its {field} was changed: it is {now!r}, the log says {then!r}")
    if entry.seq > before_log and entry.leaf != line["leaf"]:
        say(where, "the leaf in its receipt was changed: it is not that of its line in the log")
    elif entry.seq <= before_log and not gone and entry.leaf != merkle.hash_leaf(entry.body).hex():
        say(where, "the leaf in its receipt was changed: it is not that of its bytes")
    if sound and not gone:
        for field, now, then in _misread(entry):
            say(where, f"its {field} was changed: it is {now!r}, its bytes say {then!r}")


def _differences(entry: Entry, themes: Themes, line: str) -> Iterator[tuple[str, object, object]]:
    now = msgspec.to_builtins(msgspec.json.decode(entry_statement(entry, themes)))
    try:
        then: dict[str, Any] = msgspec.json.decode(line)
    except msgspec.MsgspecError:
        then = {}
    for field in EntryStatement.__struct_fields__:
        if now[field] != then.get(field):
            yield field, now[field], then.get(field, "")


def _misread(entry: Entry) -> Iterator[tuple[str, object, object]]:
    """What stands in columns beside the body, and is not what the body says."""
    try:
        said = claimed_by(read_body(entry.body))
    except Unreadable:
        said = glimpse(entry.body)
    for field, then in said._asdict().items():
        if (now := getattr(entry, field)) != then:
            yield field, now, then


def _check_missing(connection: sqlite3.Connection, say: Say) -> None:
    """Entries that the log tells of and the ledger lacks; then those that left no line either, by their numbers."""
    named = set()
    for seq, statement in connection.execute(
        """
        SELECT ref, statement FROM log_leaf WHERE kind = 'entry' AND ref NOT IN (SELECT seq FROM entry)
        ORDER BY position
        """
    ):
        named.add(seq)
        then = msgspec.json.decode(statement)
        say(
            f"entry {seq} (record {then.get('record') or 'unreadable'}, version {then.get('version')})",
            f"missing: the log tells of it, from tablet {then.get('sender')}, received {then.get('received_at')}",
        )
    given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
    signed = connection.execute("SELECT max(entries) FROM log_checkpoint").fetchone()
    highest = max(given[0] if given else 0, signed[0] or 0, *named, 0)
    here = 0
    for (seq,) in [*connection.execute("SELECT seq FROM entry ORDER BY seq"), (highest + 1,)]:
        lost = [number for number in range(here + 1, seq) if number not in named]
        if lost:
            say(_numbers(lost), "missing, and so are their lines of the log: their numbers were given out")
        here = seq


def _destroyed(connection: sqlite3.Connection, say: Say) -> set[int]:
    """The entries whose words were destroyed, and whose destruction the log tells of."""
    lines = {seq for (seq,) in connection.execute("SELECT ref FROM log_leaf WHERE kind = 'destroyed'")}
    rows = {seq for (seq,) in connection.execute("SELECT seq FROM destroyed")}
    for seq in sorted(rows - lines):
        say(f"entry {seq}", "said to be destroyed, but no line of the log tells of it")
    for seq in sorted(lines - rows):
        say(f"entry {seq}", "the log says that it was destroyed; the list of what was destroyed lacks it")
    return lines


def _in_parts(connection: sqlite3.Connection) -> Iterator[list[Entry]]:
    entries = ledger.read_all(connection)
    while some := list(islice(entries, _AT_ONCE)):
        yield some


def _lines_of(connection: sqlite3.Connection, first: int, last: int) -> dict[int, sqlite3.Row]:
    rows = connection.execute(
        "SELECT ref, statement, leaf FROM log_leaf WHERE kind = 'entry' AND ref BETWEEN ? AND ?",
        (first, last),
    )
    return {row["ref"]: row for row in rows}


def _before_log(connection: sqlite3.Connection) -> int:
    """The number of the last entry that was kept before there was a log: its receipt bears the hash of its bytes."""
    row = connection.execute("SELECT statement FROM log_leaf WHERE kind = 'start'").fetchone()
    return int(msgspec.json.decode(row[0]).get("entries", 0)) if row else 0


def _numbers(lost: list[int]) -> str:
    if len(lost) == 1:
        return f"entry {lost[0]}"
    if lost[-1] - lost[0] == len(lost) - 1:
        return f"entries {lost[0]} to {lost[-1]}"
    return f"entries {', '.join(map(str, lost[:20]))}{' and more' if len(lost) > 20 else ''}"
