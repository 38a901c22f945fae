"""Making a file small before it travels: without what only readers of the source need, and compressed."""

import gzip
import re
from functools import lru_cache

import brotli

# Every file of the tablet's app, its forms and the desk's styles, for as many apps as a test run makes
_FILES = 512
# A comment behind code. One that stood in a text would follow an odd number of quotes
_BEHIND = re.compile(rb"""^((?:[^"`]|"[^"]*"|`[^`]*`)*[;,{}()\]])\s// .*$""")

_TEXT = re.compile(rb"""("[^"\\]*"|`[^`\\]*`)""")
_MORE = re.compile(rb"""["'`/\\]""")
# No two of these signs run together with their neighbours into a third. Not + and -: `calc` needs its spaces
_SPACED = re.compile(rb" ?(=>|===|!==|\?\?|&&|\|\||[{},]|(?<= )[=?<](?= )|[:;](?= )) ?")

_OPEN, _CLOSED = frozenset(b"{([,;"), frozenset(b"})]")


@lru_cache(_FILES)
def gzipped(body: bytes) -> bytes:
    """For whoever cannot read Brotli: browsers take that over https and from their own machine alone."""
    # The time in a gzip header would make the same bytes differ from start to start
    return gzip.compress(body, 9, mtime=0)


@lru_cache(_FILES)
def brotlied(body: bytes) -> bytes:
    """A sixth smaller than gzip, and the forms' one file a third: it looks back over the whole of it."""
    smaller: bytes = brotli.compress(body, quality=11, lgwin=22)
    return smaller


@lru_cache(_FILES)
def quickly_brotlied(body: bytes) -> bytes:
    """A twelfth larger than `brotlied`, in a quarter of the time."""
    smaller: bytes = brotli.compress(body, quality=9, lgwin=22)
    return smaller


def without_comments(source: bytes) -> bytes:
    """A module or style sheet without its comments, and without indentation.

    A third of the tablet's modules is comment. No text in them may run over a line end, or it would lose its
    indentation; a test holds them to that.
    """
    kept, inside = [], False
    for line in source.split(b"\n"):
        text = line.strip()
        if inside or text.startswith(b"/*"):
            inside = b"*/" not in text
        elif text and not text.startswith(b"//"):
            kept.append(_BEHIND.sub(rb"\1", text))
    return b"\n".join([*kept, b""])


def on_few_lines(source: bytes) -> bytes:
    """What `without_comments` left, on fewer lines: a line end behind an opening bracket, a comma or a semicolon, or
    before a closing bracket, means nothing in a module or a style sheet. A line in which a comment could still stand
    keeps its end.
    """
    joined: list[bytes] = []
    for line in source.splitlines():
        before = joined[-1] if joined else b""
        if before and b"//" not in before and (before[-1] in _OPEN or line[0] in _CLOSED):
            joined[-1] += line
        else:
            joined.append(line)
    return b"\n".join([*joined, b""])


def tight(line: bytes) -> bytes:
    """A line of a module or style sheet without the spaces that mean nothing there. Of a line in which more may stand
    than code and plain texts (a pattern, a text within a text) nothing is taken.
    """
    parts = _TEXT.split(line)
    if any(_MORE.search(code) for code in parts[::2]):
        return line
    if any(text.count(b"${") != text.count(b"}") for text in parts[1::2]):
        return line
    return b"".join(part if at % 2 else _SPACED.sub(rb"\1", part) for at, part in enumerate(parts))


@lru_cache(_FILES)
def lean(source: bytes) -> bytes:
    """A module or style sheet as it travels: without its comments, on few lines."""
    return on_few_lines(b"\n".join(map(tight, without_comments(source).splitlines())))


__all__ = ["brotlied", "gzipped", "lean", "on_few_lines", "quickly_brotlied", "tight", "without_comments"]
