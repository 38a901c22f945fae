"""Two logs over what the desk keeps beside records: versions of forms, and how soon a family is told.

Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from observation_forms import Catalogue, Definition
from server.dated_settings.setting import minutes_words
from server.dated_settings.store import history
from server.evidence.people import Names
from server.evidence.times import clock_words, day_of
from server.form_words import in_words
from server.forms_desk.change_notes import ChangeNote, read_notes
from server.forms_desk.holdings import offered_since
from server.forms_desk.qr import hash_words
from server.identity.organisation import WORDS
from server.named_logs.line import Item, Line


class Prompts(msgspec.Struct, frozen=True):
    """The version of a form in force with its questions, since when, and every change note on the form, last first."""

    definition: Definition
    since: str
    notes: list[ChangeNote]


TOLD: tuple[tuple[str, str, str], ...] = (
    ("The family", "family_contact", "what_happened"),
    ("A senior", "senior_oversight", "urgency"),
)
"""Who is told, and the question whose answers have a time of their own (domain/2 1.3, row 27)."""

_BEFORE = ""


def template_lines(
    connection: sqlite3.Connection, catalogue: Catalogue, service: str, names: Names
) -> list[Line]:
    """Every version of every form, offered last first, with what `service` wrote of its change."""
    since, offered = offered_since(connection), {form.hash for form in catalogue.current_forms()}
    known = [(since.get(form.hash, _BEFORE), form) for form in catalogue.forms()]
    known.sort(key=lambda pair: (pair[0], pair[1].definition.code, pair[1].definition.version), reverse=True)
    notes: dict[str, list[ChangeNote]] = {}
    for note in read_notes(connection, [service]):
        notes.setdefault(note.hash, []).append(note)
    return [
        _line(
            at,
            [
                [f"{form.definition.code} {form.definition.title}"],
                [str(form.definition.version)],
                ["Offered" if form.hash in offered else "Kept for its records, offered no more"],
                [note.what for note in notes.get(form.hash, ())],
                [note.why for note in notes.get(form.hash, ())],
                [_approval(note, names) for note in notes.get(form.hash, ())],
                [hash_words(form.hash)],
            ],
            own=(3, 4),
        )
        for at, form in known
    ]


def timescale_lines(
    connection: sqlite3.Connection, catalogue: Catalogue, service: str, names: Names, now: str
) -> list[Line]:
    """How soon somebody is told: what a service set, last first, and what the forms themselves have."""
    told: dict[str, tuple[str, str, int]] = {}
    for who, form, question in TOLD:
        definition = catalogue.current(form).definition
        events: dict[str, list[str]] = {}
        for option in definition.by_id[question].options:
            if option.timescale:
                events.setdefault(option.timescale, []).append(option.label)
        told |= {
            name: (who, ", ".join(labels), definition.timescales[name]) for name, labels in events.items()
        }
    found, holds = [], set()
    for one in history(connection, [service]):
        if one.name in told:
            standing = "To come" if one.from_at > now else "Before" if one.name in holds else "In force"
            holds |= {one.name} if standing == "In force" else set()
            who, after, _ = told[one.name]
            said = [who, after, minutes_words(int(one.value)), names.one_of_staff(one.who), one.why, standing]
            found.append(_line(one.from_at, [[words] for words in said], own=(4,)))
    for name, (who, after, minutes) in told.items():
        standing = "Before" if name in holds else "In force"
        said = [who, after, minutes_words(minutes), "As the form has it", "", standing]
        found.append(_line("", [[words] for words in said]))
    return found


def read_prompts(
    connection: sqlite3.Connection, catalogue: Catalogue, form: str, service: str, kind: str
) -> Prompts:
    """The prompts in force of a form, in the words of a kind of service, and what the service wrote of each change."""
    definition = in_words(catalogue.current(form).definition, WORDS[kind])
    return Prompts(
        definition=definition,
        since=offered_since(connection).get(definition.hash, ""),
        notes=read_notes(connection, [service], form),
    )


def _approval(note: ChangeNote, names: Names) -> str:
    return f"{names.one_of_staff(note.who)}, {day_of(note.at)}; in force from {day_of(note.from_day)}"


def _line(at: str, cells: Sequence[Sequence[str]], own: Sequence[int] = ()) -> Line:
    return Line(
        at=at,
        day=day_of(at) if at else "From the beginning",
        time=clock_words(at) if at else "",
        shift="",
        units="",
        cells=tuple(
            tuple(Item(words=words, own=number in own) for words in several if words)
            for number, several in enumerate(cells)
        ),
    )
