"""What a form says about itself as a whole, apart from its questions: timescales, sampling, concern, spawns."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from .codes import check_code
from .definition import Audience, ConcernAbout, Question, Sampling, Spawn, Tree, Value
from .errors import Place, did_you_mean
from .expressions import Scope, compile_rule
from .table import Table

CONCERN = "concern"
"""The id of what every form causes by itself when an answer raises an immediate concern (spawn.py)."""


def read_timescales(table: Table) -> dict[str, int]:
    """[timescales]: minutes by name, which a service may set otherwise."""
    place = table.place.at("[timescales]")
    found = table.numbers("timescales")
    for name, minutes in found.items():
        check_code(name, "the timescale's name", place)
        if minutes < 0:
            raise place.error(f"'{name}' cannot be {minutes}", "Write minutes, 0 or more")
    return found


def read_sampling(table: Table, questions: Mapping[str, Question]) -> Sampling | None:
    """[sampling]: the form is one sample of an audit."""
    if not table.has("sampling"):
        return None
    inner = table.table("sampling", "[sampling]")
    sampling = Sampling(inner.texts("carry"), inner.text_or_none("planned"))
    inner.finish()
    for name in sampling.carry:
        _known(name, questions, inner.place)
    if sampling.planned is not None:
        _known(sampling.planned, questions, inner.place, ("integer",))
    return sampling


def read_concern(table: Table, questions: Mapping[str, Question]) -> ConcernAbout | None:
    """[concern]: about whom an immediate concern is. A person in rows is that of the first concern's row."""
    if not table.has("concern"):
        return None
    inner = table.table("concern", "[concern]")
    concern = ConcernAbout(inner.text("person"))
    inner.finish()
    _known(concern.person, questions, inner.place, ("person",))
    return concern


def read_spawns(table: Table, scope: Scope) -> tuple[Spawn, ...]:
    """The [[spawns]]. Whether their forms exist is the catalogue's to say."""
    spawns = tuple(_read_spawn(each, scope) for each in table.tables("spawns"))
    ids = [CONCERN, *(spawn.id for spawn in spawns)]
    for index, spawn_id in enumerate(ids):
        if spawn_id in ids[:index]:
            raise table.place.at(f"spawn '{spawn_id}'").error(
                f"there are two spawns called '{spawn_id}'", "Give one another name"
            )
    return spawns


def _read_spawn(table: Table, scope: Scope) -> Spawn:
    spawn_id = check_code(table.text("id"), "the spawn's id", table.place)
    place = table.place = table.place.at(f"spawn '{spawn_id}'")
    repeat = table.text_or_none("repeat")
    if repeat is not None:
        if repeat not in scope.rows:
            remedy = did_you_mean(repeat, scope.rows, "Name a question of kind repeat")
            raise place.error(f"there is no repeat '{repeat}'", remedy)
        scope = scope.in_rows_of(repeat)
    spawn = Spawn(
        id=spawn_id,
        form=table.text("form"),
        why=table.wording("why"),
        who=cast(Audience, table.one_of("who", get_args(Audience), "floor")),
        repeat=repeat,
        when=_rule(table, "when", scope),
        answers=table.pairs("answers"),
        set=_literals(table),
        due_at=table.text_or_none("due_at"),
        after=table.text_or_none("after"),
        within=table.text_or_none("within"),
        within_of=_timescale_of(table, scope),
    )
    table.finish()
    _check_answers(spawn, scope, place)
    _check_due(spawn, scope, place)
    return spawn


def _rule(table: Table, key: str, scope: Scope) -> Tree | None:
    text = table.text_or_none(key)
    return None if text is None else compile_rule(text, scope, table.place.at(f"{table.place.part}, {key}"))


def _timescale_of(table: Table, scope: Scope) -> Tree | None:
    """`within_of` as the tree of timescale_of(): compiled as a part of a rule, which is all that can be read."""
    name = table.text_or_none("within_of")
    if name is None:
        return None
    place = table.place.at(f"{table.place.part}, within_of")
    return cast(Tree, compile_rule(f"timescale_of({name}) >= 0", scope, place)[2])


def _literals(table: Table) -> dict[str, Value]:
    found: dict[str, Any] = table.values("set")
    for name, value in found.items():
        if not isinstance(value, str | int | list) or isinstance(value, bool):
            raise table.place.error(f"'set' cannot hold {name} = {value!r}", "Write it as a record holds it")
    return found


def _check_answers(spawn: Spawn, scope: Scope, place: Place) -> None:
    for theirs, ours in spawn.answers.items():
        _known(ours, scope.questions, place)
        if theirs in spawn.set:
            raise place.error(f"'{theirs}' is in 'answers' and in 'set'", "Keep one of them")


def _check_due(spawn: Spawn, scope: Scope, place: Place) -> None:
    written = [key for key in ("due_at", "within", "within_of") if getattr(spawn, key) is not None]
    if len(written) != 1:
        problem = (
            " and ".join(f"'{key}'" for key in written) + " are both written" if written else "has no time"
        )
        raise place.error(problem, "Write one of due_at, within, within_of")
    if spawn.due_at is not None:
        if spawn.after is not None:
            raise place.error("'after' stands beside 'due_at'", "Keep one of them")
        _known(spawn.due_at, scope.questions, place, ("instant", "date"))
    if spawn.after is not None:
        _known(spawn.after, scope.questions, place, ("instant",))
    if spawn.within is not None and spawn.within not in scope.timescales:
        remedy = did_you_mean(
            spawn.within, scope.timescales, f"Write {spawn.within} = minutes under [timescales]"
        )
        raise place.error(f"there is no timescale '{spawn.within}'", remedy)


def _known(name: str, questions: Mapping[str, Question], place: Place, kinds: tuple[str, ...] = ()) -> None:
    if name not in questions:
        raise place.error(
            f"there is no question '{name}'", did_you_mean(name, questions, "Name a question by its id")
        )
    kind = questions[name].kind
    if kinds and kind not in kinds:
        raise place.error(f"'{name}' is of kind {kind}", f"Name a question of kind {' or '.join(kinds)}")
