"""The menus from which a manager builds a measure: one line is one answer of one question, or a number it is held to.

Pure. A line is picked as "question|test|code" ("written_in_time|is|soon"); what a rule of an earlier version says is
found in the menus again, so that it can be changed there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

import msgspec

from observation_forms import Definition, FormError, Question
from server.measures.custom import Condition, CustomMeasure, compiled, rule_of

PARTS = ("counted", "among", "only")
LINES = 3
JOINED = {"and": "All of these lines", "or": "Any one of these lines"}
_SCORED = ("choice", "standard", "yes_no", "worked_out")
_NUMBERS = ("integer", "counts", "duration")
_IS = re.compile(r"(?P<question>\w+) == (?P<value>\w+)")
_HAS = re.compile(r"(?P<value>\w+) in (?P<question>\w+)")
_ANSWERED = re.compile(r"answered\((?P<question>\w+)\)")
_NUMBER = re.compile(
    r"(?:cell\((?P<grid>\w+), (?P<item>\w+)\)|(?P<question>\w+)) (?P<test>>=|<=) (?P<value>\d+)"
)
Typed = Mapping[str, Sequence[str]]


class Menu(msgspec.Struct, frozen=True):
    """The lines of one question, by what is picked."""

    title: str
    lines: dict[str, str]


def menus_of(definition: Definition, repeat: str) -> list[Menu]:
    """Every question that a line may be about; with a repeat, those of its rows as well."""
    asked = [
        question for question in definition.questions() if question.in_repeat in (None, "", repeat or None)
    ]
    return [Menu(_title(question), lines) for question in asked if (lines := dict(_lines(question)))]


def repeats_of(definition: Definition) -> dict[str, str]:
    """The repeats whose rows can be counted in place of records, by their id."""
    return {
        one.id: one.row_title or one.ask
        for one in definition.questions()
        if one.kind == "repeat" and one.questions
    }


def read_measure(typed: Typed, definition: Definition) -> tuple[CustomMeasure | None, dict[str, str]]:
    """The measure that was built, or a sentence for each field that needs another look."""
    faults: dict[str, str] = {}
    name, repeat = " ".join(_one(typed, "name").split()), _one(typed, "repeat")
    if not 5 <= len(name) <= 80 or not name.isprintable():
        faults["name"] = "Give it a name of 5 to 80 letters that says what is counted."
    if _one(typed, "unit") not in ("percent", "count"):
        faults["unit"] = "Choose whether it is a share or a number."
    if repeat and repeat not in repeats_of(definition):
        faults["repeat"] = "Choose what is counted: records, or rows of them."
    rules = {part: _rule(typed, part, definition, repeat, faults) for part in PARTS}
    if not rules["counted"] and "counted_1" not in faults:
        faults["counted_1"] = "Choose at least one answer that counts."
    if faults:
        return None, faults
    measure = CustomMeasure(
        name=name,
        form=definition.form,
        repeat=repeat,
        unit=cast(Literal["percent", "count"], _one(typed, "unit")),
        counted=rules["counted"],
        among=rules["among"],
        only=rules["only"],
    )
    try:
        compiled(measure, definition)
    except FormError as error:
        return None, {"counted_1": f"{error.problem[:1].upper()}{error.problem[1:]}. {error.remedy}."}
    return measure, {}


def typed_again(measure: CustomMeasure) -> dict[str, tuple[str, ...]]:
    """What a person would have picked to get it. A rule that no menu makes leaves its lines empty."""
    typed: dict[str, tuple[str, ...]] = {
        "name": (measure.name,),
        "unit": (measure.unit,),
        "repeat": (measure.repeat,),
    }
    for part in PARTS:
        joined, conditions = conditions_of(getattr(measure, part))
        typed[f"{part}_joined"] = (joined,)
        for line, condition in enumerate(conditions[:LINES], 1):
            number = condition.test in ("at_least", "at_most")
            code = "" if number else "".join(condition.values)
            typed[f"{part}_{line}"] = (f"{condition.question}|{condition.test}|{code}",)
            typed[f"{part}_{line}_number"] = condition.values if number else ("",)
    return typed


def conditions_of(rule: str) -> tuple[str, list[Condition]]:
    """How a rule's lines are joined, and the lines; none where it was not made from menus."""
    joined = "or" if " or " in rule else "and"
    found = [_condition(line) for line in rule.split(f" {joined} ")] if rule else []
    return (joined, [one for one in found if one]) if all(found) else ("and", [])


def in_words(rule: str, definition: Definition) -> str:
    """ "Written in time: Soon after, or Late"; the rule as it stands where no menu makes it."""
    joined, conditions = conditions_of(rule)
    if not conditions:
        return rule
    return f" {joined} ".join(_words(condition, definition) for condition in conditions)


def _rule(typed: Typed, part: str, definition: Definition, repeat: str, faults: dict[str, str]) -> str:
    offered = {pick for menu in menus_of(definition, repeat) for pick in menu.lines}
    conditions = []
    for line in range(1, LINES + 1):
        field = f"{part}_{line}"
        pick, number = _one(typed, field), _one(typed, f"{field}_number")
        if not pick:
            continue
        question, test, code = (*pick.split("|"), "", "")[:3]
        if pick not in offered:
            faults[field] = "Choose from the list. Questions of rows can only be asked when rows are counted."
        elif test in ("at_least", "at_most") and not re.fullmatch(r"[0-9]{1,5}", number):
            faults[f"{field}_number"] = "Give the number, such as 2."
        else:
            values = (number,) if test in ("at_least", "at_most") else (code,) if code else ()
            conditions.append(
                msgspec.convert({"question": question, "test": test, "values": values}, Condition)
            )
    return rule_of(conditions, "or" if _one(typed, f"{part}_joined") == "or" else "and")


def _lines(question: Question) -> Iterator[tuple[str, str]]:
    title = _title(question)
    if question.kind in _SCORED:
        for option in question.options:
            yield f"{question.id}|is|{option.code}", f"{title}: {option.label}"
    elif question.kind == "choices":
        for option in question.options:
            yield f"{question.id}|has|{option.code}", f"{title}: {option.label}"
    elif question.kind in _NUMBERS:
        cells = [(f"{question.id}.{item.code}", f"{title}, {item.label}") for item in question.items]
        for key, words in cells or [(question.id, title)]:
            yield f"{key}|at_least|", f"{words}: at least"
            yield f"{key}|at_most|", f"{words}: at most"
    elif question.kind == "text":
        yield f"{question.id}|answered|", f"{title}: something is written"


def _title(question: Question) -> str:
    return question.ask.rstrip("?.")


def _condition(line: str) -> Condition | None:
    if found := _NUMBER.fullmatch(line):
        question = f"{found['grid']}.{found['item']}" if found["grid"] else found["question"]
        return Condition(question, "at_least" if found["test"] == ">=" else "at_most", (found["value"],))
    if found := _IS.fullmatch(line):
        return Condition(found["question"], "is", (found["value"],))
    if found := _HAS.fullmatch(line):
        return Condition(found["question"], "has", (found["value"],))
    if found := _ANSWERED.fullmatch(line):
        return Condition(found["question"], "answered")
    return None


def _words(condition: Condition, definition: Definition) -> str:
    question = definition.by_id.get(condition.question.partition(".")[0])
    if question is None:
        return rule_of([condition])
    number = condition.test in ("at_least", "at_most")
    pick = f"{condition.question}|{condition.test}|{'' if number else ''.join(condition.values)}"
    said = dict(_lines(question)).get(pick, rule_of([condition]))
    return f"{said} {condition.values[0]}" if number else said


def _one(typed: Typed, name: str) -> str:
    return "".join(typed.get(name, ())[:1]).strip()
