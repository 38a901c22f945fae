"""Which questions stand above which: what a rule that shows or works out something may look at."""

from collections.abc import Iterable, Mapping

from .definition import Question, Tree
from .errors import Place
from .references import references


class Order:
    """Holds rules to looking upwards only, so that one walk down the form settles what is shown.

    A question that sets themes, or is scored, must then stand above whatever is shown by theme() or
    fell_short(); a circle of questions that show one another cannot be written at all.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._position = {question_id: index for index, question_id in enumerate(questions)}
        self._theme_setters = {
            id for id, question in questions.items() if any(o.themes for o in question.options)
        }
        self._scored = {id for id, question in questions.items() if question.scored}

    def check(self, tree: Tree, first: Question, place: Place, link: str = "is shown by") -> None:
        """Refuses a rule, of `first` or of the section it opens, that looks at what is not above it."""
        asked = references(tree)
        if first.in_repeat in asked.repeats:
            remedy = "Look at this row alone, or move the question out of the repeat"
            raise place.error(f"'{first.id}' {link} the rows of its own repeat", remedy)
        for name in self._in_order(asked.questions):
            self._refuse_below(name, first, place, link)
        for name in self._in_order(self._theme_setters if asked.theme else ()):
            self._refuse_below(name, first, place, f"{link} theme(), which is set by")
        for name in self._in_order(self._scored if asked.fell_short else ()):
            self._refuse_below(name, first, place, f"{link} fell_short(), which looks at")

    def _in_order(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: self._position[name])

    def _refuse_below(self, name: str, first: Question, place: Place, link: str) -> None:
        if name == first.id:
            raise place.error(f"'{name}' {link} itself", "A question can only depend on questions above it")
        if self._position[name] > self._position[first.id]:
            remedy = f"A question can only depend on questions above it: move '{name}' up, or change the rule"
            raise place.error(f"'{first.id}' {link} '{name}', which comes after it", remedy)
