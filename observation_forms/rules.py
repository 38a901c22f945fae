"""What a rule says about the answers so far: the trees that expressions.py makes, each made into a function once.

Twin of rules.mjs, which walks the trees: there a form is opened more often than it is judged, here a few forms judge
every record. The operations are the same, in the same order, and vectors/rules.json and the differential test hold
them equal. An unanswered question is None, equals nothing, and is neither more nor less than anything.
Operands have been type-checked at parse, so that nothing is compared here but integer with integer, code
with code, instant with instant and date with date (the last two as text of fixed width, where the order of
the text is the order in time).
"""

import datetime
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from .codes import NONE
from .values import Answers, Tree, Value

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


# A rule, or a part of one: its value, None when what it needs is unanswered
Rule: TypeAlias = Callable[[Facts], Any]


def rule_of(tree: Tree | str | int) -> Rule:
    """The tree as a function of the facts. Making it costs more than asking it: keep it."""
    if type(tree) is not list:
        return lambda _facts: tree
    return _OPERATIONS[tree[0]](tree)


def rule_or_none(tree: Tree | None) -> Rule | None:
    """The same of a rule that need not be written: None always holds."""
    return None if tree is None else rule_of(tree)


def evaluate(tree: Tree | str | int, facts: Facts) -> Value | bool | None:
    """The value of a tree that is asked once: truth, integer, code, instant or date; None when unanswered."""
    value: Value | bool | None = rule_of(tree)(facts)
    return value


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


def _and(tree: Tree) -> Rule:
    operands = [rule_of(operand) for operand in tree[1:]]

    def rule(facts: Facts) -> bool:
        for operand in operands:  # noqa: SIM110  twice as quick as all() of a generator
            if not operand(facts):
                return False
        return True

    return rule


def _or(tree: Tree) -> Rule:
    operands = [rule_of(operand) for operand in tree[1:]]

    def rule(facts: Facts) -> bool:
        for operand in operands:  # noqa: SIM110  twice as quick as any() of a generator
            if operand(facts):
                return True
        return False

    return rule


def _not(tree: Tree) -> Rule:
    operand = rule_of(tree[1])
    return lambda facts: not operand(facts)


def _equal(tree: Tree) -> Rule:
    left, right = _both(tree)
    expected = tree[2]
    # Nearly always an answer is compared with a code
    if type(expected) is not list:
        return lambda facts: left(facts) == expected

    def rule(facts: Facts) -> bool:
        found = left(facts)
        return found is not None and bool(found == right(facts))

    return rule


def _less(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> bool:
        less, more = left(facts), right(facts)
        return less is not None and more is not None and less < more

    return rule


def _at_most(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> bool:
        less, more = left(facts), right(facts)
        return less is not None and more is not None and less <= more

    return rule


def _one_of(tree: Tree) -> Rule:
    answer, codes = _answer(tree), tree[2:]
    return lambda facts: answer(facts) in codes


def _has(tree: Tree) -> Rule:
    answer, code = _answer(tree), tree[2]

    def rule(facts: Facts) -> bool:
        chosen = answer(facts)
        return chosen is not None and code in chosen

    return rule


def _add(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> int | None:
        one, other = left(facts), right(facts)
        return None if one is None or other is None else _exact(one + other)

    return rule


def _subtract(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> int | None:
        one, other = left(facts), right(facts)
        return None if one is None or other is None else _exact(one - other)

    return rule


def _multiply(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> int | None:
        one, other = left(facts), right(facts)
        return None if one is None or other is None else _exact(one * other)

    return rule


def _answer(tree: Tree) -> Rule:
    id = tree[1]

    def rule(facts: Facts) -> Value | None:
        # `answer_to`, written out: it is asked thirty times for each record
        answer = facts.answers.get(id)
        return facts.answers.get(facts.row + id) if answer is None and facts.row else answer

    return rule


def _answered(tree: Tree) -> Rule:
    answer = _answer(tree)
    return lambda facts: answer(facts) is not None


def _size(tree: Tree) -> Rule:
    answer = _answer(tree)

    def rule(facts: Facts) -> int:
        found = answer(facts)
        return 0 if found is None else len(found)

    return rule


def _rows(tree: Tree) -> Rule:
    repeat = tree[1]
    if len(tree) == 2:
        return lambda facts: len(rows_of(repeat, facts))
    each = rule_of(tree[2])
    return lambda facts: sum(each(in_row(repeat, row, facts)) for row in rows_of(repeat, facts))


def _any_row(tree: Tree) -> Rule:
    repeat, each = tree[1], rule_of(tree[2])
    return lambda facts: any(each(in_row(repeat, row, facts)) for row in rows_of(repeat, facts))


def _total(tree: Tree) -> Rule:
    keys = [f"{tree[1]}.{item}" for item in tree[2:]]

    def rule(facts: Facts) -> int | None:
        cells: list[Any] = [facts.answers.get(key) for key in keys]
        total: int | None = 0
        for each in cells:
            total = None if total is None or each is None else _exact(total + each)
        return total

    return rule


def _cell(tree: Tree) -> Rule:
    key = f"{tree[1]}.{tree[2]}"
    return lambda facts: facts.answers.get(key)


def _timescale(tree: Tree) -> Rule:
    name = tree[1]
    return lambda facts: facts.timescales.get(name)


def _timescale_of(tree: Tree) -> Rule:
    """After the question come pairs: the code of an option, the name of its timescale."""
    answer, pairs = _answer(tree), list(zip(tree[2::2], tree[3::2], strict=True))

    def rule(facts: Facts) -> int | None:
        code = answer(facts)
        name = next((name for option, name in pairs if option == code), None)
        return None if name is None else facts.timescales.get(name)

    return rule


def _theme(tree: Tree) -> Rule:
    theme = tree[1]
    return lambda facts: theme in facts.themes


def _fell_short(_tree: Tree) -> Rule:
    return lambda facts: facts.fell_short


def _recorded_at(_tree: Tree) -> Rule:
    return lambda facts: facts.recorded_at


def _day_of(tree: Tree) -> Rule:
    operand = rule_of(tree[1])

    def rule(facts: Facts) -> str | None:
        instant = operand(facts)
        return None if instant is None else instant[:10]

    return rule


def _minutes_between(tree: Tree) -> Rule:
    left, right = _both(tree)

    def rule(facts: Facts) -> int | None:
        earlier, later = left(facts), right(facts)
        return None if earlier is None or later is None else (_seconds(later) - _seconds(earlier)) // 60

    return rule


def _both(tree: Tree) -> tuple[Rule, Rule]:
    return rule_of(tree[1]), rule_of(tree[2])


def _exact(number: int) -> int | None:
    """JavaScript cannot count past this exactly, so neither side does."""
    return number if -SAFE <= number <= SAFE else None


def _seconds(instant: str) -> int:
    day = datetime.date(int(instant[:4]), int(instant[5:7]), int(instant[8:10])).toordinal()
    return day * 86400 + int(instant[11:13]) * 3600 + int(instant[14:16]) * 60 + int(instant[17:19])


_OPERATIONS: dict[str, Callable[[Tree], Rule]] = {
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
