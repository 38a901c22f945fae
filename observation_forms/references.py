"""What a rule looks at: needed to hold rules to looking upwards only (parse.py)."""

from typing import NamedTuple

from .definition import Tree


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
    if tree[0] in ("answer", "answered", "count", "length", "one_of", "has"):
        named.add(tree[1])
    for operand in tree[1:]:
        if isinstance(operand, list):
            _gather(operand, named, asked)
