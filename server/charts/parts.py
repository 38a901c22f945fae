"""What a drawing is made of. Lengths are texts in units of the viewBox; `kind` is what charts.css gives a look to."""

import msgspec


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """Words at a place. `under` is a second line; `joins` is the path from a line to the words that name it."""

    x: str
    y: str
    words: str
    under: str = ""
    kind: str = ""
    joins: str = ""


class Line(msgspec.Struct, frozen=True):
    """From one place to another."""

    kind: str
    x1: str
    y1: str
    x2: str
    y2: str


class Box(msgspec.Struct, frozen=True):
    """A rectangle: the plot, what is usual in one group, or a period in which nothing was counted."""

    kind: str
    x: str
    y: str
    width: str
    height: str
    title: str = ""


class Spot(msgspec.Struct, frozen=True):
    """One point. `kind` is its state; `title` says all about it; `few` and `last` are as in the data."""

    kind: str
    path: str
    title: str
    few: bool = False
    last: bool = False


class Flagpole(msgspec.Struct, frozen=True):
    """A numbered note: its mark above the plot, and the line down to its day."""

    number: int
    x: str
    path: str
    rebases: bool
