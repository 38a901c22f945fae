"""Deriving every projection again from the ledger alone, by the code that derived it the first time."""

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import starmap
from pathlib import Path

from observation_forms import Catalogue
from sync import chain, ledger, projections
from sync.connections import large_cache
from sync.database import Database
from sync.deriving import Derived, Deriver, JudgedBy, Range
from sync.key_book import KeyBook, NoKeys
from sync.projections import Projector
from sync.stored import OnStored, SettingsOf, no_settings, tell_nobody

_AT_ONCE = 500
# Until another process is ready, this one has judged some four thousand entries itself
_WORTH_TWO = 5_000


async def rebuild(
    database: Database,
    catalogue: Catalogue,
    progress: Callable[[int], None] = lambda done: None,
    settings_of: SettingsOf = no_settings,
    on_stored: OnStored = tell_nobody,
    on_empty: Callable[[sqlite3.Connection], None] = lambda connection: None,
    book: KeyBook | None = None,
    in_two: bool | None = None,
) -> int:
    """Empty the projections and derive them again, in one transaction; the number of entries read.

    `progress` is told how many entries are done; `settings_of`, `on_stored` and `book` are those of the inbox, and
    `on_empty` empties what `on_stored` derives, and does what triggers on the projections would have done: they rest
    meanwhile, or each would be fired twice for every row. `in_two`: whether a second process judges records beside this
    one; None = where it is worth it. Raises `RebuildError` for a form version the catalogue lacks.
    """
    by = JudgedBy(catalogue, settings_of, book or NoKeys())

    def job(connection: sqlite3.Connection) -> int:
        with large_cache(connection):
            triggers = projections.lay_triggers_aside(connection)
            projections.empty(connection)
            on_empty(connection)
            last = ledger.next_seq(connection) - 1
            ranges = [(first, min(first + _AT_ONCE, last + 1) - 1) for first in range(1, last + 1, _AT_ONCE)]
            shared = _is_worth_two(last) if in_two is None else in_two
            with closing(_derive(database.path, connection, by, ranges, in_two=shared)) as derived:
                done = _put_all(connection, derived, Projector(connection, on_stored), progress)
            for trigger in triggers:
                connection.execute(trigger)
            return done

    return await database.write(job)


def _is_worth_two(entries: int) -> bool:
    return entries >= _WORTH_TWO and (os.cpu_count() or 1) > 1


def _derive(
    path: Path, connection: sqlite3.Connection, by: JudgedBy, ranges: list[Range], *, in_two: bool
) -> Generator[list[Derived], None, None]:
    if in_two:
        # A server that starts does not wait for what only this needs
        from sync.deriving_in_two import derive_in_two

        yield from derive_in_two(path, connection, by, ranges)
    else:
        yield from starmap(Deriver(connection, by).derive, ranges)


def _put_all(
    connection: sqlite3.Connection,
    derived: Iterator[list[Derived]],
    projector: Projector,
    progress: Callable[[int], None],
) -> int:
    done = 0
    for some in derived:
        for one in some:
            projector.add(one.entry, one.body, one.judged)
            projector.add_verdicts(one.verdicts)
        chain.note_arrivals(connection, [one.entry for one in some])
        projector.flush()
        done += len(some)
        progress(done)
    return done
