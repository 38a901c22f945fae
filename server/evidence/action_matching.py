"""Which action a row of a file is about: that of its id, else of its number, else of its title in that service.

Where nobody could say, or two rows are about one action, the row is refused with what to write.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from server.evidence import action_store
from server.evidence.actions import Action
from server.evidence.csv_reading import Line

LARGEST_NUMBER = 999_999


class Refused(Exception):
    """A row that cannot be used: the column to put right, and what to write there."""

    def __init__(self, column: str, words: str) -> None:
        self.column = column
        self.words = words
        super().__init__(words)


class Match(msgspec.Struct, frozen=True):
    """What a row is about: an action that is there, or else the id and number it gives its new one ("" and None where
    it leaves them to us).
    """

    service: str
    action: Action | None
    id: str = ""
    number: int | None = None

    @property
    def by_title(self) -> bool:
        """Whether a new action is known by nothing but its title."""
        return self.action is None and not self.id and self.number is None


class Matcher:
    """The actions of these services (id to name), and what earlier rows of the file are about."""

    def __init__(self, connection: sqlite3.Connection, services: Mapping[str, str]) -> None:
        self._connection = connection
        self._services = services
        self._actions = action_store.all_of(connection, tuple(services))
        self._taken: dict[str, int] = {}

    def match(self, line: Line) -> Match:
        """What the row is about. Raises `Refused`."""
        found = self._match(line)
        self._once(line, found)
        return found

    def _match(self, line: Line) -> Match:
        id, number = _cell(line, "id"), _number(line)
        if id:
            for action in self._actions:
                if action.id == id:
                    self._refuse_contradiction(line, action, number)
                    return Match(action.service, action)
        service = self._service(line)
        here = [action for action in self._actions if action.service == service]
        numbered = [action for action in here if number is not None and action.number == number]
        if id:
            if numbered:
                raise Refused("number", f"Number {number} is another action's. Leave the number empty.")
            return Match(service, None, self._new_id(id), number)
        if number is not None:
            return Match(service, numbered[0]) if numbered else Match(service, None, "", number)
        return self._by_title(service, here, _title(line))

    def _by_title(self, service: str, here: Sequence[Action], title: str) -> Match:
        same = [action for action in here if action.fields.title.casefold() == title]
        if len(same) > 1:
            numbers = ", ".join(str(action.number) for action in same)
            raise Refused(
                "number", f"Actions {numbers} all have this title. Write the number of the one you mean."
            )
        return Match(service, same[0] if same else None)

    def _refuse_contradiction(self, line: Line, action: Action, number: int | None) -> None:
        if number not in (None, action.number):
            raise Refused("number", f"The id is that of action {action.number}. Empty one of the two cells.")
        if self._said_service(line) not in ("", action.service):
            raise Refused("service", "This action belongs to another service, and an action cannot move.")

    def _new_id(self, text: str) -> str:
        try:
            id = str(UUID(text))
        except ValueError:
            raise Refused("id", "Leave the id empty: the action is given one.") from None
        if action_store.is_taken(self._connection, id):
            raise Refused("id", "This id cannot be used. Leave it empty: the action is given one.")
        return id

    def _once(self, line: Line, found: Match) -> None:
        """Refuse the second row about one action: nobody could say which of them holds."""
        title = f"{found.service} {_title(line)}"
        if found.action is not None:
            keys = asks = {f"id {found.action.id}"}
        else:
            given = {f"id {found.id}"} if found.id else set()
            given |= {f"number {found.service} {found.number}"} if found.number is not None else set()
            # A new action that is known by its title alone must be the only new one of that title
            keys = given | {f"title {title}"} | ({f"title alone {title}"} if found.by_title else set())
            asks = given | {f"title {title}" if found.by_title else f"title alone {title}"}
        for key in sorted(asks):
            if key in self._taken:
                raise Refused("title", f"Line {self._taken[key]} is about the same action. Keep one of them.")
        self._taken |= dict.fromkeys(keys, line.number)

    def _said_service(self, line: Line) -> str:
        """The service a row names, "" where it names none. Raises `Refused` for one where nothing may be written."""
        said = _cell(line, "service").casefold()
        if not said:
            return ""
        meant = [
            id
            for id, name in self._services.items()
            if said in (id.casefold(), name.casefold(), f"{name} ({id})".casefold())
        ]
        if len(meant) != 1:
            raise self._which_service()
        return meant[0]

    def _service(self, line: Line) -> str:
        service = self._said_service(line)
        if not service and len(self._services) != 1:
            raise self._which_service()
        return service or next(iter(self._services))

    def _which_service(self) -> Refused:
        return Refused("service", f"Write one of your services: {'; '.join(self._services.values())}.")


def _number(line: Line) -> int | None:
    cell = _cell(line, "number")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= 6 and 0 < int(cell) <= LARGEST_NUMBER):
        raise Refused("number", "Write the number of an action, such as 12, or leave it empty for a new one.")
    return int(cell)


def _title(line: Line) -> str:
    return _cell(line, "title").casefold()


def _cell(line: Line, column: str) -> str:
    return line.cells.get(column, "").strip()
