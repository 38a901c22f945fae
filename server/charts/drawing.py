"""The two drawings of a chart, laid out: every line, point and word with its place. The templates write them as SVG.

Nothing here has a colour: each part says by `kind` what it is, and charts.css does the rest.
"""

from fractions import Fraction

import msgspec

from server.charts.chart import Chart
from server.charts.frame import UNIT, Frame, units
from server.charts.lettering import (
    FLAG_MIDDLE,
    flagpoles_of,
    labels_of,
    numbered,
    periods_of,
    ticks_of,
)
from server.charts.parts import Box, Flagpole, Line, Spot, Text
from server.charts.shapes import CIRCLE, path_of
from server.charts.tracing import (
    LARGEST,
    axis_for,
    bands_of,
    box,
    gaps_of,
    level,
    levels_of,
    runs_of,
    spots_of,
)
from server.charts.words import figure_words

WIDTH, HEIGHT = 760, 340
FLAG_ROOM, START_ROOM, START_BAR = 28, 56, 12 * UNIT
SMALL_WIDTH, SMALL_HEIGHT = 168, 44


class Small(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a small drawing, in the order in which they are drawn."""

    view: str
    bands: tuple[Box, ...]
    gaps: tuple[Box, ...]
    levels: tuple[Line, ...]
    runs: tuple[str, ...]
    spots: tuple[Spot, ...]


class Drawing(Small, frozen=True, kw_only=True):
    """The parts of a full drawing."""

    plot: Box
    grid: tuple[Line, ...]
    ticks: tuple[Text, ...]
    labels: tuple[Text, ...]
    flagpoles: tuple[Flagpole, ...]
    flag_y: int
    baseline: Spot | None
    divider: Line | None
    periods: tuple[Text, ...]


def draw(chart: Chart) -> Drawing:
    """A chart at its full size, for a tablet's width and a desk's."""
    frame = Frame(
        width=WIDTH,
        height=HEIGHT,
        left=46,
        right=162,
        top=10 + (FLAG_ROOM if numbered(chart) else 0),
        bottom=44,
        inset=8,
        periods=len(chart.data),
        before=START_ROOM if chart.subject.baseline else 0,
        axis=axis_for(chart),
    )
    return Drawing(
        view=f"0 0 {WIDTH} {HEIGHT}",
        plot=box("plot", (frame.plot_left, frame.plot_top), (frame.plot_right, frame.plot_bottom)),
        grid=tuple(level(frame, "grid", Fraction(tick)) for tick in frame.axis.ticks),
        ticks=ticks_of(chart, frame),
        bands=bands_of(chart, frame),
        gaps=gaps_of(chart, frame),
        levels=levels_of(chart, frame),
        labels=labels_of(chart, frame),
        flagpoles=flagpoles_of(chart, frame),
        flag_y=FLAG_MIDDLE,
        runs=runs_of(chart, frame),
        spots=spots_of(chart, frame),
        baseline=_baseline(chart, frame),
        divider=_divider(chart, frame),
        periods=periods_of(chart, frame),
    )


def draw_small(chart: Chart) -> Small:
    """A chart for a row of the recovery map: no words, no axis."""
    frame = Frame(
        width=SMALL_WIDTH,
        height=SMALL_HEIGHT,
        left=2,
        right=2,
        top=1,
        bottom=1,
        inset=6,
        periods=len(chart.data),
        before=0,
        axis=axis_for(chart),
    )
    return Small(
        view=f"0 0 {SMALL_WIDTH} {SMALL_HEIGHT}",
        bands=bands_of(chart, frame),
        gaps=gaps_of(chart, frame),
        levels=levels_of(chart, frame),
        runs=runs_of(chart, frame),
        spots=spots_of(chart, frame, 300, 175),
    )


def _baseline(chart: Chart, frame: Frame) -> Spot | None:
    """A ring with a bar through it: no point of the series."""
    start, unit = chart.subject.baseline, chart.subject.unit
    if start is None:
        return None
    said = figure_words(start.value, start.numerator, start.denominator, unit)
    x, y = frame.plot_left + START_ROOM * UNIT // 2, frame.y(start.value)
    bar = f"M{units(x - START_BAR)} {units(y)}H{units(x + START_BAR)}"
    return Spot("start", bar + path_of(CIRCLE, x, y, LARGEST), f"Start, {start.period}: {said}.")


def _divider(chart: Chart, frame: Frame) -> Line | None:
    if chart.subject.baseline is None:
        return None
    x = units(frame.edge(0))
    return Line("divider", x, units(frame.plot_top), x, units(frame.plot_bottom))
