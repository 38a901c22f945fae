"""Packs are made in the background, one after the other, and destroyed when their time is over.

Decided: one at a time, in the server's own process, so that the tablets keep a core; how far it is stands in memory
alone. A pack that a stop cut off is not gone on with: it says so, and is asked for anew.
Rejected: a queue that outlives a restart (what was asked for would be of another moment than it says).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from observation_forms import Catalogue
from server.background import again_and_again
from server.evidence_pack import store
from server.evidence_pack.making import NOT_MADE, make_pack
from server.evidence_pack.store import Kept
from server.server_keys import ServerKeys
from sync import Database, DatabaseError
from sync.instants import Clock

_LOG = logging.getLogger(__name__)
EVERY_SECONDS = 600.0
INTERRUPTED = "The server was stopped while it was being made. Ask for it again."
WENT_WRONG = (
    "Something went wrong that nobody foresaw; the server’s log says what. Tell whoever looks after it."
)


class Progress(msgspec.Struct):
    """What is being done, and how much of it is done, in hundredths."""

    doing: str = "Waiting for its turn"
    done: int = 0

    def say(self, doing: str, done: int) -> None:
        """Called from whichever thread is at work."""
        self.doing, self.done = doing, done


class Packs:
    """The packs that are being made now."""

    def __init__(
        self, database: Database, catalogue: Catalogue, keys: ServerKeys, clock: Clock, days: int
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._keys = keys
        self._clock = clock
        self._days = days
        self._turn = asyncio.Lock()
        self._progress: dict[str, Progress] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def progress(self, id: str) -> Progress | None:
        """How far a pack is; None for one that is not being made."""
        return self._progress.get(id)

    def start(self, pack: Kept) -> None:
        """Make `pack` when its turn comes."""
        self._progress[pack.id] = Progress()
        task = asyncio.create_task(self._make(pack))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def keep_up(self) -> None:
        """Destroy what was kept long enough, and what a kill or a restore left in the folder."""
        now = self._clock()
        for pack in await self._database.read(lambda sql: store.over(sql, self._days, now)):
            await self.destroy(pack, "kept_long_enough", "")
        packs = await self._database.read(store.every_pack)
        await asyncio.to_thread(store.sweep_folder, self._database.path, packs, self._days, now)

    async def destroy(self, pack: Kept, how: str, who: str) -> None:
        """Note it first: a file that a kill leaves is taken away at the next look into the folder."""
        now = self._clock()
        await self._database.write(lambda sql: store.end(sql, pack, how, who, "", now))
        await asyncio.to_thread(store.destroy_files, self._database.path, pack)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Give up what the last stop cut off; look after what is kept until this ends."""
        await self._give_up_unfinished()
        fault = "packs whose time is over were not destroyed"
        async with again_and_again(self.keep_up, EVERY_SECONDS, fault, at_once=True):
            try:
                yield
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _make(self, pack: Kept) -> None:
        progress = self._progress[pack.id]
        try:
            async with self._turn:
                await make_pack(
                    self._database, self._catalogue, self._keys, pack, self._clock(), progress.say
                )
        except NOT_MADE as error:
            await self._fail(pack, str(error))
        except Exception:  # noqa: BLE001
            _LOG.exception("pack %s was not made", pack.id)
            await self._fail(pack, WENT_WRONG)
        finally:
            self._progress.pop(pack.id, None)

    async def _fail(self, pack: Kept, words: str) -> None:
        with suppress(DatabaseError):
            await self._database.write(lambda sql: store.end(sql, pack, "failed", "", words, self._clock()))

    async def _give_up_unfinished(self) -> None:
        for pack in await self._database.read(store.unfinished):
            await self._fail(pack, INTERRUPTED)
