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
from collections.abc import Callable, Mapping
from typing import NamedTuple

from .definition import Question, Tree
from .errors import FormError, Place, did_you_mean

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

FUNCTIONS = {
    "answered": "answered(question): it is shown and has an answer",
    "count": "count(question): how many were chosen; 0 when unanswered",
    "length": "length(question): how many characters (code points) were written; 0 when unanswered",
    "theme": "theme(CO): a linked action, or a chosen option, carries this theme",
    "fell_short": "fell_short(): some shown question scored partly or not met",
    "minutes_between": "minutes_between(earlier, later): whole minutes, rounded down; may be negative",
    "day_of": "day_of(instant): its date in UTC",
}

NAMES = {"recorded_at": "the instant the record was sealed, by the tablet's clock"}

_CODED = ("standard", "choice", "yes_no", "person")
_COUNTED = ("choices", "staff")
_LONGEST_RULE = 1000
_DEEPEST_RULE = 40
_LARGEST_NUMBER = 10**9


class Scope(NamedTuple):
    """What a rule may name: the form's questions and its themes."""

    questions: Mapping[str, Question]
    themes: frozenset[str]


def compile_rule(text: str, scope: Scope, place: Place) -> Tree:
    """The tree of a rule. FormError, naming `place`, for anything outside the language or wrongly typed."""
    return _Reader(text, scope, place).rule()


class References(NamedTuple):
    """What a tree looks at: the questions it names, and whether it asks for themes or for a shortfall."""

    questions: frozenset[str]
    theme: bool
    fell_short: bool


def references(tree: Tree) -> References:
    """Everything a tree depends on."""
    named: set[str] = set()
    asked: set[str] = set()
    _gather(tree, named, asked)
    return References(frozenset(named), "theme" in asked, "fell_short" in asked)


def _gather(tree: Tree, named: set[str], asked: set[str]) -> None:
    asked.add(tree[0])
    if tree[0] in ("answer", "answered", "count", "length"):
        named.add(tree[1])
    for operand in tree[1:]:
        if isinstance(operand, list):
            _gather(operand, named, asked)


class _Typed(NamedTuple):
    """A tree and what it yields: truth, integer, instant, date, or the code of an option."""

    tree: Tree | int
    type: str
    question: Question | None = None


class _Reader:
    def __init__(self, text: str, scope: Scope, place: Place) -> None:
        self._text = " ".join(text.split())
        self._scope = scope
        self._place = place
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

    def _read(self, node: ast.expr) -> _Typed:
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

    def _bool_op(self, node: ast.BoolOp) -> _Typed:
        operator = "and" if isinstance(node.op, ast.And) else "or"
        return _Typed([operator, *(self._truth(value) for value in node.values)], "truth")

    def _unary(self, node: ast.UnaryOp) -> _Typed:
        if isinstance(node.op, ast.Not):
            return _Typed(["not", self._truth(node.operand)], "truth")
        if isinstance(node.op, ast.USub):
            number = self._integer(node.operand)
            return _Typed(-number if isinstance(number, int) else ["-", 0, number], "integer")
        raise self._refused(f"'{self._written(node)}'", "Use not, or - before a number")

    def _arithmetic(self, node: ast.BinOp) -> _Typed:
        operator = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}.get(type(node.op))
        if operator is None:
            remedy = "Use +, - and * on whole numbers; write a * 3 == b and not a == b / 3"
            raise self._refused(f"'{self._written(node)}'", remedy)
        return _Typed([operator, self._integer(node.left), self._integer(node.right)], "integer")

    def _compare(self, node: ast.Compare) -> _Typed:
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

    def _negate_if(self, negative: bool, tree: Tree) -> _Typed:
        return _Typed(["not", tree] if negative else tree, "truth")

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
            return ["one_of", first.tree, *(self._code_of(question, each) for each in right.elts)]
        second = self._read(right)
        if second.type == "codes" and second.question is not None and second.question.kind == "choices":
            return ["has", second.tree, self._code_of(second.question, left)]
        remedy = (
            "Write code in question for a 'choices' question, or question in [code, code] for a single choice"
        )
        raise self._refused(f"in with '{self._written(right)}'", remedy)

    def _order(self, operator: type[ast.cmpop], left: ast.expr, right: ast.expr) -> _Typed:
        first = self._read(left)
        if first.type not in ("integer", "instant", "date"):
            raise self._not_operand(left, first, "< and >")
        first_tree, second_tree = first.tree, self._same_type(first, left, right)
        symbol, swap = _ORDERS[operator]
        return _Typed(
            [symbol, second_tree, first_tree] if swap else [symbol, first_tree, second_tree], "truth"
        )

    def _same_type(self, first: _Typed, left: ast.expr, right: ast.expr) -> Tree | int:
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

    def _name(self, node: ast.Name) -> _Typed:
        if node.id == "recorded_at":
            return _Typed(["recorded_at"], "instant")
        question = self._question(node)
        kind = question.kind
        if kind in _CODED:
            return _Typed(["answer", question.id], "code", question)
        if kind in _COUNTED:
            return _Typed(["answer", question.id], "codes", question)
        return _Typed(["answer", question.id], kind, question)

    def _constant(self, node: ast.Constant) -> _Typed:
        # `type(...) is`, because True is an int in Python.
        if type(node.value) is not int:
            raise self._refused(
                f"'{self._written(node)}'", "Write a whole number, or the code of an option without quotes"
            )
        if node.value > _LARGEST_NUMBER:
            raise self._refused(f"'{self._written(node)}'", f"Keep numbers within {_LARGEST_NUMBER}")
        return _Typed(node.value, "integer")

    def _call(self, node: ast.Call) -> _Typed:
        name = node.func.id if isinstance(node.func, ast.Name) else self._written(node.func)
        call = _CALLS.get(name)
        if call is None:
            remedy = did_you_mean(name, FUNCTIONS, f"There are {', '.join(FUNCTIONS)}")
            raise self._refused(f"'{name}(...)'", remedy)
        arity, read = call
        if len(node.args) != arity or node.keywords:
            raise self._refused(f"'{self._written(node)}'", f"Write it as {FUNCTIONS[name].split(':')[0]}")
        return read(self, node.args)

    def _answered(self, arguments: list[ast.expr]) -> _Typed:
        question = self._question(arguments[0])
        if question.kind == "information":
            raise self._refused(
                f"answered({question.id})", "An information card has no answer: name a question"
            )
        return _Typed(["answered", question.id], "truth")

    def _count(self, arguments: list[ast.expr]) -> _Typed:
        return self._size("count", arguments[0], _COUNTED)

    def _length(self, arguments: list[ast.expr]) -> _Typed:
        return self._size("length", arguments[0], ("text",))

    def _size(self, function: str, argument: ast.expr, kinds: tuple[str, ...]) -> _Typed:
        question = self._question(argument)
        if question.kind not in kinds:
            remedy = f"{function}() is for questions of kind {' and '.join(kinds)}"
            raise self._refused(f"{function}({question.id})", remedy)
        return _Typed([function, question.id], "integer")

    def _theme(self, arguments: list[ast.expr]) -> _Typed:
        written = self._written(arguments[0])
        if not isinstance(arguments[0], ast.Name) or written not in self._scope.themes:
            remedy = did_you_mean(
                written, self._scope.themes, f"Themes are {', '.join(sorted(self._scope.themes))}"
            )
            raise self._place.error(f"there is no theme '{written}'", remedy)
        return _Typed(["theme", written], "truth")

    def _fell_short(self, _arguments: list[ast.expr]) -> _Typed:
        return _Typed(["fell_short"], "truth")

    def _minutes_between(self, arguments: list[ast.expr]) -> _Typed:
        return _Typed(["minutes_between", *(self._instant(argument) for argument in arguments)], "integer")

    def _day_of(self, arguments: list[ast.expr]) -> _Typed:
        return _Typed(["day_of", self._instant(arguments[0])], "date")

    def _instant(self, node: ast.expr) -> Tree | int:
        found = self._read(node)
        if found.type != "instant":
            raise self._not_operand(node, found, "minutes_between() and day_of()")
        return found.tree

    def _is_question(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and (node.id in self._scope.questions or node.id in NAMES)

    def _question(self, node: ast.expr) -> Question:
        written = self._written(node)
        question = self._scope.questions.get(written) if isinstance(node, ast.Name) else None
        if question is None:
            listed = [*self._scope.questions, *NAMES]
            raise self._place.error(
                f"there is no question '{written}'",
                did_you_mean(written, listed, "Name a question by its id"),
            )
        return question

    def _not_truth(self, node: ast.expr, found: _Typed) -> FormError:
        written = self._written(node)
        if found.question is None:
            return self._refused(f"'{written}' as true or false", "Compare it with something: use ==, < or >")
        example = f" or {written} == {found.question.options[0].code}" if found.question.options else ""
        if found.type == "codes" and example:
            example = f" or {found.question.options[0].code} in {written}"
        return self._refused(
            f"'{written}' as true or false", f"Say which you mean: answered({written}){example}"
        )

    def _not_operand(self, node: ast.expr, found: _Typed, operator: str) -> FormError:
        remedy = {
            "text": "Text can only be asked for answered() and length()",
            "code": "Compare it with one of its options by == or in [...]",
            "codes": "Use count(), or code in question for a 'choices' question",
            "information": "An information card has no answer",
            "truth": "Join truths with and, or, not",
        }.get(found.type, "Compare whole numbers, instants or dates with their like")
        return self._refused(f"'{self._written(node)}' ({found.type}) with {operator}", remedy)

    def _refused(self, what: str, remedy: str) -> FormError:
        return self._place.error(f"a rule cannot use {what}", remedy)

    def _written(self, node: ast.AST) -> str:
        return ast.get_source_segment(self._text, node) or self._text


_ORDERS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("<", False),
    ast.LtE: ("<=", False),
    ast.Gt: ("<", True),
    ast.GtE: ("<=", True),
}

_READERS: dict[type[ast.expr], Callable[..., _Typed]] = {
    ast.BoolOp: _Reader._bool_op,
    ast.UnaryOp: _Reader._unary,
    ast.BinOp: _Reader._arithmetic,
    ast.Compare: _Reader._compare,
    ast.Name: _Reader._name,
    ast.Constant: _Reader._constant,
    ast.Call: _Reader._call,
}

_CALLS: dict[str, tuple[int, Callable[[_Reader, list[ast.expr]], _Typed]]] = {
    "answered": (1, _Reader._answered),
    "count": (1, _Reader._count),
    "length": (1, _Reader._length),
    "theme": (1, _Reader._theme),
    "fell_short": (0, _Reader._fell_short),
    "minutes_between": (2, _Reader._minutes_between),
    "day_of": (1, _Reader._day_of),
}
