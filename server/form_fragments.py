"""A form version as HTML to fill in, the same bytes for every tablet."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from observation_forms import Definition
from server.form_words import quick_words

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_PAGES.filters["quick_words"] = quick_words
_LINE_ENDS = re.compile(r"(>?)\s*\n\s*(<?)")
_FROM_KEYS = re.compile(rb' (?:id|name|for|aria-labelledby|aria-describedby)="[^"]*"')


def fragment(definition: Definition) -> bytes:
    """The form to fill in, as UTF-8 HTML without any user's data, on one line. Equal definitions give equal
    bytes.
    """
    html = _PAGES.get_template("form/fragment.html").render(definition=definition)
    # Every tablet stores every form: the white space that only a reader of the source needs stays at home
    return _LINE_ENDS.sub(_joined, html.strip()).encode()


def for_tablets(fragment: bytes) -> bytes:
    """The fragment without the attributes that follow from its keys, which pwa/js/dress.mjs gives it again."""
    return _FROM_KEYS.sub(b"", fragment)


def _joined(line_end: re.Match[str]) -> str:
    before, after = line_end.groups()
    return before + after or " "
