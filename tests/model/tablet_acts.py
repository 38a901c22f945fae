"""What people do with a tablet, and what happens to it."""

import asyncio

from tests.model.hands import UNITS, Hands
from tests.model.history import Step
from tests.model.network import SPOKEN, USUAL, Fault, all_through


class TabletActs(Hands):
    """Each method is an act of a history."""

    async def seal(self, step: Step) -> None:
        for number in range(step.m % 3 + 1):
            await self.saves(
                step.who, answers={"note": f"n{number}"}, form=self.form_of(step.n + number), tab=step.n % 2
            )

    async def correct(self, step: Step) -> None:
        await self.saves(
            step.who, correct=await self.one_of(step), reason="Wrong room", form=self.form_of(step.n)
        )

    async def withdraw(self, step: Step) -> None:
        await self.saves(step.who, correct=await self.one_of(step), withdraw=True, reason="Made twice")

    async def sync(self, step: Step) -> None:
        """Perhaps with what was saved just now."""
        if step.n % 3 == 0:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))
        await self.passes_under(step.who, step.faults, again=step.yes and step.n % 2 == 0, tab=step.m % 2)

    async def in_the_way(self, step: Step) -> None:
        """A proxy, a portal or the server in trouble answers every request of a pass in the same words."""
        if step.yes:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))
        fault = Fault("status", (200, *USUAL)[step.n % (len(USUAL) + 1)], SPOKEN[step.m % len(SPOKEN)])
        await self.passes_under(step.who, all_through(fault), again=step.m % 3 == 0)

    async def cut_off(self, step: Step) -> None:
        """The Wi-Fi ends in the midst of a pass."""
        await self.cut_off_after(step.who, step.m % 8)

    async def all_sync(self, step: Step) -> None:
        self.ways[step.who].faults = list(step.faults)
        await asyncio.gather(*(self.passes(who) for who in range(len(self.tablets))))
        self.ways[step.who].faults = []

    async def both_tabs(self, step: Step) -> None:
        await self.attempt(step.who, self.tablets[step.who].act("second_tab"))
        self.ways[step.who].faults = list(step.faults)
        sealing = (
            self.saves(step.who, answers={}, form=self.form_of(step.n + tab), tab=tab) for tab in (0, 1)
        )
        sending = (self.passes(step.who, tab=tab) for tab in (0, 1))
        await asyncio.gather(*sealing, *sending)
        self.ways[step.who].faults = []

    async def close_tab(self, step: Step) -> None:
        await self.attempt(step.who, self.tablets[step.who].act("close_tab"))

    def wifi(self, step: Step) -> None:
        self.ways[step.who].off = step.yes

    async def late(self, step: Step) -> None:
        await self.ways[step.who].arrive_late()

    async def kill(self, step: Step) -> None:
        """Perhaps as soon as something was saved."""
        if step.n % 2:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))
        await self.tablets[step.who].kill(power=step.yes)
        await self.starts(step.who)

    async def kill_at(self, step: Step) -> None:
        """At one of its next writes, as it sends, reads a list that changed, or saves."""
        self.publishes(step)
        after, power = step.n % (4, 8, 12)[step.n // 12 % 3], step.m % 2 == 1
        await self.tablets[step.who].act("kill_at", after=after, applied=step.yes, power=power)
        if step.m % 3:
            await self.passes(step.who)
        else:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))

    async def restart(self, step: Step) -> None:
        """The app is closed and opened again; perhaps nobody types a PIN before it sends."""
        await self.tablets[step.who].kill()
        if step.yes:
            await self.attempt(step.who, self.tablets[step.who].act("start", locked=True))
            await self.passes(step.who)
            await self.attempt(step.who, self.tablets[step.who].act("unlock"))
        else:
            await self.starts(step.who)

    async def clock(self, step: Step) -> None:
        far = (60, 3600, 86_400, 400 * 86_400)[step.n % 4] * (step.m % 20 + 1)
        await self.tablets[step.who].act("move_clock", ms=1000 * (far if step.yes else -far))

    async def wipe(self, step: Step) -> None:
        tablet = self.tablets[step.who]
        await tablet.kill()
        await tablet.act("wipe")
        self.checks.emptied(tablet.name, "the browser threw its store away")
        if step.yes:
            self.ways[step.who].jar.clear()
        await self.starts(step.who)
        await self.enrol(step)

    async def full(self, step: Step) -> None:
        await self.tablets[step.who].act("full", full=step.yes)

    async def enrol(self, step: Step) -> None:
        unit, name = UNITS[step.n % 4], f"T{step.who}-{self.server.made}"
        await self.attempt(step.who, self.tablets[step.who].enrol(self.server.make_code(unit, name)))

    async def copy(self, step: Step) -> None:
        """What waits is saved as a file, and another tablet takes it along."""
        text = await self.attempt(step.who, self.tablets[step.who].act("copy"))
        other = (step.who + 1) % len(self.tablets)
        if isinstance(text, str) and text:
            await self.attempt(other, self.tablets[other].act("bring", text=text))
            self.tally["a copy brought to another tablet"] += 1
