"""Reference tablets on the real server, and a note of every receipt it ever gave them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

import httpx

from observation_forms import load_catalogue
from tests.browser.running import RunningServer
from tests.model.sending import sending
from tests.model.tablet import Answer, ReferenceTablet
from tests.model.tablet_wire import is_push_answer, read_json
from tests.server.world import PIN

Clock = Callable[[], datetime]
PLACES = (("alder-1", ("amina", "ben")), ("alder-2", ("chidi", "ben")), ("birch-1", ("fay",)))
"""A unit, and who works there."""
_KEPT = frozenset({"stored", "duplicate", "held", "conflict"})


class Given(NamedTuple):
    """What a receipt says of a record, the same for ever."""

    seq: int
    leaf: str
    received_at: str


class Member:
    """One tablet of a fleet, with the receipts that came back to it, whether it believed them or not."""

    def __init__(
        self, name: str, server: RunningServer, unit: str, people: dict[str, str], clock: Clock, seed: int
    ) -> None:
        self.name, self.unit, self.server = name, unit, server
        self.client = httpx.AsyncClient(base_url=server.origin, timeout=300)
        self.given: dict[str, Given] = {}
        self.duplicates = self.requests = self.cut = 0
        self.broken: list[str] = []
        self._plain = sending(self.client)
        self.tablet = ReferenceTablet(name, self.send, load_catalogue(), people, clock=clock, seed=seed)

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """As the network does, noting each receipt."""
        self.requests += 1
        try:
            answer = await self._plain(method, path, headers, body)
        except BaseException:
            self.cut += 1
            raise
        said: Any = read_json(answer.body) if (path, answer.status) == ("/sync/records", 201) else None
        if is_push_answer(said):
            self._note(said["receipts"])
        return answer

    async def enrol(self, code: str) -> None:
        """With a code put straight into the database."""
        await self.tablet.enrol(self.server.make_code(code, self.name, self.unit))

    def _note(self, receipts: Sequence[dict[str, Any]]) -> None:
        for receipt in receipts:
            if receipt["status"] not in _KEPT:
                self.broken.append(f"{self.name}: a body arrived {receipt['status']}")
                continue
            self.duplicates += receipt["status"] == "duplicate"
            now = Given(receipt["seq"], receipt["leaf"], receipt["received_at"])
            before = self.given.setdefault(receipt["sha256"], now)
            if before != now:
                self.broken.append(f"{self.name}: two receipts for {receipt['sha256']}: {before}, {now}")


def make_fleet(
    server: RunningServer, count: int, seed: int, clocks: Sequence[Clock] = (lambda: datetime.now(UTC),)
) -> list[Member]:
    """So many tablets over the cast's units, each with the next of the clocks.

    On every third nobody has a PIN: what it makes is not signed.
    """
    chance = Random(seed)
    members = []
    for number in range(count):
        unit, authors = PLACES[number % len(PLACES)]
        pin = "" if number % 3 == 1 else PIN
        name = f"Tablet {number + 1}"
        people = dict.fromkeys(authors, pin)
        clock = clocks[number % len(clocks)]
        members.append(Member(name, server, unit, people, clock, chance.getrandbits(32)))
    return members


async def enrol_all(fleet: Sequence[Member]) -> None:
    """Each with a code of its own."""
    for number, member in enumerate(fleet):
        await member.enrol(f"FIRE-{number:04d}")


async def empty_outboxes(fleet: Sequence[Member], passes: int) -> int:
    """Sync until nothing waits, at most so many times; how many records still wait then."""
    for _ in range(passes):
        await asyncio.gather(*(member.tablet.sync(again=True) for member in fleet))
        if not (waiting := sum([len(await member.tablet.waiting()) for member in fleet])):
            break
    return waiting


async def close(fleet: Sequence[Member]) -> None:
    """Let go of the connections."""
    for member in fleet:
        await member.client.aclose()
