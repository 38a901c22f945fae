"""The log: one line of JSON for each thing that happened, to standard error or a file, by structlog.

A thread writes it. However slow the disk or the reader of the pipe is, no request ever waits for the log: what does not
fit the queue is dropped and counted, and the count is the next line.
"""

import io
import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from server.operations.log_lines import error_facts, record_facts
from server.settings import Settings

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
MOST_WAITING = 10_000
CLOSING_SECONDS = 2.0


class LogWriter:
    """Takes lines from any thread and writes them from its own. A file that was moved away is begun anew."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._open: io.TextIOBase | None = None
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="log writer", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Have the line written soon, or drop it when too many wait."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            with self._counting:
                self._dropped += 1

    def close(self) -> None:
        """Write what waits, for two seconds at most: whoever reads the pipe may have stopped reading."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=CLOSING_SECONDS)
        self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            self._put(line)
            if self._lines.empty():
                self._own_up()
        self._own_up()
        if self._open is not None:
            with suppress(OSError):
                self._open.close()

    def _own_up(self) -> None:
        """Say how many lines were dropped since this was last said."""
        with self._counting:
            count, self._dropped = self._dropped, 0
        if count:
            self._put(
                json.dumps({"event": "lines of the log were dropped", "level": "warning", "count": count})
            )

    def _put(self, line: str) -> None:
        # A full disk or a closed pipe: the server goes on, without its log
        with suppress(OSError, ValueError):
            where = self._where()
            where.write(f"{line}\n")
            if self._lines.empty():
                where.flush()

    def _where(self) -> Any:
        if self._file is None:
            return sys.stderr
        if self._open is not None and _moved(self._open, self._file):
            self._open.close()
            self._open = None
        if self._open is None:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            self._open = os.fdopen(handle, "a", encoding="utf-8")
        return self._open


class _FromLogging(logging.Handler):
    """Lines of `logging` become lines of the log, without what they must not hold."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        with suppress(Exception):
            facts = record_facts(record)
            log().log(record.levelno, facts.pop("event"), **facts)


@contextmanager
def logging_to(settings: Settings) -> Iterator[None]:
    """As long as this lasts, what happens in this process is written to the log as the settings say."""
    writer = LogWriter(settings.log_file)
    level = LEVELS[settings.log_level]
    structlog.configure(
        processors=list(_PROCESSORS),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(writer),
        cache_logger_on_first_use=False,
    )
    handler, root = _FromLogging(), logging.getLogger()
    before = root.level, threading.excepthook, sys.unraisablehook
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    threading.excepthook = _thread_failed
    sys.unraisablehook = _not_raised
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        threading.excepthook, sys.unraisablehook = before[1], before[2]
        structlog.configure(processors=list(_PROCESSORS), logger_factory=lambda *_: _Nowhere())
        writer.close()


def log() -> FilteringBoundLogger:
    """The log. Give facts by name: numbers, codes, opaque ids, route templates."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


class _Lines:
    """What structlog hands the finished line to."""

    def __init__(self, writer: LogWriter) -> None:
        self._writer = writer

    def msg(self, line: str) -> None:
        self._writer.write(line)

    debug = info = warning = error = critical = exception = log = msg


class _Nowhere:
    """A process that did not ask for a log (a test, a command) has none."""

    def msg(self, _line: str) -> None:
        return

    debug = info = warning = error = critical = exception = log = msg


def _explain(_logger: WrappedLogger, _method: str, facts: EventDict) -> EventDict:
    error = facts.get("error")
    if isinstance(error, BaseException):
        facts["error"] = error_facts(error)
    return facts


def _render(_logger: WrappedLogger, _method: str, facts: EventDict) -> str:
    first = {name: facts.pop(name) for name in ("at", "level", "event")}
    return json.dumps({**first, **facts}, ensure_ascii=False, separators=(",", ":"), default=_unknown)


def _unknown(value: object) -> str:
    """Nothing is written of a value that is neither text nor number: its `repr` could hold anything."""
    return f"({type(value).__name__})"


_PROCESSORS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    _explain,
    _render,
)
structlog.configure(processors=list(_PROCESSORS), logger_factory=lambda *_: _Nowhere())


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        log().error("a thread failed", error=args.exc_value)


def _not_raised(args: Any) -> None:
    if args.exc_value is not None:
        log().error("an error could not be raised", error=args.exc_value)


def _moved(file: io.TextIOBase, path: Path) -> bool:
    try:
        there = path.stat()
    except OSError:
        return True
    return os.fstat(file.fileno()).st_ino != there.st_ino
