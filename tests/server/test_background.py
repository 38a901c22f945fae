"""A step taken again and again: what goes wrong in one stops none after it, and the end waits for it."""

import asyncio

import pytest

from server.background import again_and_again


async def test_a_step_that_fails_is_logged_and_taken_again(caplog: pytest.LogCaptureFixture) -> None:
    taken = 0
    thrice = asyncio.Event()

    async def step() -> None:
        nonlocal taken
        taken += 1
        if taken == 3:
            thrice.set()
        raise ValueError

    async with again_and_again(step, 0.001, "it was not done"):
        await thrice.wait()
    assert "it was not done" in caplog.text
    ended = taken
    await asyncio.sleep(0.01)
    assert taken == ended


async def test_the_first_step_waits_its_time_unless_it_is_asked_for_at_once() -> None:
    late, soon = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        late.set()

    async def second() -> None:
        soon.set()

    async with (
        again_and_again(first, 3600, "not done"),
        again_and_again(second, 3600, "not done", at_once=True),
    ):
        await soon.wait()
    assert not late.is_set()


async def test_with_more_to_do_it_rests_as_many_times_as_long_as_the_step_took() -> None:
    taken = 0
    enough = asyncio.Event()

    async def step() -> bool:
        nonlocal taken
        taken += 1
        if taken == 4:
            enough.set()
        return taken < 4

    async with again_and_again(step, 3600, "not done", at_once=True, rests=3):
        await enough.wait()
        await asyncio.sleep(0.05)
    assert taken == 4
