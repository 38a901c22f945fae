"""Where things stand on the paper: from periods and values to the units of a viewBox.

A `Length` is a whole number of hundredths of a unit: no float, and nothing finer than anybody sees.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from server.charts.axis import Axis

Length = int
UNIT = 100


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a drawing and the room around the plot, in units of its viewBox.

    `inset` keeps points off the edges of the plot. Its width is shared by `periods`, after a strip of `before` for
    where it started. `axis` is what its height stands for.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    inset: int
    periods: int
    before: int
    axis: Axis

    @property
    def plot_left(self) -> Length:
        """The left edge of the plot."""
        return self.left * UNIT

    @property
    def plot_right(self) -> Length:
        """The right edge of the plot."""
        return (self.width - self.right) * UNIT

    @property
    def plot_top(self) -> Length:
        """The upper edge of the plot."""
        return self.top * UNIT

    @property
    def plot_bottom(self) -> Length:
        """The lower edge of the plot."""
        return (self.height - self.bottom) * UNIT

    @property
    def slot(self) -> Length:
        """The width of one period."""
        return (self.plot_right - self.plot_left - self.before * UNIT) // max(self.periods, 1)

    def edge(self, at: int, part: int = 0, parts: int = 1) -> Length:
        """The left edge of a period, or a place so many of its parts further on."""
        room = self.plot_right - self.plot_left - self.before * UNIT
        return (
            self.plot_left + self.before * UNIT + room * (at * parts + part) // (max(self.periods, 1) * parts)
        )

    def x(self, at: int) -> Length:
        """The middle of a period."""
        return self.edge(at, 1, 2)

    def y(self, value: Fraction) -> Length:
        """The height of a value; what lies beyond the axis stands at its end."""
        room = self.plot_bottom - self.plot_top - 2 * self.inset * UNIT
        return self.plot_bottom - self.inset * UNIT - self.axis.part_of(room, value)


def units(length: Length) -> str:
    """A length as SVG reads it: "12", "12.5", "-0.33"."""
    whole, rest = divmod(abs(length), UNIT)
    text = f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
    return f"-{text}" if length < 0 else text


def spread(places: Sequence[Length], gap: Length, low: Length, high: Length) -> list[Length]:
    """The places, in the order given (from low to high), pushed apart to `gap` and kept between two ends."""
    found: list[Length] = []
    for place in places:
        found.append(max(place, found[-1] + gap if found else low))
    most = high
    for at in reversed(range(len(found))):
        found[at] = min(found[at], most)
        most = found[at] - gap
    return found
