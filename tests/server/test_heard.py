"""Whoever was heard of is written down once a minute, together; what could not be written is written the next time."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.identity.heard import Heard
from server.identity.tablets import Tablet
from sync import Database, DatabaseError
from tests.server.world import World

START = datetime(2026, 11, 16, 9, tzinfo=UTC)


def tablets(connection: sqlite3.Connection) -> list[Tablet]:
    """Every tablet, as the guard finds it."""
    rows = connection.execute("SELECT id, name, heard_at FROM tablet ORDER BY name").fetchall()
    return [Tablet(row["id"], row["name"], "", "", "", "", False, "", row["heard_at"]) for row in rows]


async def test_what_a_full_disk_did_not_take_is_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path) as world, world.tablet("alder-1", "Oak"), world.tablet("alder-1", "Elm"):
        path = world.settings.database
    database = await Database.open(path)
    try:
        times = iter([START + timedelta(hours=1), START + timedelta(hours=1, minutes=1)])
        heard = Heard(database, lambda: next(times))
        elm, oak = await database.read(tablets)

        async def full(_: object) -> None:
            raise DatabaseError("disk_full", path)

        with monkeypatch.context() as patch:
            patch.setattr(database, "write", full)
            await heard.hear(oak)
            with pytest.raises(DatabaseError):
                await heard.note()
        await heard.hear(elm)
        await heard.note()
        found = {one.name: one.heard_at for one in await database.read(tablets)}
        assert found == {"Oak": "2026-11-16T10:00:00Z", "Elm": "2026-11-16T10:01:00Z"}
    finally:
        await database.close()
