"""What changed about actions since a day: what was recorded, what somebody edited (domain/2, the recovery map)."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from server.evidence import words
from server.evidence.action_history import EditWords, in_words
from server.evidence.action_store import read_edits
from server.evidence.people import Names
from server.evidence.times import start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY
from server.review.standing import COUNTS

MOST = 4
# Longer than this, the words themselves are on the action's page
SHORT = 60


class Changes(msgspec.Struct, frozen=True):
    """What is new: whether the action is, how many records say what, and what was edited, in sentences."""

    made: bool
    supports: int
    contradicts: int
    inconclusive: int
    edits: list[str]
    more: int

    @property
    def records(self) -> int:
        """All new records."""
        return self.supports + self.contradicts + self.inconclusive

    @property
    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.made or self.records or self.edits)


def read_changes(
    connection: sqlite3.Connection, actions: Sequence[str], since: date, names: Names
) -> dict[str, list[EditWords]]:
    """By the id of each action its edits from that London day on, newest first. One query."""
    edits = read_edits(connection, actions, write_instant(start_of_day(since)))
    return {id: in_words(edits.get(id, []), names) for id in actions}


def read_new(
    connection: sqlite3.Connection, scope: Scope, actions: Sequence[str], since: date, as_of: datetime
) -> dict[str, dict[str, int]]:
    """By the id of each action how many records say what, of those that happened from that London day on."""
    found: dict[str, dict[str, int]] = {id: {} for id in actions}
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT a.id AS action, b.bearing, count(*) AS records
        FROM json_each(?) asked CROSS JOIN action a ON a.id = asked.value
        CROSS JOIN bearing b INDEXED BY bearing_by_action
            ON b.action = a.id AND b.happened_at >= ? AND b.happened_at < ?
        CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
        WHERE {COUNTS} AND {seen} GROUP BY a.id, b.bearing
        """,  # noqa: S608
        (
            json.dumps(list(actions)),
            write_instant(start_of_day(since)).removesuffix("Z"),
            write_instant(as_of + ONE_DAY),
            *allowed,
        ),
    )
    for row in rows:
        found[row["action"]][row["bearing"]] = row["records"]
    return found


def changes_of(new: Mapping[str, int], edits: Sequence[EditWords]) -> Changes:
    """`new`: how many records say what, by bearing."""
    said = [
        sentence
        for edit in edits
        for sentence in (_edit_words(one.label, one.before, one.after) for one in edit.changes)
    ]
    return Changes(
        made=any(edit.version == 1 for edit in edits),
        **{bearing: new.get(bearing, 0) for bearing in words.BEARINGS},
        edits=said[:MOST],
        more=len(said[MOST:]),
    )


def _edit_words(label: str, before: str, after: str) -> str:
    """ "Deadline: Mon 30 Nov 2026, was Mon 16 Nov 2026"; of long words only that they were changed."""
    if max(len(before), len(after)) > SHORT:
        return f"{label}: written anew" if before != "none" else f"{label}: written"
    return f"{label}: {after}" + (f", was {before}" if before != "none" else "")
