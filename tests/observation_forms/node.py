"""Calls into the JavaScript twins, many at once, in one process of the Node in Playwright's wheel."""

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from playwright._impl._driver import compute_driver_executable

from observation_forms import (
    Context,
    Definition,
    bearing_allowed,
    judge,
    judge_draft,
    normalise,
    progress,
    result_allowed,
    sealed_answers,
    spawned,
    weigh,
    worded,
)
from observation_forms.answers import fault_of, instant_or_none, read
from observation_forms.definition import Question
from observation_forms.rules import Facts, evaluate

TWIN = Path(__file__).with_name("twin.mjs")


class Call(NamedTuple):
    """One call of a public function by its name, on a definition if it takes one, with JSON arguments."""

    door: str
    definition: str | None
    given: tuple[Any, ...]


def by_javascript(definitions: dict[str, Definition], calls: list[Call], lean: bool = False) -> list[Any]:
    """What the twins answer, in the order of the calls; `lean` hands them definitions without defaults."""
    plain = {name: json.loads(msgspec.json.encode(each)) for name, each in definitions.items()}
    work = {
        "definitions": {name: _lean(each) for name, each in plain.items()} if lean else plain,
        "calls": [{k: v for k, v in call._asdict().items() if v is not None} for call in calls],
    }
    node = compute_driver_executable()[0]
    done = subprocess.run(
        [node, str(TWIN)], input=json.dumps(work), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def by_python(definitions: dict[str, Definition], calls: list[Call]) -> list[Any]:
    """What Python answers, as plain JSON values."""
    return [_plain(_PYTHON[call.door](definitions, call)) for call in calls]


def is_same(one: Any, other: Any) -> bool:
    """Equality of JSON values as JavaScript sees it: Python alone holds True and 1 for equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def context_of(plain: dict[str, Any]) -> Context:
    """The context that is written so in a vector or a random case."""
    return Context(**{**plain, "themes": frozenset(plain["themes"])})


def _lean(plain: Any) -> Any:
    """A definition as small as it can come to a tablet: without anything empty, false or null."""
    if isinstance(plain, list):
        return [_lean(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    kept = {
        key: _lean(each) for key, each in plain.items() if each is not False and each not in (None, [], {})
    }
    return {**kept, "sections": kept.get("sections", [])} if "sections" in plain else kept


def _normalise(definitions: dict[str, Definition], call: Call) -> Any:
    answers, invalid = normalise(definitions[str(call.definition)], call.given[0])
    return {"answers": answers, "invalid": invalid}


def _on_a_form(function: Any) -> Any:
    return lambda definitions, call: function(
        definitions[call.definition], call.given[0], context_of(call.given[1]), *call.given[2:]
    )


def _on_a_question(function: Any) -> Any:
    return lambda _, call: function(msgspec.convert(call.given[0], Question), *call.given[1:])


def _plainly(function: Any) -> Any:
    return lambda _, call: function(*call.given)


def _evaluate(_: Any, call: Call) -> Any:
    tree, facts = call.given
    return evaluate(tree, Facts(**{**facts, "themes": set(facts["themes"])}))


def _plain(found: Any) -> Any:
    return json.loads(json.dumps(msgspec.to_builtins(found)))


_PYTHON = {
    "bearing_allowed": _plainly(bearing_allowed),
    "evaluate": _evaluate,
    "fault_of": _on_a_question(fault_of),
    "instant_or_none": _plainly(instant_or_none),
    "judge": _on_a_form(judge),
    "judge_draft": _on_a_form(judge_draft),
    "normalise": _normalise,
    "progress": _on_a_form(progress),
    "read": _on_a_question(read),
    "result_allowed": _plainly(result_allowed),
    "sealed_answers": _on_a_form(sealed_answers),
    "spawned": _on_a_form(spawned),
    "weigh": _on_a_form(weigh),
    "worded": _plainly(worded),
}
