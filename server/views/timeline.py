"""What came of one concern: everything in order of time, and plainly what has not happened yet.

It states what stands. Whether the outcome is good enough is for people to decide; nothing here judges or closes.
"""

import sqlite3
from datetime import datetime

import msgspec

from server.evidence import words
from server.evidence.action_evidence import have_evidence
from server.evidence.action_states import STATES, shown
from server.evidence.evidence_rows import Row
from server.evidence.people import Names
from server.evidence.times import day_of, moment_words, write_instant
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.views.address import Link
from server.views.happening import Happening
from server.views.thread import Thread, read_thread
from server.views.timeline_sources import MOST_LATER, read_happenings

# F1, F5, F11: somebody went and looked (domain/3 1.9, rule 5)
LOOKS = ("practice_observation", "live_record_check", "provider_visit")


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows. `asked_for` is the record that the address names, `root` where it began."""

    asked_for: str
    root: Row
    lines: list[Happening]
    stands: list[str]
    waiting: list[str]
    actions: list[Link]
    names: Names
    named: bool


def read_timeline(
    sql: sqlite3.Connection, viewer: Viewer, record: str, now: datetime, key: bytes | None = None
) -> Timeline | None:
    """The timeline that a record is in; None for a record that the viewer may not see. With a `key`, in pseudonyms."""
    thread = read_thread(sql, viewer, record, now, key)
    if thread is None:
        return None
    return Timeline(
        asked_for=record,
        root=thread.records[thread.root],
        lines=read_happenings(sql, thread),
        stands=[*_actions(sql, thread), *_said(thread)],
        waiting=[*_open_items(thread), *_not_yet(thread)],
        actions=[Link(f"/actions/{one.id}", f"Action {one.number}") for one in thread.actions],
        names=thread.names,
        named=thread.viewer.scope(Permission.READ_EVIDENCE).named and key is None,
    )


def _actions(sql: sqlite3.Connection, thread: Thread) -> list[str]:
    begun = have_evidence(sql, [one.id for one in thread.actions])
    return [
        f"Action {one.number}: {words.named(STATES, shown(one.status, one.id in begun)).lower()}."
        for one in thread.actions
    ]


def _said(thread: Thread) -> list[str]:
    """How much was recorded afterwards for and against each action, and when the last of it happened."""
    found = []
    for action in thread.actions:
        said = [(row, one.bearing) for row in thread.later for one in row.bearings if one.action == action.id]
        if said:
            counts = ", ".join(
                f"{sum(each == bearing for _, each in said)} {bearing}" for bearing in words.BEARINGS
            )
            last = day_of(said[0][0].happened_at)
            found.append(f"Recorded afterwards about action {action.number}: {counts}. The last on {last}.")
    if len(thread.later) > MOST_LATER:
        found.append(f"Of {len(thread.later)} recorded afterwards, the {MOST_LATER} newest stand above.")
    return found


def _open_items(thread: Thread) -> list[str]:
    now = write_instant(thread.now)
    if not thread.scope(Permission.READ_DUE).parts:
        return []
    return [
        f"{row['title']}: {'overdue since' if row['due_at'] < now else 'due by'} {moment_words(row['due_at'])}."
        for row in thread.due
        if not row["outcome"]
    ]


def _not_yet(thread: Thread) -> list[str]:
    found = []
    records = list(thread.records.values())
    if all(row.review == "new" for row in records):
        found.append("No manager has reviewed any of these records yet.")
    if not thread.actions:
        found.append("No action is linked to any of these records.")
    found += [
        f"No change of practice is written down for action {one.number} yet."
        for one in thread.actions
        if not one.fields.changed_on
    ]
    looks = [row for row in [*records, *thread.later] if row.form in LOOKS and row.counts]
    if not _since(looks, thread):
        found.append("No later observation yet.")
    return found


def _since(looks: list[Row], thread: Thread) -> list[Row]:
    """The looks after the last change of practice, or, where none is written down, after it began."""
    changed = max((one.fields.changed_on for one in thread.actions), default="")
    return [
        row for row in looks if row.happened_at > max(thread.began, changed) and row.record != thread.root
    ]
