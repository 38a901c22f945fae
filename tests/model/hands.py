"""What every act of the model is made of: somebody seals, a loop passes, time goes by; whatever a tablet says to it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from observation_forms import load_catalogue
from sync import publish
from tests.model.checks import Checks
from tests.model.history import History, Step
from tests.model.network import Fault, Network, all_through
from tests.model.node import ActFailed
from tests.model.server import RealServer
from tests.model.tablet import Killed, NotDone
from tests.model.tablet_wire import NetworkLost, Send

UNITS = ("alder-1", "alder-2", "alder-1", "birch-1")
# What the modules say when nothing was done, and the person is told so
_HONEST = ("NotSaved:", "Locked:", "ChainBusy:", "Error: This record is saved already.")
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


class Hands:
    """One history's tablets and their ways to the server."""

    def __init__(self, server: RealServer, history: History, make: MakeTablet) -> None:
        self.server, self.history = server, history
        self.tally: Counter[str] = Counter()
        self.checks = Checks(server)
        self._make = make
        self.tablets: list[Driven] = []
        self.ways: list[Network] = []
        self._forms = known_forms()
        self.reported_lost: set[int] = set()

    def publishes(self, step: Step) -> None:
        """A list of the service changes: a row of it is new, another one, or gone."""
        row = {"id": f"c{step.n % 7}", "title": f"Control {step.m}"}
        self.server.write(
            lambda sql: publish(sql, "alder", "control", str(row["id"]), row if step.yes else None)
        )

    async def is_stranger(self, who: int) -> bool:
        """Whether the server does not know this tablet: it was put back to before the enrolment."""
        said = await self.ways[who].send("GET", "/tablet/identity", {}, b"")
        return said.status == 204

    async def saves(self, who: int, **what: Any) -> None:
        """Somebody seals a record, or tries to."""
        if what.get("correct") == "":
            return
        self.checks.saved(
            self.tablets[who].name, await self.attempt(who, self.tablets[who].seal(**what)) or ""
        )

    async def passes(self, who: int, **wish: Any) -> None:
        """One pass of a tablet's loop."""
        await self.attempt(who, self.tablets[who].sync(**wish))

    async def passes_under(self, who: int, faults: Sequence[Fault], **wish: Any) -> None:
        """One pass, while these happen to its requests."""
        self.ways[who].faults = list(faults)
        await self.passes(who, **wish)
        self.ways[who].faults = []

    async def cut_off_after(self, who: int, requests: int) -> None:
        """One pass, in whose midst the Wi-Fi ends."""
        await self.passes_under(who, all_through(Fault("lost"), after=requests))

    async def attempt(self, who: int, doing: Awaitable[Any]) -> Any:
        """Whatever it is: a tablet that is killed in the midst of it is started again."""
        try:
            return await doing
        except Killed:
            self.tally["its tabs are gone"] += 1
            await self.starts(who)
        except (NotDone, NetworkLost) as refusal:
            self.tally[f"not done: {type(refusal).__name__}"] += 1
        except ActFailed as refusal:
            if not str(refusal).startswith(_HONEST):
                raise
            self.tally[f"refused: {str(refusal).partition(':')[0]}"] += 1
        return None

    async def starts(self, who: int) -> None:
        """The app is opened; it may be killed as it opens, and it may be that nobody can unlock it now."""
        try:
            await self.tablets[who].start()
        except Killed:
            await self.starts(who)
        except ActFailed as refusal:
            if not str(refusal).startswith(_HONEST):
                raise

    async def one_of(self, step: Step) -> str:
        """A record on the tablet of the step; "" where it has none."""
        sealed = sorted((await self.tablets[step.who].look())["sealed"])
        return sealed[step.m % len(sealed)] if sealed else ""

    def form_of(self, number: int) -> dict[str, Any]:
        """A form to fill in; now and then a version that this server has not got."""
        form = self._forms[number % len(self._forms)]
        return form if number % 9 else {**form, "hash": "e" * 64}

    async def time_passes(self, **much: float) -> None:
        """For the server and for every tablet."""
        self.server.world.clock.move(**much)
        ms = int(timedelta(**much).total_seconds() * 1000)
        for tablet in self.tablets:
            await tablet.act("move_clock", ms=ms)


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
