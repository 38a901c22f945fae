"""What the page of retention shows: by rule, what has reached its end; the holds; what may be chosen for a hold."""

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from server.evidence.people import Names, read_names
from server.evidence.times import day_of
from server.identity.scope import of_services
from server.retention.at_the_desk import address_of
from server.retention.holds import Hold, is_held, read_holds
from server.retention.keeping import worked_out_on
from server.retention.reached import Reached
from server.retention.rules import RULES, Rule
from sync import read_destroyed

# A page is for looking through; the rest follows once these are decided
SHOWN = 100


class Line(msgspec.Struct, frozen=True):
    """One subject of the list, and whether a hold keeps it."""

    subject: str
    address: str
    title: str
    service: str
    happened: str
    ended: str
    held: bool


class Group(msgspec.Struct, frozen=True):
    """What one rule lets go: the first of it, and how much there is in all."""

    rule: Rule
    count: int
    lines: list[Line]


class HoldLine(msgspec.Struct, frozen=True):
    """A hold in words."""

    hold: Hold
    what: str
    placed_by: str
    lifted_by: str


class RetentionPage(msgspec.Struct, frozen=True):
    """Everything the page shows. `worked_out` is the day of the list, "" before there is one."""

    groups: list[Group]
    holds: list[HoldLine]
    worked_out: str
    services: Mapping[str, str]


def read_retention_page(
    connection: sqlite3.Connection, services: Sequence[str], restricted: Sequence[str]
) -> RetentionPage:
    """The list of these services, without what few may see unless its service is in `restricted`."""
    names = read_names(connection, of_services(services))
    return RetentionPage(
        groups=[
            group
            for rule in RULES.values()
            if (group := _group(connection, rule, names, services, restricted))
        ],
        holds=[
            HoldLine(
                one,
                hold_words(one, names),
                names.one_of_staff(one.placed_by),
                names.one_of_staff(one.lifted_by),
            )
            for one in read_holds(connection, services)
        ],
        worked_out=worked_out_on(connection),
        services=names.services,
    )


def subjects_of(
    connection: sqlite3.Connection, rule: str, services: Sequence[str], restricted: Sequence[str]
) -> list[str]:
    """Every subject of the list under one rule, what ended first first."""
    condition, values = _listed(rule, services, restricted)
    rows = connection.execute(
        f"SELECT subject FROM retention_list WHERE {condition} ORDER BY ended_on, subject",  # noqa: S608
        values,
    )
    return [row["subject"] for row in rows]


def hold_choices(connection: sqlite3.Connection, services: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """What a hold may be placed on, by heading: (value, words). The value is "kind/id/service"."""
    names = read_names(connection, of_services(services))
    people = connection.execute(
        f"SELECT person.id, unit.service FROM person JOIN unit ON unit.id = person.unit "  # noqa: S608
        f"WHERE unit.service IN ({', '.join('?' * len(services))})",
        tuple(services),
    ).fetchall()
    actions = connection.execute(
        f"SELECT id, number, title, service FROM action WHERE service IN ({', '.join('?' * len(services))}) "  # noqa: S608
        "ORDER BY number",
        tuple(services),
    ).fetchall()
    first = services[0]
    return {
        "A whole service, or a time in it": [
            (f"{kind}/{id}/{id}", f"{name}: {words}")
            for id, name in names.services.items()
            for kind, words in (("service", "everything"), ("window", "from one day to another"))
        ],
        "A person supported": sorted(
            ((f"person/{row['id']}/{row['service']}", names.person(row["id"])) for row in people),
            key=lambda pair: pair[1],
        ),
        "A member of staff": [(f"staff/{id}/{first}", name) for id, name in names.staff.items()],
        "An action": [
            (f"action/{row['id']}/{row['service']}", f"Action {row['number']}, {row['title']}")
            for row in actions
        ],
    }


def hold_words(hold: Hold, names: Names) -> str:
    """What a hold is on, as a person would say it."""
    service = names.services.get(hold.service, hold.service)
    if hold.kind == "service":
        return f"Everything of {service}"
    if hold.kind == "window":
        return f"Everything of {service} from {day_of(hold.first)} to {day_of(hold.last)}"
    if hold.kind == "action":
        return f"The action “{names.listed.get(hold.subject, hold.subject)}”"
    return names.person(hold.subject) if hold.kind == "person" else names.one_of_staff(hold.subject)


def destroyed_of(
    connection: sqlite3.Connection, record: str, services: Sequence[str], restricted: Sequence[str]
) -> list[dict[str, str]]:
    """What is left to say of the destroyed versions of a record that the viewer could have seen."""
    names = read_names(connection, of_services(services))
    return [
        msgspec.structs.asdict(one) | {"by": names.one_of_staff(one.who)}
        for one in read_destroyed(connection, record)
        if one.service in services and (not one.restricted or one.service in restricted)
    ]


def _group(
    connection: sqlite3.Connection,
    rule: Rule,
    names: Names,
    services: Sequence[str],
    restricted: Sequence[str],
) -> Group | None:
    condition, values = _listed(rule.code, services, restricted)
    (count,) = connection.execute(
        f"SELECT count(*) FROM retention_list WHERE {condition}",  # noqa: S608
        values,
    ).fetchone()
    rows = connection.execute(
        f"SELECT * FROM retention_list WHERE {condition} ORDER BY ended_on, subject LIMIT ?",  # noqa: S608
        (*values, SHOWN),
    ).fetchall()
    found = [Reached(**dict(row)) for row in rows]
    return Group(rule, count, [_line(connection, one, names) for one in found]) if count else None


def _listed(rule: str, services: Sequence[str], restricted: Sequence[str]) -> tuple[str, tuple[object, ...]]:
    places, few = ", ".join("?" * len(services)), ", ".join("?" * len(restricted))
    return (
        f"service IN ({places}) AND rule >= ? AND rule < ? AND (restricted = 0 OR service IN ({few}))",
        (*services, f"{rule}/", f"{rule}0", *restricted),
    )


def _line(connection: sqlite3.Connection, one: Reached, names: Names) -> Line:
    kind, _, id = one.subject.partition("/")
    return Line(
        one.subject,
        {"record": f"/evidence/{id}", "desk": address_of(connection, id)}.get(kind, "/held"),
        one.title,
        names.services.get(one.service, one.service),
        day_of(one.happened_at),
        day_of(one.ended_on),
        is_held(connection, one.subject),
    )
