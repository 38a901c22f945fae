"""Deriving every projection again from the ledger alone, by the code that derived it the first time."""

import sqlite3
from collections.abc import Callable
from itertools import islice

from observation_forms import Catalogue
from sync import chain, ledger, projections
from sync.database import Database
from sync.judging import Judged, UnknownForm, judge_body
from sync.projections import Projector
from sync.sealed import read_body
from sync.wire import Body

_AT_ONCE = 500


class RebuildError(Exception):
    """The ledger holds a record that this program cannot derive. Nothing was changed."""


async def rebuild(
    database: Database, catalogue: Catalogue, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Empty the projections and derive them again, in one transaction; the number of entries read.

    `progress` is told how many entries are done. Raises `RebuildError` for a form version the catalogue
    lacks.
    """
    return await database.write(lambda connection: _rebuild(connection, catalogue, progress))


def _rebuild(connection: sqlite3.Connection, catalogue: Catalogue, progress: Callable[[int], None]) -> int:
    projections.empty(connection)
    projector = Projector(connection)
    done = 0
    entries = ledger.read_all(connection)
    while some := list(islice(entries, _AT_ONCE)):
        themes = ledger.read_themes(connection, some[0].seq, some[-1].seq)
        for entry in some:
            if entry.standing == "stored":
                projector.add(entry, *_derive(entry, catalogue, themes.get(entry.seq, {})))
            else:
                projector.add(entry, None, None)
        chain.note_arrivals(connection, some)
        projector.flush()
        done += len(some)
        progress(done)
    return done


def _derive(entry: ledger.Entry, catalogue: Catalogue, themes: ledger.Themes) -> tuple[Body, Judged]:
    body = read_body(entry.body)
    try:
        return body, judge_body(catalogue, body, themes)
    except UnknownForm:
        raise RebuildError(
            f"Entry {entry.seq} was made with form {body.form} version {body.form_version}, which this "
            "program does not have: install the version of Sightline that has it, then rebuild again."
        ) from None
