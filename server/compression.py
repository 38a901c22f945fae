"""Making a file small before it travels: without what only readers of the source need, and compressed, once for each
version of the app.
"""

import gzip
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli
import msgspec

from server.operations.side_files import write_private

# Every file of the tablet's app, its forms and the desk's styles, for as many apps as a test run makes
_FILES = 512
# A comment behind code. One that stood in a text would follow an odd number of quotes
_BEHIND = re.compile(rb"""^((?:[^"`]|"[^"]*"|`[^`]*`)*[;,{}()\]])\s// .*$""")

_TEXT = re.compile(rb"""("[^"\\]*"|`[^`\\]*`)""")
_MORE = re.compile(rb"""["'`/\\]""")
# No two of these signs run together with their neighbours into a third. Not + and -: `calc` needs its spaces
_SPACED = re.compile(rb" ?(=>|===|!==|\?\?|&&|\|\||[{},]|(?<= )[=?<](?= )|[:;](?= )) ?")

_OPEN, _CLOSED = frozenset(b"{([,;"), frozenset(b"})]")

_kept: dict[str, bytes] = {}
"""What earlier starts compressed, by way and digest of the content. Nothing of it is believed before it was opened."""
_made: dict[str, bytes] = {}
"""What this process compressed, or took over."""
_new: set[str] = set()
"""The names of what it had to compress itself since `recall`."""


def recall(path: Path) -> None:
    """Take over what an earlier start kept at `path`: to compress the tablet's files takes longer than all else that
    a start does. Of a file that is not there or cannot be read, nothing.
    """
    _kept.clear()
    _new.clear()
    try:
        _kept.update(msgspec.msgpack.decode(path.read_bytes(), type=dict[str, bytes]))
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return


def keep(path: Path) -> None:
    """Keep at `path`, for the next start, what was compressed so far, if any of it is new. Raises `OSError`."""
    if _new:
        write_private(path, msgspec.msgpack.encode(_made))
        _new.clear()


def _once(
    way: str, compress: Callable[[bytes], bytes], opened: Callable[[bytes], bytes]
) -> Callable[[bytes], bytes]:
    """`compress`, which is asked once for each content, in this process or an earlier one. `way` names all that its
    result hangs on, the library's version with it.
    """

    def compressed(body: bytes) -> bytes:
        name = f"{way} {sha256(body).hexdigest()}"
        if name not in _made:
            known = _kept.get(name)
            if known is None or not _is(known, body, opened):
                known = compress(body)
                _new.add(name)
            _made[name] = known
        return _made[name]

    return compressed


def _is(known: bytes, body: bytes, opened: Callable[[bytes], bytes]) -> bool:
    try:
        return opened(known) == body
    except (OSError, EOFError, zlib.error, brotli.error):
        return False


gzipped = _once(
    f"gzip {zlib.ZLIB_RUNTIME_VERSION} 9",
    # The time in a gzip header would make the same bytes differ from start to start
    lambda body: gzip.compress(body, 9, mtime=0),
    gzip.decompress,
)
"""For whoever cannot read Brotli: browsers take that over https and from their own machine alone."""

brotlied = _once(
    f"brotli {brotli.__version__} 11",
    lambda body: brotli.compress(body, quality=11, lgwin=22),
    brotli.decompress,
)
"""A sixth smaller than gzip, and the forms' one file a third: it looks back over the whole of it."""

quickly_brotlied = _once(
    f"brotli {brotli.__version__} 9",
    lambda body: brotli.compress(body, quality=9, lgwin=22),
    brotli.decompress,
)
"""A twelfth larger than `brotlied`, in a quarter of the time."""


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


__all__ = [
    "brotlied",
    "gzipped",
    "keep",
    "lean",
    "on_few_lines",
    "quickly_brotlied",
    "recall",
    "tight",
    "without_comments",
]
