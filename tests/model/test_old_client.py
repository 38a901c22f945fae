"""A tablet of every release that was recorded is answered as it was then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.model.old_client import RECORDED, OldClient
from tests.model.server import RealServer


@pytest.fixture
async def server() -> AsyncIterator[RealServer]:
    with RealServer() as server:
        await server.fresh()
        try:
            yield server
        finally:
            await server.stop()


@pytest.mark.parametrize("recording", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
async def test_what_a_tablet_of_an_earlier_release_sends_is_stored_once(
    server: RealServer, recording: Path
) -> None:
    tablet = OldClient(server, recording)
    await tablet.enrol()
    await tablet.send_all()
    assert {receipt["status"] for receipt in tablet.receipts.values()} == {"stored"}
    await tablet.send_all()
    assert {receipt["status"] for receipt in tablet.receipts.values()} == {"duplicate"}
    kept = server.sql.execute("SELECT sha256 FROM entry").fetchall()
    assert sorted(row["sha256"] for row in kept) == sorted(tablet.receipts)
    assert len(kept) >= 5
