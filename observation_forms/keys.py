"""How an answer is named when a question has more than one: the keys of answers, findings and faults.

Twin of keys.mjs. A key is a question's id, `repeat.row.question` for a question of a repeat's row, or
`grid.item` for a cell of a counts grid. Ids hold no dots, so that a key can mean one thing only.
"""

from .codes import is_row
from .definition import Definition, Question


def question_at(definition: Definition, key: str) -> Question | None:
    """The question a key names, None when there is none; a cell of a grid as an integer question."""
    return definition.question_at(key)


__all__ = ["is_row", "question_at"]
