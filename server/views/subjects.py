"""Each kind of view: what it is of, which records it holds, what it says is missing, where it leads.

Jobs for `Database.read`. To see one, somebody must be able to see records of that person's unit, that unit, that
service; whatever they may not see is not there, for everybody in the same words.
"""

import sqlite3

import msgspec

from server.coverage.missed import HEARS
from server.coverage.reading import read_units
from server.evidence import words
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.form_kinds import kinds_of_forms
from server.framework import library
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.views import reading, view
from server.views.address import (
    FRAMEWORK,
    PEOPLE,
    SHIFT,
    THEMES,
    UNITS,
    Link,
    address,
    read_shift,
    read_tag,
    shift_of,
    write_tag,
)
from server.views.looking import Looking, assemble
from server.views.shift import read_shift_view
from server.views.theme_records import speaks_of
from server.views.view import View

_SHIFTS_NAMED = 12


def read_view(sql: sqlite3.Connection, kind: str, looking: Looking) -> View | None:
    """The view, None where there is no such thing within what the viewer may see."""
    reads = {
        PEOPLE: _person,
        UNITS: _unit,
        THEMES: _theme,
        FRAMEWORK: _framework,
        SHIFT: _shift,
    }
    return reads[kind](sql, looking) if kind in reads else None


def _person(sql: sqlite3.Connection, looking: Looking) -> View | None:
    place = sql.execute(
        "SELECT u.service, u.id AS unit FROM person p JOIN unit u ON u.id = p.unit WHERE p.id = ?",
        (looking.of,),
    ).fetchone()
    if place is None or not looking.scope.shows_place(place["service"], place["unit"]):
        return None
    scope = looking.scope.within([place["service"]])
    names = looking.names(sql, scope)
    found = reading.of_person(sql, scope, looking.of, looking.period)
    rows = to_rows(sql, found.rows, names)
    heard = any(row.form in HEARS and row.counts for row in rows)
    missing = [] if heard else [NOT_HEARD]
    wanted = Filter(person=looking.of, since=looking.period.start, until=looking.period.end)
    links = [
        Link(wanted.address("/evidence"), "The same in the list of evidence"),
        Link(address(UNITS, place["unit"]), f"Everything of {names.unit(place['unit'])}"),
    ]
    kinds = kinds_of_forms(looking.catalogue)
    return assemble(
        sql,
        looking,
        names,
        rows,
        kind=PEOPLE,
        title=names.person(looking.of),
        about=f"{names.unit(place['unit'])}, {names.services[place['service']]}",
        sections=view.by_kind(rows, kinds),
        missing=missing,
        links=links,
        cut=found.cut,
    )


NOT_HEARD = (
    "Not heard in these days: no talk about what it is like here, no practice observation, no family contact."
)


def _unit(sql: sqlite3.Connection, looking: Looking) -> View | None:
    service = _service_of(sql, looking)
    if not service:
        return None
    scope, period = looking.scope.within([service]), looking.period
    names = looking.names(sql, scope)
    found = reading.of_unit(sql, scope, looking.of, period)
    rows = to_rows(sql, found.rows, names)
    worked = {one.of: one for one in map(shift_of, rows)}
    latest = sorted(worked.values(), key=lambda one: (one.day, "dln".index(one.shift[0])), reverse=True)
    wanted = Filter(unit=looking.of, since=period.start, until=period.end)
    days = f"since={period.start}&until={period.end}"
    links = [
        Link(f"/coverage?service={service}&unit={looking.of}&{days}", "Who and when was not observed here"),
        Link(wanted.address("/evidence"), "The same in the list of evidence"),
        Link(f"/map?unit={looking.of}", "Its actions on the recovery map"),
    ]
    return assemble(
        sql,
        looking,
        names,
        rows,
        kind=UNITS,
        title=names.unit(looking.of),
        about=names.services[service],
        sections=view.by_kind(rows, kinds_of_forms(looking.catalogue)),
        missing=view.missing_shifts(rows),
        links=links,
        cut=found.cut,
        shifts=[
            Link(address(SHIFT, one.of), f"{one.words}, {one.day:%a} {one.day.day} {one.day:%b}")
            for one in latest[:_SHIFTS_NAMED]
        ],
    )


def _theme(sql: sqlite3.Connection, looking: Looking) -> View | None:
    theme, services = looking.of, looking.scope.services
    service = looking.service or "".join(services[:1])
    if theme not in words.themes() or service not in services:
        return None
    scope = looking.scope.within([service])
    names = looking.names(sql, scope)
    condition, values = speaks_of(looking.catalogue, theme)
    found = reading.of_condition(sql, scope, condition, values, looking.period)
    rows = to_rows(sql, found.rows, names)
    actions = [
        one
        for one in _open_actions(sql, looking.viewer)
        if one.service == service and theme in one.fields.themes
    ]
    called = looking.viewer.services
    others = [
        Link(address(THEMES, theme, pairs=[("service", other)]), f"The same in {called[other]}")
        for other in services
        if other != service
    ]
    return assemble(
        sql,
        looking,
        names,
        rows,
        kind=THEMES,
        title=words.themes()[theme],
        about=f"{called[service]}. Records that bear on an action of this theme, or whose form asks about it",
        sections=view.by_kind(rows, kinds_of_forms(looking.catalogue)),
        missing=[*view.missing_shifts(rows), *_without_action(actions, "has this theme")],
        links=[
            Link(f"/map/themes/{theme}", "What its open actions come to, kind by kind and week by week"),
            Link(f"/actions?theme={theme}", "Its actions and what they measure"),
            *others,
        ],
        cut=found.cut,
        actions=actions,
    )


def _framework(sql: sqlite3.Connection, looking: Looking) -> View | None:
    tag, scope, known = read_tag(looking.of), looking.scope, library()
    item = known.item(tag)
    if item is None or not scope.services:
        return None
    edition = next(one for one in known.frameworks if tag.startswith(f"{one.key}/"))
    names = looking.names(sql, scope)
    every = read_actions(sql, looking.viewer.scope(Permission.READ_ACTIONS))
    tagged = [one for one in every if known.reaches(tag, one.fields.tags)]
    found = reading.of_actions(sql, scope, [one.id for one in tagged], looking.period)
    rows = to_rows(sql, found.rows, names)
    direct = sum(tag in one.fields.tags for one in tagged)
    said = [f"{direct} tagged with it, {len(tagged) - direct} with what stands for the same elsewhere."]
    return assemble(
        sql,
        looking,
        names,
        rows,
        kind=FRAMEWORK,
        title=item.words,
        about=f"{edition.name}, {edition.version}: {item.group}. {edition.standing}. Actions: {said[0]}",
        sections=_by_action(rows, tagged),
        missing=_without_action(tagged, "is tagged with it"),
        links=[
            Link(f"/actions?tag={tag}", "Its actions in the register"),
            *(
                Link(address(FRAMEWORK, write_tag(other.tag)), f"The same elsewhere: {other.words}")
                for other in known.also(tag)
            ),
        ],
        cut=found.cut,
        actions=tagged,
    )


def _shift(sql: sqlite3.Connection, looking: Looking) -> View | None:
    worked = read_shift(looking.of)
    if worked is None:
        return None
    place = sql.execute("SELECT service FROM unit WHERE id = ?", (worked.unit,)).fetchone()
    if place is None or not looking.scope.shows_place(place["service"], worked.unit):
        return None
    scope = looking.scope.within([place["service"]])
    names = looking.names(sql, scope)
    told = read_shift_view(sql, scope, worked, place["service"], names, looking.now)
    return assemble(
        sql,
        msgspec.structs.replace(looking, period=told.period),
        names,
        told.rows,
        kind=SHIFT,
        title=f"{worked.words} shift, {worked.day:%a} {worked.day.day} {worked.day:%b %Y}",
        about=f"{names.unit(worked.unit)}, {names.services[place['service']]}",
        sections=[view.Section("in-order", "In order of time", told.rows)] if told.rows else [],
        missing=told.missing,
        links=told.links,
        cut=False,
        notes=told.notes,
    )


def _service_of(sql: sqlite3.Connection, looking: Looking) -> str:
    """The service of a unit that the viewer may see, "" for any other."""
    if looking.of not in read_units(sql, looking.scope):
        return ""
    row = sql.execute("SELECT service FROM unit WHERE id = ?", (looking.of,)).fetchone()
    return str(row["service"])


def _open_actions(sql: sqlite3.Connection, viewer: Viewer) -> list[Action]:
    actions = read_actions(sql, viewer.scope(Permission.READ_ACTIONS))
    return [one for one in actions if one.status != "closed"]


def _without_action(actions: list[Action], how: str) -> list[str]:
    return [] if actions else [f"No open action {how}."]


def _by_action(rows: list[Row], actions: list[Action]) -> list[view.Section]:
    """A section for each action; a record about several stands in each."""
    return [
        view.Section(
            f"action-{one.number}-{one.service}",
            f"Action {one.number}: {one.fields.title}",
            among,
            f"Action {one.number}",
        )
        for one in actions
        if (among := [row for row in rows if any(each.action == one.id for each in row.bearings)])
    ]
