"""Open pages hear of a change, whoever made it; a stream keeps alive by the clock and ends by the clock."""

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from typing import Any, cast

import pytest

from server.evidence import live
from server.evidence.live import Watch, read_mark
from server.evidence.live_stream import live_stream
from server.streams import AGAIN_AFTER_SECONDS, PER_SESSION, Streams
from sync import Database
from tests.server.evidence.arranged import edit_action, make_action, send_record
from tests.server.routes_of import routes_of
from tests.server.world import Browser, World


class Moving:
    """A database that has moved each time it is asked, or never."""

    def __init__(self, moves: bool) -> None:
        self._moves = moves
        self._number = 0

    async def read(self, job: Callable[..., Any]) -> tuple[int, int, int]:
        self._number += self._moves
        return self._number, 0, 0


async def _heard(
    moves: bool, lasts: float, keep_alive: float, monkeypatch: pytest.MonkeyPatch
) -> list[bytes]:
    monkeypatch.setattr(live, "LASTS_SECONDS", lasts)
    monkeypatch.setattr(live, "KEEP_ALIVE_SECONDS", keep_alive)

    async def ask() -> int:
        return 0

    watch = Watch(cast(Database, Moving(moves)), every=0.01)
    stream = live_stream(watch, ask, 0, nullcontext())
    async with asyncio.timeout(120):
        return [cast(bytes, piece) async for piece in cast(Any, stream.iterator)]


@pytest.mark.parametrize("moves", [True, False])
async def test_a_stream_ends_by_the_clock_however_busy_the_database(
    moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.monotonic()
    await _heard(moves, 0.3, 15, monkeypatch)
    assert time.monotonic() - started >= 0.29


@pytest.mark.parametrize("moves", [True, False])
async def test_a_stream_is_kept_alive_by_the_clock_however_busy_the_database(
    moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = await _heard(moves, 2, 0.1, monkeypatch)
    assert 2 <= heard.count(b": still here\n\n") <= 20


async def test_a_watch_nobody_listens_to_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Moving(True)
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.1)
    watch = Watch(cast(Database, database), every=0.01)

    async def ask() -> int:
        return 0

    async for _ in watch.changes(ask, 0):
        pass
    asked = database._number
    await asyncio.sleep(0.05)
    assert database._number == asked > 0


def test_the_mark_moves_with_every_edit_of_an_action(world: World, chidi: Browser) -> None:
    """An edit of what tablets are not told, such as the risk, is not in their feed."""
    action = make_action(chidi)
    with world.sql() as sql:
        marks = [read_mark(sql)]
        assert edit_action(chidi, action, 1, risk="medium").status_code == 303
        marks.append(read_mark(sql))
        assert edit_action(chidi, action, 2, risk="low").status_code == 303
        marks.append(read_mark(sql))
    assert len(set(marks)) == 3


def test_the_streams_are_marked_so_that_the_guard_does_not_take_them_for_activity(world: World) -> None:
    marked = {address for _, address, handler in routes_of(world.app) if handler.opt.get("stream")}
    assert {address.split("/")[1] for address in marked} == {"evidence", "actions", "concerns", "packs"}
    # The banner is no stream: it is a look that the page takes by itself
    assert all(address.endswith(("/live", "/banner")) for address in marked)


def test_a_stream_takes_its_place_before_it_answers_and_leaves_it_at_its_end(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.1)
    action = make_action(chidi)
    streams = world.app.state["rooms"].streams
    for address in ("/evidence/live", f"/actions/{action}/live"):
        for _ in range(PER_SESSION + 1):
            assert chidi.get(address).status_code == 200, address
        with ExitStack() as held:
            session = _session_of(world, "chidi")
            for _ in range(PER_SESSION):
                held.enter_context(streams.enter(session))
            refused = chidi.get(address)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, str(AGAIN_AFTER_SECONDS))
        assert chidi.get(address).status_code == 200, address


async def test_a_stream_nobody_reads_leaves_its_place() -> None:
    streams = Streams()
    database = cast(Database, Moving(False))

    async def ask() -> int:
        return 0

    for _ in range(PER_SESSION + 1):
        live_stream(Watch(database), ask, 0, streams.enter(1))
        gc.collect()


def test_a_page_hears_of_a_new_record_and_of_an_edit(
    oak: Browser, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.2)
    action = make_action(chidi)
    mark = chidi.get(f"/actions/{action}").text.split('/live" data-mark="')[1].split('"')[0]
    quiet = chidi.get(f"/actions/{action}/live?mark={mark}")
    assert quiet.headers["content-type"].startswith("text/event-stream")
    assert "event: changed" not in quiet.text
    assert edit_action(chidi, action, 1, risk="medium").status_code == 303
    assert "event: changed" in chidi.get(f"/actions/{action}/live?mark={mark}").text
    send_record(oak, action)
    assert "event: changed\ndata: 1\n" in chidi.get("/evidence/live?mark=0").text
    assert "event: changed\ndata: 1\n" in chidi.get("/evidence/live?mark=0&text=staff").text
    for query in ("mark=0&result=not_scored", "mark=0&text=elsewhere", "mark=1&text=staff", "mark=1"):
        assert "event: changed" not in chidi.get(f"/evidence/live?{query}").text, query


def _session_of(world: World, staff: str) -> int:
    with world.sql() as sql:
        row = sql.execute("SELECT id FROM session WHERE staff = ? ORDER BY id DESC", (staff,)).fetchone()
    return int(row["id"])
