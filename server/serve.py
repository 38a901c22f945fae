"""Runs the app with Granian, in this process, on one event loop.

Decided: Granian's embedded server. One process means one writer and group commit across all requests, and
whoever kills the process has killed all of it: no child is left holding the port and the database's lock.
Rejected: Granian's usual parent and worker (after SIGKILL of the parent the worker lives on); uvicorn (no
HTTP/2,
so a browser's six live pages would use up its connections).
"""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable

from granian.constants import Interfaces
from granian.server.embed import Server

from server.app import create_app
from server.settings import Settings

# Live pages hold their connection open; after this they are cut off, and ask again when the server is back
GRACE_SECONDS = 5
CONNECTIONS = 1024


class ServeError(Exception):
    """The server cannot listen; `str()` is one sentence with the remedy."""


def serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and close the database.

    Calls `on_ready` once requests are answered. Raises `ServeError`, and what `create_app` and its start
    raise.
    """
    asyncio.run(_serve(settings, on_ready))


async def _serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    require_free_port(settings)
    app = create_app(settings)
    # Our own lifespan, not Granian's, so that a database that will not open is our error to explain
    async with app.lifespan():
        server = Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGINL,
            backlog=CONNECTIONS,
            backpressure=CONNECTIONS,
            websockets=False,
            log_enabled=False,
            ssl_cert=settings.tls_certificate,
            ssl_key=settings.tls_key,
        )
        server.on_startup(on_ready)
        await _run_until_signalled(server)


def require_free_port(settings: Settings) -> None:
    """Raise `ServeError` when the port cannot be had. Granian itself would share it with another server
    unasked.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ServeError(_why_not(settings, error)) from None


async def _run_until_signalled(server: Server) -> None:
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()
    await asyncio.wait({serving}, timeout=GRACE_SECONDS)
    if not serving.done():
        serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def _why_not(settings: Settings, error: OSError) -> str:
    where = f"{settings.host} port {settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Another program already listens on {where}: stop it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"This user may not listen on {where}: choose a port of 1024 or more with --port."
    return f"The server cannot listen on {where}: check --host and --port."
