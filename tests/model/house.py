"""The house of the model: tablets, their way to the server, its managers; and what each step of a history does there.

house = House(server, history, make_tablet)
await house.open()
for step in history.steps:
    await house.run(step)
await house.settle()
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol

from observation_forms import load_catalogue
from server.identity import tablets
from server.staff import acts
from sync import publish
from tests.model.checks import Checks
from tests.model.history import History, Step
from tests.model.ledger import Broken
from tests.model.network import Network
from tests.model.node import ActFailed
from tests.model.old_client import OldClient
from tests.model.server import RealServer
from tests.model.tablet import Killed, NotDone
from tests.model.tablet_wire import NetworkLost, Send

PASSES = 14
"""How often the loop may go round before everything that waits must have gone."""
# What the modules say when nothing was done, and the person is told so
_HONEST = ("NotSaved:", "Locked:", "ChainBusy:", "Error: This record is saved already.")
# After these only one tablet can have changed
_OF_ONE = (
    *(
        "seal",
        "correct",
        "withdraw",
        "sync",
        "both_tabs",
        "close_tab",
        "wifi",
        "late",
        "kill",
        "kill_at",
        "restart",
    ),
    *("clock", "wipe", "full", "enrol", "leave", "move", "list_changes", "form"),
)
_UNITS = ("alder-1", "alder-2", "alder-1", "birch-1")
_FORMS = ("practice_observation", "live_record_check")


class Driven(Protocol):
    """A tablet of either kind, as the model drives it."""

    name: str

    async def create(self, wall: int) -> None: ...
    async def enrol(self, code: str) -> None: ...
    async def seal(
        self, answers: Any = None, correct: Any = None, withdraw: bool = False, reason: str = "", **more: Any
    ) -> str: ...
    async def sync(self, again: bool = False, tab: int = 0) -> None: ...
    async def look(self) -> dict[str, Any]: ...
    async def kill(self, power: bool = False) -> None: ...
    async def start(self) -> None: ...
    async def act(self, name: str, **wish: Any) -> Any: ...


MakeTablet = Callable[[str, Send, int], Driven]


class House:
    """One history's house. Raises `Broken` as soon as a promise is."""

    def __init__(self, server: RealServer, history: History, make: MakeTablet) -> None:
        self.server, self.history = server, history
        self.tally: Counter[str] = Counter()
        self.checks = Checks(server)
        self._make = make
        self._tablets: list[Driven] = []
        self._ways: list[Network] = []
        self._forms = known_forms()

    async def open(self) -> None:
        """Begin: a fresh server, every tablet enrolled."""
        await self.server.fresh(self.history.days)
        for number in range(self.history.tablets):
            name = f"T{number}"
            way = Network(self.server, self.tally, self._sleeper(name))
            tablet = self._make(name, way.send, number)
            self._tablets.append(tablet)
            self._ways.append(way)
            await tablet.create(self._now())
            await tablet.enrol(self.server.make_code(_UNITS[number % 2], name))
        self.old = OldClient(self.server)
        await self.old.enrol()

    async def run(self, step: Step) -> None:
        """One step, and what must hold after it."""
        await self._time_passes(seconds=step.m % 90 + 1)
        done = getattr(self, step.act)(step)
        if done is not None:
            await done
        self.tally[f"step {step.act}"] += 1
        await self._look({step.who} if step.act in _OF_ONE else set(range(len(self._tablets))))

    # What people do with a tablet

    async def seal(self, step: Step) -> None:
        for number in range(step.m % 3 + 1):
            await self._saves(
                step.who, answers={"note": f"n{number}"}, form=self._form(step.n + number), tab=step.n % 2
            )

    async def correct(self, step: Step) -> None:
        await self._saves(
            step.who, correct=await self._one_of(step), reason="Wrong room", form=self._form(step.n)
        )

    async def withdraw(self, step: Step) -> None:
        await self._saves(step.who, correct=await self._one_of(step), withdraw=True, reason="Made twice")

    async def sync(self, step: Step) -> None:
        self._ways[step.who].faults = list(step.faults)
        await self._passes(step.who, again=step.yes and step.n % 2 == 0, tab=step.m % 2)
        self._ways[step.who].faults = []

    async def all_sync(self, step: Step) -> None:
        self._ways[step.who].faults = list(step.faults)
        await asyncio.gather(*(self._passes(who) for who in range(len(self._tablets))))
        self._ways[step.who].faults = []

    async def both_tabs(self, step: Step) -> None:
        await self._try(step.who, self._tablets[step.who].act("second_tab"))
        self._ways[step.who].faults = list(step.faults)
        sealing = (
            self._saves(step.who, answers={}, form=self._form(step.n + tab), tab=tab) for tab in (0, 1)
        )
        sending = (self._passes(step.who, tab=tab) for tab in (0, 1))
        await asyncio.gather(*sealing, *sending)
        self._ways[step.who].faults = []

    async def close_tab(self, step: Step) -> None:
        await self._try(step.who, self._tablets[step.who].act("close_tab"))

    def wifi(self, step: Step) -> None:
        self._ways[step.who].off = step.yes

    async def late(self, step: Step) -> None:
        await self._ways[step.who].arrive_late()

    async def kill(self, step: Step) -> None:
        await self._tablets[step.who].kill(power=step.yes)
        await self._starts(step.who)

    async def kill_at(self, step: Step) -> None:
        power = step.m % 2 == 1
        await self._tablets[step.who].act("kill_at", after=step.n % 5, applied=step.yes, power=power)
        if step.m % 3:
            await self._passes(step.who)
        else:
            await self._saves(step.who, answers={}, form=self._form(step.n))

    async def restart(self, step: Step) -> None:
        """The app is closed and opened again; perhaps nobody types a PIN before it sends."""
        await self._tablets[step.who].kill()
        if step.yes:
            await self._try(step.who, self._tablets[step.who].act("start", locked=True))
            await self._passes(step.who)
            await self._try(step.who, self._tablets[step.who].act("unlock"))
        else:
            await self._starts(step.who)

    async def clock(self, step: Step) -> None:
        far = (60, 3600, 86_400, 400 * 86_400)[step.n % 4] * (step.m % 20 + 1)
        await self._tablets[step.who].act("move_clock", ms=1000 * (far if step.yes else -far))

    async def wipe(self, step: Step) -> None:
        tablet = self._tablets[step.who]
        await tablet.kill()
        await tablet.act("wipe")
        self.checks.emptied(tablet.name, "the browser threw its store away")
        if step.yes:
            self._ways[step.who].jar.clear()
        await self._starts(step.who)
        await self.enrol(step)

    async def full(self, step: Step) -> None:
        await self._tablets[step.who].act("full", full=step.yes)

    async def enrol(self, step: Step) -> None:
        unit, name = _UNITS[step.n % 4], f"T{step.who}-{self.server.made}"
        await self._try(step.who, self._tablets[step.who].enrol(self.server.make_code(unit, name)))

    # What happens to the server

    def server_dies(self, step: Step) -> None:
        self.server.die("before" if step.yes else "after")

    async def server_stops(self, _: Step) -> None:
        await self.server.stop()

    async def server_starts(self, _: Step) -> None:
        await self.server.start()

    async def backup(self, _: Step) -> None:
        await self.server.backup()

    async def restore(self, step: Step) -> None:
        if not self.server.backups:
            return
        self.checks.ledger.read()
        which = step.n % len(self.server.backups)
        await self.server.restore(which)
        self.checks.restored(self.server.backups[which][1], self.server.world.clock())

    async def days_pass(self, step: Step) -> None:
        await self._time_passes(days=(1, 15, 40)[step.n % 3])

    def server_clock(self, step: Step) -> None:
        self.server.world.clock.move(minutes=-(step.n % 10) if step.yes else step.n)

    # What managers do

    def list_changes(self, step: Step) -> None:
        row = {"id": f"c{step.n % 7}", "title": f"Control {step.m}"}
        self.server.write(
            lambda sql: publish(sql, "alder", "control", str(row["id"]), row if step.yes else None)
        )

    def form(self, step: Step) -> None:
        """A form is retired, or a newer version of it is published, which this server has not got."""
        body = (
            None
            if step.yes
            else {
                "id": _FORMS[0],
                "version": 90,
                "hash": "9" * 64,
                "code": "F1",
                "title": "New",
                "minutes": 3,
            }
        )
        self.server.write(lambda sql: publish(sql, "", "form", _FORMS[0], body))

    def leave(self, step: Step) -> None:
        staff, now = ("amina", "ben")[step.n % 2], self.server.world.clock()
        self.server.write(lambda sql: acts.leave(sql, staff, "dana", now))

    async def revoke(self, step: Step) -> None:
        id, now = (await self._tablets[step.who].look())["tablet"], self.server.world.clock()
        why = "lost" if step.yes else "retired"
        self.server.write(lambda sql: tablets.revoke(sql, id, ["alder", "birch"], "chidi", now, why))

    async def move(self, step: Step) -> None:
        look, now = await self._tablets[step.who].look(), self.server.world.clock()
        unit = f"{look['service']}-{step.n % 2 + 1}"
        with suppress(ValueError, TypeError):  # a server from before its enrolment, or of another service's
            self.server.write(lambda sql: tablets.move(sql, look["tablet"], unit, "chidi", now))

    async def old_client(self, step: Step) -> None:
        await self.old.send_next(step.n % 3 + 1)

    # In the end

    async def settle(self) -> None:
        """The faults stop. Raises `Broken` unless every outbox empties, and everything is there."""
        self.server.dying = ""
        await self.server.start()
        for who, (tablet, way) in enumerate(zip(self._tablets, self._ways, strict=True)):
            way.off, way.faults = False, []
            await way.arrive_late()
            await tablet.act("full", full=False)
            await tablet.act("disarm")
            await self._empties(who)
        await self.old.send_all()
        await self._look(set(range(len(self._tablets))))
        self.checks.at_the_end()

    async def _empties(self, who: int) -> None:
        tablet = self._tablets[who]
        await self._try(who, tablet.act("unlock"))
        for number in range(PASSES):
            await self._time_passes(seconds=300)
            await self._passes(who, again=number % 4 == 3)
            look = await tablet.look()
            if not look["waiting"] and look["epoch"] == self.server.epoch:
                return
            if look["wiped"]:
                return
            if not look["tablet"] or (number % 4 == 3 and await self._is_stranger(who)):
                await self._try(who, tablet.enrol(self.server.make_code("alder-1", f"E{self.server.made}")))
            await self._try(who, tablet.act("unlock"))
        raise Broken(
            "stuck", f"{tablet.name} still has {len(look['waiting'])} waiting after {PASSES} passes: {look}"
        )

    async def _is_stranger(self, who: int) -> bool:
        said = await self._ways[who].send("GET", "/tablet/identity", {}, b"")
        return said.status == 204

    async def _look(self, which: set[int]) -> None:
        for tablet in (self._tablets[who] for who in which):
            look = await tablet.look()
            self.checks.see(tablet.name, look)
            if look["wiped"]:
                self.checks.emptied(tablet.name, "")

    async def _saves(self, who: int, **what: Any) -> None:
        if what.get("correct") == "":
            return
        self.checks.saved(
            self._tablets[who].name, await self._try(who, self._tablets[who].seal(**what)) or ""
        )

    async def _passes(self, who: int, **wish: Any) -> None:
        await self._try(who, self._tablets[who].sync(**wish))

    async def _try(self, who: int, doing: Awaitable[Any]) -> Any:
        """Whatever it is: a tablet that is killed in the midst of it is started again."""
        try:
            return await doing
        except Killed:
            self.tally["killed at a write"] += 1
            await self._starts(who)
        except (NotDone, NetworkLost) as refusal:
            self.tally[f"not done: {type(refusal).__name__}"] += 1
        except ActFailed as refusal:
            if not str(refusal).startswith(_HONEST):
                raise
            self.tally[f"refused: {str(refusal).partition(':')[0]}"] += 1
        return None

    async def _starts(self, who: int) -> None:
        """The app is opened; it may be killed as it opens, and it may be that nobody can unlock it now."""
        try:
            await self._tablets[who].start()
        except Killed:
            await self._starts(who)
        except ActFailed as refusal:
            if not str(refusal).startswith(_HONEST):
                raise

    async def _one_of(self, step: Step) -> str:
        sealed = sorted((await self._tablets[step.who].look())["sealed"])
        return sealed[step.m % len(sealed)] if sealed else ""

    def _form(self, number: int) -> dict[str, Any]:
        form = self._forms[number % len(self._forms)]
        return form if number % 9 else {**form, "hash": "e" * 64}

    async def _time_passes(self, **much: float) -> None:
        self.server.world.clock.move(**much)
        ms = int(timedelta(**much).total_seconds() * 1000)
        for tablet in self._tablets:
            await tablet.act("move_clock", ms=ms)

    def _sleeper(self, name: str) -> Callable[[int], Awaitable[None]]:
        async def sleep(milliseconds: int) -> None:
            (tablet,) = [each for each in self._tablets if each.name == name]
            await tablet.act("move_clock", ms=milliseconds)

        return sleep

    def _now(self) -> int:
        return int(self.server.world.clock().timestamp() * 1000)


def known_forms() -> list[dict[str, Any]]:
    """The forms that the tablets of the model fill in."""
    catalogue = load_catalogue()
    current = {form.definition.form: form for form in catalogue.current_forms()}
    return [
        {
            "form": form.definition.form,
            "version": form.definition.version,
            "hash": form.hash,
            "code": form.definition.code,
            "title": form.definition.title,
        }
        for name, form in sorted(current.items())
        if name in _FORMS
    ]
