"""The register of actions: every action of the viewer's services, filtered, sorted, and grouped into one recovery map.

A home has tens of actions, a group of homes hundreds, so they are all read and the rest is plain Python.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import msgspec

from server.evidence import words
from server.evidence.action_evidence import Tally, have_evidence, read_tallies
from server.evidence.action_states import STATES, shown
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.people import Names
from server.framework import library
from server.identity.scope import Scope

SORTS: Mapping[str, str] = {
    "deadline": "Deadline",
    "risk": "Risk",
    "owner": "Owner",
    "title": "Title",
    "latest": "Newest evidence",
}
GROUPS: Mapping[str, str] = {
    "theme": "Theme",
    "risk": "Risk",
    "owner": "Owner",
    "unit": "Unit",
    "review": "Review route",
    "state": "State",
    "tag": "Framework",
}
NO_TAG = "No framework tag"


class RegisterQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for; "" means no limit."""

    service: str = ""
    theme: str = ""
    risk: str = ""
    owner: str = ""
    unit: str = ""
    state: str = ""
    tag: str = ""
    overdue: bool = False
    sort: str = "deadline"
    group: str = ""

    def address(self, path: str, **other: str) -> str:
        """`path` with this query, some of it changed."""
        asked = {name: value for name, value in msgspec.structs.asdict(self).items() if value}
        asked["overdue"] = "yes" if self.overdue else ""
        asked["sort"] = "" if self.sort == "deadline" else self.sort
        query = urlencode({name: value for name, value in (asked | other).items() if value})
        return f"{path}?{query}" if query else path


class Line(msgspec.Struct, frozen=True):
    """One action with what has been recorded about it."""

    action: Action
    tally: Tally
    overdue: bool
    days_left: int
    state: str

    @property
    def state_words(self) -> str:
        """The state people see, in words."""
        return words.named(STATES, self.state)


class Group(msgspec.Struct, frozen=True):
    """Some lines under a heading; one group with no heading when the register is not grouped."""

    title: str
    lines: list[Line]


def read_query(asked: Mapping[str, Sequence[str]]) -> RegisterQuery:
    """What an address asks for. A sort or grouping nobody knows is as if it were not asked."""
    first = {name: "".join(values[:1]).strip() for name, values in asked.items()}
    return RegisterQuery(
        service=first.get("service", ""),
        theme=first.get("theme", ""),
        risk=first.get("risk", ""),
        owner=first.get("owner", ""),
        unit=first.get("unit", ""),
        state=first.get("state", ""),
        tag=first.get("tag", ""),
        overdue=first.get("overdue", "") == "yes",
        sort=first["sort"] if first.get("sort") in SORTS else "deadline",
        group=first["group"] if first.get("group") in GROUPS else "",
    )


def read_register(
    connection: sqlite3.Connection, scope: Scope, asked: RegisterQuery, names: Names, today: date
) -> list[Line]:
    """The lines of the register that `asked` lets through, in its order; each counts the records of `scope`, now."""
    actions = [action for action in read_actions(connection, scope) if fits(action, asked, today)]
    tallies = read_tallies(connection, [action.id for action in actions], scope)
    return lines_of(connection, actions, tallies, asked, names, today)


def lines_of(
    connection: sqlite3.Connection,
    actions: Sequence[Action],
    tallies: Mapping[str, Tally],
    asked: RegisterQuery,
    names: Names,
    today: date,
) -> list[Line]:
    """The lines of these actions, less those in another state than `asked`, in its order."""
    begun = have_evidence(connection, [action.id for action in actions])
    lines = [
        Line(action, tallies[action.id], action.overdue(today), action.days_left(today), state)
        for action in actions
        if asked.state in ("", state := shown(action.status, action.id in begun))
    ]
    return sorted(lines, key=_order(asked.sort, names), reverse=asked.sort == "latest")


def grouped(lines: list[Line], group: str, names: Names) -> list[Group]:
    """The lines under headings. By theme, an action stands under each of its themes."""
    if not group:
        return [Group("", lines)]
    headings: dict[str, list[Line]] = {}
    for line in lines:
        for heading in _headings(line, group, names):
            headings.setdefault(heading, []).append(line)
    place = heading_place()
    return [Group(heading, headings[heading]) for heading in sorted(headings, key=place)]


def heading_place() -> Callable[[str], tuple[int, str]]:
    """Where a heading stands among others: those with an order of their own first, all others by their letters."""
    order = {name: place for place, name in enumerate(_in_order())}
    return lambda heading: (order.get(heading, len(order)), heading)


def _in_order() -> list[str]:
    risks = [f"{name} risk" for name in words.RISKS.values()]
    tags = [library().words(tag) for tag in library().places]
    return [*words.themes().values(), *risks, *STATES.values(), *tags, NO_TAG]


RISK_ORDER = {risk: place for place, risk in enumerate(words.RISKS)}


def fits(action: Action, asked: RegisterQuery, today: date) -> bool:
    """Whether the limits of a query let an action through, but for its state."""
    fields = action.fields
    return (
        asked.service in ("", action.service)
        and (not asked.theme or asked.theme in fields.themes)
        and asked.risk in ("", fields.risk)
        and asked.owner in ("", fields.owner)
        and asked.unit in ("", fields.unit)
        and (not asked.tag or library().reaches(asked.tag, fields.tags))
        and (not asked.overdue or action.overdue(today))
    )


def _order(sort: str, names: Names) -> Callable[[Line], tuple[object, ...]]:
    def key(line: Line) -> tuple[object, ...]:
        fields = line.action.fields
        first: object = {
            "deadline": fields.deadline,
            "risk": RISK_ORDER.get(fields.risk, len(RISK_ORDER)),
            "owner": names.one_of_staff(fields.owner).casefold(),
            "title": fields.title.casefold(),
            "latest": line.tally.latest,
        }[sort]
        return first, fields.deadline, line.action.service, line.action.number

    return key


def _headings(line: Line, group: str, names: Names) -> list[str]:
    return [line.state_words] if group == "state" else headings_of(line.action, group, names)


def headings_of(action: Action, group: str, names: Names) -> list[str]:
    """The headings under which an action stands, by anything but its state."""
    fields = action.fields
    if group == "theme":
        return [words.named(words.themes(), theme) for theme in fields.themes]
    if group == "risk":
        return [f"{words.named(words.RISKS, fields.risk)} risk"]
    if group == "owner":
        return [names.one_of_staff(fields.owner)]
    if group == "tag":
        return [library().words(tag) for tag in fields.tags] or [NO_TAG]
    if group == "service":
        return [names.services[action.service]]
    if group == "unit":
        return [names.unit(fields.unit) if fields.unit else "Whole service"]
    return [fields.review_route]
