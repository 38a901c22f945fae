"""Two logs over what the desk keeps beside records: versions of forms, and how soon a family is told.

Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Sequence

from observation_forms import Catalogue
from server.dated_settings.setting import minutes_words
from server.evidence.people import Names
from server.evidence.times import clock_words, day_of
from server.forms_desk.holdings import offered_since
from server.named_logs.line import Item, Line

CONTACT = "family_contact"
_BEFORE = ""


def template_lines(connection: sqlite3.Connection, catalogue: Catalogue) -> list[Line]:
    """Every version of every form, offered last first."""
    since, offered = offered_since(connection), {form.hash for form in catalogue.current_forms()}
    known = [(since.get(form.hash, _BEFORE), form) for form in catalogue.forms()]
    known.sort(key=lambda pair: (pair[0], pair[1].definition.code, pair[1].definition.version), reverse=True)
    return [
        _line(
            at,
            [
                f"{form.definition.code} {form.definition.title}",
                str(form.definition.version),
                "Offered" if form.hash in offered else "Kept for its records, offered no more",
                form.hash,
            ],
        )
        for at, form in known
    ]


def timescale_lines(
    connection: sqlite3.Connection, catalogue: Catalogue, service: str, names: Names
) -> list[Line]:
    """How soon a family is told after each kind of event: what a service set, last first, and the form's own."""
    form = catalogue.current(CONTACT).definition
    events: dict[str, list[str]] = {}
    for option in form.by_id["what_happened"].options:
        if option.timescale:
            events.setdefault(option.timescale, []).append(option.label)
    rows = connection.execute(
        f"""
        SELECT name, value, from_at, who, why FROM dated_setting
        WHERE service = ? AND name IN ({", ".join("?" * len(events))}) ORDER BY from_at DESC, id DESC
        """,  # noqa: S608
        (service, *events),
    ).fetchall()
    found = [
        _line(
            row["from_at"],
            [
                ", ".join(events[row["name"]]),
                minutes_words(int(row["value"])),
                names.one_of_staff(row["who"]),
                row["why"],
            ],
            own=(3,),
        )
        for row in rows
    ]
    first = [
        _line("", [", ".join(labels), minutes_words(form.timescales[name]), "As the form has it", ""])
        for name, labels in events.items()
    ]
    return found + first


def _line(at: str, cells: Sequence[str], own: Sequence[int] = ()) -> Line:
    return Line(
        at=at,
        day=day_of(at) if at else "From the beginning",
        time=clock_words(at) if at else "",
        shift="",
        units="",
        cells=tuple(
            (Item(words=words, own=number in own),) if words else () for number, words in enumerate(cells)
        ),
    )
