"""What the records behind a rule or in a sample are called on the page, those that were destroyed since among them.

A decision names records and versions for good; what they said may go under a retention rule. Then the page says that,
and when, and under which rule. A job for `Database.read`.
"""

import json
import sqlite3
from collections.abc import Iterable

import msgspec

from server.closure.decisions import DrawnRecord
from server.evidence.action_triangulation import is_whole
from server.evidence.times import moment_words
from server.identity.scope import Scope
from server.retention.rules import rule_words


class RecordLink(msgspec.Struct, frozen=True, kw_only=True):
    """A record that stands behind a rule, as it is called. `destroyed`: when and under which rule, "" for one that is
    there. One that is out of reach has no `happened_at` and is not destroyed.
    """

    record: str
    version: int
    title: str
    happened_at: str = ""
    destroyed: str = ""


def links_to(
    connection: sqlite3.Connection, scope: Scope, records: Iterable[tuple[str, int]]
) -> dict[str, RecordLink]:
    """By id, those of the records that are in scope, as they stand, and those that were destroyed."""
    wanted = dict(records)
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT v.record, v.code, v.title, v.happened_at FROM json_each(?) asked
        CROSS JOIN record_version v ON v.record = asked.value AND v.current = 1 WHERE {seen}
        ORDER BY v.happened_at DESC, v.record
        """,  # noqa: S608
        (json.dumps(sorted(wanted)), *allowed),
    )
    found = {
        row["record"]: RecordLink(
            record=row["record"],
            version=wanted[row["record"]],
            title=f"{row['code']} {row['title']}",
            happened_at=row["happened_at"],
        )
        for row in rows
    }
    gone = destroyed_among(connection, scope, set(wanted) - set(found))
    return found | {
        record: RecordLink(record=record, version=wanted[record], title="A record", destroyed=said)
        for record, said in gone.items()
    }


def destroyed_among(connection: sqlite3.Connection, scope: Scope, records: Iterable[str]) -> dict[str, str]:
    """Of these records, those of which nothing is there any more: when and under which rule. Only of services of which
    everything is in scope, and never of what few may see.
    """
    rows = connection.execute(
        """
        SELECT d.record, d.service, max(d.at) AS at, d.rule FROM json_each(?) asked
        CROSS JOIN destroyed d ON d.record = asked.value
        WHERE NOT EXISTS (SELECT 1 FROM record_version v WHERE v.record = d.record)
        GROUP BY d.record HAVING max(d.restricted) = 0 ORDER BY d.record
        """,
        (json.dumps(sorted(set(records))),),
    )
    return {
        row["record"]: f"destroyed on {moment_words(row['at'])} under “{rule_words(row['rule'])}”"
        for row in rows
        if is_whole(scope, row["service"])
    }


def in_order(drawn: Iterable[DrawnRecord], links: dict[str, RecordLink]) -> list[RecordLink]:
    """The drawn records in the order of the draw; one that is gone keeps its place."""
    return [
        links.get(one.record)
        or RecordLink(record=one.record, version=one.version, title="A record out of reach")
        for one in drawn
    ]
