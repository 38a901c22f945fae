"""What the server does beside answering: a step, again and again until the server stops, whatever goes wrong in one."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def again_and_again(
    step: Callable[[], Awaitable[object]],
    every: float,
    fault: str,
    *,
    at_once: bool = False,
    rests: int = 0,
) -> AsyncIterator[None]:
    """Take `step` every `every` seconds while the `with` lasts; for the first time then, or `at_once`.

    `rests`: after a step that gave something true, there is more to do, and the wait is so many times as long as that
    step took. A step that raises is logged as `fault`, and tried again.
    """
    task = asyncio.create_task(_again_and_again(step, every, fault, at_once, rests))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(
    step: Callable[[], Awaitable[object]], every: float, fault: str, at_once: bool, rests: int
) -> None:
    wait = 0.0 if at_once else every
    while True:
        await asyncio.sleep(wait)
        began = time.monotonic()
        some: object = None
        try:
            some = await step()
        except Exception:  # noqa: BLE001
            _LOG.exception(fault)
        wait = rests * (time.monotonic() - began) if rests and some else every
