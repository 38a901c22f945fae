"""The schedule is laid out every minute, whatever went wrong in the minute before."""

import asyncio

import pytest

from observation_forms import load_catalogue
from server.due import laying_out
from server.due.laying_out import Rhythm
from server.rooms import Rooms
from tests.server.world import World


def test_a_minute_that_failed_does_not_end_the_rhythm(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms: Rooms = world.app.state["rooms"]
    tries: list[Rhythm] = []
    again = asyncio.Event()

    async def step(self: Rhythm) -> None:
        tries.append(self)
        if len(tries) == 2:
            raise ValueError("a fault of ours")
        if len(tries) > 3:
            again.set()

    monkeypatch.setattr(laying_out, "EVERY_SECONDS", 0.001)
    monkeypatch.setattr(Rhythm, "step", step)

    async def some_minutes() -> None:
        async with Rhythm(rooms.database, load_catalogue(), world.clock).running():
            await asyncio.wait_for(again.wait(), 120)

    asyncio.run(some_minutes())
