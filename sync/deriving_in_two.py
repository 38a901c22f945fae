"""A long ledger derived by two processes: one judges records, the other does too while it waits, and has them in order.

What goes between them is pickled: both are this program, and nobody else has the pipe.
"""

import logging
import signal
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Self

from msgspec.structs import astuple

from observation_forms import Catalogue
from sync.connections import open_reader
from sync.deriving import Derived, Deriver, JudgedBy, Range, RebuildError
from sync.judging import Judged
from sync.ledger import Entry
from sync.signatures import Verdict
from sync.wire import Body

_LOG = logging.getLogger(__name__)
# As it goes from one process to the other: without the form, which is the largest part and is there already
_Sent = list[tuple[Entry, Body | None, tuple[Any, ...], list[Verdict]]]
# The other process has its next range while it works on one
_ASKED_AT_ONCE = 2
# What lies ready is held in memory
_MOST_AHEAD = 6


def derive_in_two(
    path: Path, connection: sqlite3.Connection, by: JudgedBy, ranges: Iterable[Range]
) -> Iterator[list[Derived]]:
    """What the entries of each range come to, in the order of the ranges. The other process reads what is committed in
    the database at `path`; what it fails at or lacks is done here. Settings and keys must be committed.
    Raises `RebuildError`.
    """
    own, left = Deriver(connection, by), deque(ranges)
    # None: the other process has been asked, and answers in the order in which it was
    ahead: deque[tuple[Range, list[Derived] | None]] = deque()
    with OtherProcess(path, by) as other:
        while left or ahead:
            while left and other.ask(left[0]):
                ahead.append((left.popleft(), None))
            waits = bool(ahead) and ahead[0][1] is None and not other.has_answered()
            if left and (not ahead or (waits and len(ahead) < _MOST_AHEAD)):
                ahead.append((left[0], own.derive(*left.popleft())))
                continue
            among, found = ahead.popleft()
            if found is None:
                sent = other.answer()
                found = unpacked(sent, by.catalogue) if _is_whole(sent, among) else own.derive(*among)
            yield found


def _is_whole(sent: _Sent, among: Range) -> bool:
    """False where the other process lacks an entry: it ended, or jobs that share a transaction with a rebuild are not
    committed.
    """
    first, last = among
    return [entry.seq for entry, *_ in sent] == list(range(first, last + 1))


class OtherProcess:
    """The process that helps, once it is ready, until the end of the `with`, or of this process however it ends."""

    def __init__(self, path: Path, by: JudgedBy) -> None:
        context = get_context("spawn")
        self._pipe, its_end = context.Pipe()
        self._process = context.Process(target=_help, args=(path, its_end), daemon=True)
        self._process.start()
        # While one were open here, its death would not be heard
        its_end.close()
        self._ready, self._ended = Event(), Event()
        self._answers: SimpleQueue[_Sent | None] = SimpleQueue()
        self._unanswered = 0
        self._listener = Thread(target=self._listen, args=(by,), daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self._ended.set()
        # It only reads, and may be in the middle of what nobody waits for
        self._process.kill()
        self._listener.join()
        self._process.join()
        self._pipe.close()

    def is_ready(self, seconds: float = 0) -> bool:
        """Whether it can be asked, now or within so many seconds."""
        return self._ready.wait(seconds)

    def ask(self, among: Range) -> bool:
        """Ask for a range; False while it is not ready, has enough to do, or has ended."""
        busy = self._unanswered - self._answers.qsize()
        if not self.is_ready() or self._ended.is_set() or busy == _ASKED_AT_ONCE:
            return False
        with suppress(OSError):
            self._pipe.send(among)
            self._unanswered += 1
            return True
        return False

    def has_answered(self) -> bool:
        """Whether the answer to the oldest question is there, or none will come."""
        return not self._answers.empty()

    def answer(self) -> _Sent:
        """What it found for the oldest range asked for, waited for; nothing where it ended before it could say."""
        found = self._answers.get()
        if found is None:
            # For whoever asks next
            self._answers.put(None)
            return []
        self._unanswered -= 1
        return found

    def _listen(self, by: JudgedBy) -> None:
        """In a thread: the forms are more than a pipe holds, and so is an answer, whose sender would stand still."""
        try:
            self._pipe.send(by)
            self._pipe.recv()
            self._ready.set()
            while True:
                self._answers.put(self._pipe.recv())
        except Exception:  # noqa: BLE001 whatever it is, this process can do without
            if not self._ended.is_set():
                _LOG.warning("no second process helps to derive the records: it takes longer", exc_info=True)
        self._ended.set()
        self._answers.put(None)


def unpacked(sent: _Sent, catalogue: Catalogue) -> list[Derived]:
    """What the other process found, as it would be found here."""
    return [
        Derived(entry, body, _with_form(catalogue, body, rest), verdicts)
        for entry, body, rest, verdicts in sent
    ]


def _with_form(catalogue: Catalogue, body: Body | None, rest: tuple[Any, ...]) -> Judged | None:
    form = catalogue.form(body.form_hash) if body else None
    return Judged(form, *rest) if form and rest else None


def _help(path: Path, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Once the one it helps is gone, nobody is there to be told
    with suppress(EOFError, OSError):
        deriver = Deriver(open_reader(path), pipe.recv())
        pipe.send("ready")
        while True:
            pipe.send(_packed(deriver, *pipe.recv()))


def _packed(deriver: Deriver, first: int, last: int) -> _Sent:
    try:
        found = deriver.derive(first, last)
    except RebuildError:
        # The other one comes to that form itself, and says so
        return []
    return [
        (one.entry, one.body, astuple(one.judged)[1:] if one.judged else (), one.verdicts) for one in found
    ]
