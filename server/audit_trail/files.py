"""The filtered trail as a file, CSV or JSON, written piece by piece: the events of the page, newest first."""

import json
from collections.abc import AsyncIterator

import msgspec

from server.audit_trail.events import Event, Reach, read_events
from server.audit_trail.filter import Wanted
from server.evidence.evidence_export import csv_lines
from sync import Database

CHUNK = 1_000
COLUMNS = Event.__struct_fields__


async def pieces(database: Database, wanted: Wanted, reach: Reach) -> AsyncIterator[list[Event]]:
    """Every event of the filter, in pieces, each read beginning where the last one ended."""
    before = 0
    while True:
        place = before
        piece = await database.read(lambda sql: read_events(sql, wanted, reach, CHUNK, place))  # noqa: B023
        if piece:
            yield piece
        if len(piece) < CHUNK:
            return
        before = piece[-1].id


async def as_csv(database: Database, wanted: Wanted, reach: Reach) -> AsyncIterator[bytes]:
    """A spreadsheet in which no cell can be taken for a formula, with the mark without which Excel misreads accents."""
    yield b"\xef\xbb\xbf" + csv_lines([COLUMNS])
    async for piece in pieces(database, wanted, reach):
        yield csv_lines([msgspec.structs.astuple(event) for event in piece])


async def as_json(database: Database, wanted: Wanted, reach: Reach) -> AsyncIterator[bytes]:
    """One object: the filter, and the events."""
    yield b'{"filter": ' + json.dumps(dict(wanted.pairs())).encode() + b', "events": [\n'
    first = True
    async for piece in pieces(database, wanted, reach):
        text = ",\n".join(msgspec.json.encode(event).decode() for event in piece)
        yield (text if first else ",\n" + text).encode()
        first = False
    yield b"\n]}\n"
