"""More actions like one that was made through its form, for tests of pages that hold many."""

import sqlite3

_PARTS = (
    ("action_target", "place, measure, variant, how, comparator, hundredths, unit, starts, ends"),
    ("action_mark", "list, code"),
)


def copy_action(sql: sqlite3.Connection, like: str, **new: str | int) -> None:
    """One more action with its measures and marks; `new` has its id and number, and what else is to differ."""
    columns = [row["name"] for row in sql.execute("PRAGMA table_info(action)")]
    picked = ", ".join("?" if name in new else name for name in columns)
    values = [new[name] for name in columns if name in new]
    sql.execute(f"INSERT INTO action SELECT {picked} FROM action WHERE id = ?", (*values, like))
    for table, rest in _PARTS:
        sql.execute(
            f"INSERT INTO {table} SELECT ?, {rest} FROM {table} WHERE action = ?",
            (new["id"], like),
        )
