"""The log says what happened, and holds no word that anybody typed: secrets are pushed through every door."""

import asyncio
import contextlib
import json
import logging
import os
import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Receive, Scope, Send

from server.operations import logs
from server.operations.log_lines import error_facts
from server.operations.logs import LogWriter, log, logging_to
from server.operations.request_log import RequestLog
from sync import DatabaseError
from tests.server.evidence.arranged import make_action
from tests.server.processes import PATIENCE
from tests.server.test_sync_routes import body_of, push
from tests.server.world import PASSWORD, PIN, World, enrolment
from tests.sync.bodies import seal

SECRET = "Zanzibar-secret-word"


@pytest.fixture(autouse=True)
def written_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, what was said before the end is written."""
    monkeypatch.setattr(logs, "CLOSING_SECONDS", PATIENCE)


@contextlib.contextmanager
def logged(world: World, file: Path) -> Iterator[list[dict[str, Any]]]:
    """Every request of `world` goes through the request log; the lines, once it is over."""
    lines: list[dict[str, Any]] = []
    settings = msgspec.structs.replace(world.settings, log_file=file, log_level="debug")
    handler = world.app.asgi_handler
    world.app.asgi_handler = RequestLog(handler)
    try:
        with logging_to(settings):
            yield lines
    finally:
        world.app.asgi_handler = handler
    lines += [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_a_request_is_one_line_with_its_route_and_no_address(world: World, tmp_path: Path) -> None:
    with world.signed_in("chidi") as chidi, logged(world, tmp_path / "log") as lines:
        action = make_action(chidi)
        answer = chidi.get(f"/actions/{action}?mark={SECRET}")
    text = (tmp_path / "log").read_text()
    assert action not in text
    asked = [line for line in lines if line["event"] == "request"][-1]
    assert asked["route"] == "/actions/{action_id}"
    assert (asked["method"], asked["status"], asked["level"]) == ("GET", 200, "info")
    assert asked["request"] == answer.headers["x-request-id"]
    assert asked["ms"] >= 0
    assert asked["sent"] > 0


def test_an_address_that_no_route_knows_is_not_written(world: World, tmp_path: Path) -> None:
    with logged(world, tmp_path / "log") as lines:
        world.client().get(f"/{SECRET}/{SECRET}")
        world.client().request(SECRET.upper(), "/tablet/")
    assert {(line["method"], line["route"]) for line in lines} <= {
        ("GET", "(none)"), ("(other)", "(none)"), ("(other)", "/tablet"), ("(other)", "/tablet/"),
    }  # fmt: skip
    assert SECRET.lower() not in (tmp_path / "log").read_text().lower()


def test_secrets_through_every_door_are_not_in_the_log(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cookies, passwords, PINs, codes, answers, names, emails, queries, headers; also where our own code fails."""
    file = tmp_path / "log"
    monkeypatch.setattr(
        "sync.examine.judge_body", lambda *_: (_ for _ in ()).throw(ValueError(SECRET)), raising=False
    )
    with (
        world.tablet() as oak, world.signed_in("chidi") as chidi, logged(world, file),
    ):  # fmt: skip
        said = seal(body_of(oak, answers={"note": SECRET, "staff_observed": SECRET}))
        assert push(oak, said).status_code == 201
        oak.post(
            "/sync/records",
            content=f'[{{"body": "{SECRET}'.encode(),
            headers={"content-type": "application/json"},
        )
        world.client().post("/sign-in", data={"email": f"{SECRET}@example.test", "password": SECRET})
        world.client().post("/tablet/enrolment", json=enrolment(SECRET))
        headers = dict.fromkeys(("cookie", "authorization", "user-agent", "referer", "sightline-app"), SECRET)
        for who in (world.client(), oak, chidi):
            for method, path in _doors(world):
                for sent in (
                    {"json": {"name": SECRET, "pin": SECRET}},
                    {"data": {"name": SECRET, "note": SECRET}},
                ):
                    more = sent if method not in ("GET", "HEAD", "OPTIONS") else {}
                    who.request(method, f"{path}?q={SECRET}", follow_redirects=False, **more)
            world.client().get("/evidence", headers=headers)
    text = file.read_text("utf-8")
    cookies = [value for client in (oak, chidi) for value in client.cookies.values()]
    assert len(text.splitlines()) > 300
    for secret in (SECRET, PASSWORD, PIN, "chidi@example.test", "Chidi", "Amina", "Okafor", *cookies):
        assert secret not in text, secret


def _doors(world: World) -> Iterator[tuple[str, str]]:
    """Every method and address but live pages and the way out, parameters filled with the secret."""
    for route in world.app.routes:
        if not isinstance(route, HTTPRoute) or "live" in route.path_format or "sign-out" in route.path_format:
            continue
        handlers: list[HTTPRouteHandler] = route.route_handlers
        address = re.sub(r"\{[^}]*\}", SECRET, route.path_format)
        for handler in handlers:
            for method in handler.http_methods:
                yield str(method), address


def test_a_mistake_of_ours_is_written_with_its_place_and_without_its_words(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise sqlite3.IntegrityError(SECRET) from error

    monkeypatch.setattr("sync.Inbox.receive", broken)
    with world.tablet() as oak, logged(world, tmp_path / "log") as lines:
        assert oak.post("/sync/records", json=[]).status_code == 500
    problem = next(line for line in lines if line["event"] == "problem")
    asked = next(line for line in lines if line["event"] == "request")
    assert (problem["code"], problem["route"]) == ("server_error", "/sync/records")
    assert problem["error"]["kind"] == "sqlite3.IntegrityError"
    assert problem["error"]["cause"] == "builtins.KeyError"
    assert problem["error"]["places"][-1].endswith("broken")
    assert asked["level"] == "error"
    assert problem["request"] == asked["request"]
    assert SECRET not in (tmp_path / "log").read_text()


def test_what_other_libraries_log_is_written_without_what_they_fill_in(tmp_path: Path, world: World) -> None:
    file = tmp_path / "log"
    with logging_to(msgspec.structs.replace(world.settings, log_file=file)):
        logging.getLogger("asyncio").error("Task failed\nfuture: %s", SECRET)
        logging.getLogger("asyncio").error(f"Task exception was never retrieved {SECRET}\n{SECRET}")
        logging.getLogger("server.x").error("record %s is held", SECRET)
        logging.getLogger("server.x").error("record %s is held", "018f2f6e-8c3b-7aaa-8aaa-1234567890ab")
        logging.getLogger("sync.x").error(
            "a fault: %s", DatabaseError("damaged", Path("x.db")), exc_info=ValueError(SECRET)
        )
        log().error("ours", thing=[SECRET, object()][1:])
        thread = threading.Thread(target=lambda: int(SECRET))
        threading.excepthook(threading.ExceptHookArgs((ValueError, ValueError(SECRET), None, thread)))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert SECRET not in file.read_text()
    assert [line["event"] for line in lines[:4]] == [
        "Task failed",
        "Task exception was never retrieved",
        "record (text) is held",
        "record 018f2f6e-8c3b-7aaa-8aaa-1234567890ab is held",
    ]
    assert lines[-1]["event"] == "a thread failed"


def test_the_words_of_our_own_errors_are_kept() -> None:
    assert error_facts(DatabaseError("damaged", Path("x.db")))["words"].startswith(
        "The database at x.db is damaged"
    )
    assert "words" not in error_facts(ValueError(SECRET))
    assert error_facts(OSError(28, SECRET))["errno"] == 28


def test_a_log_file_is_private_and_begun_anew_when_it_was_moved(tmp_path: Path) -> None:
    file = tmp_path / "log"
    writer = LogWriter(file)
    writer.write("first")
    while not file.exists() or not file.read_text():
        pass
    assert file.stat().st_mode & 0o077 == 0
    file.rename(tmp_path / "log.1")
    writer.write("second")
    writer.close()
    assert (tmp_path / "log.1").read_text() == "first\n"
    assert file.read_text() == "second\n"


def test_nobody_waits_for_a_log_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "CLOSING_SECONDS", 0.05)
    monkeypatch.setattr(logs, "MOST_WAITING", 200)
    reader, full = os.pipe()
    said: list[str] = []
    with os.fdopen(reader) as end:
        with os.fdopen(full, "w") as pipe:
            monkeypatch.setattr(sys, "stderr", pipe)
            writer = LogWriter(None)
            for _ in range(5000):
                writer.write("a line of the log " * 10)
            writer.close()
            # Now somebody reads, and the thread can end
            thread = threading.Thread(target=lambda: said.extend(end))
            thread.start()
            writer._lines.put(None)
            writer._thread.join(PATIENCE)
            assert not writer._thread.is_alive()
        thread.join(PATIENCE)
    dropped = [json.loads(line)["count"] for line in said if line.startswith("{")]
    assert sum(dropped) + sum(line.startswith("a line") for line in said) == 5000
    assert sum(dropped) > 0


def test_a_full_disk_costs_the_log_and_nothing_else(tmp_path: Path) -> None:
    writer = LogWriter(Path("/dev/full"))
    for _ in range(100):
        writer.write("a line")
    writer.close()
    assert not writer._thread.is_alive()


def test_a_request_that_was_cut_off_has_its_line_too(tmp_path: Path, world: World) -> None:
    file = tmp_path / "log"

    async def hangs(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    async def cut() -> None:
        scope: Any = {"type": "http", "method": "GET", "headers": []}
        task = asyncio.create_task(RequestLog(hangs)(scope, None, None))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with logging_to(msgspec.structs.replace(world.settings, log_file=file)):
        asyncio.run(cut())
    assert json.loads(file.read_text())["status"] == 0
