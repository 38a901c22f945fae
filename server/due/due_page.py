"""The desk's list of what is due: filtered, what is late first, with what became of the rest."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from observation_forms import Catalogue
from server.due.items import NOT_NEEDED
from server.evidence.people import Names, read_names
from server.evidence.times import gap_words, read_instant, write_instant
from server.form_words import answer_words
from server.identity.scope import Scope

SHOWN = 200
# What the tablet says to the author
_MARKED = "Its author marked something unsafe"
STATES: Mapping[str, str] = {
    "open": "Open",
    "late": "Late now",
    "done": "Done",
    "not_needed": "Not needed",
    "taken_back": "Taken back",
}
WHO: Mapping[str, str] = {"floor": "Whoever is on shift", "deputy": "Deputy", "manager": "Manager"}

_STATE_IS = {
    "open": "d.outcome = ''",
    "late": "d.outcome = '' AND d.due_at < :now",
    "done": "d.outcome IN ('done', 'late')",
    "not_needed": "d.outcome = 'not_needed'",
    "taken_back": "d.outcome = 'taken_back'",
}


class DueFilter(msgspec.Struct, frozen=True):
    """What to show. "" = any."""

    state: str = "open"
    unit: str = ""
    who: str = ""
    service: str = ""

    def address(self, **changed: str) -> str:
        """The page with one part of the filter changed."""
        wanted = msgspec.structs.asdict(self) | changed
        asked = urlencode({name: value for name, value in wanted.items() if value})
        return f"/due?{asked}" if asked else "/due"


class DueLine(msgspec.Struct, frozen=True):
    """One line of the list, in words."""

    id: str
    title: str
    why: str
    says: str
    state: str
    place: str
    person: str
    who: str
    opened_at: str
    due_at: str
    late_by: str
    source: str
    settled_by: str
    settled_at: str
    settled_who: str
    reason: str


class DuePage(msgspec.Struct, frozen=True):
    """The lines, how many there are of each state, and the names to filter by."""

    lines: list[DueLine]
    counts: dict[str, int]
    names: Names
    more: bool


def read_due_filter(asked: Mapping[str, Sequence[str]]) -> DueFilter:
    """The filter an address names; what makes no sense is left out."""
    wanted = {name: "".join(asked.get(name, ())[:1]) for name in ("state", "unit", "who", "service")}
    wanted["state"] = wanted["state"] if wanted["state"] in STATES else "open"
    wanted["who"] = wanted["who"] if wanted["who"] in WHO else ""
    return DueFilter(**wanted)


def read_due_page(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    wanted: DueFilter,
    scope: Scope,
    now: datetime,
) -> DuePage:
    """What is due in `scope`: open ones by when they are due, the rest with what was settled last first."""
    names = read_names(connection, scope)
    seen, allowed = (scope.within([wanted.service]) if wanted.service else scope).due("d")
    for number in range(len(allowed)):
        seen = seen.replace("?", f":p{number}", 1)
    values: dict[str, object] = {"now": write_instant(now), "unit": wanted.unit, "who": wanted.who}
    values |= {f"p{number}": value for number, value in enumerate(allowed)}
    among = f"{seen} AND (:unit = '' OR d.unit = :unit) AND (:who = '' OR d.who = :who)"
    sums = ", ".join(
        f"count(*) FILTER (WHERE {condition}) AS {state}" for state, condition in _STATE_IS.items()
    )
    counted = connection.execute(f"SELECT {sums} FROM due_item d WHERE {among}", values).fetchone()  # noqa: S608
    order = "d.due_at, d.id" if wanted.state in ("open", "late") else "max(d.settled_at, d.due_at) DESC, d.id"
    rows = connection.execute(
        f"""
        SELECT d.*, r.seq, r.author, r.form_hash
        FROM due_item d LEFT JOIN record_current r ON r.record = d.settled_by AND d.settled_by <> ''
        WHERE {among} AND {_STATE_IS[wanted.state]}
        ORDER BY {order} LIMIT {SHOWN + 1}
        """,  # noqa: S608
        values,
    ).fetchall()
    lines = [_line(connection, catalogue, row, names, now) for row in rows[:SHOWN]]
    return DuePage(
        [_hide(connection, line, scope) for line in lines], dict(counted), names, len(rows) > SHOWN
    )


def _line(
    connection: sqlite3.Connection, catalogue: Catalogue, row: sqlite3.Row, names: Names, now: datetime
) -> DueLine:
    reason = row["taken_back"] if row["outcome"] == "taken_back" else ""
    if row["outcome"] == NOT_NEEDED:
        reason = _why_not_needed(connection, catalogue, row)
    end = read_instant(row["settled_at"]) if row["settled_at"] else now
    seconds = int((end - read_instant(row["due_at"])).total_seconds())
    return DueLine(
        id=row["id"],
        title=row["title"],
        why=_MARKED if row["id"].endswith("/concern") else row["why"],
        says=row["says"],
        state=row["outcome"] or ("overdue" if seconds > 0 else "open"),
        place=names.unit(row["unit"]) if row["unit"] else names.services.get(row["service"], row["service"]),
        person=names.person(row["person"]) if row["person"] else "",
        who=names.one_of_staff(row["staff"]) if row["staff"] else WHO[row["who"]],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        late_by=gap_words(seconds) if seconds > 0 and row["outcome"] in ("", "late") else "",
        source=row["source"],
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
        settled_who=names.one_of_staff(row["author"]) if row["author"] else "",
        reason=reason,
    )


def _why_not_needed(connection: sqlite3.Connection, catalogue: Catalogue, row: sqlite3.Row) -> str:
    form = catalogue.form(row["form_hash"] or "")
    answers = dict(
        connection.execute(
            "SELECT question, value FROM answer WHERE seq = ? AND position = 0", (row["seq"],)
        ).fetchall()
    )
    said = [
        answer_words(form.definition.by_id[name], answers[name], {})
        for name in ("reason", "words")
        if form and name in form.definition.by_id and name in answers
    ]
    return ": ".join(said)


def _hide(connection: sqlite3.Connection, line: DueLine, scope: Scope) -> DueLine:
    """Without the link to a record that the viewer may not see, and without its author and what was said in it."""
    condition, values = scope.records("v")

    def shown(record: str) -> str:
        sql = f"SELECT 1 FROM record_current v WHERE v.record = ? AND {condition}"  # noqa: S608
        return record if record and connection.execute(sql, (record, *values)).fetchone() else ""

    settled_by = shown(line.settled_by)
    author = line.settled_who if settled_by or not line.settled_by else "Someone"
    hidden = line.settled_by and not settled_by and line.state == NOT_NEEDED
    return msgspec.structs.replace(
        line,
        source=shown(line.source),
        settled_by=settled_by,
        settled_who=author,
        reason="" if hidden else line.reason,
    )
