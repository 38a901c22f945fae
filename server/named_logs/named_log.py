"""What a named log is: plain data, so that a further one is one more entry of the catalogue."""

from typing import Literal

import msgspec

How = Literal["records", "family", "templates", "timescales"]
Computed = Literal["", "prompts", "same_day", "since_then"]


class Column(msgspec.Struct, frozen=True):
    """One column: the answers to these questions, in this order, under `heading`.

    A question of a repeat is written "found.decision"; "found" alone is all of it, row by row. With one question its
    words stand alone, with several each stands under its own. `computed` is worked out from the record instead.
    """

    heading: str
    questions: tuple[str, ...] = ()
    computed: Computed = ""


class NamedLog(msgspec.Struct, frozen=True, kw_only=True):
    """One log of domain/2 1.3. `code` is its address, `name` what the field calls it.

    `records` are the numbers of the rows of domain/2 that it is, each with its place in the sources. `rest`: what of
    that record is kept elsewhere. `only`: a question and the answers of which a record must have one (() = any answer
    but "none"). `expected`: what a missing entry is missing from, a cadence of `server/due/cadences.py` by its name,
    "shift" for every shift of every unit, "control" for each day that a safety step was to be looked at again.
    `prompts`: the form whose prompts in force stand below the log.
    """

    code: str
    name: str
    records: tuple[tuple[int, str], ...]
    purpose: str
    written_by: str
    forms: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rest: str = ""
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    expected: str = ""
    missing: str = ""
    prompts: str = ""
    how: How = "records"
