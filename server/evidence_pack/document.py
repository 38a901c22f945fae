"""The sections as one HTML document: for a browser, self-contained; for paper, as the PDF is drawn from it.

No script and no address outside: the page's own policy forbids both. Charts are those of `server.charts`; on paper
each is a picture with its words as the alternative, since what draws the PDF gives inline drawings no styles.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from server.charts.shown import Shown
from server.evidence_pack.sections import Read

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_STYLES = Path(__file__).resolve().parent


def document(front: Mapping[str, str], sections: Sequence[Read], *, paper: bool) -> str:
    """The whole document."""
    style = _style("document.css") + _style("drawing.css") + (_style("paper.css") if paper else "")
    return (
        _environment()
        .get_template("packs/document.html")
        .render(
            front=front,
            sections=sections,
            paper=paper,
            style=Markup(style),  # noqa: S704 our own file
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            picture=_picture,
        )
    )


def _picture(shown: Shown) -> Markup:
    """The drawing as an address that holds it, with its own styles."""
    macro = _environment().get_template("charts/chart.html").module.drawn  # type: ignore[attr-defined]
    svg = re.sub(
        r"<title[^>]*>.*?</title>|<desc[^>]*>.*?</desc>", "", str(macro(shown.drawing, shown.id, "", ""))
    )
    styled = svg.replace(">", f"><style>{_style('drawing.css')}</style>", 1)
    styled = styled.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Markup(f"data:image/svg+xml;base64,{b64encode(styled.encode()).decode()}")  # noqa: S704 base64 alone


@cache
def _style(name: str) -> str:
    return (_STYLES / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
