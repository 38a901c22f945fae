"""Rule text, such as `reason == after_complaint and others_present > 0`, to a tree: once, never on a tablet.

Python's own parser reads the text and a walk over a few of its node types builds a tree of JSON lists. What
the walk does not know is refused with the way to write it; what it knows is checked against the kinds of
the questions, so that the interpreters (rules.py, rules.mjs) never meet two things that cannot be compared.

Decided: `!=`, `>`, `>=` and `not in` are rewritten to the few operators the interpreters have,
so that `!=` is exactly `not ==` by construction. Rejected: a tree for every spelling, which is twice the
interpreter twice.
"""

import ast
import warnings
from collections.abc import Callable

from .definition import Tree
from .errors import Place
from .functions import FUNCTIONS, Functions
from .references import References, references
from .terms import NAMES, Scope, Typed

OPERATORS = {
    "and": "both are true",
    "or": "at least one is true",
    "not": "the opposite",
    "==": "both answered, and the same",
    "!=": "not the same, or not both answered",
    "<": "both answered, and less or earlier",
    "<=": "both answered, and less, earlier or the same",
    ">": "both answered, and more or later",
    ">=": "both answered, and more, later or the same",
    "in": "the code is among those chosen, or the chosen code is in the list",
    "not in": "the opposite of in",
    "+": "whole numbers added",
    "-": "whole numbers subtracted",
    "*": "whole numbers multiplied",
}

_LONGEST_RULE = 1000
_DEEPEST_RULE = 40


def compile_rule(text: str, scope: Scope, place: Place) -> Tree:
    """The tree of a rule. FormError, naming `place`, for anything outside the language or wrongly typed."""
    return _Reader(text, scope, place).rule()


class _Reader(Functions):
    def __init__(self, text: str, scope: Scope, place: Place) -> None:
        super().__init__(text, scope, place)
        self._depth = 0

    def rule(self) -> Tree:
        tree = self._truth(self._expression())
        assert isinstance(tree, list)  # noqa: S101  a truth is never a bare number
        return tree

    def _expression(self) -> ast.expr:
        if len(self._text) > _LONGEST_RULE:
            raise self._place.error("the rule is too long", f"Keep it within {_LONGEST_RULE} characters")
        if not self._text.isascii():
            raise self._refused(
                "letters and signs outside plain ASCII", "Use plain quotes, letters and signs only"
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            remedy = "Write it like reason == after_complaint and answered(note); one = is written =="
            raise self._place.error(f"the rule '{self._text}' cannot be read", remedy) from error

    def _truth(self, node: ast.expr) -> Tree | int:
        found = self._read(node)
        if found.type != "truth":
            raise self._not_truth(node, found)
        return found.tree

    def _read(self, node: ast.expr) -> Typed:
        read = _READERS.get(type(node))
        if read is None:
            raise self._refused(
                f"'{self._written(node)}'", f"A rule can use: {', '.join(OPERATORS)}, {', '.join(FUNCTIONS)}"
            )
        self._depth += 1
        if self._depth > _DEEPEST_RULE:
            raise self._place.error(
                "the rule is nested too deeply", "Split it into several questions or checks"
            )
        found = read(self, node)
        self._depth -= 1
        return found

    def _bool_op(self, node: ast.BoolOp) -> Typed:
        operator = "and" if isinstance(node.op, ast.And) else "or"
        return Typed([operator, *(self._truth(value) for value in node.values)], "truth")

    def _unary(self, node: ast.UnaryOp) -> Typed:
        if isinstance(node.op, ast.Not):
            return Typed(["not", self._truth(node.operand)], "truth")
        if isinstance(node.op, ast.USub):
            number = self._integer(node.operand)
            return Typed(-number if isinstance(number, int) else ["-", 0, number], "integer")
        raise self._refused(f"'{self._written(node)}'", "Use not, or - before a number")

    def _arithmetic(self, node: ast.BinOp) -> Typed:
        operator = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}.get(type(node.op))
        if operator is None:
            remedy = "Use +, - and * on whole numbers; write a * 3 == b and not a == b / 3"
            raise self._refused(f"'{self._written(node)}'", remedy)
        return Typed([operator, self._integer(node.left), self._integer(node.right)], "integer")

    def _compare(self, node: ast.Compare) -> Typed:
        if len(node.ops) > 1:
            raise self._refused(
                f"'{self._written(node)}' as one comparison", "Join two with and: 0 <= ml and ml <= 5000"
            )
        operator, left, right = type(node.ops[0]), node.left, node.comparators[0]
        if operator in (ast.In, ast.NotIn):
            return self._negate_if(operator is ast.NotIn, self._membership(left, right))
        if operator in (ast.Eq, ast.NotEq):
            return self._negate_if(operator is ast.NotEq, self._equality(left, right))
        if operator in _ORDERS:
            return self._order(operator, left, right)
        raise self._refused(f"'{self._written(node)}'", "Use == or !=")

    def _negate_if(self, negative: bool, tree: Tree) -> Typed:
        return Typed(["not", tree] if negative else tree, "truth")

    def _equality(self, left: ast.expr, right: ast.expr) -> Tree:
        if self._is_question(right) and isinstance(left, ast.Name) and not self._is_question(left):
            code, name = self._written(left), self._written(right)
            raise self._refused(
                f"'{code}' before the question", f"Write the question first: {name} == {code}"
            )
        first = self._read(left)
        if first.type == "code" and first.question is not None:
            return ["==", first.tree, self._code_of(first.question, right)]
        if first.type in ("integer", "instant", "date"):
            return ["==", first.tree, self._same_type(first, left, right)]
        raise self._not_operand(left, first, "==")

    def _membership(self, left: ast.expr, right: ast.expr) -> Tree:
        if isinstance(right, ast.List | ast.Tuple | ast.Set):
            first = self._read(left)
            if first.type != "code" or first.question is None:
                raise self._not_operand(left, first, "in [...]")
            if not right.elts:
                raise self._refused("an empty list", "Name at least one option in it")
            question = first.question
            return ["one_of", question.id, *(self._code_of(question, each) for each in right.elts)]
        second = self._read(right)
        if second.type == "codes" and second.question is not None and second.question.kind == "choices":
            return ["has", second.question.id, self._code_of(second.question, left)]
        remedy = (
            "Write code in question for a 'choices' question, or question in [code, code] for a single choice"
        )
        raise self._refused(f"in with '{self._written(right)}'", remedy)

    def _order(self, operator: type[ast.cmpop], left: ast.expr, right: ast.expr) -> Typed:
        first = self._read(left)
        if first.type not in ("integer", "instant", "date"):
            raise self._not_operand(left, first, "< and >")
        first_tree, second_tree = first.tree, self._same_type(first, left, right)
        symbol, swap = _ORDERS[operator]
        return Typed(
            [symbol, second_tree, first_tree] if swap else [symbol, first_tree, second_tree], "truth"
        )

    def _same_type(self, first: Typed, left: ast.expr, right: ast.expr) -> Tree | int:
        second = self._read(right)
        if second.type != first.type:
            problem = f"cannot compare '{self._written(left)}' ({first.type}) with '{self._written(right)}' "
            remedy = "Compare whole numbers with whole numbers, instants with instants, dates with dates"
            raise self._place.error(f"{problem}({second.type})", remedy)
        return second.tree

    def _integer(self, node: ast.expr) -> Tree | int:
        found = self._read(node)
        if found.type != "integer":
            raise self._not_operand(node, found, "+, - and *")
        return found.tree


_ORDERS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("<", False),
    ast.LtE: ("<=", False),
    ast.Gt: ("<", True),
    ast.GtE: ("<=", True),
}

_READERS: dict[type[ast.expr], Callable[..., Typed]] = {
    ast.BoolOp: _Reader._bool_op,
    ast.UnaryOp: _Reader._unary,
    ast.BinOp: _Reader._arithmetic,
    ast.Compare: _Reader._compare,
    ast.Name: _Reader._name,
    ast.Constant: _Reader._constant,
    ast.Call: _Reader._call,
}

__all__ = ["FUNCTIONS", "NAMES", "OPERATORS", "References", "Scope", "compile_rule", "references"]
