"""A stream of server-sent events that carries only "changed" and a number."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, aclosing

from litestar.response import Stream

from server.evidence.live import Watch

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def live_stream(
    watch: Watch, ask: Callable[[], Awaitable[int]], known: int, place: AbstractContextManager[None]
) -> Stream:
    """Sends what `ask` answers each time it changes from `known`; the page reads itself again.

    `place` (`Streams.enter`) is taken at once, so that a refusal is an answer, and left when the stream ends.
    """
    held = ExitStack()
    held.enter_context(place)

    async def events() -> AsyncIterator[bytes]:
        with held:
            yield b"retry: 2000\n\n"
            async with aclosing(watch.changes(ask, known)) as answers:
                async for answer in answers:
                    still = b": still here\n\n"
                    yield still if answer is None else b"event: changed\ndata: %d\n\n" % answer

    return Stream(events(), media_type="text/event-stream", headers=HEADERS)
