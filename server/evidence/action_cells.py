"""The cells of a row about an action, read as what a person would have typed into its form.

Names and codes are both understood, in capitals or not; days as 2026-12-31 or, as Excel in Britain writes them,
31/12/2026. What cannot be understood is said with what to write; nothing is guessed.
"""

import re
from collections.abc import Mapping

import msgspec

from server.evidence import words
from server.evidence.action_form import Choices
from server.evidence.action_measures import OWN
from server.evidence.action_reading import Fault
from server.evidence.action_targets import MOST_TARGETS, PARTS
from server.evidence.pseudonyms import LEFT_OUT
from server.framework import library

LISTS = ("themes", "tags", "evidence_kinds")
DAYS = ("deadline", "changed_on", "window_start", "window_end")
PLAIN = (
    "title", "baseline", "baseline_numerator", "baseline_denominator", "baseline_period", "expected", "review_route",
    "changed_what", "learning", "how", "target",
)  # fmt: skip
FIELDS = (*LISTS, "unit", "risk", "source", "owner", *DAYS[:2], *PLAIN[:-2])
NUMBERED = tuple(f"{part}_{row}" for row in range(1, MOST_TARGETS + 1) for part in PARTS)
_BRITISH_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)


class Known(msgspec.Struct, frozen=True):
    """What a row may name in its service: units and possible owners, id to name, and what the form lets choose."""

    units: Mapping[str, str]
    owners: Mapping[str, str]
    choices: Choices


def typed_of(cells: Mapping[str, str], known: Known) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What the cells say, as typed into the form, for every column of it that is there; and each cell that cannot be
    used, by its column.
    """
    typed: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for column in (*FIELDS, *NUMBERED):
        if column in cells:
            try:
                typed[column] = _read(column, cells[column].strip(), known)
            except Fault as fault:
                faults[column] = str(fault)
    return typed, faults


def _read(column: str, cell: str, known: Known) -> tuple[str, ...]:
    part = column.rpartition("_")[0] if column in NUMBERED else column
    if cell == LEFT_OUT:
        raise Fault(
            "This was left out when the file was made. Take out the register with names, and change that."
        )
    if part in PLAIN:
        return (cell,)
    if part in DAYS:
        return (_day(cell),)
    if part in LISTS:
        said = [one.strip() for one in cell.split(";") if one.strip()]
        return tuple(sorted({_one(part, one, _codes(part, known)) for one in said}))
    if part == "unit" and cell.casefold() in ("", "whole service"):
        return ("",)
    return (_one(part, cell, _codes(part, known)) if cell else "",)


def _codes(part: str, known: Known) -> Mapping[str, str]:
    """Every code a cell may name, to its name."""
    if part == "tags":
        return {tag: library().words(tag) for tag in known.choices.tags}
    if part == "measure":
        return {OWN: "In our own words", **known.choices.measures}
    codes: Mapping[str, Mapping[str, str]] = {
        "themes": words.themes(),
        "evidence_kinds": words.EVIDENCE_KINDS,
        "unit": known.units,
        "owner": known.owners,
        "risk": words.RISKS,
        "source": words.SOURCES,
        "comparator": words.COMPARATORS,
        "target_unit": words.TARGET_UNITS,
    }
    return codes[part]


def _one(part: str, said: str, codes: Mapping[str, str]) -> str:
    """The code that is meant. Raises `Fault` when none is, or several are."""
    wanted = said.casefold()
    exact = [code for code in codes if wanted in (code.casefold(), f"{codes[code]} ({code})".casefold())]
    named = exact or [code for code, name in codes.items() if wanted == name.casefold()]
    if not named and part == "tags":
        named = [tag for tag in codes if wanted == tag.rpartition("/")[2].casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise Fault(
            f"“{said}” may be several. Write one of: {_some([f'{codes[code]} ({code})' for code in named])}."
        )
    raise Fault(f"“{said}” is not known here. Write one of: {_some(list(codes.values()))}.")


def _some(names: list[str]) -> str:
    more = f", or {len(names) - 12} more" if len(names) > 12 else ""
    return "; ".join(names[:12]) + more


def _day(cell: str) -> str:
    bare = cell.removesuffix(" 00:00:00")
    british = _BRITISH_DAY.fullmatch(bare)
    return f"{british[3]}-{int(british[2]):02}-{int(british[1]):02}" if british else bare
