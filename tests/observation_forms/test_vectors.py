"""observation_forms/vectors/*.json: the language's tests as data, for both twins."""

import json
from typing import Any

import msgspec
import pytest

from observation_forms import Question
from observation_forms.errors import Place
from observation_forms.expressions import Scope, compile_rule
from observation_forms.spawn import CONCERN_FORM

from .forms import VECTORS, rounds_form, vectors_form
from .node import Call, by_javascript, by_python, is_same

DEFINITIONS = {
    "forms": vectors_form(),
    "rounds": rounds_form(),
    "concern": msgspec.structs.replace(rounds_form(), form=CONCERN_FORM),
}
"""The forms of the vectors, by the name of the file that holds the calls made on them."""


def _vectors(name: str) -> list[dict[str, Any]]:
    return list(json.loads((VECTORS / name).read_text())["vectors"])


def _all() -> list[tuple[str, Call, Any]]:
    """What each vector asks, as a name, a call and the answer it must get."""
    definition = DEFINITIONS["forms"]
    scope = Scope(definition.by_id, frozenset(definition.theme_names))
    found = [
        (each["name"], Call("evaluate", None, (_tree(each["rule"], scope), each["facts"])), each["value"])
        for each in _vectors("rules.json")
    ]
    for each in _vectors("answers.json"):
        call = Call("read", None, (_question(each["question"]), each["raw"]))
        found.append((each["name"], call, [each["value"], each["fault"]]))
    for each in _vectors("faults.json"):
        call = Call("fault_of", None, (_question(each["question"]), each["value"]))
        found.append((each["name"], call, each["fault"]))
    for each in _vectors("lowering.json"):
        name = f"{each['computed']} to {each['chosen']}"
        found.append((name, Call(each["door"], None, (each["computed"], each["chosen"])), each["allowed"]))
    for each in _vectors("trees.json"):
        found.append((each["name"], Call("evaluate", None, (each["tree"], each["facts"])), each["value"]))
    for each in _vectors("wording.json"):
        found.append((each["name"], Call("worded", None, tuple(each["given"])), each["found"]))
    for form in DEFINITIONS:
        for each in _vectors(f"{form}.json"):
            found.append((each["name"], Call(each["door"], form, tuple(each["given"])), each["found"]))
    return found


def _tree(rule: str, scope: Scope) -> Any:
    return compile_rule(rule, scope, Place("vectors/rules.json", rule))


def _question(fields: dict[str, Any]) -> Any:
    return msgspec.to_builtins(msgspec.convert(fields, Question))


@pytest.mark.parametrize("ask", [by_python, by_javascript])
def test_every_vector_gives_its_answer(ask: Any) -> None:
    vectors = _all()
    found = ask(DEFINITIONS, [call for _, call, _ in vectors])
    pairs = zip(vectors, found, strict=True)
    wrong = {name: (got, answer) for (name, _, answer), got in pairs if not is_same(got, answer)}
    assert not wrong
    assert len(vectors) > 300


def test_no_vector_has_the_name_of_another() -> None:
    for path in VECTORS.glob("*.json"):
        names = [each.get("name", str(each)) for each in _vectors(path.name)]
        assert len(names) == len(set(names)), path.name
