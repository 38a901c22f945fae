"""Signed summaries as facts for M07 (domain/3; S2E1). A job for `Database.read`."""

import sqlite3
from datetime import date

from server.evidence.times import read_instant
from server.measures.desk_facts import AssuranceSummary
from server.measures.periods import month_of
from server.measures.reading_records import Source
from server.summaries.content import read_content


def assurance(source: Source) -> tuple[AssuranceSummary, ...]:
    """Every signed workforce summary of the services in scope, each of its month. Who sees one unit alone sees none."""
    whole = [part.service for part in source.scope.parts if not part.unit]
    rows = source.connection.execute(
        f"""
        SELECT service, month, content, at FROM summary_signed
        WHERE kind = 'workforce' AND service IN ({", ".join("?" * len(whole))}) ORDER BY service, month
        """,  # noqa: S608
        whole,
    )
    return tuple(_fact(row) for row in rows)


def _fact(row: sqlite3.Row) -> AssuranceSummary:
    opens_at = month_of(date.fromisoformat(f"{row['month']}-01")).opens_at
    return AssuranceSummary(
        id=f"workforce-{row['service']}-{row['month']}",
        service=row["service"],
        happened_at=opens_at,
        # A month is signed when it is over: that is not late
        received_at=opens_at,
        kind="staffing",
        month=row["month"],
        holds=read_content(row["content"].encode()).holds,
        signed_at=read_instant(row["at"]),
    )
