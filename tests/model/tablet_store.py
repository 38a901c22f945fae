"""The reference tablet's store: writes may be strict or relaxed, and a power cut knows the difference."""

from collections.abc import Mapping
from random import Random
from typing import Any

Key = tuple[Any, ...]


class Killed(Exception):
    """The tablet was killed in the middle of what it did."""


class TabletStore:
    """Rows by kind and key. It outlives the tablet's process, as IndexedDB does; no row is changed in place."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._rows: dict[str, dict[Key, Any]] = {}
        self._relaxed: list[dict[Key, Any]] = []  # what each relaxed write since the last strict one replaced
        self._left: int | None = None
        self._alive = True

    def get(self, kind: str, *key: Any) -> Any:
        """The row, or None."""
        return self._rows.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Any]:
        """Every row of a kind, in the order in which they were first written."""
        return list(self._rows.get(kind, {}).values())

    def write(self, rows: Mapping[Key, Any], *, strict: bool = True) -> None:
        """All of it or nothing, under (kind, *key); None takes a row out. Raises `Killed`."""
        if self._left == 0:
            self._alive = False
        if not self._alive:
            raise Killed
        self._relaxed.append({key: self.get(*key) for key in rows})
        self._put(rows)
        if strict:
            self._relaxed.clear()
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._alive = False
                raise Killed

    def kill_after(self, writes: int) -> None:
        """Die as soon as so many more writes are done; 0: before the next one."""
        self._left = writes

    def kill(self) -> None:
        """Nothing is written from now on."""
        self._alive = False

    def cut_power(self) -> None:
        """As `kill`; of what was only written relaxed, the last so many writes are gone: perhaps none, perhaps all."""
        self._alive = False
        for _ in range(self._chance.randint(0, len(self._relaxed))):
            self._put(self._relaxed.pop())

    def open(self) -> None:
        """The next process begins; what the last one left in the browser's memory has reached the disk or is lost."""
        self._alive, self._left = True, None

    def wipe(self) -> None:
        """The browser threw the whole store away."""
        self._rows.clear()
        self._relaxed.clear()

    def _put(self, rows: Mapping[Key, Any]) -> None:
        for (kind, *key), row in rows.items():
            if row is None:
                self._rows.get(kind, {}).pop(tuple(key), None)
            else:
                self._rows.setdefault(kind, {})[tuple(key)] = row
