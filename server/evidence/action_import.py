"""Bringing a register of actions in from a file: all of it checked first, row by row, then made in one transaction.

`plan` says of each row what would become of it and changes nothing; `carry_out` plans again where it writes, and only
writes when that comes to the same plan and no row is refused. A row is about the action of its id, else of its number,
else of its title in that service; so the same file again changes nothing. A state is never read: no file closes one.

Decided: nothing at all is brought in while one row is refused. Rejected: the rows that are sound, for then nobody knows
which half of a file is in.
"""

import hashlib
import sqlite3
from datetime import date
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from server.evidence import action_store
from server.evidence.action_cells import FIELDS, NUMBERED, Known, typed_of
from server.evidence.action_export import FIGURES, written_cells
from server.evidence.action_form import Choices, blank, read_fields, typed_again
from server.evidence.action_history import LABELS, FieldChange, value_words
from server.evidence.action_matching import Match, Matcher, Refused
from server.evidence.action_offered import offered_in
from server.evidence.action_wording import Remark, remarks
from server.evidence.actions import Action, ActionFields
from server.evidence.csv_reading import Line, Table
from server.evidence.people import Names, possible_owners, units_of
from server.framework import library

MADE, CHANGED, UNCHANGED, REFUSED = "made", "changed", "unchanged", "refused"
_WHO_IT_IS = ("id", "number", "title")
_READ = {*FIELDS, *NUMBERED, *_WHO_IT_IS, "service"}


class RowPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one row: `outcome` is "made", "changed", "unchanged" or "refused", `faults` are by column.

    `fields` are the action's then; `id` is its id, "" for one that is still to be made; `version` the one it has now.
    """

    line: int
    outcome: str
    title: str
    service: str
    id: str = ""
    number: int | None = None
    version: int = 0
    fields: ActionFields | None = None
    faults: dict[str, str] = {}
    changes: list[FieldChange] = []
    remarks: list[Remark] = []
    note: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What becomes of a file. `mark` is the same only for the same outcome on the same actions."""

    rows: list[RowPlan]
    notes: list[str]

    def count(self, outcome: str) -> int:
        """How many rows come out so."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def possible(self) -> bool:
        """Whether it can be carried out: no row is refused, and there is something to do."""
        return not self.count(REFUSED) and self.count(UNCHANGED) < len(self.rows)

    @property
    def mark(self) -> str:
        """A digest of what would be done."""
        said = [(row.line, row.outcome, row.id, row.number, row.version, row.fields) for row in self.rows]
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


class Room(msgspec.Struct, frozen=True):
    """Where a file may bring something: the services whose actions its sender may write, with every name in them."""

    services: tuple[str, ...]
    names: Names
    today: date


def plan(connection: sqlite3.Connection, table: Table, room: Room) -> Plan:
    """What would become of each row. Changes nothing."""
    planner = _Planner(connection, room)
    rows = [planner.row(line) for line in table.lines]
    unread = [name for name in table.headings if name and name not in _READ and name not in FIGURES]
    notes = list(table.notes)
    if unread:
        notes.append(f"Not read, for an action has no such field: {', '.join(unread)}.")
    return Plan(rows, notes)


def carry_out(
    connection: sqlite3.Connection, table: Table, room: Room, mark: str, who: str, at: str
) -> tuple[Plan, bool]:
    """Make and change what the plan says, and whether that was done: not when it is no longer the plan of `mark`."""
    planned = plan(connection, table, room)
    if planned.mark != mark or not planned.possible:
        return planned, False
    # Those that name their number first, or the next free one would be taken from them
    for row in sorted(planned.rows, key=lambda row: row.number is None):
        reason = f"Brought in from a file, line {row.line}."
        if row.outcome == MADE and row.fields is not None:
            id = row.id or str(uuid4())
            action_store.create(connection, id, row.service, row.fields, who, at, row.number, reason)
        elif row.outcome == CHANGED and row.fields is not None:
            now = action_store.read_one(connection, row.id)
            action_store.edit(connection, now, row.version, row.fields, who, at, reason)
    return planned, True


class _Planner:
    """What becomes of one row after another."""

    def __init__(self, connection: sqlite3.Connection, room: Room) -> None:
        self.connection = connection
        self.room = room
        services = {id: room.names.services.get(id, id) for id in room.services}
        self.matcher = Matcher(connection, services)
        self.known: dict[str, Known] = {}

    def row(self, line: Line) -> RowPlan:
        try:
            if line.too_many:
                raise Refused("title", "The row has more cells than headings. Is a quotation mark missing?")
            found = self.matcher.match(line)
        except Refused as refused:
            return RowPlan(
                line=line.number,
                outcome=REFUSED,
                title=line.cells.get("title", "").strip(),
                service="",
                faults={refused.column: refused.words},
            )
        return self._changed(line, found.action) if found.action else self._made(line, found)

    def _changed(self, line: Line, action: Action) -> RowPlan:
        row = RowPlan(
            line=line.number,
            outcome=UNCHANGED,
            title=action.fields.title,
            service=action.service,
            id=action.id,
            number=action.number,
            version=action.version,
            note=_state_note(line, action),
        )
        if self._says_what_stands(line, action):
            return row
        known, before = self._known_in(action.service, action), typed_again(action.fields)
        if any(name in NUMBERED for name in line.cells):
            before = {name: value for name, value in before.items() if name not in NUMBERED}
        fields, faults = _read(line, known, before)
        if fields is None:
            return replace(row, outcome=REFUSED, faults=faults)
        changes = [
            FieldChange(LABELS[name], self._words(name, was), self._words(name, now))
            for name, (was, now) in action_store.differences(action.fields, fields).items()
        ]
        if not changes:
            return row
        return replace(row, outcome=CHANGED, changes=changes, fields=fields, remarks=remarks(fields))

    def _made(self, line: Line, found: Match) -> RowPlan:
        row = RowPlan(
            line=line.number,
            outcome=REFUSED,
            title=line.cells.get("title", "").strip(),
            service=found.service,
            id=found.id,
            number=found.number,
            note=_state_note(line, None),
        )
        fields, faults = _read(line, self._known_in(found.service, None), blank("", self.room.today))
        if fields is None:
            return replace(row, faults=faults)
        return replace(row, outcome=MADE, fields=fields, remarks=remarks(fields))

    def _says_what_stands(self, line: Line, action: Action) -> bool:
        """Whether each cell is what a file taken out now would have there."""
        stands = {name: str(cell) for name, cell in written_cells(action, self.room.names, str).items()}
        numbered = {name: "" for name in line.cells if name in NUMBERED}
        return all(
            line.cells[name] == cell for name, cell in {**numbered, **stands}.items() if name in line.cells
        )

    def _words(self, name: str, value: object) -> str:
        return value_words(name, msgspec.to_builtins(value), self.room.names)

    def _known_in(self, service: str, action: Action | None) -> Known:
        if service not in self.known:
            people = possible_owners(self.connection, service, self.room.today.isoformat())
            units, owners = units_of(self.connection, service), {one.id: one.name for one in people}
            measures = offered_in(self.connection, service)
            choices = Choices(units, owners, self.room.today, measures=measures)
            self.known[service] = Known(units, owners, choices)
        known = self.known[service]
        if action is None:
            return known
        # Whoever owns it and however it was tagged may stay, also when neither could be chosen any more
        owner = action.fields.owner
        owners = {owner: self.room.names.one_of_staff(owner), **known.owners}
        tags = library().tags | set(action.fields.tags)
        measures = offered_in(self.connection, service, action)
        return Known(known.units, owners, replace(known.choices, owners=owners, tags=tags, measures=measures))


def _read(
    line: Line, known: Known, before: dict[str, tuple[str, ...]]
) -> tuple[ActionFields | None, dict[str, str]]:
    """The fields a row comes to over what stood `before`, or None and what is wrong, by column."""
    typed, unknown = typed_of(line.cells, known)
    fields, faults = read_fields({**before, **typed}, known.choices)
    return (None if unknown else fields), {**faults, **unknown}


def _state_note(line: Line, action: Action | None) -> str:
    said = line.cells.get("status", "").strip().casefold()
    if said.startswith("clos") and not (action and action.status == "closed"):
        return "The file says it is closed. No file closes an action: that is a decision with its evidence beside it."
    return ""


def counts_words(planned: Plan) -> str:
    """ "3 made, 1 changed, 12 unchanged, none refused" """
    return ", ".join(
        f"{planned.count(outcome) or 'none'} {outcome}" for outcome in (MADE, CHANGED, UNCHANGED, REFUSED)
    )
