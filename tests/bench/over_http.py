"""Tablets that send to a served process: real requests over real connections, each timed."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
import msgspec

from sync.wire import PushAnswer
from tests.bench.house import HouseTablet
from tests.bench.records import Delivery

PATIENCE = 300


@dataclass
class Sent:
    """What a push over HTTP came to: seconds of each request, from first to last, and the bytes that travelled."""

    seconds: list[float] = field(default_factory=list)
    records: int = 0
    wrong: list[str] = field(default_factory=list)
    took: float = 0.0


def client(origin: str, *, keep: bool = True) -> httpx.AsyncClient:
    """One for any number of tablets; without `keep` each request opens a connection, as one that reconnects does."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None if keep else 0)
    return httpx.AsyncClient(
        base_url=origin, headers={"origin": origin}, timeout=PATIENCE, limits=limits, trust_env=False
    )


async def push_at_once(origin: str, work: Sequence[tuple[HouseTablet, list[Delivery]]]) -> Sent:
    """Every tablet sends its deliveries, one after another, all tablets at once."""
    sent = Sent()
    async with client(origin) as web:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for tablet, deliveries in work:
                tasks.create_task(push(web, tablet.headers, deliveries, sent))
        sent.took = time.perf_counter() - began
    return sent


async def push(
    web: httpx.AsyncClient, headers: Mapping[str, str], deliveries: Sequence[Delivery], sent: Sent
) -> None:
    """One tablet sends; what is not stored without a finding is noted as wrong."""
    for delivery in deliveries:
        began = time.perf_counter()
        answer = await web.post("/sync/records", content=delivery.raw, headers=headers)
        sent.seconds.append(time.perf_counter() - began)
        if answer.status_code != 201:
            sent.wrong.append(f"{answer.status_code} {answer.text[:200]}")
            continue
        receipts = msgspec.json.decode(answer.content, type=PushAnswer).receipts
        sent.records += len(receipts)
        sent.wrong += [
            f"{one.status} {one.held_for} {one.findings[:1]}"
            for one in receipts
            if one.status != "stored" or one.findings
        ]
        if len(receipts) != len(delivery.bodies):
            sent.wrong.append(f"{len(receipts)} receipts for {len(delivery.bodies)} records")
