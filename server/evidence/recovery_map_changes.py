"""What changed about actions since a day: what was recorded, what somebody edited (domain/2, the recovery map)."""

import sqlite3
from collections.abc import Sequence
from datetime import date

import msgspec

from server.evidence import words
from server.evidence.action_history import EditWords, in_words
from server.evidence.action_store import read_edits
from server.evidence.people import Names
from server.evidence.times import day_in_london, start_of_day, write_instant
from server.triangulation.standing import Seen

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


def changes_of(seen: Sequence[Seen], edits: Sequence[EditWords], since: date) -> Changes:
    """`seen` is cut at `since`, so that each group is wholly before or after it."""
    new = [one for one in seen if day_in_london(one.latest) >= since]
    count = {bearing: sum(one.records for one in new if one.bearing == bearing) for bearing in words.BEARINGS}
    said = [
        sentence
        for edit in edits
        for sentence in (_edit_words(one.label, one.before, one.after) for one in edit.changes)
    ]
    return Changes(
        made=any(edit.version == 1 for edit in edits),
        **count,
        edits=said[:MOST],
        more=len(said[MOST:]),
    )


def _edit_words(label: str, before: str, after: str) -> str:
    """ "Deadline: Mon 30 Nov 2026, was Mon 16 Nov 2026"; of long words only that they were changed."""
    if max(len(before), len(after)) > SHORT:
        return f"{label}: written anew" if before != "none" else f"{label}: written"
    return f"{label}: {after}" + (f", was {before}" if before != "none" else "")
