"""A QR code as SVG in the page itself: no script, no picture file, and it prints sharp at any size."""

import segno
from markupsafe import Markup


def qr_svg(text: str, label: str) -> Markup:
    """The code that holds `text`. `label` is what it says to those who cannot see it."""
    code = segno.make(text, micro=False, error="m")
    side = code.symbol_size(scale=1, border=4)[0]
    path = code.svg_inline(scale=1, border=4, omitsize=True, svgclass=None, lineclass=None)
    body = path[path.index(">") + 1 : path.rindex("</svg>")]
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">{2}</svg>').format(
        side,
        label,
        Markup(body),  # noqa: S704 segno's own path: numbers and letters only
    )


def hash_words(hash: str) -> str:
    """The hash as people compare it: in groups of eight."""
    return " ".join(hash[place : place + 8] for place in range(0, len(hash), 8))
