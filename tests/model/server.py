"""The real server of the model: `create_app` over ASGI in this process, killed, started again and restored at will.

Decided: the whole app and not Inbox, have and pull alone: a push costs 2 ms more through routes, guards and JSON, and a
restart 13 ms, so that nothing is gained by leaving out what tablets really speak with. The app is built once for each
process and its lifespan entered for each start; a history begins with a copy of a prepared database, in memory.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from unittest.mock import patch

from server.identity import tablets
from server.identity.secret_tokens import hash_code
from server.rooms import Rooms
from sync import Database, read_epoch, restore
from sync.epoch import read_cursor_key
from tests.model.tablet_wire import Answer, NetworkLost
from tests.server.world import START, World

T = TypeVar("T")
When = Literal["", "before", "after"]

_connect = sqlite3.connect
# A folder in memory, where there is one: a commit costs no disk
_MEMORY = Path("/dev/shm")  # noqa: S108


class _Connection(sqlite3.Connection):
    """A connection whose commit can be where the server is killed."""

    dies: Callable[[], bool]

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """As ever, until the server is to die before this commit."""
        if statement == "COMMIT" and self.dies():
            raise sqlite3.OperationalError("the server was killed before it had committed")
        return super().execute(statement, *values)


class RealServer:
    """One server for each process; `fresh` gives it a new life. Use it in a `with`."""

    def __init__(self) -> None:
        self._folder = Path(
            tempfile.mkdtemp(prefix=_prefix(os.getpid()), dir=_MEMORY if _MEMORY.is_dir() else None)
        )
        self.world = World(self._folder)
        self.path = self.world.settings.database
        self._template = self._folder / "template.db"
        self.up = False
        self.dying: When | Literal["dead"] = ""
        self._before, self._commits = False, 0
        self._begun: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._turn = asyncio.Lock()
        self._sql: sqlite3.Connection | None = None
        self._epoch, self.cursor_key = "", b""
        self.made = 0  # codes
        self.backups: list[tuple[Path, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    async def fresh(self, days: float = 0) -> None:
        """As installed, with the cast of `World` and the forms, so many days after `START`; running."""
        await self.stop()
        self.world.clock.instant = START + timedelta(days=days)
        if not self._template.exists():
            await self.start()
            await self.stop()
            shutil.copy(self.path, self._template)
        for old in self._folder.glob("*.db*"):
            if old not in (self._template, self.world.settings.keys):
                old.unlink()
        shutil.copy(self._template, self.path)
        self.backups = []
        await self.start()

    async def start(self) -> None:
        """Start, if it is not running. One that is being killed is waited for: it may still answer somebody."""
        async with self._turn:
            await self._start()

    async def _start(self) -> None:
        if self.up:
            return
        self._stop, ready = asyncio.Event(), asyncio.Event()
        self._begun = asyncio.create_task(self._live(self._stop, ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._begun, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._begun.done():
            self._begun.result()
        self.up = True

    async def stop(self) -> None:
        """Let it go. What was committed stands, and nothing else does: to the disk this is no other than SIGKILL."""
        async with self._turn:
            self._stop.set()
            self._let_go()
            if self._begun is not None:
                await self._begun
            self.up, self._begun, self.dying = False, None, ""

    async def backup(self) -> None:
        """Keep a copy of the database as it is now, with the moment and what it holds."""
        copy = self._folder / f"backup{len(self.backups)}.db"
        with sqlite3.connect(self.path) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
        self.backups.append((copy, self.world.clock()))

    async def restore(self, which: int) -> None:
        """The real `restore`, as the command does it."""
        await self.stop()
        self._let_go()
        restore(self.backups[which][0], self.path, self.world.clock)
        await self.start()

    async def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes, jar: dict[str, str]
    ) -> Answer:
        """What the app answers to a tablet with these cookies. Raises `NetworkLost` while it is down, or as it dies."""
        if not self.up:
            raise NetworkLost("the server is down")
        said = await _ask(self.world.app, self._scope(method, path, headers, body, jar), body, jar)
        if self.dying != "dead":
            return said
        await self.stop()
        # What went out before it died was heard. That it goes out only after the commit is what the model tests
        if said.status < 300 and self._before:
            return said
        raise NetworkLost("the server was killed")

    def die(self, when: When, commits: int = 0) -> None:
        """So many commits from now, the next is its last act (`after`), or the first that it does not do (`before`)."""
        self.dying, self._before, self._commits = when, when == "before", commits

    def make_code(self, unit: str, name: str) -> str:
        """A code for a tablet, as a manager makes it."""
        self.made += 1
        code = f"{self.made:04d}-TEST"
        now = self.world.clock()
        self.write(lambda sql: tablets.make_code(sql, hash_code(code), name, unit, "chidi", now, 10))
        return code

    def write(self, job: Callable[[sqlite3.Connection], object]) -> None:
        """What a manager does, on a connection of its own, in one transaction, whole or not at all."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            job(self.sql)
        except BaseException:
            self.sql.execute("ROLLBACK")  # else its lock would keep the server from writing for ever
            raise
        self.sql.execute("COMMIT")

    @property
    def sql(self) -> sqlite3.Connection:
        """The database itself, on a connection that is let go whenever the server stops."""
        if self._sql is None:
            self._sql = _connect(self.path, isolation_level=None, timeout=30)
            self._sql.row_factory = sqlite3.Row
        return self._sql

    @property
    def epoch(self) -> str:
        """The epoch now."""
        if not self._epoch:
            self._epoch, self.cursor_key = read_epoch(self.sql), read_cursor_key(self.sql)
        return self._epoch

    @property
    def database(self) -> Database:
        """The running server's own."""
        rooms: Rooms = self.world.app.state["rooms"]
        return rooms.database

    def _let_go(self) -> None:
        if self._sql is not None:
            self._sql.close()
        self._sql, self._epoch = None, ""

    def _dies(self) -> bool:
        if not self.up or self._stop.is_set() or self.dying in ("", "dead"):
            return self.dying == "dead" and not self._stop.is_set()
        self._commits -= 1
        if self._commits >= 0:
            return False
        before, self.dying = self.dying == "before", "dead"
        return before

    async def _live(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        # The lifespan begins and ends in one task, whoever asks for it
        factory = type("_Mortal", (_Connection,), {"dies": lambda _: self._dies()})

        def connect(database: Any, **wish: Any) -> Any:
            more: Any = {"factory": factory} if "mode=rw" in str(database) else {}
            return _connect(database, **wish, **more)

        with patch("sqlite3.connect", connect):
            async with self.world.app.lifespan():
                ready.set()
                await stop.wait()

    def _scope(
        self, method: str, path: str, headers: dict[str, str], body: bytes, jar: dict[str, str]
    ) -> dict[str, Any]:
        origin = self.world.settings.origin
        sent = {name.lower(): value for name, value in headers.items()}
        sent |= {"host": origin.partition("://")[2], "origin": origin, "content-length": str(len(body))}
        sent |= {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
        path, _, query = path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "extensions": {},
        }


def clear_away(process: int) -> None:
    """Remove the folders of a process that was killed."""
    for folder in (_MEMORY, Path(tempfile.gettempdir())):
        for left in folder.glob(f"{_prefix(process)}*"):
            shutil.rmtree(left)


def _prefix(process: int) -> str:
    return f"sightline-model-{process}-"


async def _ask(app: Any, scope: dict[str, Any], body: bytes, jar: dict[str, str]) -> Answer:
    status, parts = 0, bytearray()
    asked = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            for name, value in message["headers"]:
                if name.lower() == b"set-cookie":
                    jar.update({key: morsel.value for key, morsel in SimpleCookie(value.decode()).items()})
        elif message["type"] == "http.response.body":
            parts.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, bytes(parts))
