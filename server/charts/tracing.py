"""What large and small drawings share: what is usual, the gaps, the lines, the points."""

from fractions import Fraction

from server.charts.axis import Axis, Bounds, axis_of, bounds_of
from server.charts.chart import Chart, State
from server.charts.frame import Frame, Length, units
from server.charts.parts import Box, Line, Spot
from server.charts.shapes import path_of, shape_at
from server.charts.words import capital, figure_words, gap_words, point_words
from server.charts.xmr import Group, Limits

LARGEST, SMALLEST = 450, 225


def bounds_for(chart: Chart) -> Bounds:
    """How far the limits of a chart are drawn."""
    return bounds_of(chart.subject.unit, [datum.value for datum in chart.data if datum.value is not None])


def axis_for(chart: Chart) -> Axis:
    """An axis that holds every point, limit, target and baseline."""
    values = [datum.value for datum in chart.data if datum.value is not None]
    for _, limits in groups_with_limits(chart):
        values += [limits.lower, limits.upper]
    for extra in (chart.subject.target, chart.subject.baseline):
        if extra is not None:
            values.append(extra.value)
    return axis_of(values, chart.subject.unit, bounds_for(chart))


def bands_of(chart: Chart, frame: Frame) -> tuple[Box, ...]:
    """What is usual, as an area; on trial where the limits are."""
    bounds = bounds_for(chart)
    return tuple(
        box(
            "band-trial" if limits.trial else "band",
            (frame.edge(group.first), frame.y(bounds.clip(limits.upper))),
            (frame.edge(group.after), frame.y(bounds.clip(limits.lower))),
        )
        for group, limits in groups_with_limits(chart)
    )


def gaps_of(chart: Chart, frame: Frame) -> tuple[Box, ...]:
    """The periods that have no figure."""
    return tuple(
        box(
            "gap",
            (frame.edge(at), frame.plot_top),
            (frame.edge(at + 1), frame.plot_bottom),
            f"{capital(datum.label)}: {gap_words(datum)}.",
        )
        for at, datum in enumerate(chart.data)
        if datum.value is None
    )


def levels_of(chart: Chart, frame: Frame) -> tuple[Line, ...]:
    """Mean and limits of each group, and the target all along."""
    lines = [
        level(frame, f"{kind}-trial" if limits.trial else kind, value, group)
        for group, limits in groups_with_limits(chart)
        for kind, value in named(limits)
    ]
    if chart.subject.target is not None:
        lines.append(level(frame, "target", chart.subject.target.value))
    return tuple(lines)


def runs_of(chart: Chart, frame: Frame) -> tuple[str, ...]:
    """The line from point to point, as the `points` of polylines: broken at gaps and where a group ends."""
    runs: list[list[str]] = []
    for group in chart.groups:
        runs.append([])
        for at in range(group.first, group.after):
            value = chart.data[at].value
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{units(frame.x(at))},{units(frame.y(value))}")
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def spots_of(
    chart: Chart, frame: Frame, largest: Length = LARGEST, smallest: Length = SMALLEST
) -> tuple[Spot, ...]:
    """The points, in order of time, from `smallest` to `largest` in radius: smaller where they stand close together."""
    radius = min(largest, max(smallest, frame.slot * 3 // 8))
    spots, last = [], chart.last
    for at, datum in enumerate(chart.data):
        if datum.value is None:
            continue
        state = chart.state_at(at)
        # A special cause is drawn larger
        wide = radius if state in (State.USUAL, State.NOT_KNOWN) else radius * 5 // 4
        said = figure_words(datum.value, datum.numerator, datum.denominator, chart.subject.unit)
        spots.append(
            Spot(
                kind=state.value,
                path=path_of(shape_at(chart, at), frame.x(at), frame.y(datum.value), wide),
                title=f"{capital(datum.label)}: {said}. {point_words(chart, at)}.",
                few=datum.few,
                last=at == last,
            )
        )
    return tuple(spots)


def groups_with_limits(chart: Chart) -> list[tuple[Group, Limits]]:
    """The groups that have enough points."""
    return [(group, group.limits) for group in chart.groups if group.limits is not None]


def named(limits: Limits) -> tuple[tuple[str, Fraction], ...]:
    """The three lines of a group."""
    return (("upper", limits.upper), ("mean", limits.mean), ("lower", limits.lower))


def level(frame: Frame, kind: str, value: Fraction, group: Group | None = None) -> Line:
    """A level line across one group, or across the whole plot."""
    y = units(frame.y(value))
    left, right = (
        (frame.edge(group.first), frame.edge(group.after)) if group else (frame.plot_left, frame.plot_right)
    )
    return Line(kind, units(left), y, units(right), y)


def box(
    kind: str, top_left: tuple[Length, Length], bottom_right: tuple[Length, Length], title: str = ""
) -> Box:
    """A rectangle between two corners."""
    (left, top), (right, bottom) = top_left, bottom_right
    return Box(kind, units(left), units(top), units(right - left), units(bottom - top), title)
