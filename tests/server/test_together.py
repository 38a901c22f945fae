"""Many requests at once, on one writer: group commit across requests, and nobody waits behind a page."""

import asyncio
from pathlib import Path

from litestar.testing import AsyncTestClient

from observation_forms import load_catalogue
from tests.server.world import World, enrolment
from tests.sync.bodies import batch, make_body, make_record_id, seal

PUSHES = 60


async def test_pushes_at_the_same_time_are_each_stored_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    catalogue, code = load_catalogue(), world.make_code()
    async with AsyncTestClient(world.app, base_url=world.settings.origin) as client:
        client.headers["origin"] = world.settings.origin
        known = (await client.post("/tablet/enrolment", json=enrolment(code))).json()["tablet"]["id"]
        sealed = [
            seal(
                make_body(
                    catalogue,
                    service="alder",
                    unit="alder-1",
                    author="amina",
                    tablet=known,
                    tablet_seq=number,
                    record=make_record_id("2026-11-16T08:05:00Z"),
                )
            )
            for number in range(1, PUSHES + 1)
        ]
        answers = await asyncio.gather(
            *(
                client.post(
                    "/sync/records", content=batch([body]), headers={"content-type": "application/json"}
                )
                for body in [*sealed, *sealed]
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    receipts = [answer.json()["receipts"][0] for answer in answers]
    assert sorted(receipt["status"] for receipt in receipts) == ["duplicate"] * PUSHES + ["stored"] * PUSHES
    assert {receipt["seq"] for receipt in receipts} == set(range(1, PUSHES + 1))
