"""Runs the app with Granian, in this process, on one event loop.

Decided: Granian's embedded server. One process means one writer and group commit across all requests, and
whoever kills the process has killed all of it: no child is left holding the port and the database's lock.
Rejected: Granian's usual parent and worker (after SIGKILL of the parent the worker lives on); uvicorn (no
HTTP/2,
so a browser's six live pages would use up its connections).
"""

import asyncio
import errno
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from server.app import create_app
from server.compression import keep, recall
from server.loading import loading
from server.operations.logs import log, logging_to
from server.operations.request_log import RequestLog
from server.operations.side_files import beside
from server.operations.start_check import check_start
from server.settings import Settings
from sync.instants import now

# A request under way may finish in this time, then it is cut off. A live page, which holds its connection open, is at
# once: its browser asks again
GRACE_SECONDS = 10
# Every tablet, desk and live page holds one, quiet or not; the kernel may allow fewer to wait for acceptance
CONNECTIONS = 8192
# For the database, its logs, the page templates
OTHER_FILES = 256


class ServeError(Exception):
    """The server cannot listen; `str()` is one sentence with the remedy."""


def serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and close the database.

    Calls `on_ready` once requests are answered. Raises `ServeError`, `StartError`, and what `create_app` and its
    start raise.
    """
    # Before anything is logged: who starts a second server is told that one thing
    require_free_port(settings)
    with logging_to(settings):
        check_start(settings, now())
        try:
            asyncio.run(_serve(settings, on_ready))
        except BaseExceptionGroup as group:
            # Litestar's start wraps what went wrong, even when it is one thing that we can explain
            raise _first(group) from None
        log().info("stopped")


class UnderWay:
    """The app, knowing which requests are under way, so that they can be cut off when it must stop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[object]] = set()
        self._streams: set[asyncio.Task[object]] = set()
        self._stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as the app does."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - Granian runs every request as a task
        self._tasks.add(task)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and is_stream(message):
                self._streams.add(task)
                if self._stopping:
                    task.cancel()
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._tasks.discard(task)
            self._streams.discard(task)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._tasks)

    def cut_streams(self) -> None:
        """Cancel every live page, also those that begin from now on: nothing is under way there."""
        self._stopping = True
        for task in self._streams:
            task.cancel()

    def cut_off(self) -> None:
        """Cancel every request under way. A write that has begun is still finished: `sync` shields it."""
        for task in self._tasks:
            task.cancel()


def is_stream(start: HTTPResponseStartEvent) -> bool:
    """Whether an answer is a live page's, which ends when somebody ends it."""
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for name, value in start.get("headers", [])
    )


async def _serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    allow_open_files(CONNECTIONS + OTHER_FILES)
    compressed = beside(settings.database, "compressed")
    recall(compressed)
    with loading():
        app = create_app(settings)
    # Our own lifespan, not Granian's, so that a database that will not open is our error to explain
    async with app.lifespan():
        _keep(compressed)
        requests = UnderWay(RequestLog(app))
        server = Server(
            requests,
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
        server.on_startup(lambda: _say_ready(settings, on_ready))
        await _run_until_signalled(server, requests)


def _keep(compressed: Path) -> None:
    try:
        keep(compressed)
    except OSError as error:
        log().warning("what was compressed could not be kept: the next start takes longer", error=error)


def _say_ready(settings: Settings, on_ready: Callable[[], None]) -> None:
    log().info("serving", origin=settings.origin)
    on_ready()


def allow_open_files(wanted: int) -> None:
    """Raise this process's own limit as far as it may, for a connection is a file: 1024 is the usual limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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


async def _run_until_signalled(server: Server, requests: UnderWay) -> None:
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    log().info("stopping", requests=requests.count)
    server.stop()  # type: ignore[no-untyped-call]
    requests.cut_streams()
    await asyncio.wait({serving}, timeout=GRACE_SECONDS)
    requests.cut_off()
    await serving


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _why_not(settings: Settings, error: OSError) -> str:
    where = f"{settings.host} port {settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Another program already listens on {where}: stop it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"This user may not listen on {where}: choose a port of 1024 or more with --port."
    return f"The server cannot listen on {where}: check --host and --port."
