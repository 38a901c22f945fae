"""The house of the model: tablets, their way to the server, its managers; each step of a history happens there.

house = House(server, history, make_tablet)
await house.open()
for step in history.steps:
    await house.run(step)
await house.settle()
"""

from collections.abc import Awaitable, Callable

from tests.model.hands import UNITS
from tests.model.history import ACTS, Step
from tests.model.ledger import Broken
from tests.model.network import Network
from tests.model.old_client import OldClient
from tests.model.server_acts import ServerActs
from tests.model.tablet_acts import TabletActs

PASSES = 14
"""How often the loop may go round before everything that waits must have gone."""
# After these only one tablet can have changed
_OF_ONE = frozenset(
    {*ACTS}
    - {"all_sync", "old_client", "copy", "job_fails", "restore", "revoke", "days_pass"}
    - {act for act in ACTS if act.startswith("server_")}
)


class House(TabletActs, ServerActs):
    """One history's house. Raises `Broken` as soon as a promise is."""

    async def open(self) -> None:
        """Begin: a fresh server, every tablet enrolled."""
        await self.server.fresh(self.history.days)
        for number in range(self.history.tablets):
            name = f"T{number}"
            way = Network(self.server, self.tally, self._sleeper(name))
            tablet = self._make(name, way.send, number)
            self.tablets.append(tablet)
            self.ways.append(way)
            await tablet.create(self._now())
            await tablet.enrol(self.server.make_code(UNITS[number % 2], name))
        self.old = OldClient(self.server)
        await self.old.enrol()

    async def run(self, step: Step) -> None:
        """One step, and what must hold after it."""
        await self.time_passes(seconds=step.m % 90 + 1)
        if step.m % 2:  # whoever looks after the server sees to it, sooner or later
            await self.server.start()
        done = getattr(self, step.act)(step)
        if done is not None:
            await done
        self.tally[f"step {step.act}"] += 1
        await self.look({step.who} if step.act in _OF_ONE else set(range(len(self.tablets))))

    async def settle(self) -> None:
        """The faults stop. Raises `Broken` unless every outbox empties, and everything is there."""
        self.server.dying = ""
        await self.server.start()
        for who, (tablet, way) in enumerate(zip(self.tablets, self.ways, strict=True)):
            way.off, way.faults = False, []
            await way.arrive_late()
            await tablet.act("full", full=False)
            await tablet.act("disarm")
            await self._empties(who)
        await self.old.send_all()
        await self.look(set(range(len(self.tablets))))
        self.checks.at_the_end()

    async def _empties(self, who: int) -> None:
        tablet = self.tablets[who]
        await self.attempt(who, tablet.act("unlock"))
        for number in range(PASSES):
            await self.time_passes(seconds=300)
            await self.passes(who, again=number % 4 == 3)
            look = await tablet.look()
            if not look["waiting"] and look["epoch"] == self.server.epoch:
                return
            if look["wiped"]:
                return
            opened = await self.attempt(who, tablet.act("unlock"))
            if not look["tablet"] or (number % 4 == 3 and (not opened or await self.is_stranger(who))):
                await self._enrols(who, look["service"], opened=bool(opened))
        if who in self.reported_lost and not opened:
            # The server opens nothing for a tablet reported lost, though it is found: its copy goes to the desk
            self.checks.locked(look["waiting"])
            return
        raise Broken(
            "stuck",
            f"{tablet.name} still has {len(look['waiting'])} waiting after {PASSES} passes: {look['said']}",
        )

    async def _enrols(self, who: int, service: str, *, opened: bool) -> None:
        """A manager enrols it anew; one that nobody can unlock in the service where its data key was made."""
        other = {"alder": "birch", "birch": "alder", "": "alder"}
        unit = f"{(service or 'alder') if opened else other[service]}-1"
        await self.attempt(who, self.tablets[who].enrol(self.server.make_code(unit, f"E{self.server.made}")))

    async def look(self, which: set[int]) -> None:
        """Look at these tablets, and see whether every promise holds."""
        for tablet in (self.tablets[who] for who in which):
            look = await tablet.look()
            if look["anew"]:
                self.tally["looked at after it began anew"] += 1
                self.checks.began_anew(tablet.name, look)
            self.checks.see(tablet.name, look)
            if look["wiped"]:
                self.checks.emptied(tablet.name, "")

    def _sleeper(self, name: str) -> Callable[[int], Awaitable[None]]:
        async def sleep(milliseconds: int) -> None:
            (tablet,) = [each for each in self.tablets if each.name == name]
            await tablet.act("move_clock", ms=milliseconds)

        return sleep

    def _now(self) -> int:
        return int(self.server.world.clock().timestamp() * 1000)
