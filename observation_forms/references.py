"""What a rule looks at: needed to hold rules to looking upwards only (parse.py)."""

from typing import NamedTuple

from .definition import Tree


class References(NamedTuple):
    """What a tree looks at: the questions it names, and whether it asks for themes or for a shortfall.

    `repeats` are those of which it looks into every row.
    """

    questions: frozenset[str]
    theme: bool
    fell_short: bool
    repeats: frozenset[str] = frozenset()


def references(tree: Tree) -> References:
    """Everything a tree depends on."""
    named: set[str] = set()
    asked: set[str] = set()
    repeats: set[str] = set()
    _gather(tree, named, asked, repeats)
    return References(frozenset(named), "theme" in asked, "fell_short" in asked, frozenset(repeats))


_OF_A_QUESTION = (
    *("answer", "answered", "count", "length", "one_of", "has"),
    *("rows", "any_row", "total", "cell", "timescale_of"),
)


def _gather(tree: Tree, named: set[str], asked: set[str], repeats: set[str]) -> None:
    asked.add(tree[0])
    if tree[0] in _OF_A_QUESTION:
        named.add(tree[1])
    if tree[0] in ("any_row", "rows") and len(tree) > 2:
        repeats.add(tree[1])
    for operand in tree[1:]:
        if isinstance(operand, list):
            _gather(operand, named, asked, repeats)
