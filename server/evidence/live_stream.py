"""A stream of server-sent events that carries only "changed" and a number."""

from collections.abc import AsyncIterator, Awaitable, Callable

from litestar.response import Stream

from server.evidence.live import Watch

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
# A stream ends by itself and the browser comes back, so a session that ended stops hearing
ROUNDS_QUIET = 20


def live_stream(watch: Watch, ask: Callable[[], Awaitable[int]], known: int) -> Stream:
    """Sends what `ask` answers each time it changes from `known`; the page reads itself again."""

    async def events() -> AsyncIterator[bytes]:
        yield b"retry: 2000\n\n"
        quiet = 0
        async for answer in watch.changes(ask, known):
            if answer is None:
                quiet += 1
                if quiet > ROUNDS_QUIET:
                    return
                yield b": still here\n\n"
            else:
                yield b"event: changed\ndata: %d\n\n" % answer

    return Stream(events(), media_type="text/event-stream", headers=HEADERS)
