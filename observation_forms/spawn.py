"""What a sealed record causes: further forms to be filled in, each by a certain time.

Twin of spawn.mjs. The id is made of the record's, the spawn's and the row's alone, so that the tablet, which
cannot wait for the server, and the server make one and the same.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from .causes import CONCERN
from .definition import Answers, Audience, Definition, Question, Spawn, Value
from .rules import Facts, answer_to, evaluate, in_row, rows_of
from .score import concerns_of
from .sight import Context, see

CONCERN_FORM = "immediate_concern"

_CONCERN_WHY = "You marked something unsafe"
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Spawned(msgspec.Struct, frozen=True):
    """A form to be filled in because of a record, or of one row in it, and what it begins with.

    `id` is `record/spawn` or `record/spawn/row`; `row` is "" when the whole record is the cause; `due_at` is
    an instant.
    """

    id: str
    spawn: str
    row: str
    form: str
    why: str
    who: Audience
    due_at: str
    answers: Answers


def spawned(
    definition: Definition, answers: Mapping[str, Any], context: Context, record: str
) -> list[Spawned]:
    """What a record of this id causes, in the order of the form and its rows; the concern comes last."""
    return spawned_seen(definition, see(definition, answers, context).facts, record)


def spawned_seen(definition: Definition, facts: Facts, record: str) -> list[Spawned]:
    """The same of answers already seen, for whoever also judges the record."""
    if facts.recorded_at is None:
        return []
    found = [
        _of_spawn(definition, spawn, row, here, record)
        for spawn in definition.spawns
        for row, here in _places(spawn, facts)
        if spawn.caused is None or spawn.caused(here)
    ]
    return found + _of_concerns(definition, facts, record)


def _places(spawn: Spawn, facts: Facts) -> list[tuple[str, Facts]]:
    if spawn.repeat is None:
        return [("", facts)]
    return [(row, in_row(spawn.repeat, row, facts)) for row in rows_of(spawn.repeat, facts)]


def _of_spawn(definition: Definition, spawn: Spawn, row: str, facts: Facts, record: str) -> Spawned:
    return Spawned(
        id=f"{record}/{spawn.id}/{row}" if row else f"{record}/{spawn.id}",
        spawn=spawn.id,
        row=row,
        form=spawn.form,
        why=spawn.why,
        who=spawn.who,
        due_at=_due_at(spawn, facts),
        answers=spawn.set | _taken(definition, spawn.answers, facts),
    )


def _taken(definition: Definition, names: Mapping[str, str], facts: Facts) -> Answers:
    found = {theirs: _carried(definition.by_id[ours], facts) for theirs, ours in names.items()}
    return {theirs: value for theirs, value in found.items() if value is not None}


def _carried(question: Question, facts: Facts) -> Value | None:
    """The answer, without the entries beside the list: what "no one person" means is this form's alone."""
    value = answer_to(question.id, facts)
    beside = {special.code for special in question.special}
    if isinstance(value, list):
        return [each for each in value if each not in beside] or None
    return None if value in beside else value


def _due_at(spawn: Spawn, facts: Facts) -> str:
    if spawn.due_at is not None:
        due = str(answer_to(spawn.due_at, facts) or facts.recorded_at)
        return due if "T" in due else f"{due}T23:59:59Z"
    after = answer_to(spawn.after or "happened_at", facts) or facts.recorded_at
    minutes: Any = (
        facts.timescales.get(spawn.within) if spawn.within else evaluate(spawn.within_of or 0, facts)
    )
    return _later(str(after), minutes or 0)


def _later(instant: str, minutes: int) -> str:
    begin = datetime.fromisoformat(instant)
    if minutes >= (_LAST - begin) / timedelta(minutes=1):
        return f"{_LAST:%Y-%m-%dT%H:%M:%SZ}"
    if minutes <= (_FIRST - begin) / timedelta(minutes=1):
        return f"{_FIRST:%Y-%m-%dT%H:%M:%SZ}"
    return f"{begin + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def _of_concerns(definition: Definition, facts: Facts, record: str) -> list[Spawned]:
    concerns = [] if definition.form == CONCERN_FORM else concerns_of(definition, facts)
    if not concerns:
        return []
    row = concerns[0].rpartition(".")[0]
    here = msgspec.structs.replace(facts, row=f"{row}.") if row else facts
    about = {"person": definition.concern.person} if definition.concern else {}
    return [
        Spawned(
            id=f"{record}/{CONCERN}",
            spawn=CONCERN,
            row="",
            form=CONCERN_FORM,
            why=_CONCERN_WHY,
            who="floor",
            due_at=str(facts.recorded_at),
            answers=_taken(definition, about, here),
        )
    ]
