"""The reference tablet speaks with the real app as a tablet does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from observation_forms import load_catalogue
from sync.restore import restore
from tests.model.sending import sending
from tests.model.tablet import Answer, Killed, NetworkLost, ReferenceTablet
from tests.server.world import PIN, World

SIGNS = {"amina": PIN}
DOES_NOT_SIGN = {"ben": ""}


@asynccontextmanager
async def running(world: World) -> AsyncIterator[httpx.ASGITransport]:
    async with world.app.lifespan():
        yield httpx.ASGITransport(world.app)  # type: ignore[arg-type]  # a scope is a mapping


def tablet_of(world: World, client: httpx.AsyncClient, people: dict[str, str]) -> ReferenceTablet:
    return ReferenceTablet("Oak", sending(client), load_catalogue(), people, clock=world.clock)


def client_of(world: World, transport: httpx.ASGITransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, base_url=world.settings.origin)


def kept(world: World) -> dict[str, bytes]:
    with world.sql() as sql:
        return {row["sha256"]: row["body"] for row in sql.execute("SELECT sha256, body FROM entry")}


@pytest.mark.parametrize("people", [SIGNS, DOES_NOT_SIGN], ids=["signs", "does_not_sign"])
async def test_what_it_seals_corrects_and_withdraws_is_stored(tmp_path: Path, people: dict[str, str]) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        tablet = tablet_of(world, client, people)
        await tablet.enrol(world.make_code())
        first = await tablet.seal()
        second = await tablet.seal(correct=first, reason="It was the other room.")
        await tablet.seal(correct=first, withdraw=True, reason="It was somebody else.")
        assert await tablet.waiting() == set(await tablet.sealed())
        await tablet.sync()
        assert await tablet.waiting() == set()
        receipts = await tablet.receipts()
        assert {receipt["status"] for receipt in receipts.values()} == {"stored"}
        assert all(not receipt["findings"] for receipt in receipts.values())
        assert second in receipts
        assert kept(world) == await tablet.sealed()


async def test_a_lost_answer_makes_a_duplicate_of_the_same_receipt(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        through = sending(client)
        lose = False

        async def lossy(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = await through(method, path, headers, body)
            if lose:
                raise NetworkLost
            return answer

        tablet = ReferenceTablet("Oak", lossy, load_catalogue(), SIGNS, clock=world.clock)
        await tablet.enrol(world.make_code())
        digest, lose = await tablet.seal(), True
        await tablet.sync()
        assert await tablet.waiting() == {digest}
        lose = False
        await tablet.sync()
        assert (await tablet.receipts())[digest]["status"] == "duplicate"
        assert kept(world) == await tablet.sealed()


async def test_a_restored_server_gets_again_what_it_lost_with_the_keys_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    (tmp_path / "backups").mkdir()
    async with running(world) as transport, client_of(world, transport) as client:
        tablet = tablet_of(world, client, DOES_NOT_SIGN)
        await tablet.enrol(world.make_code())
        await tablet.sync()
        backup = tmp_path / "backups" / "one.db"
        with world.sql() as sql:
            sql.execute("VACUUM INTO ?", (str(backup),))
        await tablet.sign_in("amina", PIN)
        await tablet.seal()
        await tablet.sync()
    restore(backup, world.settings.database)
    async with running(world) as transport, client_of(world, transport) as anew:
        anew.cookies = client.cookies
        tablet.send = sending(anew)
        await tablet.start()
        await tablet.seal()
        await tablet.sync()
        receipts = await tablet.receipts()
        assert {receipt["status"] for receipt in receipts.values()} == {"stored"}
        assert len(receipts) == 2
        assert kept(world) == await tablet.sealed()


async def test_killed_after_any_write_it_goes_on_and_nothing_is_lost(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        tablet = tablet_of(world, client, SIGNS)
        await tablet.enrol(world.make_code())
        saved = set()
        for writes in range(8):
            saved.add(await tablet.seal())
            tablet.store.kill_after(writes)
            try:
                await tablet.sync()
            except Killed:
                await tablet.kill(power=writes % 2 == 1)
            await tablet.start()
        await tablet.sync()
        assert saved == set(await tablet.receipts()) == set(kept(world))


async def test_killed_in_a_request_it_ends_there(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        through, asked = sending(client), asyncio.Event()

        async def hanging(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = await through(method, path, headers, body)
            if path == "/sync/records":
                asked.set()
                await asyncio.Event().wait()
            return answer

        tablet = ReferenceTablet("Oak", hanging, load_catalogue(), SIGNS, clock=world.clock)
        await tablet.enrol(world.make_code())
        digest = await tablet.seal()
        passing = asyncio.create_task(tablet.sync())
        await asked.wait()
        await tablet.kill()
        with pytest.raises(Killed):
            await passing
        await tablet.start()
        assert await tablet.waiting() == {digest} == set(kept(world))


async def test_a_copy_leaves_it_when_proven_and_a_fortnight_old_and_never_what_waits(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        tablet = tablet_of(world, client, SIGNS)
        await tablet.enrol(world.make_code())
        old = await tablet.seal()
        await tablet.sync()
        assert await tablet.prune() == 0
        world.clock.move(days=15)
        new = await tablet.seal()
        await tablet.sync()
        waiting = await tablet.seal()
        assert await tablet.prune() == 1
        assert set(await tablet.sealed()) == {new, waiting}
        assert set(kept(world)) == {old, new}


async def test_a_record_that_the_server_fails_on_is_parked_and_holds_no_other_up(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with running(world) as transport, client_of(world, transport) as client:
        through, bad = sending(client), "?"

        async def failing(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
            if path == "/sync/records" and f'"sha256":"{bad}"'.encode() in body:
                return Answer(500, b"{}")
            return await through(method, path, headers, body)

        tablet = ReferenceTablet("Oak", failing, load_catalogue(), SIGNS, clock=world.clock)
        await tablet.enrol(world.make_code())
        bad = await tablet.seal()
        others = {await tablet.seal() for _ in range(5)}
        for _ in range(12):
            await tablet.sync()
        assert await tablet.waiting() == {bad}
        assert set(await tablet.receipts()) == others == set(kept(world))
        assert [row.attention for row in tablet.store.all("record") if row.sha256 == bad] == [True]
        bad = "?"
        await tablet.sync(again=True)
        assert await tablet.waiting() == set()
