"""A log as a file: every entry of the filter, in the order and the words of the page.

With a key, people and staff are pseudonyms, and what somebody wrote in words, here or in a list of the service, is left
out; without one, nothing is.
"""

import json
from collections.abc import Sequence

import msgspec

from server.evidence import words
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names
from server.evidence.pseudonyms import LEFT_OUT, pseudonymised
from server.named_logs.line import Item, Line
from server.named_logs.named_log import NamedLog
from server.named_logs.wanted import Wanted

COLUMNS = (
    "at", "day", "time", "shift", "unit", "person", "author", "form", "state", "said", "flags", "record",
)  # fmt: skip


def names_of(names: Names, key: bytes | None) -> Names:
    """The names that a file gives: pseudonyms where there is a key, and no titles of the service's lists."""
    return names if key is None else msgspec.structs.replace(pseudonymised(names, key), listed={})


def as_csv(log: NamedLog, lines: Sequence[Line], *, in_full: bool) -> bytes:
    """The file, with a byte-order mark for Excel. The log's own columns come last, under their headings."""
    head = [*COLUMNS, *(column.heading for column in log.columns)]
    rows = [
        [
            *_common(line, in_full=in_full).values(),
            *(" | ".join(cell) for cell in _cells(line, in_full=in_full)),
        ]
        for line in lines
    ]
    return b"\xef\xbb\xbf" + csv_lines([head, *rows])


def as_json(log: NamedLog, wanted: Wanted, lines: Sequence[Line], *, in_full: bool) -> bytes:
    """One object: which log it is, its filter, its entries; under `answers` each column has a list."""
    headings = [column.heading for column in log.columns]
    entries = [
        _common(line, in_full=in_full)
        | {"answers": dict(zip(headings, _cells(line, in_full=in_full), strict=False))}
        for line in lines
    ]
    document = {
        "log": log.code,
        "name": log.name,
        "of": [f"domain/2 {number}, {source}" for number, source in log.records],
        "filter": dict(wanted.pairs())
        | {"since": wanted.days.start.isoformat(), "until": wanted.days.end.isoformat()},
        "columns": headings,
        "entries": entries,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def item_words(item: Item, *, in_full: bool) -> str:
    """One answer as a line of text: "Entry 1. What may it be? Money" """
    said = LEFT_OUT if item.own and not in_full else item.words
    facts = (f"({item.facts})" if in_full else LEFT_OUT) if item.facts else ""
    parts = [f"{item.title}." if item.title else "", item.label, said, facts]
    return " ".join([part for part in parts if part] + (["(concern)"] if item.concern else []))


def _cells(line: Line, *, in_full: bool) -> list[list[str]]:
    return [[item_words(item, in_full=in_full) for item in cell] for cell in line.cells]


def _common(line: Line, *, in_full: bool) -> dict[str, str]:
    hide = line.said and line.said_own and not in_full
    return {
        "at": line.at,
        "day": line.day,
        "time": line.time,
        "shift": line.shift,
        "unit": line.units,
        "person": line.person,
        "author": line.author,
        "form": line.title,
        "state": line.state_words,
        "said": LEFT_OUT if hide else line.said,
        "flags": "; ".join(words.FLAGS[flag] for flag in line.row.flags) if line.row else "",
        "record": line.record,
    }
