"""The functions a rule can call, each read by a method of its own name."""

import ast
from collections.abc import Callable

from .definition import Tree
from .errors import did_you_mean
from .terms import COUNTED, Terms, Typed

FUNCTIONS = {
    "answered": "answered(question): it is shown and has an answer",
    "count": "count(question): how many were chosen; 0 when unanswered",
    "length": "length(question): how many characters (code points) were written; 0 when unanswered",
    "theme": "theme(CO): a linked action, or a chosen option, carries this theme",
    "fell_short": "fell_short(): some shown question scored partly or not met",
    "minutes_between": "minutes_between(earlier, later): whole minutes, rounded down; may be negative",
    "day_of": "day_of(instant): its date in UTC",
}


class Functions(Terms):
    """Reads the calls in a rule."""

    def _call(self, node: ast.Call) -> Typed:
        name = node.func.id if isinstance(node.func, ast.Name) else self._written(node.func)
        call = _CALLS.get(name)
        if call is None:
            remedy = did_you_mean(name, FUNCTIONS, f"There are {', '.join(FUNCTIONS)}")
            raise self._refused(f"'{name}(...)'", remedy)
        arity, read = call
        if len(node.args) != arity or node.keywords:
            raise self._refused(f"'{self._written(node)}'", f"Write it as {FUNCTIONS[name].split(':')[0]}")
        return read(self, node.args)

    def _answered(self, arguments: list[ast.expr]) -> Typed:
        question = self._question(arguments[0])
        if question.kind == "information":
            raise self._refused(
                f"answered({question.id})", "An information card has no answer: name a question"
            )
        return Typed(["answered", question.id], "truth")

    def _count(self, arguments: list[ast.expr]) -> Typed:
        return self._size("count", arguments[0], COUNTED)

    def _length(self, arguments: list[ast.expr]) -> Typed:
        return self._size("length", arguments[0], ("text",))

    def _size(self, function: str, argument: ast.expr, kinds: tuple[str, ...]) -> Typed:
        question = self._question(argument)
        if question.kind not in kinds:
            remedy = f"{function}() is for questions of kind {' and '.join(kinds)}"
            raise self._refused(f"{function}({question.id})", remedy)
        return Typed([function, question.id], "integer")

    def _theme(self, arguments: list[ast.expr]) -> Typed:
        written = self._written(arguments[0])
        if not isinstance(arguments[0], ast.Name) or written not in self._scope.themes:
            remedy = did_you_mean(
                written, self._scope.themes, f"Themes are {', '.join(sorted(self._scope.themes))}"
            )
            raise self._place.error(f"there is no theme '{written}'", remedy)
        return Typed(["theme", written], "truth")

    def _fell_short(self, _arguments: list[ast.expr]) -> Typed:
        return Typed(["fell_short"], "truth")

    def _minutes_between(self, arguments: list[ast.expr]) -> Typed:
        return Typed(["minutes_between", *(self._instant(argument) for argument in arguments)], "integer")

    def _day_of(self, arguments: list[ast.expr]) -> Typed:
        return Typed(["day_of", self._instant(arguments[0])], "date")

    def _instant(self, node: ast.expr) -> Tree | int:
        found = self._read(node)
        if found.type != "instant":
            raise self._not_operand(node, found, "minutes_between() and day_of()")
        return found.tree


_CALLS: dict[str, tuple[int, Callable[[Functions, list[ast.expr]], Typed]]] = {
    "answered": (1, Functions._answered),
    "count": (1, Functions._count),
    "length": (1, Functions._length),
    "theme": (1, Functions._theme),
    "fell_short": (0, Functions._fell_short),
    "minutes_between": (2, Functions._minutes_between),
    "day_of": (1, Functions._day_of),
}
