"""The page of one complaint, read from what is kept and from what confirms it."""

import sqlite3
from collections.abc import Mapping

import msgspec

from server.complaints.kinds import ACTS, OPENING, SECTIONS
from server.complaints.register import Line
from server.desk_records.act_kinds import ActKind
from server.desk_records.fields import value_words
from server.desk_records.panel import Entry, SectionShown, entry_of, offered, shown
from server.desk_records.store import Act, DeskRecord, called
from server.evidence.people import Names, read_names
from server.evidence.words import themes
from server.identity.permissions import Permission
from server.identity.viewer import Viewer


class ComplaintPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    line: Line
    names: Names
    opening: list[tuple[str, str]]
    sections: list[SectionShown]
    forms: dict[str, ActKind]
    history: list[Entry]
    choices: dict[str, Mapping[str, str]]


def read_complaint_page(
    connection: sqlite3.Connection, line: Line, others: list[DeskRecord], viewer: Viewer
) -> ComplaintPage:
    """The page of a complaint for somebody who may see it; `others` is the register."""
    one = line.complaint
    names = read_names(connection, viewer.scope(Permission.READ_COMPLAINTS).within([one.service]))
    choices = choices_of([other for other in others if other.id != one.id and other.service == one.service])

    def entry(act: Act) -> Entry:
        return entry_of(act, ACTS, choices, names.one_of_staff)

    def may(kind: ActKind) -> bool:
        return (
            kind.name != "opened"
            and kind.is_for(one.kind)
            and viewer.may(Permission.WRITE_COMPLAINTS, one.service)
            and one.closed == (kind.name == "reopened")
            and offered(kind.fields, choices)
        )

    return ComplaintPage(
        line=line,
        names=names,
        opening=[
            (field.label, value_words(field, value, choices))
            for field in OPENING
            if field.name not in ("title", "kind") and (value := one.now(field.name))
        ],
        sections=shown(one, SECTIONS, ACTS, entry, may),
        forms={kind.name: kind for kind in ACTS.values() if may(kind)},
        history=[entry(act) for act in reversed(one.acts)],
        choices=choices,
    )


def choices_of(others: list[DeskRecord]) -> dict[str, Mapping[str, str]]:
    """What can be chosen: themes, and what was received before."""
    return {
        "themes": themes(),
        "complaints": {one.id: f"{called(one)}: {one.now('title')}" for one in others},
    }
