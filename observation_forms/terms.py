"""The smallest parts of a rule: questions, codes of options, whole numbers; and how each is refused."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .definition import Question, Tree
from .errors import FormError, Place, did_you_mean

NAMES = {"recorded_at": "the instant the record was sealed, by the tablet's clock"}

COUNTED = ("choices", "staff")

_CODED = ("standard", "choice", "yes_no", "person", "pick", "signer", "worked_out")
_LARGEST_NUMBER = 10**9


class Scope(NamedTuple):
    """What a rule may name: the form's questions (in a row, also the row's own), its themes and timescales.

    `rows` holds the questions of each repeat's rows, by the repeat.
    """

    questions: Mapping[str, Question]
    themes: frozenset[str]
    timescales: frozenset[str] = frozenset()
    rows: Mapping[str, Mapping[str, Question]] = MappingProxyType({})

    def of_form(self) -> "Scope":
        """Without the questions of any row."""
        return self._replace(questions={k: v for k, v in self.questions.items() if v.in_repeat is None})

    def in_rows_of(self, repeat: str) -> "Scope":
        """As the rules of a repeat's rows see the form."""
        return self._replace(questions={**self.of_form().questions, **self.rows.get(repeat, {})})


class Typed(NamedTuple):
    """A tree and what it yields: truth, integer, instant, date, or the code of an option."""

    tree: Tree | int
    type: str
    question: Question | None = None


class Terms(ABC):
    """Reads the parts of one rule. `text` is the rule on one line, `place` where it is written."""

    def __init__(self, text: str, scope: Scope, place: Place) -> None:
        self._text = " ".join(text.split())
        self._scope = scope
        self._place = place

    @abstractmethod
    def _read(self, node: ast.expr) -> Typed:
        """Any part of a rule, read by the kind of its node."""

    @abstractmethod
    def _truth(self, node: ast.expr) -> Tree | int:
        """A part that must be true or false."""

    def _code_of(self, question: Question, node: ast.expr) -> str:
        codes = [option.code for option in question.options] + [special.code for special in question.special]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            raise self._refused(
                f"quotes in '{self._written(node)}'", f"Write the option's code without quotes: {node.value}"
            )
        written = self._written(node)
        if not isinstance(node, ast.Name) or node.id not in codes:
            listed = ", ".join(codes) or "none: use answered()"
            remedy = did_you_mean(written, codes, f"The codes of '{question.id}' are {listed}")
            raise self._place.error(f"'{written}' is not an option of '{question.id}'", remedy)
        return node.id

    def _name(self, node: ast.Name) -> Typed:
        if node.id == "recorded_at":
            return Typed(["recorded_at"], "instant")
        question = self._question(node)
        kind = question.kind
        if kind in _CODED:
            return Typed(["answer", question.id], "code", question)
        if kind == "duration":
            return Typed(["answer", question.id], "integer", question)
        if kind in COUNTED:
            return Typed(["answer", question.id], "codes", question)
        return Typed(["answer", question.id], kind, question)

    def _constant(self, node: ast.Constant) -> Typed:
        # `type(...) is`, because True is an int in Python.
        if type(node.value) is not int:
            raise self._refused(
                f"'{self._written(node)}'", "Write a whole number, or the code of an option without quotes"
            )
        if node.value > _LARGEST_NUMBER:
            raise self._refused(f"'{self._written(node)}'", f"Keep numbers within {_LARGEST_NUMBER}")
        return Typed(node.value, "integer")

    def _is_question(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and (node.id in self._scope.questions or node.id in NAMES)

    def _question(self, node: ast.expr) -> Question:
        written = self._written(node)
        question = self._scope.questions.get(written) if isinstance(node, ast.Name) else None
        if question is None:
            for repeat, own in self._scope.rows.items():
                if written in own:
                    remedy = f"Ask any_row({repeat}, ...) from outside, or write the rule in that repeat"
                    raise self._place.error(f"'{written}' is asked in each row of '{repeat}'", remedy)
            listed = [*self._scope.questions, *NAMES]
            raise self._place.error(
                f"there is no question '{written}'",
                did_you_mean(written, listed, "Name a question by its id"),
            )
        return question

    def _not_truth(self, node: ast.expr, found: Typed) -> FormError:
        written = self._written(node)
        if found.question is None:
            return self._refused(f"'{written}' as true or false", "Compare it with something: use ==, < or >")
        question_kind = found.question.kind
        example = f" or {written} == {found.question.options[0].code}" if found.question.options else ""
        if question_kind == "counts":
            return self._refused(f"'{written}' as true or false", f"Say which you mean: total({written}) > 0")
        if found.type == "codes" and example:
            example = f" or {found.question.options[0].code} in {written}"
        return self._refused(
            f"'{written}' as true or false", f"Say which you mean: answered({written}){example}"
        )

    def _not_operand(self, node: ast.expr, found: Typed, operator: str) -> FormError:
        remedy = {
            "text": "Text can only be asked for answered() and length()",
            "code": "Compare it with one of its options by == or in [...]",
            "codes": "Use count(), or code in question for a 'choices' question",
            "information": "An information card has no answer",
            "repeat": "Use rows(), any_row() or answered()",
            "counts": "Use total() or cell()",
            "truth": "Join truths with and, or, not",
        }.get(found.type, "Compare whole numbers, instants or dates with their like")
        return self._refused(f"'{self._written(node)}' ({found.type}) with {operator}", remedy)

    def _refused(self, what: str, remedy: str) -> FormError:
        return self._place.error(f"a rule cannot use {what}", remedy)

    def _written(self, node: ast.AST) -> str:
        return ast.get_source_segment(self._text, node) or self._text
