"""The same push through the whole house: a server process, enrolled tablets, real requests."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from observation_forms import Catalogue
from server.identity import organisation, tablets
from server.identity.permissions import Role
from server.identity.secret_tokens import hash_code
from sync.connections import open_writer
from sync.wire import PushAnswer
from tests.bench.records import AUTHORS, UNITS, Delivery, make_deliveries
from tests.browser.running import free_port
from tests.server.processes import make_database, serving
from tests.server.world import enrolment
from tests.sync.bodies import SERVICE, FakeTablet


def time_http(path: Path, catalogue: Catalogue, records: int, connections: int, seed: int) -> float:
    """Seconds to push `records` over `connections` at once, each an enrolled tablet of its own."""
    codes = [f"BENCH-{number}" for number in range(connections)]
    _make_provider(path, codes)
    port = free_port()
    with serving(path, port, SIGHTLINE_ORIGIN=f"http://127.0.0.1:{port}"):
        return asyncio.run(_push_all(f"http://127.0.0.1:{port}", codes, catalogue, records, seed))


def _make_provider(path: Path, codes: list[str]) -> None:
    make_database(path)
    connection = open_writer(path)
    now = datetime.now(UTC)
    connection.execute("BEGIN")
    (provider,) = connection.execute("SELECT id FROM provider").fetchone()
    organisation.add_service(connection, SERVICE, provider, "Willow", "residential")
    for unit in UNITS:
        organisation.add_unit(connection, unit, SERVICE, unit)
    for author in AUTHORS:
        organisation.add_staff(connection, author, author, f"{author}@example.test")
        organisation.give_role(connection, author, Role.FLOOR, SERVICE, now - timedelta(weeks=52))
    for code in codes:
        tablets.make_code(connection, hash_code(code), code, UNITS[0], AUTHORS[0], now, 10)
    connection.execute("COMMIT")
    connection.close()


async def _push_all(origin: str, codes: list[str], catalogue: Catalogue, records: int, seed: int) -> float:
    clients = [httpx.AsyncClient(base_url=origin, headers={"origin": origin}, timeout=60) for _ in codes]
    try:
        names = [await _enrol(client, code) for client, code in zip(clients, codes, strict=True)]
        fakes = [FakeTablet(catalogue, name) for name in names]
        deliveries = make_deliveries(catalogue, records, fakes, seed)
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for first, client in enumerate(clients):
                tasks.create_task(_push(client, deliveries[first :: len(clients)]))
        return time.perf_counter() - started
    finally:
        for client in clients:
            await client.aclose()


async def _enrol(client: httpx.AsyncClient, code: str) -> str:
    answer = await client.post("/tablet/enrolment", json=enrolment(code))
    answer.raise_for_status()
    return str(answer.json()["tablet"]["id"])


async def _push(client: httpx.AsyncClient, deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        answer = await client.post(
            "/sync/records", content=delivery.raw, headers={"content-type": "application/json"}
        )
        answer.raise_for_status()
        receipts = msgspec.json.decode(answer.content, type=PushAnswer).receipts
        wrong = [receipt for receipt in receipts if receipt.status != "stored" or receipt.findings]
        if wrong or len(receipts) != len(delivery.bodies):
            raise RuntimeError(f"a record was not stored without findings: {wrong[:1]}")
