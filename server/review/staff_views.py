"""What members of staff see of observations about themselves, and what they say of them (domain/5: the ICO asks that
workers know what is recorded about them).

Each sees the records in which they are named as observed, and nothing that ranks or counts them or anybody. Their
words are added, never changed, and stand on the record's page.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from server.evidence.evidence_query import Place
from server.evidence.times import write_instant

STANCES: Mapping[str, str] = {
    "agreed": "I agree with it",
    "disagreed": "I see it differently",
    "other": "I want to add something",
}
LONGEST = 2_000
PAGE = 20


class View(msgspec.Struct, frozen=True):
    """What someone said of an observation about themselves."""

    record: str
    version: int
    staff: str
    stance: str
    words: str
    at: str


def read_views(connection: sqlite3.Connection, record: str, staff: str = "") -> list[View]:
    """What was said of a record by those it is about, or by one of them, in the order it was said."""
    rows = connection.execute(
        """
        SELECT record, version, staff, stance, words, at FROM staff_view
        WHERE record = ? AND (? = '' OR staff = ?) ORDER BY id
        """,
        (record, staff, staff),
    )
    return [View(**dict(row)) for row in rows]


def observations_of(
    connection: sqlite3.Connection, staff: str, limit: int, after: Place | None = None, record: str = ""
) -> list[sqlite3.Row]:
    """The records in which `staff` was watched at work, what happened last first; or the one called `record`."""
    place = after or Place("9", "")
    return connection.execute(
        """
        SELECT v.seq, v.record, v.version, v.form_hash, v.title, v.service, v.unit, v.happened_at, v.recorded_at,
            v.author, v.result, v.reason, v.withdrawn, v.corrected, o.staff
        FROM staff_observed o INDEXED BY staff_observed_by_staff
        CROSS JOIN record_version v ON v.record = o.record AND v.current = 1
        WHERE o.staff = ? AND (o.happened_at, o.record) < (?, ?) AND v.restricted = 0
            AND (? = '' OR o.record = ?)
        ORDER BY o.happened_at DESC, o.record DESC LIMIT ?
        """,
        (staff, place.happened_at, place.record, record, record, limit),
    ).fetchall()


def is_observed(connection: sqlite3.Connection, staff: str, record: str) -> int:
    """The version that stands of an observation about `staff`; 0 when there is none such."""
    rows = observations_of(connection, staff, 1, record=record)
    return int(rows[0]["version"]) if rows else 0


def faults(stance: str, words: str) -> dict[str, str]:
    """What must be put right first, by field."""
    if stance not in STANCES:
        return {"stance": "Choose one of these."}
    if not words.strip() and stance != "agreed":
        return {"words": "Write it in your own words."}
    return {"words": f"Write no more than {LONGEST:,} letters."} if len(words) > LONGEST else {}


def add_view(
    connection: sqlite3.Connection,
    record: str,
    version: int,
    staff: str,
    stance: str,
    words: str,
    now: datetime,
) -> None:
    """Keep what `staff` says of an observation about themselves. The same words again add nothing."""
    said = read_views(connection, record, staff)
    if said and (said[-1].version, said[-1].stance, said[-1].words) == (version, stance, words.strip()):
        return
    connection.execute(
        "INSERT INTO staff_view (record, version, staff, stance, words, at) VALUES (?, ?, ?, ?, ?, ?)",
        (record, version, staff, stance, words.strip(), write_instant(now)),
    )
