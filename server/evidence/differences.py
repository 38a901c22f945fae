"""What a correction changed: each question whose answer is not the same in two versions, before and after, in words."""

from collections.abc import Callable, Mapping

import msgspec

from observation_forms import Definition, Form, Question, Value
from observation_forms.wording import worded
from server.evidence import words
from server.evidence.people import Names
from server.evidence.times import moment_words
from server.form_words import answer_words
from sync import Body


class Change(msgspec.Struct, frozen=True):
    """One question, as it was and as it became; "" = no answer. `row` says which row of a repeat it stands in."""

    number: str
    ask: str
    row: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True):
    """Everything in which two versions of a record differ."""

    before: int
    after: int
    changes: list[Change]


def difference(
    before: tuple[Body, Form], after: tuple[Body, Form], names: Names, actions: Mapping[str, str]
) -> Difference:
    """From one version to another, in the order of the form of the later; what is not an answer comes first.

    `actions` says what an action is called.
    """
    old, new = before[0], after[0]
    return Difference(
        old.version, new.version, [*_beside(old, new, names, actions), *_answers(before, after, names)]
    )


def _answers(before: tuple[Body, Form], after: tuple[Body, Form], names: Names) -> list[Change]:
    (old, old_form), (new, new_form) = before, after
    place = _places(new_form.definition)
    keys = sorted({*new.answers, *old.answers}, key=lambda key: [place(part) for part in key.split(".")])
    changes = []
    for key in keys:
        was, now = old.answers.get(key), new.answers.get(key)
        if was != now:
            question = new_form.definition.question_at(key) or old_form.definition.question_at(key)
            definition = new_form.definition if new_form.definition.question_at(key) else old_form.definition
            changes.append(
                Change(
                    number=question.number if question else "",
                    ask=worded(question.ask, names.words) if question else key,
                    row=worded(_row(definition, key), names.words),
                    before=_words(question, was, names.known),
                    after=_words(question, now, names.known),
                )
            )
    return changes


def _places(definition: Definition) -> Callable[[str], tuple[int, int, str]]:
    """Where a part of a key comes: questions in the order of the form, rows by number, then what is neither."""
    order = {question.id: number for number, question in enumerate(definition.questions())}

    def place(part: str) -> tuple[int, int, str]:
        if part in order:
            return 0, order[part], ""
        # Any text may come as a key, also one with too many digits for a number
        return (1, int(part), "") if part.isascii() and part.isdecimal() and len(part) < 10 else (2, 0, part)

    return place


def _row(definition: Definition, key: str) -> str:
    repeat, dot, rest = key.partition(".")
    outer = definition.question_at(repeat) if dot else None
    if outer is None or outer.kind != "repeat":
        return ""
    return f"{outer.row_title or outer.ask} {rest.partition('.')[0]}"


def _words(question: Question | None, value: Value | None, known: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if question is None or question.kind == "repeat":
        return ", ".join(value) if isinstance(value, list) else str(value)
    return answer_words(question, value, known)


def _beside(old: Body, new: Body, names: Names, actions: Mapping[str, str]) -> list[Change]:
    pairs = [
        ("Happened", moment_words(old.happened_at), moment_words(new.happened_at)),
        ("Unit", names.unit(old.unit), names.unit(new.unit)),
        ("Recorded by", names.one_of_staff(old.author), names.one_of_staff(new.author)),
        ("Says about actions", _bearings(old, actions), _bearings(new, actions)),
        ("Result the author lowered it to", _lowered(old), _lowered(new)),
        ("Stands", _standing(old), _standing(new)),
    ]
    return [Change("", label, "", was, now) for label, was, now in pairs if was != now]


def _bearings(body: Body, actions: Mapping[str, str]) -> str:
    said = [
        (actions.get(one.action, one.action), words.named(words.BEARINGS, one.bearing))
        for one in body.bearings
    ]
    return "; ".join(f"{action}: {bearing}" for action, bearing in said)


def _lowered(body: Body) -> str:
    if not body.lowered_to:
        return ""
    return f"{words.named(words.RESULTS, body.lowered_to)}: {body.lowered_reason}"


def _standing(body: Body) -> str:
    return "Withdrawn" if body.withdrawn else "Stands as evidence"
