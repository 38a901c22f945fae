"""What is wrong with a form file, said so that its author can put it right."""

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class FormError(Exception):
    """A form file that cannot be used: which file, which part of it, what is wrong, what to do."""

    def __init__(self, file: str, part: str, problem: str, remedy: str) -> None:
        where = f"{file}, {part}" if part else file
        super().__init__(f"{where}: {problem}. {remedy}.")
        self.file = file
        self.part = part
        self.problem = problem
        self.remedy = remedy


class Place(NamedTuple):
    """Where in the library something is written: a file, and a part of it such as `question 'shift'`."""

    file: str
    part: str = ""

    def error(self, problem: str, remedy: str) -> FormError:
        """The error for this place; sentences come without a full stop."""
        return FormError(self.file, self.part, problem, remedy)

    def at(self, part: str) -> "Place":
        """The same file, at another part."""
        return self._replace(part=part)


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy naming the nearest known word, or `otherwise` when none is near."""
    near = difflib.get_close_matches(wrong, sorted(known), n=1)
    return f"Did you mean '{near[0]}'" if near else otherwise
