"""Reading tables in tests: as plain rows, and whole, to compare one with another."""

import sqlite3
from typing import Any

from sync import Database
from sync.projections import CHAIN, PROJECTED


async def select(database: Database, statement: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query, each as a dict."""
    return await database.read(
        lambda connection: [dict(row) for row in connection.execute(statement, values)]
    )


async def count(database: Database, table: str) -> int:
    """How many rows a table has."""
    (row,) = await select(database, f"SELECT count(*) AS rows FROM {table}")
    return int(row["rows"])


async def derived(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every derived table, in an order that does not depend on how it was written."""
    # The index of words shows itself only through a table of its own, which a reader may not make
    return await database.write(_derived)


def _derived(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = {
        table: sorted(map(tuple, connection.execute(f"SELECT * FROM {table}")), key=repr)
        for table in (*PROJECTED, *CHAIN)
    }
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab (main, record_search, instance)"
    )
    tables["record_search"] = sorted(map(tuple, connection.execute("SELECT * FROM temp.words")))
    return tables
