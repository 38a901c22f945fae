"""What a line of the log may hold: structured facts of our own, never a word that somebody typed.

The message of an exception may quote what was being read (a value, a name, a query), so of an exception only its kind
and the places in the code are written; its words only where they are our own. The same goes for what other libraries
log: their first line as it stands in their code, without what they fill in.
"""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

from observation_forms import FormError
from server.server_keys import KeysError
from server.settings import SettingsError
from sync import DatabaseError
from sync.backup import BackupError

# Their `str()` is a sentence of ours: a path, a code, what to do
_OUR_WORDS = (DatabaseError, KeysError, SettingsError, BackupError, FormError)
_OUR_LOGGERS = ("server", "sync", "sightline", "observation_forms")
_MOST_PLACES = 40
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,56}", re.ASCII)


def error_facts(error: BaseException) -> dict[str, Any]:
    """An exception without its words: kind, places in the code, and the same of what caused it."""
    kind = type(error)
    facts: dict[str, Any] = {"kind": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(error, _OUR_WORDS):
        facts["words"] = str(error)
    elif isinstance(error, OSError) and error.errno is not None:
        facts["errno"] = error.errno
    code = getattr(error, "sqlite_errorname", "")
    if code:
        facts["sqlite"] = code
    facts["places"] = _places(error.__traceback__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not error:
        facts["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
        facts["cause_places"] = _places(cause.__traceback__)
    return facts


def record_facts(record: logging.LogRecord) -> dict[str, Any]:
    """What may be said of a line that came through `logging`."""
    facts: dict[str, Any] = {"event": _event(record), "logger": record.name}
    if record.exc_info and record.exc_info[1] is not None:
        facts["error"] = error_facts(record.exc_info[1])
    return facts


def _event(record: logging.LogRecord) -> str:
    template = str(record.msg).split("\n", 1)[0]
    if record.name.split(".")[0] in _OUR_LOGGERS and isinstance(record.args, tuple):
        return template % tuple(map(_opaque, record.args))
    return template if record.args else _first(template)


def _opaque(value: object) -> object:
    """Numbers and ids as they are; a text that is neither may be what somebody typed where an id belongs."""
    return value if isinstance(value, int) or _ID.fullmatch(str(value)) else "(text)"


def _first(text: str) -> str:
    """A library that filled its message in itself may have put anything there: a few plain words of the beginning."""
    words: list[str] = []
    for word in text.split("\n", 1)[0].split():
        if not word.strip(".,:;()'").isalpha() or len(words) == 8:
            break
        words.append(word)
    return " ".join(words)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_PLACES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """From the room on, or from the library on: not where it is installed."""
    for mark in ("site-packages/", "lib/python3"):
        _, found, rest = filename.rpartition(mark)
        if found:
            return rest
    parts = filename.split("/")
    for room in ("server", "sync", "observation_forms", "tests"):
        if room in parts:
            return "/".join(parts[parts.index(room) :])
    return parts[-1]
