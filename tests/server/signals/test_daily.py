"""A signal is kept on the day it shows, though nobody opened the page; and says so when it is no longer so."""

from server.identity.scope import of_services
from server.signals.daily import Daily
from server.signals.listing import read_list
from sync import Database
from tests.server.due.shift import Shift
from tests.server.world import World

KEPT = "SELECT code, at FROM signal_shown WHERE code = 'W03'"


async def test_each_service_is_looked_at_once_a_day_and_nothing_goes_unseen(world: World) -> None:
    shift = Shift(world)
    first, _ = (
        shift.record("family_contact", f"2026-11-1{day}T08:00:00Z", chosen={"family_first": "yes"})
        for day in (4, 5)
    )
    world.__exit__(None, None, None)
    database = await Database.open(world.settings.database)
    try:
        daily = Daily(database, shift.catalogue, world.clock)
        assert [await daily.step() for _ in range(3)] == [True, True, False]
        (kept,) = await database.read(lambda sql: sql.execute(KEPT).fetchall())
        assert tuple(kept) == ("W03", "2026-11-16T09:00:00Z")
        taken_back = "UPDATE record_version SET withdrawn = 1 WHERE record = ?"
        await database.write(lambda sql: sql.execute(taken_back, (first,)))
        world.clock.move(hours=15)
        assert [await daily.step() for _ in range(3)] == [True, True, False]
        alder, now = of_services(["alder"]), world.clock()
        found = await database.read(lambda sql: read_list(sql, alder, shift.catalogue, now))
        assert [line.state for line in found.lines if line.signal.code == "W03"] == ["passed"]
    finally:
        await database.close()
