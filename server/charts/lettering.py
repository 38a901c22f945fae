"""The words around a plot: figures of the axis, names of the lines, periods, numbered notes."""

from datetime import date
from fractions import Fraction

from server.charts.axis import beyond
from server.charts.chart import Chart, Note
from server.charts.frame import UNIT, Frame, Length, spread, units
from server.charts.parts import Flagpole, Text
from server.charts.periods import tick_words
from server.charts.tracing import bounds_for, named
from server.charts.words import figure

LINE_OF_TEXT = 17 * UNIT
TICK_WIDTH = 46 * UNIT
FLAG_WIDTH, FLAG_MIDDLE, FLAG_FOOT = 21 * UNIT, 12, 23
UNDER_THE_PLOT = 19 * UNIT
# How many periods apart their names stand: whole quarters and years where there is room for no more
_EVERY = {"week": (1, 2, 4, 8, 13, 26, 52, 104), "month": (1, 2, 3, 6, 12, 24)}
_LINES = {"upper": "Upper limit", "mean": "Mean", "lower": "Lower limit"}


def ticks_of(chart: Chart, frame: Frame) -> tuple[Text, ...]:
    """The figures of the upright axis."""
    return tuple(
        Text(
            x=units(frame.plot_left - 8 * UNIT),
            y=units(frame.y(tick)),
            words=figure(tick, chart.subject.unit),
        )
        for tick in map(Fraction, frame.axis.ticks)
    )


def labels_of(chart: Chart, frame: Frame) -> tuple[Text, ...]:
    """What the lines are called, at their right ends, pushed apart where they would touch."""
    unit, target, bounds = chart.subject.unit, chart.subject.target, bounds_for(chart)
    lines: list[tuple[str, str, Fraction]] = []
    if chart.groups and (limits := chart.groups[-1].limits):
        lines = [
            (kind, f"{_LINES[kind]} {beyond(value, unit, bounds) or figure(value, unit)}", value)
            for kind, value in named(limits)
        ]
    if target is not None:
        lines.append(("target", f"Target {figure(target.value, unit)}", target.value))
    lines.sort(key=lambda line: (frame.y(line[2]), line[0] != "upper", line[0]))
    ends = [frame.y(value) for _, _, value in lines]
    heights = spread(ends, LINE_OF_TEXT, frame.plot_top + 4 * UNIT, frame.plot_bottom - 2 * UNIT)
    right = frame.plot_right
    return tuple(
        Text(
            x=units(right + 15 * UNIT),
            y=units(height),
            words=words,
            kind=kind,
            joins=f"M{units(right)} {units(end)}L{units(right + 11 * UNIT)} {units(height)}",
        )
        for (kind, words, _), end, height in zip(lines, ends, heights, strict=True)
    )


def periods_of(chart: Chart, frame: Frame) -> tuple[Text, ...]:
    """As many periods as there is room for, and the year under the first of each."""
    y = units(frame.plot_bottom + UNDER_THE_PLOT)
    texts: list[Text] = []
    if chart.subject.baseline is not None:
        middle = frame.plot_left + frame.before * UNIT // 2
        texts.append(Text(x=units(middle), y=y, words="Start", kind="start"))
    year = ""
    for at in range(0, len(chart.data), _every(chart, frame)):
        datum = chart.data[at]
        under = "" if datum.start[:4] == year else datum.start[:4]
        year = datum.start[:4]
        texts.append(Text(x=units(frame.x(at)), y=y, words=tick_words(datum.start, datum.end), under=under))
    return tuple(texts)


def flagpoles_of(chart: Chart, frame: Frame) -> tuple[Flagpole, ...]:
    """A numbered mark for each note in the time that is shown, with a line down to its day."""
    notes = numbered(chart)
    days = [_place(chart, frame, note) for _, note in notes]
    marks = spread(days, FLAG_WIDTH, frame.plot_left, frame.plot_right)
    return tuple(
        Flagpole(
            number=number,
            x=units(mark),
            path=f"M{units(mark)} {FLAG_FOOT}L{units(day)} {frame.top}V{units(frame.plot_bottom)}",
            rebases=note.rebases,
        )
        for (number, note), day, mark in zip(notes, days, marks, strict=True)
    )


def numbered(chart: Chart) -> list[tuple[int, Note]]:
    """The notes that fall into the time that is shown, with their numbers."""
    if not chart.data:
        return []
    first, last = chart.data[0].start, chart.data[-1].end
    return list(enumerate((note for note in chart.notes if first <= note.day <= last), 1))


def _place(chart: Chart, frame: Frame, note: Note) -> Length:
    """Where a day falls. New limits begin with a period, and so does their line."""
    starts = [datum.start for datum in chart.data]
    if note.rebases:
        return frame.edge(next((at for at, start in enumerate(starts) if start >= note.day), len(starts)))
    at = max(at for at, start in enumerate(starts) if start <= note.day)
    start, end, day = (date.fromisoformat(text) for text in (starts[at], chart.data[at].end, note.day))
    return frame.edge(at, (day - start).days, (end - start).days + 1)


def _every(chart: Chart, frame: Frame) -> int:
    steps = _EVERY.get(chart.subject.step, (1, 2, 5, 10, 20, 50, 100))
    return next((step for step in steps if step * frame.slot >= TICK_WIDTH), steps[-1])
