"""Where things stand on the paper: from periods and values to the units of a viewBox, exact to a hundredth."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from server.charts.axis import Axis

Length = Fraction | int


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
    def plot_right(self) -> int:
        """The right edge of the plot."""
        return self.width - self.right

    @property
    def plot_bottom(self) -> int:
        """The lower edge of the plot."""
        return self.height - self.bottom

    @property
    def slot(self) -> Fraction:
        """The width of one period."""
        return Fraction(self.plot_right - self.left - self.before, max(self.periods, 1))

    def edge(self, at: Length) -> Fraction:
        """The left edge of a period; with a fraction, a place inside it."""
        return self.left + self.before + self.slot * at

    def x(self, at: int) -> Fraction:
        """The middle of a period."""
        return self.edge(at + Fraction(1, 2))

    def y(self, value: Fraction) -> Fraction:
        """The height of a value; what lies beyond the axis stands at its end."""
        room = self.plot_bottom - self.top - 2 * self.inset
        return self.plot_bottom - self.inset - room * self.axis.share(value)


def units(length: Length) -> str:
    """A length as SVG reads it: "12", "12.5", "-0.33"."""
    hundredths = int(abs(Fraction(length)) * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    text = f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
    return f"-{text}" if length < 0 and hundredths else text


def spread(places: Sequence[Fraction], gap: int, low: Length, high: Length) -> list[Fraction]:
    """The places, in the order given (from low to high), pushed apart to `gap` and kept between two ends."""
    found: list[Fraction] = []
    for place in places:
        found.append(max(place, found[-1] + gap if found else Fraction(low)))
    most = Fraction(high)
    for at in reversed(range(len(found))):
        found[at] = min(found[at], most)
        most = found[at] - gap
    return found
