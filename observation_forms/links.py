"""Whether what one form causes can be done: the form is there, and so is each question it is to begin with.

Only the newest versions are held to it. An old record may name what a later version of another form no
longer asks; whoever opens that form then leaves the answer out.
"""

from collections.abc import Mapping

from .answers import fault_of
from .definition import Definition, Question, Spawn
from .errors import FormError, Place, did_you_mean
from .spawn import CONCERN_FORM

_NEVER_GIVEN = ("information", "repeat", "counts", "duration", "worked_out", "signer")


def refuse_dead_ends(current: Mapping[str, Definition]) -> None:
    """FormError for the first spawn, or concern, that does not lead to a form as it stands."""
    for definition in current.values():
        file = f"{definition.form}/{definition.version}.toml"
        for spawn in definition.spawns:
            _check_spawn(definition, spawn, current, Place(file, f"spawn '{spawn.id}'"))
        if definition.concern is not None and CONCERN_FORM in current:
            source = definition.by_id[definition.concern.person]
            _check_carried(source, "person", current[CONCERN_FORM], Place(file, "[concern]"))


def _check_spawn(
    definition: Definition, spawn: Spawn, current: Mapping[str, Definition], place: Place
) -> None:
    target = current.get(spawn.form)
    if target is None:
        remedy = did_you_mean(spawn.form, current, "Publish that form first, or take the spawn out")
        raise place.error(f"there is no form '{spawn.form}'", remedy)
    for theirs, ours in spawn.answers.items():
        _check_carried(definition.by_id[ours], theirs, target, place)
    for theirs, value in spawn.set.items():
        question = _answerable(theirs, target, place)
        if fault := fault_of(question, value):
            problem = f"'{theirs}' of {target.form} cannot be {value!r} ({fault})"
            raise place.error(problem, f"Write what a {question.kind} holds in a record")


def _check_carried(source: Question, theirs: str, target: Definition, place: Place) -> None:
    question = _answerable(theirs, target, place)
    if question.kind != source.kind:
        problem = f"'{source.id}' is a {source.kind}, and '{theirs}' of {target.form} is a {question.kind}"
        raise place.error(problem, "Carry an answer to a question of the same kind")
    if source.kind == "pick" and source.list != question.list:
        problem = f"'{source.id}' is picked from '{source.list}', and '{theirs}' from '{question.list}'"
        raise place.error(problem, "Carry an answer to a question of the same list")
    for option in source.options:
        if option.code not in question.by_code:
            problem = f"'{theirs}' of {target.form} has no option '{option.code}'"
            raise place.error(problem, "Give both questions the same options")


def _answerable(theirs: str, target: Definition, place: Place) -> Question:
    question = target.by_id.get(theirs)
    if question is None or question.in_repeat is not None or question.kind in _NEVER_GIVEN:
        raise _no_question(theirs, target, place)
    return question


def _no_question(theirs: str, target: Definition, place: Place) -> FormError:
    outer = [question.id for section in target.sections for question in section.questions]
    remedy = did_you_mean(theirs, outer, "Name a question that can be filled in beforehand")
    return place.error(f"'{theirs}' of {target.form} cannot be filled in", remedy)
