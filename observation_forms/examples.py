"""The worked examples a form carries: they feed the tests, the demonstration and the accessibility run.

That each example comes out as it says is held by tests/observation_forms/test_library.py, not at start-up.
"""

from typing import Any

import msgspec

from .codes import check_code
from .definition import Definition
from .errors import Place, did_you_mean
from .sight import Context
from .table import Table

RESULTS = ("met", "partly", "not_met", "not_scored")
BEARINGS = ("supports", "contradicts", "inconclusive")


class Example(msgspec.Struct, frozen=True):
    """Answers as a record holds them, and what the form must make of them.

    `broken` holds "key code" pairs, in the order of the findings; `bearings` says what the answers
    mean for an action of that theme alone. `themes` are the themes of the actions the record is linked to.
    `spawns` holds "spawn[/row] due_at", and None when the example does not say.
    """

    id: str
    title: str
    recorded_at: str
    themes: tuple[str, ...]
    answers: dict[str, Any]
    broken: tuple[str, ...]
    result: str
    points: int
    scored: int
    concerns: tuple[str, ...]
    bearings: dict[str, str]
    author: str = ""
    timescales: dict[str, int] = {}
    spawns: tuple[str, ...] | None = None

    @property
    def context(self) -> Context:
        """When, by whom and for which themes it is recorded."""
        return Context(self.recorded_at, frozenset(self.themes), self.timescales, self.author)


def read_examples(table: Table, definition: Definition) -> tuple[Example, ...]:
    """The [[examples]] of a form file; none is allowed, two of one id are not."""
    examples = tuple(_read_example(each, definition) for each in table.tables("examples"))
    ids = [example.id for example in examples]
    for index, example_id in enumerate(ids):
        if example_id in ids[:index]:
            raise table.place.error(f"there are two examples called '{example_id}'", "Give one another id")
    return examples


def _read_example(table: Table, definition: Definition) -> Example:
    example_id = check_code(table.text("id"), "the example's id", table.place)
    place = table.place = table.place.at(f"example '{example_id}'")
    bearings = table.pairs("bearings")
    _refuse_unknown(bearings, tuple(definition.theme_names), "theme", place)
    _refuse_unknown(bearings.values(), BEARINGS, "bearing", place)
    example = Example(
        id=example_id,
        title=table.text("title"),
        recorded_at=table.text("recorded_at"),
        themes=table.texts("themes"),
        answers=table.values("answers"),
        broken=table.texts("broken"),
        result=table.one_of("result", RESULTS),
        points=table.integer("points"),
        scored=table.integer("scored"),
        concerns=table.texts("concerns"),
        bearings=bearings,
        author=table.text_or_none("author") or "",
        timescales=table.numbers("timescales"),
        spawns=table.texts("spawns") if table.has("spawns") else None,
    )
    table.finish()
    _refuse_unknown(example.themes, tuple(definition.theme_names), "theme", place)
    return example


def _refuse_unknown(words: Any, known: tuple[str, ...], what: str, place: Place) -> None:
    for word in words:
        if word not in known:
            raise place.error(
                f"there is no {what} '{word}'", did_you_mean(word, known, f"Use {', '.join(known)}")
            )
