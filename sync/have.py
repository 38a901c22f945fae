"""Which of these does the server lack? Tablets ask after a change of epoch, before they forget a record."""

import sqlite3

import msgspec

from sync import instants
from sync.database import Database
from sync.epoch import read_epoch
from sync.sealed import NOT_DECODABLE
from sync.wire import MAX_ASKED, HaveAnswer, HaveQuestion, Missing, Refused

_read_question = msgspec.json.Decoder(HaveQuestion, strict=True).decode


async def have(database: Database, raw: bytes, clock: instants.Clock = instants.now) -> HaveAnswer:
    """The record versions in the question `raw` of which the server does not keep those very bytes.

    A body that is held or in conflict counts as kept. Raises `Refused` "not_a_question" or "too_many_asked".
    """
    try:
        question = _read_question(raw)
    except NOT_DECODABLE as error:
        raise Refused(
            "not_a_question", f"Send the record, version and sha256 of each record ({error})."
        ) from None
    if len(question.records) > MAX_ASKED:
        raise Refused("too_many_asked", f"Ask about at most {MAX_ASKED} records at once.")
    return await database.read(lambda connection: _answer(connection, question, clock))


def _answer(connection: sqlite3.Connection, question: HaveQuestion, clock: instants.Clock) -> HaveAnswer:
    missing = [
        Missing(asked.record, asked.version)
        for asked in question.records
        if not connection.execute("SELECT 1 FROM entry WHERE sha256 = ?", (asked.sha256,)).fetchone()
    ]
    return HaveAnswer(missing, read_epoch(connection), instants.epoch_milliseconds(clock()))
