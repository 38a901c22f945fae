"""What pages read, against the same derived afresh from the ledger: every row that differs is named.

The fresh rows are made in the copy that is being checked, beside the ones that were found there.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping

from sync.database import Database
from sync.projections import CHAIN, PROJECTED

Say = Callable[[str, str], None]
# Of one table more would bury the rest
MOST_NAMED = 50
# What of a table names the record, tablet or item that a row is about, in that order
_NAMES = ("record", "seq", "tablet", "id")


async def check_derived(
    database: Database,
    derive: Callable[[Database], Awaitable[object]],
    more: Mapping[str, str],
    say: Say,
) -> None:
    """Say every derived row that is not what `derive` makes of the ledger. `database` is the copy, open for writing.

    `more` are the tables of the room above, each with the columns that follow from the ledger alone. Raises what
    `derive` raises when the ledger cannot be derived at all.
    """
    tables = dict.fromkeys((*PROJECTED, *CHAIN), "*") | dict(more)
    await database.write(lambda sql: _set_aside(sql, tables))
    await derive(database)
    for where, what in await database.write(lambda sql: list(_compare(sql, tables))):
        say(where, what)


def _set_aside(connection: sqlite3.Connection, tables: Mapping[str, str]) -> None:
    for table, columns in tables.items():
        connection.execute(f"CREATE TEMP TABLE verify_{table} AS SELECT {columns} FROM main.{table}")  # noqa: S608
    connection.execute(
        "CREATE VIRTUAL TABLE temp.verify_vocabulary USING fts5vocab (main, record_search, instance)"
    )
    # The index of words keeps no text of its own; this is what it finds, record by record
    connection.execute(
        "CREATE TEMP TABLE verify_words AS SELECT doc AS seq, term FROM temp.verify_vocabulary"
    )


def _compare(connection: sqlite3.Connection, tables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for table, columns in tables.items():
        kept, fresh = f"SELECT * FROM temp.verify_{table}", f"SELECT {columns} FROM main.{table}"  # noqa: S608
        yield from _named(connection, table, kept, fresh)
    words = "SELECT doc AS seq, term FROM temp.verify_vocabulary"
    yield from _named(connection, "record_search", "SELECT * FROM temp.verify_words", words)


def _named(connection: sqlite3.Connection, table: str, kept: str, fresh: str) -> Iterator[tuple[str, str]]:
    """One sentence for each thing that the rows of a table differ about."""
    found: dict[str, set[str]] = {}
    for rows, words in (
        (connection.execute(f"{kept} EXCEPT {fresh}"), "kept"),
        (connection.execute(f"{fresh} EXCEPT {kept}"), "derived"),
    ):
        columns = [column[0] for column in rows.description]
        name = next(each for each in _NAMES if each in columns)
        for row in rows:
            if about := _about(connection, name, row[name]):
                found.setdefault(about, set()).add(words)
    for place, (about, where) in enumerate(sorted(found.items())):
        if place == MOST_NAMED:
            yield f"table {table}", f"{len(found) - MOST_NAMED} more like these"
            return
        yield f"table {table}, {about}", _WHAT[frozenset(where)]


_WHAT = {
    frozenset({"kept", "derived"}): "changed: it is not what the ledger gives",
    frozenset({"kept"}): "put in: the ledger does not give it",
    frozenset({"derived"}): "taken out: the ledger gives it",
}


def _about(connection: sqlite3.Connection, name: str, value: object) -> str:
    """What a row is about; "" for what is left of an entry that is gone, which is said of the entry itself."""
    if name != "seq":
        return f"{'item' if name == 'id' else name} {value}"
    row = connection.execute("SELECT record, version FROM entry WHERE seq = ?", (value,)).fetchone()
    return f"record {row['record']}, version {row['version']}" if row else ""
