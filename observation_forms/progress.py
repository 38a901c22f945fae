"""How far a draft has come, for "3 questions left" and the lists that jump to them. Twin of progress.mjs."""

from collections.abc import Mapping
from typing import Any

import msgspec

from .answers import normalise
from .check import must_answer
from .definition import Definition
from .sight import Context, Sight, see


class SectionProgress(msgspec.Struct, frozen=True):
    """One section: how many questions must be answered, how many of these are, and which to put right.

    `missing` lists the keys of the unanswered that must be answered, and of any whose input cannot be read.
    """

    section: str
    required: int
    answered: int
    missing: list[str]


def progress(definition: Definition, raw: Mapping[str, Any], context: Context) -> list[SectionProgress]:
    """Each section of which something is shown, in order."""
    answers, invalid = normalise(definition, raw)
    sight = see(definition, answers, context, invalid)
    visible = sight.visible
    return [
        _of_section(section, visible[first:last], sight)
        for section, first, last in sight.sections
        if last > first
    ]


def _of_section(section: str, keys: list[str], sight: Sight) -> SectionProgress:
    required = {key for key in keys if must_answer(key, sight.shown[key], sight.facts)}
    answered = required.intersection(sight.facts.answers)
    missing = [key for key in keys if key in sight.faults or (key in required and key not in answered)]
    return SectionProgress(section, len(required), len(answered), missing)
