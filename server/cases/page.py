"""The page of one case, read from what is kept: its choices, its sections, what the floor found of its controls."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.cases import standing
from server.cases.acting import listed_id
from server.cases.kinds import ACTS, CONCERN, OPENING, SECTIONS
from server.cases.records import Held, held_by
from server.cases.register import Line
from server.dated_settings import signing
from server.desk_records.act_kinds import ActKind
from server.desk_records.fields import Choices, value_words
from server.desk_records.panel import Entry, SectionShown, entry_of, offered, shown
from server.desk_records.store import Act, DeskRecord
from server.evidence import action_store
from server.evidence.people import Names, read_names
from server.evidence.times import read_instant, write_instant
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer
from server.measures.reading_records import Source
from server.measures.reading_shifts import control_checks

_FOUND = {"met": "in place and known", "partly": "in part", "not_met": "not in place, or not known"}


class Recheck(msgspec.Struct, frozen=True):
    """A control that the floor looked at again."""

    record: str
    at: str
    words: str


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    line: Line
    names: Names
    opening: list[tuple[str, str]]
    records: list[Held]
    hidden: int
    sections: list[SectionShown]
    forms: dict[str, ActKind]
    history: list[Entry]
    rechecks: list[Recheck]
    choices: dict[str, Mapping[str, str]]


def read_case_page(
    connection: sqlite3.Connection, catalogue: Catalogue, line: Line, viewer: Viewer
) -> CasePage:
    """The page of a case for somebody who may see it. Its records are shown to whoever may see those."""
    case = line.case
    evidence = viewer.scope(Permission.READ_EVIDENCE).within([case.service])
    names = read_names(connection, viewer.scope(Permission.READ_CASES).within([case.service]))
    records, hidden = held_by(connection, case.id, evidence)
    choices = choices_of(connection, case, names)
    known = {**choices, **once_chosen(case)}

    def entry(act: Act) -> Entry:
        return entry_of(act, ACTS, known, names.one_of_staff)

    decides = signs_cases(connection, viewer, case, line.now)

    def may(kind: ActKind) -> bool:
        needed = Permission.DECIDE_CASES if kind.decides else Permission.WRITE_CASES
        return (
            kind.name != "opened"
            and kind.is_for(case.kind)
            and viewer.may(needed, case.service)
            and (decides or not kind.decides)
            and case.closed == (kind.name == "reopened")
            and offered(kind.fields, choices)
        )

    return CasePage(
        line=line,
        names=names,
        opening=[
            (field.label, value_words(field, value, known))
            for field in OPENING
            if field.name not in ("title", "kind") and (value := case.now(field.name))
        ],
        records=records,
        hidden=hidden,
        sections=shown(case, SECTIONS, ACTS, entry, may),
        forms={kind.name: kind for kind in ACTS.values() if may(kind)},
        history=[entry(act) for act in reversed(case.acts)],
        rechecks=_rechecks(connection, catalogue, case, evidence),
        choices=choices,
    )


def signs_cases(connection: sqlite3.Connection, viewer: Viewer, case: DeskRecord, now: datetime) -> bool:
    """Whether the service has the viewer's role sign decisions on cases now."""
    roles = {grant.role for grant in viewer.grants if grant.service == case.service and not grant.unit}
    return signing.signs(connection, case.service, signing.CASES, roles, now)


def choices_of(
    connection: sqlite3.Connection, case: DeskRecord, names: Names
) -> dict[str, Mapping[str, str]]:
    """What can be chosen now, by the name of the choice."""
    actions = action_store.all_of(connection, [case.service])
    return {
        "people": people_of(connection, [case.service], names),
        "actions": {one.id: f"Action {one.number}: {one.fields.title}" for one in actions},
        "assumptions": {str(one.version): one.get("assumption") for one in standing.assumptions(case)},
        "controls": standing.controls(case),
        "checks": {number: act.get("check") for number, act in standing.checks(case).items()},
    }


def people_of(connection: sqlite3.Connection, services: Sequence[str], names: Names) -> dict[str, str]:
    """The people of these services whom the names know."""
    places = ", ".join("?" * len(services))
    rows = connection.execute(
        f"SELECT person.id FROM person JOIN unit ON unit.id = person.unit WHERE unit.service IN ({places})",  # noqa: S608
        tuple(services),
    )
    known = {row["id"] for row in rows}
    return {id: words for id, words in names.people.items() if id in known}


def proposal(held: Held | None, kind: str, now_local: str, happened_local: str) -> dict[str, str]:
    """What an empty form begins with; from a record, what the record says."""
    typed = {"about_manager": "no", "recognised_at": now_local, "pattern": "", "kind": kind}
    if held is None:
        return typed | {"kind": ""}
    return typed | {
        "kind": kind or CONCERN,
        "recognised_at": happened_local,
        "how": "floor",
        "person": held.person,
    }


def once_chosen(case: DeskRecord) -> Choices:
    """The words of what was chosen among the case's own acts, also once it is no longer offered."""
    return {
        "assumptions": {str(act.version): act.get("assumption") for act in case.every("assumption")},
        "controls": {str(act.version): act.get("control") for act in case.every("control")},
        "checks": {str(act.version): act.get("check") for act in case.every("check_planned")},
    }


def _rechecks(
    connection: sqlite3.Connection, catalogue: Catalogue, case: DeskRecord, scope: Scope
) -> list[Recheck]:
    """What F2.G and F4.E said of the case's controls, the last first."""
    own = {listed_id(case.id, act.version): act.get("control") for act in case.every("control")}
    if not own or not scope.parts:
        return []
    opened = read_instant(case.opened_at)
    found = control_checks(Source(connection, scope, catalogue, opened.date(), opened))
    of_case = [check for check in found if check.control in own]
    return [
        Recheck(
            check.record,
            write_instant(check.happened_at),
            f"{own[check.control]}: {_FOUND.get(check.holds, 'not seen')}",
        )
        for check in sorted(of_case, key=lambda one: one.happened_at, reverse=True)
    ]
