"""A wire that carries connections to a server, both ways, and counts their bytes."""

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

AT_ONCE = 65_536
HANG_UP_SECONDS = 5


class CountedWire:
    """Listens on a port of its own while the `async with` lasts; `carried` is what went through so far."""

    def __init__(self, origin: str) -> None:
        place = urlsplit(origin)
        self._host, self._port = place.hostname or "", place.port or 80
        self._server: asyncio.Server | None = None
        self._joined: set[asyncio.Task[object]] = set()
        self.carried = 0

    @property
    def origin(self) -> str:
        """Where to connect to."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        # Whoever spoke through it has hung up by now: what is left is to hear of it
        if self._joined:
            await asyncio.wait(self._joined, timeout=HANG_UP_SECONDS)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._joined.add(task)
        there, back = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, one: asyncio.StreamReader, other: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await one.read(AT_ONCE):
                self.carried += len(data)
                other.write(data)
                await other.drain()
            other.close()
