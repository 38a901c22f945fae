"""The log against itself: each line against its hash, the tree against every checkpoint, nothing missing."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from sync import merkle
from sync.checkpoint import Checkpoint, read_checkpoint
from sync.epoch import read_epoch, read_log_id
from sync.log import KEPT_LEVEL, read_restored

Say = Callable[[str, str], None]
IsSigned = Callable[[str, str], bool]
_EVERY = 5_000


class Held(NamedTuple):
    """A checkpoint and where it was found; `entries` is the number of the newest entry then, 0 where not known."""

    where: str
    text: str
    signature: str
    entries: int = 0


class _Promise(NamedTuple):
    """A checkpoint that can be read."""

    held: Held
    said: Checkpoint

    @property
    def words(self) -> str:
        return f"{self.held.where} of {self.said.at}, over {self.said.size} lines"


class _Peaks:
    """A tree that grows line by line: the complete subtrees that stand side by side, largest first."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def push(self, leaf: bytes) -> Iterator[tuple[int, bytes]]:
        """Add a line; every complete subtree that it ends, with its level."""
        level, node = 0, leaf
        while self._peaks and self._peaks[-1][0] == level:
            node = merkle.hash_node(self._peaks.pop()[1], node)
            level += 1
            yield level, node
        self._peaks.append((level, node))

    def root(self) -> str:
        return merkle.fold(node for _, node in self._peaks).hex()


def check_log(
    connection: sqlite3.Connection,
    is_signed: IsSigned,
    held: list[Held],
    progress: Callable[[str, int, int], None],
    say: Say,
) -> None:
    """Say every line that was changed or is missing, and every checkpoint that does not fit."""
    _Walk(connection, _promises(connection, is_signed, held, say), say).walk(progress)
    _check_names(connection, say)


class _Walk:
    """One walk along the log. `said` is the tree over what the lines say, `kept` that over the hashes beside them:
    where only one of the two fits a checkpoint, the other was changed.
    """

    def __init__(self, connection: sqlite3.Connection, promises: list[_Promise], say: Say) -> None:
        self._connection = connection
        self._say = say
        self._promises: dict[int, list[_Promise]] = defaultdict(list)
        for promise in promises:
            self._promises[promise.said.size].append(promise)
        self._kept, self._said = _Peaks(), _Peaks()
        self._size, self._holds = 0, 0
        self._goes_on = True

    def walk(self, progress: Callable[[str, int, int], None]) -> None:
        (total,) = self._connection.execute("SELECT count(*) FROM log_leaf").fetchone()
        for position, statement, leaf in self._connection.execute(
            "SELECT position, statement, leaf FROM log_leaf ORDER BY position"
        ):
            if position != self._size:
                self._say(_lines(self._size, position), "missing from the log, and more follows")
                self._goes_on, self._size = False, position
            self._take(position, statement, leaf)
            if self._size % _EVERY == 0:
                progress("Lines of the log", self._size, total)
        progress("Lines of the log", self._size, total)
        self._check_end()

    def _take(self, position: int, statement: str, leaf: str) -> None:
        self._size = position + 1
        said = merkle.hash_leaf(statement.encode())
        if said.hex() != leaf:
            self._say(f"line {position} of the log", "what it says was changed, or the hash kept beside it")
        if not self._goes_on:
            return
        for _ in self._said.push(said):
            pass
        for level, node in self._kept.push(_bytes(leaf)):
            if level >= KEPT_LEVEL:
                self._check_node(level, position >> level, node)
        for promise in self._promises.get(self._size, ()):
            self._check_promise(promise)

    def _check_node(self, level: int, place: int, node: bytes) -> None:
        row = self._connection.execute(
            "SELECT node FROM log_node WHERE level = ? AND place = ?", (level, place)
        ).fetchone()
        if row is None or row[0] != node.hex():
            where = _lines(place << level, (place + 1) << level)
            self._say(where, "the hash kept over them together does not fit them")

    def _check_promise(self, promise: _Promise) -> None:
        kept, said = self._kept.root(), self._said.root()
        if promise.said.root in (kept, said):
            self._holds = self._size
            return
        self._goes_on = False
        self._say(
            _lines(self._holds, self._size),
            f"changed since they were signed: {promise.words}, has another root; what comes before them holds",
        )

    def _check_end(self) -> None:
        later = [promise for size, given in self._promises.items() if size > self._size for promise in given]
        if later:
            last = max(later, key=lambda promise: promise.said.size)
            entries = f"; entries went up to {last.held.entries} then" if last.held.entries else ""
            self._say(_lines(self._size, last.said.size), f"gone: {last.words}, covers them{entries}")


def _promises(
    connection: sqlite3.Connection, is_signed: IsSigned, held: list[Held], say: Say
) -> list[_Promise]:
    """Every checkpoint that is kept here or held by others, after looking at its signature."""
    kept = [
        (Held("the checkpoint kept here", row["text"], row["signature"], row["entries"]), row)
        for row in connection.execute("SELECT * FROM log_checkpoint ORDER BY size")
    ]
    log, found = read_log_id(connection), []
    for each, row in [*kept, *((given, None) for given in held)]:
        said = read_checkpoint(each.text)
        if said is None:
            say(each.where, "it is not a checkpoint")
            continue
        promise = _Promise(each, said)
        if not is_signed(each.text, each.signature):
            say(promise.words, "its signature is not this server's: it was changed, or made with another key")
        elif row is not None and (row["size"], row["epoch"], row["at"]) != (said.size, said.epoch, said.at):
            say(promise.words, "what is kept beside it is not what it says")
        elif said.log != log:
            say(promise.words, f"it is about another log, {said.log}, not {log}")
        else:
            found.append(promise)
    return found


def _check_names(connection: sqlite3.Connection, say: Say) -> None:
    """The log's own name and the epoch, which the database keeps outside the log, are those that the log tells."""
    row = connection.execute(
        "SELECT statement FROM log_leaf WHERE position = 0 AND kind = 'start'"
    ).fetchone()
    began = msgspec.json.decode(row[0]) if row else {}
    if began.get("log") != read_log_id(connection):
        say("line 0 of the log", "it begins another log than the one this database names")
    restored, epoch = read_restored(connection), read_epoch(connection)
    if restored and restored[-1].epoch != epoch:
        say(
            "the epoch",
            f"it is {epoch}; since the last backup was put back it should be {restored[-1].epoch}",
        )


def _lines(first: int, end: int) -> str:
    return f"line {first} of the log" if end - first == 1 else f"lines {first} to {end - 1} of the log"


def _bytes(leaf: str) -> bytes:
    try:
        return bytes.fromhex(leaf)
    except ValueError:
        return leaf.encode()
