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

from .definition import Answers, Tree, Value

SAFE = 2**53 - 1


class Facts(msgspec.Struct):
    """What a rule may ask about: answers that count, themes in play, the recording instant, any shortfall."""

    answers: Answers
    themes: set[str]
    recorded_at: str | None
    fell_short: bool = False


def holds(tree: Tree | None, facts: Facts) -> bool:
    """Whether the rule is true; a rule that is not written always holds."""
    return tree is None or _OPERATIONS[tree[0]](tree, facts) is True


def evaluate(tree: Tree | str | int, facts: Facts) -> Value | bool | None:
    """The value of a tree: truth, integer, code, instant or date; None when what it needs is unanswered."""
    if not isinstance(tree, list):
        return tree
    return _OPERATIONS[tree[0]](tree, facts)


def _and(tree: Tree, facts: Facts) -> bool:
    return all(evaluate(operand, facts) for operand in tree[1:])


def _or(tree: Tree, facts: Facts) -> bool:
    return any(evaluate(operand, facts) for operand in tree[1:])


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
    return facts.answers.get(tree[1]) in tree[2:]


def _has(tree: Tree, facts: Facts) -> bool:
    chosen: Any = facts.answers.get(tree[1])
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
    return facts.answers.get(tree[1])


def _answered(tree: Tree, facts: Facts) -> bool:
    return tree[1] in facts.answers


def _size(tree: Tree, facts: Facts) -> int:
    answer: Any = facts.answers.get(tree[1])
    return 0 if answer is None else len(answer)


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
    "theme": _theme,
    "fell_short": _fell_short,
    "recorded_at": _recorded_at,
    "day_of": _day_of,
    "minutes_between": _minutes_between,
}
