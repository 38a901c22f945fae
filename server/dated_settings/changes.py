"""Every change of a service's settings and of the forms in force: who, when, from when, why (domain/2, D10).

Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from observation_forms import Catalogue
from server.dated_settings.known import known_settings
from server.dated_settings.store import history
from server.evidence.action_history import target_line
from server.evidence.actions import Action, Target, hundredths_words
from server.evidence.evidence_export import csv_lines
from server.evidence.target_history import HeldTarget, read_changed
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
    found += [
        one for action, held in read_changed(connection, [service]) for one in _of_targets(action, held)
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


def _of_targets(action: Action, held: Sequence[HeldTarget]) -> Iterator[Change]:
    """What each change of an action's targets brought, and, where nothing came instead, that it did."""
    for one in held:
        set_at = (one.since, one.set_by, one.why, _kept(one.target), target_line(one.target))
        ended = (one.until, one.ended_by, one.ended_why, "", f"No more: {target_line(one.target)}")
        for at, who, why, value, words in (set_at, *([ended] if one.until and not one.then else [])):
            yield Change(
                kind="target",
                name=action.id,
                label=f"Target of action {action.number}: {action.fields.title}",
                value=value,
                words=words,
                from_at=at,
                set_at=at,
                who=who,
                why=why,
            )


def _kept(target: Target) -> str:
    number = f"{target.comparator} {hundredths_words(target.hundredths)} {target.unit}"
    return f"{target.measure}{target.variant} {number}, {target.start} to {target.end}".strip()


def _title(catalogue: Catalogue, hash: str) -> str:
    form = catalogue.form(hash)
    return f"{form.definition.code} {form.definition.title}" if form else ""


def as_csv(changes: Sequence[Change]) -> bytes:
    """The changes as a spreadsheet, with a byte-order mark for Excel."""
    return b"\xef\xbb\xbf" + csv_lines([HEADINGS, *(msgspec.structs.astuple(one) for one in changes)])
