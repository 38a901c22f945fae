"""Runs a history with one kind of tablet, and makes a history that went wrong shorter."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Literal, NamedTuple

from observation_forms import load_catalogue
from tests.model.hands import Driven
from tests.model.history import History, told
from tests.model.house import House
from tests.model.ledger import Broken
from tests.model.node import NodeHost, NodeTablet
from tests.model.reference_kind import ModelledReference
from tests.model.server import RealServer
from tests.model.tablet_wire import Send
from tests.server.world import PIN

Kind = Literal["python", "node"]
PATIENCE = 300
"""Seconds a history may take, on a machine however busy; one that takes longer hangs."""
_STAFF = ("amina", "ben", "chidi", "fay")


class Outcome(NamedTuple):
    """What a history came to. `broken` and `words` are "" when every promise held."""

    seed: int
    kind: Kind
    steps: int
    broken: str
    words: str
    sealed: int
    receipts: int
    gone: int
    tally: Counter[str]


class Runner:
    """A server and a Node process for many histories, one after another. See `running`."""

    def __init__(self, server: RealServer, host: NodeHost) -> None:
        self._server, self._host = server, host

    async def run(self, history: History, kind: Kind) -> Outcome:
        """One history from its beginning to its end."""
        await self._forget()
        house = House(self._server, history, Maker(self._host, history, kind))
        broken = words = ""
        at = "as it begins"
        try:
            async with asyncio.timeout(PATIENCE):
                await house.open()
                for number, step in enumerate(history.steps, 1):
                    at = f"at step {number}: {told(step)}"
                    await house.run(step)
                at = "in the end"
                await house.settle()
        except Broken as fault:
            broken, words = fault.kind, f"{fault} ({at})"
        except TimeoutError:
            broken, words = "stuck", f"stuck: it did not end within {PATIENCE} seconds ({at})"
        except Exception as error:  # noqa: BLE001 whatever it is, the soak goes on and tells of it
            broken, words = "failed", f"{type(error).__name__}: {error} ({at})"
        if not broken and self._host.faults:
            broken, words = "failed", self._host.faults[0]
        checks = house.checks
        return Outcome(
            history.seed,
            kind,
            len(history.steps),
            broken,
            words,
            len(checks.sealed),
            checks.receipts,
            len(checks.gone),
            house.tally,
        )

    async def shorten(self, history: History, kind: Kind, broken: str, patience: int = 200) -> History:
        """Leave out steps as long as it still goes wrong in the same way; `patience` is how often to try."""
        size = max(1, len(history.steps) // 2)
        while size and patience:
            place = 0
            while place < len(history.steps) and patience:
                patience -= 1
                steps = history.steps[:place] + history.steps[place + size :]
                shorter = history._replace(steps=steps)
                if (await self.run(shorter, kind)).broken == broken:
                    history = shorter
                else:
                    place += size
            size //= 2
        return history

    async def house(self, history: History, kind: Kind) -> House:
        """The house of a history, just begun, for whoever says step by step what happens there."""
        await self._forget()
        house = House(self._server, history, Maker(self._host, history, kind))
        await house.open()
        return house

    async def _forget(self) -> None:
        await self._host.forget()
        self._host.faults.clear()


class Maker:
    """Makes tablets of a kind."""

    def __init__(self, host: NodeHost, history: History, kind: Kind) -> None:
        self._host, self._history, self._kind = host, history, kind

    def __call__(self, name: str, send: Send, number: int) -> Driven:
        """One tablet."""
        if self._kind == "node":
            return NodeTablet(self._host, name, send, list(_STAFF), PIN)
        seed = Random(self._history.seed).randrange(2**32) + number
        return ModelledReference(name, send, load_catalogue(), {"amina": PIN, "ben": PIN}, seed)


@asynccontextmanager
async def running(zone: str = "Europe/London") -> AsyncIterator[Runner]:
    """A runner, closed in the end."""
    logging.disable(logging.CRITICAL)  # a server that is killed all the time has much to tell
    with RealServer() as server:
        try:
            async with NodeHost(zone) as host:
                yield Runner(server, host)
        finally:
            await server.stop()
            logging.disable(logging.NOTSET)
