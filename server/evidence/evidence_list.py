"""The page of evidence: a filter, the rows it lets through, how many there are, and the way to the next ones."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import date

import msgspec

from server.dated_settings.setting import WEEKDAYS
from server.evidence import evidence_query, words
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_query import COUNTED, SEARCHED, Place
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names, read_names
from server.evidence.times import day_words
from server.evidence.weekdays import NIGHT
from server.identity.scope import Scope
from server.review.standing import STATES

PAGE = 25

_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)~([0-9a-f-]{36})", re.ASCII)


class Chip(msgspec.Struct, frozen=True):
    """One limit of the filter in words, and the address of the list without it."""

    words: str
    without: str


class Menus(msgspec.Struct, frozen=True):
    """What the filter's menus offer: id to words."""

    actions: Mapping[str, str]
    forms: Mapping[str, str]
    names: Names


class EvidencePage(msgspec.Struct, frozen=True):
    """Everything the page shows. `newer` and `older` are addresses, "" at the ends of the list."""

    wanted: Filter
    rows: list[Row]
    total: str
    cut: bool
    searched: int
    newer: str
    older: str
    first_page: bool
    menus: Menus
    chips: list[Chip]
    newest_entry: int


def read_place(text: str) -> Place | None:
    """The place that `after` or `before` of an address names, None when it names none."""
    found = _PLACE.fullmatch(text)
    return Place(found[1], found[2]) if found else None


def write_place(row: Row) -> str:
    """The place of a row, as an address carries it."""
    return f"{row.happened_at}~{row.record}"


def read_page(
    connection: sqlite3.Connection,
    wanted: Filter,
    scope: Scope,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = PAGE,
) -> EvidencePage:
    """The page of `wanted` within `scope`, from one unchanging picture of the database."""
    names = read_names(connection, scope)
    found = evidence_query.read_rows(connection, wanted, scope, limit + 1, after, before)
    more = len(found) > limit
    found = (found[1:] if before else found[:limit]) if more else found
    rows = to_rows(connection, found, names)
    menus = Menus(_action_titles(connection, scope), _form_titles(connection, scope), names)
    return EvidencePage(
        wanted=wanted,
        rows=rows,
        total=total_words(
            evidence_query.count_rows(connection, wanted, scope),
            evidence_query.count_rows(connection, wanted, scope, withdrawn=True),
        ),
        cut=evidence_query.search_is_cut(connection, wanted, scope),
        searched=SEARCHED,
        newer=_beside(wanted, rows[0], "before") if rows and (after or (before and more)) else "",
        older=_beside(wanted, rows[-1], "after") if rows and (before or more) else "",
        first_page=after is None and before is None,
        menus=menus,
        chips=chips_of(wanted, menus),
        newest_entry=evidence_query.newest_entry(connection),
    )


def total_words(count: int, withdrawn: int = 0) -> str:
    """ "No records", "1 record", "312 records", "more than 2,000 records, and 2 that were withdrawn" """
    if withdrawn:
        return f"{total_words(count)}, and {withdrawn:,} that {'was' if withdrawn == 1 else 'were'} withdrawn"
    if count > COUNTED:
        return f"more than {COUNTED:,} records"
    return {0: "No records", 1: "1 record"}.get(count, f"{count:,} records")


def chips_of(wanted: Filter, menus: Menus) -> list[Chip]:
    """The limits of a filter in words."""
    return [
        Chip(_limit_words(name, value, wanted, menus), wanted.without(name, value).address("/evidence"))
        for name, value in wanted.pairs()
    ]


def _beside(wanted: Filter, row: Row, direction: str) -> str:
    return wanted.address("/evidence", (direction, write_place(row)))


def _limit_words(name: str, value: str, wanted: Filter, menus: Menus) -> str:
    names = menus.names
    known: dict[str, tuple[str, Mapping[str, str]]] = {
        "action": ("Action", menus.actions),
        "bearing": ("Says", words.BEARINGS),
        "form": ("Form", menus.forms),
        "service": ("Service", names.services),
        "unit": ("Unit", names.units),
        "person": ("Person", names.people),
        "author": ("Recorded by", names.staff),
        "shift": ("Shift", words.SHIFTS),
        "result": ("Result", words.RESULTS),
        "weekday": ("Nights that began on a" if wanted.shift == NIGHT else "Weekday", WEEKDAYS),
        "review": ("Review", STATES),
    }
    if name in known:
        label, among = known[name]
        return f"{label}: {among.get(value, value)}"
    return {"flag": words.FLAGS.get(value, value), "text": f"Words: {value}"}.get(name) or _day_limit(
        name, value
    )


def _day_limit(name: str, value: str) -> str:
    day = day_words(date.fromisoformat(value))
    return f"From {day}" if name == "since" else f"Up to {day}"


def _action_titles(connection: sqlite3.Connection, scope: Scope) -> dict[str, str]:
    rows = connection.execute(
        "SELECT id, service, number, title FROM action "  # noqa: S608
        f"WHERE service IN ({', '.join('?' * len(scope.services))}) ORDER BY service, number",
        scope.services,
    )
    return {
        row["id"]: f"{row['number']}. {row['title']}"
        for row in rows
        if scope.shows_action(row["id"], row["service"])
    }


def _form_titles(connection: sqlite3.Connection, scope: Scope) -> dict[str, str]:
    """The forms that have been used: a walk that jumps from one form to the next in the index."""
    found: dict[str, str] = {}
    for service in scope.services:
        seen, allowed = scope.within([service]).records("v")
        form = ""
        while row := connection.execute(
            "SELECT form, code, title FROM record_version v INDEXED BY current_by_form "  # noqa: S608
            f"WHERE service = ? AND form > ? AND current = 1 AND {seen} ORDER BY form LIMIT 1",
            (service, form, *allowed),
        ).fetchone():
            form = row["form"]
            found[form] = f"{row['code']} {row['title']}"
    return dict(sorted(found.items(), key=lambda pair: pair[1]))
