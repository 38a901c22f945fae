"""The evidence list as a file: every record the filter lets through, in the order of the page, in the same words.

With a key, people and staff are pseudonyms and what was written in words is left out; without one, nothing is.

Written piece by piece, each read picking up where the last one ended, so a large download neither fills the memory
nor holds the database still.
"""

import csv
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence

import msgspec

from server.evidence import words
from server.evidence.csv_cells import guarded
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_query import SEARCHED, Place, read_rows, search_is_cut
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import read_names
from server.evidence.pseudonyms import LEFT_OUT, pseudonymised
from server.identity.scope import Scope
from sync import Database

CHUNK = 1_000

COLUMNS = (
    "happened_at",
    "recorded_at",
    "received_at",
    "form",
    "form_version",
    "service",
    "unit",
    "person",
    "author",
    "shift",
    "result",
    "computed_result",
    "lowered_reason",
    "actions",
    "flags",
    "tablet",
    "tablet_record",
    "record",
    "version",
    "reason",
    "review",
    "signed",
)


async def rows(
    database: Database, wanted: Filter, scope: Scope, key: bytes | None
) -> AsyncIterator[list[Row]]:
    """Every row of the filter, newest first, in pieces."""
    after: Place | None = None
    names = await database.read(lambda connection: read_names(connection, scope))
    if key is not None:
        names = pseudonymised(names, key)
    while True:
        place = after
        piece = await database.read(
            lambda connection: to_rows(
                connection,
                read_rows(connection, wanted, scope, CHUNK, after=place),  # noqa: B023
                names,
            )
        )
        if piece:
            yield piece
        if len(piece) < CHUNK:
            return
        after = Place(piece[-1].happened_at, piece[-1].record)


async def as_csv(database: Database, wanted: Filter, scope: Scope, key: bytes | None) -> AsyncIterator[bytes]:
    """The file in pieces. It begins with a byte-order mark, without which Excel misreads every accent.

    Its last line says so when the search found more than the file holds.
    """
    yield b"\xef\xbb\xbf" + csv_lines([COLUMNS])
    async for piece in rows(database, wanted, scope, key):
        yield csv_lines([list(cells(row, in_full=key is None).values()) for row in piece])
    if cut := await _cut_words(database, wanted, scope):
        yield csv_lines([[cut]])


async def as_json(
    database: Database, wanted: Filter, scope: Scope, key: bytes | None
) -> AsyncIterator[bytes]:
    """One JSON object in pieces: the filter, the records, and `cut`: "" when they are all, else what is missing."""
    asked = await database.read(lambda connection: filter_of(connection, wanted, scope, key))
    yield b'{"filter": ' + json.dumps(asked).encode() + b', "records": [\n'
    first = True
    async for piece in rows(database, wanted, scope, key):
        documents = (document(row, in_full=key is None) for row in piece)
        text = ",\n".join(json.dumps(one, ensure_ascii=False) for one in documents)
        yield (text if first else ",\n" + text).encode()
        first = False
    yield (b'\n], "cut": ' + json.dumps(await _cut_words(database, wanted, scope)).encode() + b"}\n")


def csv_lines(lines: Sequence[Sequence[object]]) -> bytes:
    """Lines of CSV in which no cell can be taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([[guarded(cell) for cell in line] for line in lines])
    return out.getvalue().encode()


def cells(row: Row, *, in_full: bool) -> dict[str, object]:
    """One row as the columns of the file."""

    def words_of(text: str) -> str:
        return text if in_full or not text else LEFT_OUT

    return {
        "happened_at": row.happened_at,
        "recorded_at": row.recorded_at,
        "received_at": row.received_at,
        "form": f"{row.code} {row.title}",
        "form_version": row.form_version,
        "service": row.service_name,
        "unit": row.unit_name,
        "person": row.person_name,
        "author": row.author_name,
        "shift": row.shift_name,
        "result": row.result_name,
        "computed_result": words.named(words.RESULTS, row.computed_result),
        "lowered_reason": words_of(row.lowered_reason),
        "actions": "; ".join(f"Action {bearing.number}: {bearing.bearing}" for bearing in row.bearings),
        "flags": "; ".join(words.FLAGS[flag] for flag in row.flags),
        "tablet": row.tablet_name,
        "tablet_record": row.tablet_seq,
        "record": row.record,
        "version": row.version,
        "reason": words_of(row.reason),
        "review": row.review_name,
        "signed": "; ".join(one.words for one in row.signed),
    }


def document(row: Row, *, in_full: bool) -> dict[str, object]:
    """One row as JSON: the columns of the CSV, with lists where it has lists."""
    actions = [
        {"id": one.action, "number": one.number, "bearing": one.bearing}
        | ({"title": one.title} if in_full else {})
        for one in row.bearings
    ]
    return cells(row, in_full=in_full) | {"actions": actions, "flags": list(row.flags)}


def filter_of(
    connection: sqlite3.Connection, wanted: Filter, scope: Scope, key: bytes | None
) -> dict[str, list[str]]:
    """The filter as plain data, in pseudonyms where there is a key."""
    found: dict[str, list[str]] = {}
    if key is not None:
        names = pseudonymised(read_names(connection, scope), key)
        wanted = msgspec.structs.replace(
            wanted,
            text=LEFT_OUT if wanted.text else "",
            person=names.people.get(wanted.person, ""),
            author=names.staff.get(wanted.author, ""),
        )
    for name, value in wanted.pairs():
        found.setdefault(name, []).append(value)
    return found


async def _cut_words(database: Database, wanted: Filter, scope: Scope) -> str:
    cut = await database.read(lambda connection: search_is_cut(connection, wanted, scope))
    return f"More records have these words. Only the {SEARCHED:,} received last are here." if cut else ""
