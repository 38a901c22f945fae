"""Charts know whole numbers and fractions alone: a float would decide some day which side of a limit a point is on."""

import ast
from pathlib import Path

import pytest

from server import charts

FILES = sorted(Path(charts.__file__).parent.glob("*.py"))
# The two exact ratios that the limits are made of, and nothing else
DIVIDES = {"xmr.py": ["LIMIT * 2 / 3"]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_no_figure_is_ever_a_float(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not named & {"float", "round", "Decimal"}
    divided = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    ]
    assert divided == DIVIDES.get(path.name, [])
