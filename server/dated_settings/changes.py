"""Every change of a service's settings and of the forms in force: who, when, from when, why (domain/2, D10).

Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date

import msgspec

from observation_forms import Catalogue
from server.dated_settings.known import known_settings
from server.dated_settings.store import history
from server.evidence.evidence_export import csv_lines
from server.evidence.times import start_of_day, write_instant
from server.forms_desk.change_notes import read_notes
from server.forms_desk.holdings import offered_since

CAME_WITH = "Came with the version of Sightline that was started then."


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `kind` "setting", "form", "change_note" or "target" (of the action that `name` is the id of); `value`
    as it is kept, `words` as a person says it; `who` is the id of a member of staff, "" where it came with Sightline.
    It held until the next one of the same `kind` and `name`.
    """

    kind: str
    name: str
    label: str
    value: str
    words: str
    from_at: str
    set_at: str
    who: str
    why: str


class SettingsFile(msgspec.Struct):
    """The changes of one service as a file, what holds latest first."""

    service: str
    changes: list[Change]


HEADINGS = Change.__struct_fields__


def read_changes(connection: sqlite3.Connection, catalogue: Catalogue, service: str) -> list[Change]:
    """Every value that was ever set in `service`, and every form version since it is offered here."""
    known = known_settings(catalogue)
    found = [
        Change(
            kind="setting",
            name=one.name,
            label=known[one.name].label if one.name in known else one.name,
            value=one.value,
            words=known[one.name].words(one.value) if one.name in known else one.value,
            from_at=one.from_at,
            set_at=one.set_at,
            who=one.who,
            why=one.why,
        )
        for one in history(connection, [service])
    ]
    found += [
        Change(
            kind="change_note",
            name=one.form,
            label=_title(catalogue, one.hash) or one.form,
            value=str(one.version),
            words=f"Version {one.version}: {one.what}",
            from_at=write_instant(start_of_day(date.fromisoformat(one.from_day))),
            set_at=one.at,
            who=one.who,
            why=one.why,
        )
        for one in read_notes(connection, [service])
    ]
    since = offered_since(connection)
    found += [
        Change(
            kind="form",
            name=form.definition.form,
            label=_title(catalogue, form.hash),
            value=str(form.definition.version),
            words=f"Version {form.definition.version}",
            from_at=since[form.hash],
            set_at=since[form.hash],
            who="",
            why=CAME_WITH,
        )
        for form in catalogue.forms()
        if form.hash in since
    ]
    return sorted(found, key=lambda one: (one.from_at, one.kind, one.name, one.value), reverse=True)


def _title(catalogue: Catalogue, hash: str) -> str:
    form = catalogue.form(hash)
    return f"{form.definition.code} {form.definition.title}" if form else ""


def as_csv(changes: Sequence[Change]) -> bytes:
    """The changes as a spreadsheet, with a byte-order mark for Excel."""
    return b"\xef\xbb\xbf" + csv_lines([HEADINGS, *(msgspec.structs.astuple(one) for one in changes)])
