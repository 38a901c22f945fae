"""The list of signals as a file: the lines on screen in their order, in pseudonyms and without what people wrote."""

from collections.abc import Sequence

from observation_forms import Catalogue
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names
from server.evidence.pseudonyms import LEFT_OUT
from server.evidence.times import write_instant
from server.signals.listing import STATES, Line
from server.signals.shown_words import about_words, where_words
from server.signals.signs import SIGNS
from server.signals.store import ANSWERS

COLUMNS = (
    "signal", "code", "sign", "source", "themes", "service", "where", "about", "person", "fired_at", "state", "says",
    "fired_by", "answer", "action", "reason", "answered_by", "answered_at",
)  # fmt: skip


def as_csv(lines: Sequence[Line], names: Names, catalogue: Catalogue) -> bytes:
    """The file, with a byte-order mark for Excel."""
    return b"\xef\xbb\xbf" + csv_lines([list(COLUMNS), *(_cells(line, names, catalogue) for line in lines)])


def _cells(line: Line, names: Names, catalogue: Catalogue) -> list[object]:
    signal, sign, answer = line.signal, SIGNS[line.signal.code], line.answer
    return [
        signal.id,
        signal.code,
        sign.name,
        sign.source,
        " ".join(sign.themes),
        names.services.get(signal.service, signal.service),
        where_words(signal, names),
        about_words(signal, names, catalogue),
        names.person(signal.person) if signal.person else "",
        write_instant(signal.fired_at),
        STATES[line.state],
        signal.says,
        " ".join(signal.fired_by),
        ANSWERS[answer.answer] if answer else "",
        answer.action if answer else "",
        LEFT_OUT if answer and answer.reason else "",
        names.one_of_staff(answer.who) if answer else "",
        answer.at if answer else "",
    ]
