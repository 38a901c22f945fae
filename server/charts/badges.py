"""Where a measure stands, as a shape with a letter beside its words. The shapes are our own, not NHS England's."""

from collections.abc import Mapping

import msgspec

from server.charts.chart import Assurance, Chart, State
from server.charts.frame import UNIT
from server.charts.shapes import CIRCLE, DOWN, UP, path_of, shape_at
from server.charts.special_cause import Side
from server.charts.words import assurance_words

VIEW = "0 0 40 40"
_MIDDLE = 20 * UNIT
_RADIUS = 1350
# A pennant for the target: no point of a chart looks like it
_PENNANT = "M5 6H29L36 20L29 34H5z"
# Where a triangle is widest
_LETTER_Y = {UP: 24, DOWN: 17}
_SHORT: Mapping[State, str] = {
    State.USUAL: "As usual",
    State.BETTER: "Better than usual",
    State.WORSE: "Worse than usual",
    State.UNUSUAL: "Unusual",
    State.NOT_KNOWN: "Not known yet",
}
_LETTERS: Mapping[Assurance, str] = {
    Assurance.MEETS: "P",
    Assurance.MISSES: "F",
    Assurance.VARIES: "?",
    Assurance.NOT_KNOWN: "–",
}


class Badge(msgspec.Struct, frozen=True):
    """A shape, what it is called in charts.css, the letter in it, and the words it never stands without."""

    kind: str
    path: str
    letter: str
    words: str
    letter_y: int = 20


def variation_badge(chart: Chart) -> Badge:
    """H for higher or rising, L for lower or falling, U for usual; a dash while nothing can be said."""
    last, state = chart.last, chart.state
    shape = CIRCLE if last is None else shape_at(chart, last)
    flag = None if last is None else chart.flags[last]
    letter = "–" if state is State.NOT_KNOWN else "U"
    if flag is not None:
        letter = "H" if flag.side is Side.HIGH else "L"
    path = path_of(shape, _MIDDLE, _MIDDLE, _RADIUS)
    return Badge(state.value, path, letter, _SHORT[state], _LETTER_Y.get(shape, 20))


def assurance_badge(chart: Chart) -> Badge | None:
    """P for a target that will be passed, F for one that will be failed, ? for chance; None without a target."""
    if chart.assurance is None:
        return None
    words = f"Target: {assurance_words(chart.assurance)}"
    return Badge(chart.assurance.value, _PENNANT, _LETTERS[chart.assurance], words)
