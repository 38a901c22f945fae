"""The shapes of points: each state has its own, so that a chart can be read without colour."""

from collections.abc import Mapping

from server.charts.chart import Chart, State
from server.charts.frame import Length, units
from server.charts.special_cause import Side

Shape = str
CIRCLE, DIAMOND, SQUARE, UP, DOWN = "circle", "diamond", "square", "up", "down"
_OF_STATE: Mapping[State, Shape] = {
    State.USUAL: CIRCLE,
    State.NOT_KNOWN: CIRCLE,
    State.BETTER: DIAMOND,
    State.WORSE: SQUARE,
}


def shape_at(chart: Chart, at: int) -> Shape:
    """A circle as usual; diamond for the better, square for the worse; a triangle where neither way is better."""
    state, flag = chart.state_at(at), chart.flags[at]
    if state is State.UNUSUAL and flag is not None:
        return UP if flag.side is Side.HIGH else DOWN
    return _OF_STATE.get(state, CIRCLE)


def path_of(shape: Shape, x: Length, y: Length, radius: Length) -> str:
    """The outline of a shape around a place, as the `d` of a path. All look equally large."""
    if shape == CIRCLE:
        r, across = units(radius), units(2 * radius)
        return f"M{units(x - radius)} {units(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0z"
    if shape == SQUARE:
        side = radius * 15 // 16
        return _closed((x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side))
    if shape == DIAMOND:
        far = radius * 4 // 3
        return _closed((x, y - far), (x + far, y), (x, y + far), (x - far, y))
    wide = radius * 5 // 4
    tip = wide if shape == DOWN else -wide
    base = y - tip * 3 // 4
    return _closed((x, y + tip), (x + wide, base), (x - wide, base))


def _closed(*corners: tuple[Length, Length]) -> str:
    return f"M{'L'.join(f'{units(x)} {units(y)}' for x, y in corners)}z"
