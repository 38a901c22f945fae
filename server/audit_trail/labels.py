"""What the ids in the trail are called today: staff, people supported, tablets, records, actions, settings.

The trail keeps ids alone. Who is gone from the tables is shown by id, and the trail needs no change for it.
"""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

_MOST_FOUND = 200

_NAMES = (
    "SELECT id, name FROM staff WHERE id IN (SELECT value FROM json_each(:ids))",
    "SELECT id, initials || ', ' || place FROM person WHERE id IN (SELECT value FROM json_each(:ids))",
    "SELECT id, name || ' (tablet)' FROM tablet WHERE id IN (SELECT value FROM json_each(:ids))",
    "SELECT id, 'Action ' || number || ': ' || title FROM action WHERE id IN (SELECT value FROM json_each(:ids))",
    """
    SELECT id, CASE register WHEN 'case' THEN 'Case ' ELSE 'Complaint ' END || number FROM desk_record
    WHERE id IN (SELECT value FROM json_each(:ids)) AND (restricted = 0 OR :restricted)
    """,
    """
    SELECT record, 'Record ' || code || ' ' || title FROM record_version
    WHERE record IN (SELECT value FROM json_each(:ids)) AND current = 1 AND (restricted = 0 OR :restricted)
    """,
)
_CALLED = """
    SELECT id FROM staff WHERE name LIKE :like ESCAPE '\\'
    UNION ALL SELECT id FROM tablet WHERE name LIKE :like ESCAPE '\\'
    UNION ALL SELECT id FROM person WHERE initials || ', ' || place LIKE :like ESCAPE '\\'
    LIMIT :most
"""


class Labels(msgspec.Struct, frozen=True):
    """Id to words."""

    names: Mapping[str, str]

    def name(self, id: str) -> str:
        """What `id` is called; the id itself where nothing is known of it."""
        return self.names.get(id, id)


def read_labels(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row], *, restricted: bool) -> Labels:
    """What the ids of these events are called; records that few may see only for those few."""
    ids = {row[name] for row in rows for name in ("who", "about", "tablet")} - {""}
    asked = {"ids": msgspec.json.encode(sorted(ids)).decode(), "restricted": restricted}
    return Labels({id: words for sql in _NAMES for id, words in connection.execute(sql, asked)})


def ids_called(connection: sqlite3.Connection, text: str) -> list[str]:
    """The ids that somebody may mean by `text`: the text itself, and whatever has it in its name."""
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = connection.execute(_CALLED, {"like": like, "most": _MOST_FOUND}).fetchall()
    return [text, *(row[0] for row in rows)]
