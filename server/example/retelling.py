"""Answers to a form from one of its worked examples: moved to another moment and place, and changed where a story says.

The examples come with the forms and break no rule, so nothing here has to know a form's rules.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import cast

from observation_forms import Answers, Definition, Form
from server.evidence.times import read_instant, write_instant
from server.example.cast import OBSERVED, ExampleTablet, people_of

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What the example's services do not have on their lists
_NOT_THERE = ("controls", "previous")


def retold(
    form: Form,
    example: str,
    happened: datetime,
    tablet: ExampleTablet,
    rng: Random,
    changes: Mapping[str, object],
) -> Answers:
    """The answers of a worked example as if it had happened then and there. Raises `KeyError` for no such example.

    A change to None leaves the question out.
    """
    found = {one.id: one.answers for one in form.examples}[example]
    moved = happened - read_instant(str(found["happened_at"]))
    answers: dict[str, object] = {}
    for key, value in found.items():
        if key.partition(".")[0] not in _NOT_THERE:
            answers[key] = _told(form.definition, key, value, moved, tablet, rng)
    answers |= changes
    return cast(Answers, {key: value for key, value in answers.items() if value is not None})


def _told(
    definition: Definition, key: str, value: object, moved: timedelta, tablet: ExampleTablet, rng: Random
) -> object:
    kind = _kind(definition, key)
    if kind == "person" and str(value).startswith("person_"):
        return rng.choice(people_of(tablet.unit))
    if kind == "staff":
        return [OBSERVED[tablet.service][0]]
    if not isinstance(value, str):
        return value
    if _INSTANT.fullmatch(value):
        return write_instant(read_instant(value) + moved)
    if _DAY.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=round(moved / timedelta(days=1)))).isoformat()
    return value


def _kind(definition: Definition, key: str) -> str:
    parts = key.split(".")
    question = definition.by_id.get(parts[-1]) or definition.by_id[parts[0]]
    return question.kind
