"""Where the lines of a timeline come from. One list: what a later room keeps (a case, a closure decision) is one more
function of a `Thread` in `SOURCES`. Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Callable

from server.charts.store import read_notes
from server.due.items import NOT_NEEDED
from server.evidence import words
from server.evidence.action_history import value_words
from server.evidence.action_store import history
from server.evidence.evidence_rows import Row
from server.evidence.times import moment_words
from server.identity.permissions import Permission
from server.review.acts import read_acts
from server.review.standing import STATES as REVIEWED
from server.views.happening import Happening
from server.views.thread import Thread

# Of what was recorded later about its actions, the newest so many are lines; all of it stands behind the action
MOST_LATER = 40
Source = Callable[[sqlite3.Connection, Thread], list[Happening]]


def recorded(_sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """Each record of the thread, when what it tells of happened."""
    return [
        Happening(
            at=row.happened_at,
            what=f"{row.code} {row.title}",
            says=_says(row),
            who=row.author_name,
            address=f"/evidence/{row.record}",
        )
        for row in thread.records.values()
    ]


def corrected(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """Each later version of them: corrected, or taken back."""
    rows = sql.execute(
        """
        SELECT record, version, recorded_at, reason, author, title, withdrawn FROM record_version
        WHERE record IN (SELECT value FROM json_each(?)) AND version > 1
        """,
        (thread.ids,),
    )
    return [
        Happening(
            at=row["recorded_at"],
            what="Taken back by its author" if row["withdrawn"] else "Corrected",
            says=f"{row['title']}, version {row['version']}.",
            quoted=row["reason"],
            who=thread.names.one_of_staff(row["author"]),
            address=f"/evidence/{row['record']}?version={row['version']}",
        )
        for row in rows
    ]


def due(_sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """What became due because of them: when it was asked for, by when, and what became of it."""
    return [
        Happening(
            at=row["opened_at"],
            what=f"Due: {row['title']}",
            says=f"By {moment_words(row['due_at'])}. {_became(row)}",
            address=f"/evidence/{row['settled_by']}" if row["settled_by"] in thread.records else "",
        )
        for row in thread.due
    ]


def reviewed(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """What managers made of each record."""
    return [
        Happening(
            at=act.at,
            what=REVIEWED[act.state],
            says=f"{row.title}, {row.day} at {row.time}.",
            quoted=act.reason,
            who=thread.names.one_of_staff(act.who),
            address=f"/evidence/{row.record}#review",
        )
        for row in thread.records.values()
        for act in read_acts(sql, row.record)
    ]


def acknowledged(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """What a manager decided about an immediate concern, for whoever answers concerns."""
    if not thread.scope(Permission.ANSWER_CONCERNS).parts:
        return []
    rows = sql.execute(
        "SELECT record, at, who, decision FROM concern_acknowledged WHERE record IN (SELECT value FROM json_each(?))",
        (thread.ids,),
    )
    return [
        Happening(
            at=row["at"],
            what="Decided about the concern",
            quoted=row["decision"],
            who=thread.names.one_of_staff(row["who"]),
            address="/concerns",
        )
        for row in rows
    ]


def acted(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """The actions that they bear on: made, moved from one state to another, practice changed on a day."""
    found = []
    for action in thread.actions:
        name, address = f"Action {action.number}", f"/actions/{action.id}"
        for edit in history(sql, action.id):
            who = thread.names.one_of_staff(edit.who)
            if edit.version == 1:
                found.append(
                    Happening(
                        at=edit.at, what=f"{name} made", quoted=action.fields.title, who=who, address=address
                    )
                )
            if "status" in edit.changed:
                state = value_words("status", edit.changed["status"][1], thread.names)
                found.append(
                    Happening(
                        at=edit.at, what=f"{name}: {state}", quoted=edit.reason, who=who, address=address
                    )
                )
        if action.fields.changed_on:
            found.append(
                Happening(
                    at=action.fields.changed_on,
                    what=f"{name}: practice changed",
                    quoted=action.fields.changed_what,
                    address=address,
                )
            )
    return found


def noted(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """What people wrote on the charts of those actions' measures since it began, where it is about the same place."""
    measures = {target.measure for action in thread.actions for target in action.fields.targets}
    root = thread.records[thread.root]
    return [
        Happening(
            at=note.day,
            what="Limits begun anew" if note.rebases else "Changed, by a note on a chart",
            says=f"{note.measure}.",
            quoted=note.words,
            who=thread.names.one_of_staff(note.who),
            address="/chart-notes",
        )
        for note in read_notes(sql, thread.scope(Permission.READ_ACTIONS))
        if not note.taken_back
        and note.measure.partition("-")[0] in measures
        and note.unit in ("", root.unit)
        and note.day >= thread.began[:10]
    ]


def later(_sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """What was recorded afterwards for and against those actions."""
    return [
        Happening(
            at=row.happened_at,
            what=" and ".join(
                f"{words.BEARINGS[one.bearing]} action {one.number}"
                for one in row.bearings
                if one.action in {action.id for action in thread.actions}
            ),
            says=f"{row.code} {row.title}. {_says(row, person=False)}",
            who=row.author_name,
            address=f"/evidence/{row.record}",
        )
        for row in thread.later[:MOST_LATER]
    ]


SOURCES: tuple[Source, ...] = (recorded, corrected, due, reviewed, acknowledged, acted, noted, later)


def read_happenings(sql: sqlite3.Connection, thread: Thread) -> list[Happening]:
    """Every line, what happened first, first; at one time, in the order of the sources."""
    return sorted((line for source in SOURCES for line in source(sql, thread)), key=lambda line: line.place)


def _says(row: Row, *, person: bool = True) -> str:
    """Where, about whom, what came of it. What speaks to an action may be about somebody else: then nobody is named."""
    parts = [
        row.unit_name,
        row.person_name if person else "",
        row.result_name if row.result != "not_scored" else "",
    ]
    gone = (
        "Withdrawn" if row.withdrawn else "Set aside: counts for nothing" if row.review == "set_aside" else ""
    )
    said = [", ".join(part for part in parts if part), gone]
    return " ".join(f"{part}." for part in said if part)


def _became(row: sqlite3.Row) -> str:
    if not row["outcome"]:
        return "Not done yet."
    if row["outcome"] == "taken_back":
        return f"Taken back: {row['taken_back']}."
    if row["outcome"] == NOT_NEEDED:
        return "Somebody wrote why it is not needed."
    return f"Done {moment_words(row['settled_at'])}{', late' if row['outcome'] == 'late' else ''}."
