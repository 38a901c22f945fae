"""Everything about one subject, gathered and in words, with other people's names taken out."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from observation_forms import Catalogue
from server.evidence import words
from server.evidence.people import Names, read_names
from server.evidence.record_answers import answers_as_asked
from server.evidence.record_context import context_of
from server.evidence.times import moment_words
from server.identity.audit import EVENTS
from server.identity.permissions import ROLE_NAMES, Role
from server.identity.scope import Scope
from server.review.standing import STATES
from server.subject.cases_about import cases_about
from server.subject.third_parties import Cover, Subject
from sync import read_body, read_entry

PARTS: Mapping[str, str] = {
    "person": "It is about you",
    "observed": "You were observed",
    "author": "You recorded it",
    "begun": "You began it",
    "named": "You are named in it",
}


class Gathered(dict[str, Any]):
    """What was found, by heading: plain lists and texts, as they go into the JSON file."""


def find_subject(connection: sqlite3.Connection, kind: str, id: str, scope: Scope) -> Subject | None:
    """The person or member of staff with this id within the scope."""
    names = read_names(connection, scope)
    known = names.people if kind == "person" else names.staff if kind == "staff" else {}
    return Subject(kind, id, known[id]) if id in known else None


def gather(
    connection: sqlite3.Connection, catalogue: Catalogue, subject: Subject, scope: Scope
) -> tuple[Gathered, list[str]]:
    """Everything about the subject that lies in the scope, and what somebody must read before it is given out."""
    names = read_names(connection, scope)
    cover = Cover(subject, names)
    to_read: list[str] = []
    records = [
        _record(connection, catalogue, subject, row, cover, to_read)
        for row in _records(connection, subject, scope)
    ]
    found = Gathered(
        about=_about(connection, subject, names),
        records=records,
        actions=_actions(connection, subject, scope, cover, to_read),
        due=_due(connection, subject, scope, cover),
        views=_views(connection, subject, scope),
        cases=cases_about(connection, subject, scope, cover, to_read),
        audit=_audit(connection, subject, scope, cover),
    )
    if cover.replaced:
        to_read.append(f"Words taken for names and replaced: {', '.join(sorted(cover.replaced))}.")
    return found, to_read


def _about(connection: sqlite3.Connection, subject: Subject, names: Names) -> dict[str, Any]:
    if subject.kind == "person":
        row = connection.execute(
            "SELECT initials, place, unit, left_at FROM person WHERE id = ?", (subject.id,)
        ).fetchone()
        return {
            "Initials": row["initials"],
            "Place": row["place"],
            "Unit": names.unit(row["unit"]),
            "Left": moment_words(row["left_at"]) if row["left_at"] else "",
        }
    row = connection.execute("SELECT name, email, left_at FROM staff WHERE id = ?", (subject.id,)).fetchone()
    roles = connection.execute(
        "SELECT role, service, starts, ends FROM staff_role WHERE staff = ? ORDER BY id", (subject.id,)
    )
    return {
        "Name": row["name"],
        "Email": row["email"],
        "Left": moment_words(row["left_at"]) if row["left_at"] else "",
        "Roles": "; ".join(
            f"{ROLE_NAMES[Role(one['role'])]}, {names.services.get(one['service'], 'all services')}, "
            f"from {moment_words(one['starts'])}{' to ' + moment_words(one['ends']) if one['ends'] else ''}"
            for one in roles
        ),
    }


def _records(connection: sqlite3.Connection, subject: Subject, scope: Scope) -> list[sqlite3.Row]:
    """Every version of every record that names the subject. Reads all answers there are: rare, and worth the wait."""
    condition, values = scope.records("v", any_version=True)
    rows: list[sqlite3.Row] = connection.execute(
        f"""
        SELECT v.* FROM record_version v WHERE {condition} AND v.record IN (
            SELECT w.record FROM record_version w WHERE :id IN (w.person, w.author, w.begun_by)
            UNION SELECT record FROM staff_observed WHERE staff = :id
            UNION SELECT w.record FROM answer a JOIN record_version w ON w.seq = a.seq
                WHERE a.value = :id OR instr(a.question, '.' || :id || '.') > 0)
        ORDER BY v.happened_at, v.record, v.version
        """.replace(":id", "?"),  # noqa: S608
        (*values, *[subject.id] * 4),
    ).fetchall()
    return rows


def _record(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    subject: Subject,
    row: sqlite3.Row,
    cover: Cover,
    to_read: list[str],
) -> dict[str, Any]:
    entry, form = read_entry(connection, row["seq"]), catalogue.form(row["form_hash"])
    title = f"{row['code']} {row['title']}, {moment_words(row['happened_at'])}, version {row['version']}"
    answers: list[dict[str, str]] = []
    if entry is not None and form is not None:
        body = read_body(entry.body)
        context = context_of(connection, body, entry.received_at)
        for section in answers_as_asked(form.definition, body.answers, context, cover.names):
            for group in section.groups:
                answers += [
                    {
                        "question": one.ask,
                        "answer": cover.text("; ".join([*one.chosen, *([one.facts] if one.facts else [])])),
                    }
                    for one in group.answers
                ]
                if any(one.long or one.facts for one in group.answers):
                    to_read.append(f"Free text in: {title}, under “{section.title}”.")
    else:
        to_read.append(
            f"The form of this record is not in this program, so its answers are missing: {title}."
        )
    return {
        "id": row["record"],
        "title": title,
        "your_part": _part(connection, subject, row),
        "recorded": moment_words(row["recorded_at"]),
        "received": moment_words(row["received_at"]),
        "by": cover.names.one_of_staff(row["author"]),
        "result": words.named(words.RESULTS, row["result"]),
        "corrected_because": cover.text(row["reason"]),
        "withdrawn": "yes" if row["withdrawn"] else "",
        "answers": answers,
        "made_of_it": _made_of_it(connection, row, cover),
        "concern": _concern(connection, row, cover),
    }


def _part(connection: sqlite3.Connection, subject: Subject, row: sqlite3.Row) -> str:
    observed = "SELECT 1 FROM staff_observed WHERE record = ? AND staff = ?"
    if row["person"] == subject.id:
        return PARTS["person"]
    if connection.execute(observed, (row["record"], subject.id)).fetchone():
        return PARTS["observed"]
    return PARTS[
        "author" if row["author"] == subject.id else "begun" if row["begun_by"] == subject.id else "named"
    ]


def _made_of_it(connection: sqlite3.Connection, row: sqlite3.Row, cover: Cover) -> list[str]:
    acts = connection.execute(
        "SELECT state, reason, at FROM review_act WHERE record = ? AND version = ? ORDER BY id",
        (row["record"], row["version"]),
    )
    return [
        f"{STATES[act['state']]}, {moment_words(act['at'])}{': ' + cover.text(act['reason']) if act['reason'] else ''}"
        for act in acts
    ]


def _concern(connection: sqlite3.Connection, row: sqlite3.Row, cover: Cover) -> str:
    found = connection.execute(
        "SELECT at, decision FROM concern_acknowledged WHERE record = ?", (row["record"],)
    ).fetchone()
    return f"Answered {moment_words(found['at'])}: {cover.text(found['decision'])}" if found else ""


def _actions(
    connection: sqlite3.Connection, subject: Subject, scope: Scope, cover: Cover, to_read: list[str]
) -> list[dict[str, Any]]:
    """Actions that the subject owns or made. Actions name no person supported."""
    places = ", ".join("?" * len(scope.services))
    rows = connection.execute(
        f"SELECT * FROM action WHERE service IN ({places}) AND ? IN (owner, created_by) ORDER BY number",  # noqa: S608
        (*scope.services, subject.id),
    ).fetchall()
    to_read += [f"Free text in: action {row['number']}." for row in rows]
    return [
        {
            "number": row["number"],
            "title": cover.text(row["title"]),
            "your_part": "You own it" if row["owner"] == subject.id else "You made it",
            "baseline": cover.text(row["baseline"]),
            "expected": cover.text(row["expected"]),
            "changed": cover.text(row["changed_what"]),
            "learned": cover.text(row["learning"]),
            "deadline": row["deadline"],
        }
        for row in rows
    ]


def _due(
    connection: sqlite3.Connection, subject: Subject, scope: Scope, cover: Cover
) -> list[dict[str, str]]:
    condition, values = scope.due("d")
    rows = connection.execute(
        f"SELECT * FROM due_item d WHERE {condition} AND ? IN (d.person, d.staff) ORDER BY due_at",  # noqa: S608
        (*values, subject.id),
    )
    return [
        {
            "what": row["title"],
            "why": cover.text(row["why"]),
            "says": cover.text(row["says"]),
            "due": moment_words(row["due_at"]),
            "became": row["outcome"] or "open",
        }
        for row in rows
    ]


def _views(connection: sqlite3.Connection, subject: Subject, scope: Scope) -> list[dict[str, str]]:
    condition, values = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT record, stance, words, at FROM staff_view WHERE staff = ? AND EXISTS (
            SELECT 1 FROM record_version v WHERE v.record = staff_view.record AND v.current = 1 AND {condition})
        ORDER BY id
        """,  # noqa: S608
        (subject.id, *values),
    )
    return [{"record": row["record"], "when": moment_words(row["at"]), "words": row["words"]} for row in rows]


def _audit(
    connection: sqlite3.Connection, subject: Subject, scope: Scope, cover: Cover
) -> list[dict[str, str]]:
    """What is noted about the subject, and what is noted of what a member of staff did.

    Of what belongs to no single service, only what they did about nobody, such as signing in: the rest may tell that
    somebody looks into a concern about a manager.
    """
    places = ", ".join("?" * len(scope.services))
    rows = connection.execute(
        f"""
        SELECT at, what, who, about, details FROM identity_audit WHERE ? IN (about, who)
            AND (service IN ({places}) OR (service = '' AND (? OR (who = ? AND about = '')))) ORDER BY id
        """,  # noqa: S608
        (subject.id, *scope.services, any(part.restricted for part in scope.parts), subject.id),
    )
    return [
        {
            "when": moment_words(row["at"]),
            "what": EVENTS.get(row["what"], row["what"]),
            "by": cover.names.one_of_staff(row["who"]) if row["who"] else "",
            "about": "you" if row["about"] == subject.id else "",
        }
        for row in rows
    ]
