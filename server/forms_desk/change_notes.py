"""What changed with a form version that came into force in a service, and why (domain/2 1.3, rows 17, 22, 27; D10).

Written by the registered manager or the quality lead, who so approve it; kept for good, in the audit trail and so in
the signed log. Whoever has more to say writes another. Jobs for `Database.read` and `Database.write`.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import msgspec

import server.forms_desk.schema  # noqa: F401 the tables
from observation_forms import Definition
from server.evidence.times import day_in_london, read_day
from server.identity import audit
from server.identity.instants import read

EVENT = "form_change_noted"
SHORTEST, LONGEST = 10, 2000
FURTHEST = timedelta(days=366)


class ChangeNote(msgspec.Struct, frozen=True, kw_only=True):
    """One note. `from_day`: the London day from which the service works with it; `at`: when the note was written."""

    id: str
    service: str
    form: str
    version: int
    hash: str
    what: str
    why: str
    from_day: str
    who: str
    at: str


class AlreadyWritten(Exception):
    """The id is taken by a note that says something else: what was sent was not kept."""


def read_note(
    typed: Mapping[str, str], form: Definition, since: str, who: str, at: str
) -> tuple[ChangeNote, dict[str, str]]:
    """What was typed, and what to put right by field; `since`: the instant it is offered here from, "" = not yet."""
    faults = {}
    words = {name: " ".join(typed.get(name, "").split()) for name in ("what", "why")}
    for name, asked in (("what", "Write what changed"), ("why", "Write why it was changed")):
        if not SHORTEST <= len(words[name]) <= LONGEST:
            faults[name] = f"{asked}, in {SHORTEST} to {LONGEST:,} letters."
    today = day_in_london(read(at))
    first = day_in_london(read(since)) if since else today
    day = read_day(typed.get("from_day", "").strip()) or date.min
    if not first <= day <= today + FURTHEST:
        faults["from_day"] = "Give the day from which it is worked with here: not before it was offered."
    note = ChangeNote(
        id=typed.get("id", ""),
        service=typed.get("service", ""),
        form=form.form,
        version=form.version,
        hash=form.hash,
        from_day=day.isoformat(),
        who=who,
        at=at,
        **words,
    )
    return note, faults


def write(connection: sqlite3.Connection, note: ChangeNote) -> None:
    """Keep it, under an id chosen beforehand so that sending the form twice writes one. Raises `AlreadyWritten`."""
    row = connection.execute("SELECT * FROM form_change_note WHERE id = ?", (note.id,)).fetchone()
    if row is not None:
        if msgspec.structs.replace(_note(row), at=note.at) != note:
            raise AlreadyWritten(note.id)
        return
    said = digest(note)
    connection.execute(
        "INSERT INTO form_change_note VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*msgspec.structs.astuple(note), said),
    )
    details = f"version {note.version}, from {note.from_day}, digest {said}"
    audit.note(
        connection,
        EVENT,
        read(note.at),
        who=note.who,
        about=note.form,
        details=details,
        service=note.service,
    )


def read_notes(connection: sqlite3.Connection, services: Iterable[str], form: str = "") -> list[ChangeNote]:
    """Every note of these services, the last written first; of one form, when it is given."""
    chosen = tuple(services)
    rows = connection.execute(
        f"""
        SELECT * FROM form_change_note WHERE service IN ({", ".join("?" * len(chosen))}) AND ? IN ('', form)
        ORDER BY at DESC, version DESC, id
        """,  # noqa: S608
        (*chosen, form),
    )
    return [_note(row) for row in rows]


def digest(note: ChangeNote) -> str:
    """The SHA-256 of a note, which the audit trail names."""
    return hashlib.sha256(msgspec.json.encode(note)).hexdigest()


def check_change_notes(connection: sqlite3.Connection, say: Callable[[str, str], None]) -> None:
    """For `sightline verify`: the notes against the audit trail, which the log holds."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'form_change_note'").fetchone():
        return
    told = {
        (row["about"], row["details"].rpartition(" ")[2])
        for row in connection.execute("SELECT about, details FROM identity_audit WHERE what = ?", (EVENT,))
    }
    kept = set()
    for row in connection.execute("SELECT * FROM form_change_note"):
        kept.add((row["form"], row["digest"]))
        if digest(_note(row)) != row["digest"]:
            say(f"the change note {row['id']} on {row['form']}", "changed: it is not what was written")
    for about, _ in sorted(kept ^ told):
        say(f"change notes on {about}", "missing or changed: the audit trail tells of others")


def _note(row: sqlite3.Row) -> ChangeNote:
    return ChangeNote(**{name: row[name] for name in ChangeNote.__struct_fields__})
