"""A flame graph as plain SVG, without a script: what a box is stands under the pointer, and in its `<title>`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.bench.sampling import OTHERS, Weights

WIDE, HIGH, MARGIN = 1400, 18, 10
# A box that is thinner than this is left out
THIN = 0.7
LETTER = 6.3
COLOURS = {
    "server": "#f5c98f",
    "sync": "#a9cdec",
    "observation_forms": "#b4dfb0",
    "tests": "#dcc6ea",
    OTHERS: "#e2e2e2",
}


@dataclass
class Box:
    """A call with all it calls: seconds, and the boxes under it by whose and what they are."""

    room: str
    name: str
    seconds: float = 0.0
    below: dict[tuple[str, str], Box] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A box at its place: how deep, and from where to where across, as parts of the whole."""

    box: Box
    depth: int
    start: float
    part: float


def draw(weights: Weights, about: str) -> str:
    """The picture: calls from the top down, the widest first, as wide as their share of the processor time."""
    whole = grown(weights)
    drawn = list(_placed(whole, 0, 0.0, whole.seconds))
    wide, high = WIDE + 2 * MARGIN, (max(one.depth for one in drawn) + 4) * HIGH
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{escape(about)}</title>",
            f'<rect width="{wide}" height="{high}" fill="#fff"/>',
            f'<text x="{MARGIN}" y="16" font-size="14" font-weight="bold">{escape(about)}</text>',
            *_legend(),
            *(_box(one) for one in drawn),
            "</svg>\n",
        ]
    )


def grown(weights: Weights) -> Box:
    """The stacks as one tree; calls of the same function from the same place are one box."""
    whole = Box(OTHERS, "all")
    for stack, seconds in weights.items():
        box = whole
        box.seconds += seconds
        for step in stack:
            box = box.below.setdefault((step.room, step.name), Box(step.room, step.name))
            box.seconds += seconds
    return whole


def _placed(box: Box, depth: int, start: float, all_seconds: float) -> Iterator[Drawn]:
    part = box.seconds / all_seconds
    if part * WIDE >= THIN:
        yield Drawn(box, depth, start, part)
        for one in sorted(box.below.values(), key=lambda one: -one.seconds):
            yield from _placed(one, depth + 1, start, all_seconds)
            start += one.seconds / all_seconds


def _box(one: Drawn) -> str:
    x, y, wide = MARGIN + one.start * WIDE, (one.depth + 2.5) * HIGH, one.part * WIDE
    file, _, function = one.box.name.partition(" ")
    letters = int((wide - 6) / LETTER)
    label = f"{function or file} {one.part:.0%}{f' · {file}' if function else ''}"[: max(0, letters)]
    said = f"{one.box.name}: {one.part:.1%}, {one.box.seconds:.2f} s"
    text = f'<text x="{x + 3:.1f}" y="{y + 13:.1f}">{escape(label)}</text>' if letters > 2 else ""
    return (
        f'<g><title>{escape(said)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{HIGH}" '
        f'fill="{COLOURS.get(one.box.room, COLOURS[OTHERS])}" stroke="#fff" stroke-width="0.5"/>{text}</g>'
    )


def _legend() -> Iterator[str]:
    x = MARGIN
    for room, colour in COLOURS.items():
        yield f'<rect x="{x}" y="24" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="35">{room}</text>'
        x += 40 + int(len(room) * LETTER)
