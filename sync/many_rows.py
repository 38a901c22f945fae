"""Many rows of a table in few statements: what a statement costs beside its row is more than the row itself.

OR FAIL, for whoever inserts does so within a savepoint that undoes a failure whole. Without it SQLite keeps a journal
of its own for each statement, and copies into it every page that the statement changes, of every index too. Where a
trigger calls a function SQLite keeps that journal all the same; then many rows in one statement share it.
"""

import sqlite3
from functools import cache
from typing import NamedTuple

# Rows of one statement: a full batch of records is one. Few sizes, for each is prepared once and kept
TOGETHER = (100, 16, 4, 1)


class Into(NamedTuple):
    """Where rows go: the table, with its columns where they are named, and how many values a row has."""

    table: str
    width: int
    otherwise: str = "FAIL"


def insert_rows(connection: sqlite3.Connection, into: Into, values: list[object]) -> None:
    """Insert `values`, row after row in one list, in that order. `otherwise` says what becomes of a row that cannot
    be: FAIL, or IGNORE.
    """
    place = 0
    for rows in TOGETHER:
        statement, size = _statement(into, rows), rows * into.width
        while place + size <= len(values):
            connection.execute(statement, values[place : place + size])
            place += size


@cache
def _statement(into: Into, rows: int) -> str:
    row = f"({', '.join('?' * into.width)})"
    return f"INSERT OR {into.otherwise} INTO {into.table} VALUES {', '.join([row] * rows)}"  # noqa: S608
