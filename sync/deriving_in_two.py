"""A long ledger derived by two processes: one judges records, the other does too while it waits, and has them in order.

What goes between them is pickled: both are this program, and nobody else has the pipe.
"""

import logging
import os
import signal
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Any, Self

from msgspec.structs import astuple

from observation_forms import Catalogue
from sync.connections import open_reader
from sync.deriving import Derived, Deriver, JudgedBy, Range
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
    ahead: deque[tuple[Range, Future[_Sent] | list[Derived]]] = deque()
    with OtherProcess(path, by) as other:
        while left or ahead:
            while left and (asked := other.ask(left[0])):
                ahead.append((left.popleft(), asked))
            if not ahead or (left and len(ahead) < _MOST_AHEAD and not _is_there(ahead[0][1])):
                ahead.append((left[0], own.derive(*left.popleft())))
                continue
            among, found = ahead.popleft()
            if isinstance(found, list):
                yield found
            elif found.exception() or not _is_whole(found.result(), among):
                yield own.derive(*among)
            else:
                yield unpacked(found.result(), by.catalogue)


def _is_whole(sent: _Sent, among: Range) -> bool:
    """False where the other process lacks an entry: jobs that share a transaction with a rebuild are not committed."""
    first, last = among
    return [entry.seq for entry, *_ in sent] == list(range(first, last + 1))


def _is_there(found: Future[_Sent] | list[Derived]) -> bool:
    return isinstance(found, list) or found.done()


class OtherProcess:
    """The process that helps, once it is ready, until the end of the `with`, or of this process however it ends."""

    def __init__(self, path: Path, by: JudgedBy) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"))
        # Not as what it starts with, which would be waited for: the forms are more than a pipe holds
        self.ready = self._pool.submit(_begin, path, by)
        self._asked: deque[Future[_Sent]] = deque()
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def ask(self, among: Range) -> Future[_Sent] | None:
        """What it will have found; None while it is not ready, has enough to do, or has failed."""
        while self._asked and self._asked[0].done():
            self._asked.popleft()
        if self._failed or not self.ready.done() or len(self._asked) == _ASKED_AT_ONCE:
            return None
        try:
            self.ready.result()
            self._asked.append(self._pool.submit(_derive_here, *among))
        except Exception:  # noqa: BLE001 whatever it is, this process can do without
            self._failed = True
            _LOG.warning("no second process helps to derive the records: it takes longer", exc_info=True)
            return None
        return self._asked[-1]


def unpacked(sent: _Sent, catalogue: Catalogue) -> list[Derived]:
    """What the other process found, as it would be found here."""
    return [
        Derived(entry, body, _with_form(catalogue, body, rest), verdicts)
        for entry, body, rest, verdicts in sent
    ]


def _with_form(catalogue: Catalogue, body: Body | None, rest: tuple[Any, ...]) -> Judged | None:
    form = catalogue.form(body.form_hash) if body else None
    return Judged(form, *rest) if form and rest else None


_here: Deriver


def _begin(path: Path, by: JudgedBy) -> int:
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _here = Deriver(open_reader(path), by)
    return os.getpid()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)


def _derive_here(first: int, last: int) -> _Sent:
    return [
        (one.entry, one.body, astuple(one.judged)[1:] if one.judged else (), one.verdicts)
        for one in _here.derive(first, last)
    ]
