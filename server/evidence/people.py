"""The names a page needs beside the ids it holds: services, units, staff, people, tablets of the viewer's services."""

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from server.identity.organisation import WORDS
from server.identity.pseudonyms import pseudonyms
from server.identity.scope import Scope

# Whom a record names, but who lives where the viewer sees nothing
ELSEWHERE = "Someone in another unit"


class Names(msgspec.Struct, frozen=True):
    """Id to words. A `person` reads "AB, room 4"; who has left keeps their name, for their records stay. `listed`
    is what a tablet may pick from its lists, ended or not; `words` is how the service says person, place and home.
    `people` are those of the scope; `elsewhere` says of all others of its services that they are somewhere else.
    """

    services: Mapping[str, str]
    units: Mapping[str, str]
    unit_service: Mapping[str, str]
    staff: Mapping[str, str]
    people: Mapping[str, str]
    tablets: Mapping[str, str]
    listed: Mapping[str, str] = {}
    actions: Mapping[str, str] = {}
    elsewhere: Mapping[str, str] = {}
    scope: Scope = Scope(())
    words: Mapping[str, str] = msgspec.field(default_factory=lambda: WORDS["residential"])

    @property
    def known(self) -> dict[str, str]:
        """Every id that an answer may hold, to its words."""
        return {**self.listed, **self.staff, **self.elsewhere, **self.people}

    def unit(self, id: str) -> str:
        """The unit's name; the id itself where none is known."""
        return self.units.get(id, id)

    def one_of_staff(self, id: str) -> str:
        """The member of staff's name; the id itself where none is known."""
        return self.staff.get(id, id)

    def person(self, id: str) -> str:
        """The person's initials and place; the id itself where none is known."""
        return self.people.get(id) or self.elsewhere.get(id, id)

    def tablet(self, id: str) -> str:
        """The tablet's name; the id itself where none is known."""
        return self.tablets.get(id, id)


class Colleague(msgspec.Struct, frozen=True):
    """Someone who may own an action."""

    id: str
    name: str


def read_names(connection: sqlite3.Connection, scope: Scope) -> Names:
    """Every name within the services of `scope`, and of all staff who ever had a role in one of them; of people and
    actions those alone that the scope shows. Where the scope is not `named`, pseudonyms of staff and people.
    """
    services = scope.services
    units = _rows(
        connection, "SELECT id, service, name FROM unit WHERE service IN ({}) ORDER BY name", services
    )
    people = _rows(connection, _PEOPLE, services)
    actions = [
        row for row in _rows(connection, _ACTIONS, services) if scope.shows_action(row["id"], row["service"])
    ]
    staff = _pairs(_rows(connection, _STAFF, services))
    known = _pairs(people)
    if not scope.named:
        give = pseudonyms(connection)
        staff = {id: give("staff", id) for id in staff}
        known = {id: give("person", id) for id in known}
    seen = {row["id"]: scope.shows_place(row["service"], row["unit"]) for row in people}
    return Names(
        services=_pairs(
            _rows(connection, "SELECT id, name FROM service WHERE id IN ({}) ORDER BY name", services)
        ),
        units={row["id"]: row["name"] for row in units},
        unit_service={row["id"]: row["service"] for row in units},
        staff=staff,
        people={id: name for id, name in known.items() if seen[id]},
        elsewhere={row["id"]: ELSEWHERE for row in people if not seen[row["id"]]},
        tablets=_pairs(
            _rows(connection, "SELECT id, name FROM tablet WHERE service IN ({}) ORDER BY name", services)
        ),
        listed=_pairs(actions + _rows(connection, _LISTED, services)),
        actions=_pairs(actions),
        words=_words(connection, services),
        scope=scope,
    )


def possible_owners(connection: sqlite3.Connection, service: str, today: str) -> list[Colleague]:
    """Who may own an action of `service`: staff with a role there now, by name. `today` is "2026-11-21"."""
    rows = connection.execute(
        """
        SELECT DISTINCT staff.id, staff.name FROM staff JOIN staff_role ON staff_role.staff = staff.id
        WHERE staff.left_at = '' AND (staff_role.service IS NULL OR staff_role.service = ?)
            AND staff_role.role <> 'visitor' AND (staff_role.ends = '' OR staff_role.ends > ?)
        ORDER BY staff.name
        """,
        (service, today),
    )
    return [Colleague(row["id"], row["name"]) for row in rows]


def units_of(connection: sqlite3.Connection, service: str) -> dict[str, str]:
    """The units of a service, id to name, by name."""
    rows = connection.execute("SELECT id, name FROM unit WHERE service = ? ORDER BY name", (service,))
    return _pairs(rows.fetchall())


def _words(connection: sqlite3.Connection, services: Sequence[str]) -> Mapping[str, str]:
    """The words of these services, where all are of one kind."""
    kinds = {row["kind"] for row in _rows(connection, "SELECT kind FROM service WHERE id IN ({})", services)}
    return WORDS[kinds.pop()] if len(kinds) == 1 else WORDS["residential"]


def _rows(connection: sqlite3.Connection, sql: str, services: Sequence[str]) -> list[sqlite3.Row]:
    return connection.execute(sql.format(", ".join("?" * len(services))), tuple(services)).fetchall()


def _pairs(rows: list[sqlite3.Row]) -> dict[str, str]:
    return {row["id"]: row["name"] for row in rows}


_STAFF = """
    SELECT staff.id, staff.name FROM staff WHERE EXISTS (
        SELECT 1 FROM staff_role WHERE staff_role.staff = staff.id
        AND (staff_role.service IS NULL OR staff_role.service IN ({})))
    ORDER BY staff.name
"""
_ACTIONS = "SELECT id, service, title AS name FROM action WHERE service IN ({})"
_LISTED = (
    "SELECT id, json_extract(fields, '$.title') AS name FROM listed"
    " WHERE service IN ({}) AND json_extract(fields, '$.title') IS NOT NULL"
)
_PEOPLE = """
    SELECT person.id, person.unit, unit.service, person.initials || ', ' || person.place AS name
    FROM person JOIN unit ON unit.id = person.unit WHERE unit.service IN ({}) ORDER BY unit.name, person.place
"""
