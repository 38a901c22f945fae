"""The functions a rule can call, each read by a method of its own name."""

import ast
from collections.abc import Callable

from .definition import Question, Tree
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
    "rows": "rows(repeat): how many rows there are, 0 when unanswered or none; rows(repeat, rule): of how many "
    "the rule is true",
    "any_row": "any_row(repeat, rule): the rule, over the row's questions, is true of some row",
    "total": "total(grid): the cells added up; unanswered until every cell is answered",
    "cell": "cell(grid, item): the number in one cell",
    "timescale": "timescale(name): its minutes, as they are set for the service",
    "timescale_of": "timescale_of(question): the minutes of the chosen option's timescale",
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
        if len(node.args) not in arity or node.keywords:
            raise self._refused(f"'{self._written(node)}'", f"Write it as {FUNCTIONS[name].split(':')[0]}")
        return read(self, node.args)

    def _answered(self, arguments: list[ast.expr]) -> Typed:
        question = self._question(arguments[0])
        remedy = _UNANSWERABLE.get(question.kind)
        if remedy is not None:
            raise self._refused(f"answered({question.id})", remedy)
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

    def _rows(self, arguments: list[ast.expr]) -> Typed:
        return Typed(["rows", *self._in_rows("rows", arguments)], "integer")

    def _any_row(self, arguments: list[ast.expr]) -> Typed:
        return Typed(["any_row", *self._in_rows("any_row", arguments)], "truth")

    def _in_rows(self, function: str, arguments: list[ast.expr]) -> Tree:
        """The repeat, and the rule over its rows if one is written."""
        repeat = self._of_kind(function, arguments[0], "repeat").id
        outside, self._scope = self._scope, self._scope.in_rows_of(repeat)
        rules = [self._truth(argument) for argument in arguments[1:]]
        self._scope = outside
        return [repeat, *rules]

    def _total(self, arguments: list[ast.expr]) -> Typed:
        grid = self._of_kind("total", arguments[0], "counts")
        return Typed(["total", grid.id, *(item.code for item in grid.items)], "integer")

    def _cell(self, arguments: list[ast.expr]) -> Typed:
        grid = self._of_kind("cell", arguments[0], "counts")
        codes = [item.code for item in grid.items]
        written = self._written(arguments[1])
        if not isinstance(arguments[1], ast.Name) or written not in codes:
            remedy = did_you_mean(written, codes, f"The items of '{grid.id}' are {', '.join(codes)}")
            raise self._place.error(f"'{written}' is not an item of '{grid.id}'", remedy)
        return Typed(["cell", grid.id, written], "integer")

    def _timescale(self, arguments: list[ast.expr]) -> Typed:
        written, known = self._written(arguments[0]), self._scope.timescales
        if not isinstance(arguments[0], ast.Name) or written not in known:
            remedy = did_you_mean(written, known, f"Write {written} = minutes under [timescales]")
            raise self._place.error(f"there is no timescale '{written}'", remedy)
        return Typed(["timescale", written], "integer")

    def _timescale_of(self, arguments: list[ast.expr]) -> Typed:
        question = self._of_kind("timescale_of", arguments[0], "choice")
        pairs = [part for each in question.options if each.timescale for part in (each.code, each.timescale)]
        if not pairs:
            remedy = f"Write timescale = ... at an option of '{question.id}'"
            raise self._refused(f"timescale_of({question.id})", remedy)
        return Typed(["timescale_of", question.id, *pairs], "integer")

    def _of_kind(self, function: str, argument: ast.expr, kind: str) -> Question:
        question = self._question(argument)
        if question.kind != kind:
            remedy = f"{function}() is for a question of kind {kind}"
            raise self._refused(f"{function}({question.id})", remedy)
        return question

    def _instant(self, node: ast.expr) -> Tree | int:
        found = self._read(node)
        if found.type != "instant":
            raise self._not_operand(node, found, "minutes_between() and day_of()")
        return found.tree


_CALLS: dict[str, tuple[tuple[int, ...], Callable[[Functions, list[ast.expr]], Typed]]] = {
    "answered": ((1,), Functions._answered),
    "count": ((1,), Functions._count),
    "length": ((1,), Functions._length),
    "theme": ((1,), Functions._theme),
    "fell_short": ((0,), Functions._fell_short),
    "minutes_between": ((2,), Functions._minutes_between),
    "day_of": ((1,), Functions._day_of),
    "rows": ((1, 2), Functions._rows),
    "any_row": ((2,), Functions._any_row),
    "total": ((1,), Functions._total),
    "cell": ((2,), Functions._cell),
    "timescale": ((1,), Functions._timescale),
    "timescale_of": ((1,), Functions._timescale_of),
}

_UNANSWERABLE = {
    "information": "An information card has no answer: name a question",
    "counts": "A grid is answered cell by cell: write total(...) >= 0 for all of them, or cell(...) >= 0 for one",
}
