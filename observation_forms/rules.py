"""What a rule says about the answers so far: the interpreter of the trees that expressions.py makes.

Twin of rules.mjs: the two are kept alike line by line, and vectors/rules.json and the differential test
hold them equal. An unanswered question is None, equals nothing, and is neither more nor less than anything.
Operands have been type-checked at parse, so that nothing is compared here but integer with integer, code
with code, instant with instant and date with date (the last two as text of fixed width, where the order of
the text is the order in time).
"""

import datetime
from collections.abc import Callable
from typing import Any

import msgspec

from .codes import NONE
from .definition import Answers, Tree, Value

SAFE = 2**53 - 1


class Facts(msgspec.Struct):
    """What a rule may ask about: answers that count, by key; themes in play; when it was recorded, by whom.

    `timescales` are minutes by name. `row` is what the keys of the row that is looked at begin with, such as
    "changed.1.", and "" outside rows.
    """

    answers: Answers
    themes: set[str]
    recorded_at: str | None
    fell_short: bool = False
    timescales: dict[str, int] = {}
    author: str = ""
    row: str = ""


def holds(tree: Tree | None, facts: Facts) -> bool:
    """Whether the rule is true; a rule that is not written always holds."""
    return tree is None or _OPERATIONS[tree[0]](tree, facts) is True


def evaluate(tree: Tree | str | int, facts: Facts) -> Value | bool | None:
    """The value of a tree: truth, integer, code, instant or date; None when what it needs is unanswered."""
    if type(tree) is not list:
        return tree
    return _OPERATIONS[tree[0]](tree, facts)


def answer_to(id: str, facts: Facts) -> Value | None:
    """The answer to a question of the form, or else of the row that is looked at; None when unanswered."""
    answer = facts.answers.get(id)
    return facts.answers.get(facts.row + id) if answer is None and facts.row else answer


def rows_of(repeat: str, facts: Facts) -> list[str]:
    """The rows of a repeat, in order."""
    names: Any = facts.answers.get(repeat, [])
    return [] if names == [NONE] else names


def in_row(repeat: str, row: str, facts: Facts) -> Facts:
    """The same facts, as rules in a row of a repeat look at them."""
    return msgspec.structs.replace(facts, row=f"{repeat}.{row}.")


def _and(tree: Tree, facts: Facts) -> bool:
    for operand in tree[1:]:  # noqa: SIM110  twice as quick as all() of a generator
        if not evaluate(operand, facts):
            return False
    return True


def _or(tree: Tree, facts: Facts) -> bool:
    for operand in tree[1:]:  # noqa: SIM110  twice as quick as any() of a generator
        if evaluate(operand, facts):
            return True
    return False


def _not(tree: Tree, facts: Facts) -> bool:
    return not evaluate(tree[1], facts)


def _equal(tree: Tree, facts: Facts) -> bool:
    left, right = _both(tree, facts)
    return left is not None and left == right


def _less(tree: Tree, facts: Facts) -> bool:
    left, right = _both(tree, facts)
    return left is not None and right is not None and left < right


def _at_most(tree: Tree, facts: Facts) -> bool:
    left, right = _both(tree, facts)
    return left is not None and right is not None and left <= right


def _one_of(tree: Tree, facts: Facts) -> bool:
    return answer_to(tree[1], facts) in tree[2:]


def _has(tree: Tree, facts: Facts) -> bool:
    chosen: Any = answer_to(tree[1], facts)
    return chosen is not None and tree[2] in chosen


def _add(tree: Tree, facts: Facts) -> int | None:
    left, right = _both(tree, facts)
    return None if left is None or right is None else _exact(left + right)


def _subtract(tree: Tree, facts: Facts) -> int | None:
    left, right = _both(tree, facts)
    return None if left is None or right is None else _exact(left - right)


def _multiply(tree: Tree, facts: Facts) -> int | None:
    left, right = _both(tree, facts)
    return None if left is None or right is None else _exact(left * right)


def _answer(tree: Tree, facts: Facts) -> Value | None:
    return answer_to(tree[1], facts)


def _answered(tree: Tree, facts: Facts) -> bool:
    return answer_to(tree[1], facts) is not None


def _size(tree: Tree, facts: Facts) -> int:
    answer: Any = answer_to(tree[1], facts)
    return 0 if answer is None else len(answer)


def _rows(tree: Tree, facts: Facts) -> int:
    rows = rows_of(tree[1], facts)
    return len(rows) if len(tree) == 2 else sum(_holds_in(row, tree, facts) for row in rows)


def _any_row(tree: Tree, facts: Facts) -> bool:
    return any(_holds_in(row, tree, facts) for row in rows_of(tree[1], facts))


def _holds_in(row: str, tree: Tree, facts: Facts) -> bool:
    return holds(tree[2], in_row(tree[1], row, facts))


def _total(tree: Tree, facts: Facts) -> int | None:
    cells: list[Any] = [facts.answers.get(f"{tree[1]}.{item}") for item in tree[2:]]
    total: int | None = 0
    for each in cells:
        total = None if total is None or each is None else _exact(total + each)
    return total


def _cell(tree: Tree, facts: Facts) -> Value | None:
    return facts.answers.get(f"{tree[1]}.{tree[2]}")


def _timescale(tree: Tree, facts: Facts) -> int | None:
    return facts.timescales.get(tree[1])


def _timescale_of(tree: Tree, facts: Facts) -> int | None:
    """After the question come pairs: the code of an option, the name of its timescale."""
    code = answer_to(tree[1], facts)
    name = next((name for option, name in zip(tree[2::2], tree[3::2], strict=True) if option == code), None)
    return None if name is None else facts.timescales.get(name)


def _theme(tree: Tree, facts: Facts) -> bool:
    return tree[1] in facts.themes


def _fell_short(_tree: Tree, facts: Facts) -> bool:
    return facts.fell_short


def _recorded_at(_tree: Tree, facts: Facts) -> str | None:
    return facts.recorded_at


def _day_of(tree: Tree, facts: Facts) -> str | None:
    instant: Any = evaluate(tree[1], facts)
    return None if instant is None else instant[:10]


def _minutes_between(tree: Tree, facts: Facts) -> int | None:
    earlier, later = _both(tree, facts)
    return None if earlier is None or later is None else (_seconds(later) - _seconds(earlier)) // 60


def _both(tree: Tree, facts: Facts) -> tuple[Any, Any]:
    return evaluate(tree[1], facts), evaluate(tree[2], facts)


def _exact(number: int) -> int | None:
    """JavaScript cannot count past this exactly, so neither side does."""
    return number if -SAFE <= number <= SAFE else None


def _seconds(instant: str) -> int:
    day = datetime.date(int(instant[:4]), int(instant[5:7]), int(instant[8:10])).toordinal()
    return day * 86400 + int(instant[11:13]) * 3600 + int(instant[14:16]) * 60 + int(instant[17:19])


_OPERATIONS: dict[str, Callable[[Tree, Facts], Value | bool | None]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "==": _equal,
    "<": _less,
    "<=": _at_most,
    "one_of": _one_of,
    "has": _has,
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "answer": _answer,
    "answered": _answered,
    "count": _size,
    "length": _size,
    "rows": _rows,
    "any_row": _any_row,
    "total": _total,
    "cell": _cell,
    "timescale": _timescale,
    "timescale_of": _timescale_of,
    "theme": _theme,
    "fell_short": _fell_short,
    "recorded_at": _recorded_at,
    "day_of": _day_of,
    "minutes_between": _minutes_between,
}
