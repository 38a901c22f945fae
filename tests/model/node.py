"""Tablets made of the real modules of pwa/js, all in one Node process, as the model drives them.

Their requests come back here as lines of JSON and go through the same `Send` as those of any other tablet.
"""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from tests.model.tablet import Killed, NotDone
from tests.model.tablet_wire import NetworkLost, Send

HOST = Path(__file__).with_name("host.mjs")
_LINE = 2**26


class ActFailed(Exception):
    """The modules raised something; `str()` is its name and its message."""


class NodeHost:
    """The Node process. `async with NodeHost() as host`. `zone` is the time zone its tablets live in."""

    def __init__(self, zone: str = "Europe/London") -> None:
        self._zone = zone
        self._process: Process | None = None
        self._number = 0
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._sends: dict[str, Send] = {}
        self._slept: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.faults: list[str] = []

    async def __aenter__(self) -> "NodeHost":
        node = compute_driver_executable()[0]
        self._process = await asyncio.create_subprocess_exec(
            node, str(HOST), stdin=PIPE, stdout=PIPE, limit=_LINE, env={**os.environ, "TZ": self._zone}
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader
        # The pipe's transport closes in the loop's next turns
        await self._process.stdin.wait_closed()

    async def act(self, name: str, tablet: str = "", **wish: Any) -> Any:
        """One act of one tablet. Raises `Killed` when it was killed meanwhile, `ActFailed`."""
        self._number += 1
        answer = self._asked[self._number] = asyncio.get_running_loop().create_future()
        self._say({"id": self._number, "act": name, "tablet": tablet, **wish})
        said = await answer
        if said.get("killed"):
            raise Killed
        if "failed" in said:
            raise ActFailed(said["failed"])
        return said["value"]

    def tell(self, name: str, tablet: str, **wish: Any) -> None:
        """As `act`, without waiting: acts are taken up in their order."""
        self._say({"id": -1, "act": name, "tablet": tablet, **wish})

    async def forget(self) -> None:
        """Begin again without any tablet."""
        await self.act("forget")
        self._sends.clear()

    def connect(self, tablet: str, send: Send) -> None:
        """Take this tablet's requests to the server through `send`."""
        self._sends[tablet] = send

    def sleep(self, tablet: str, milliseconds: int) -> None:
        """Let time pass on the tablet while its request is under way."""
        self._slept[tablet] = self._slept.get(tablet, 0) + milliseconds

    def _say(self, line: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = json.loads(line)
            if "request" in said:
                task = asyncio.create_task(self._carry(said))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif said["id"] == 0:
                self.faults.append(said["failed"])
            elif said["id"] > 0:
                self._asked.pop(said["id"]).set_result(said)
        for answer in self._asked.values():
            answer.set_exception(ActFailed("Node has ended"))

    async def _carry(self, said: dict[str, Any]) -> None:
        tablet = said["tablet"]
        answer: dict[str, Any] = {"response": said["request"], "tablet": tablet}
        send = self._sends.get(tablet)
        try:
            if send is None:
                raise NetworkLost("the history this tablet belonged to is over")
            status, body = await send(said["method"], said["path"], said["headers"], said["body"].encode())
            answer |= {"status": status, "body": body.decode("utf-8", "replace")}
        except NetworkLost:
            answer["lost"] = 1
        self._say({**answer, "slept": self._slept.pop(tablet, 0)})


class NodeTablet:
    """One tablet of a `NodeHost`; `people` are tried in turn when somebody is to unlock it."""

    def __init__(self, host: NodeHost, name: str, send: Send, people: list[str], pin: str) -> None:
        self.host, self.name, self._people, self._pin = host, name, people, pin
        host.connect(name, send)

    async def create(self, wall: int) -> None:
        """An empty browser, its clock at `wall`."""
        await self.act("create", wall=wall)
        await self.start()

    async def act(self, name: str, locked: bool = False, **wish: Any) -> Any:
        """As `NodeHost.act`, with whoever may unlock it; `locked`: nobody does."""
        staff = [] if locked else self._people
        if name == "move_clock":
            return self.host.tell(name, self.name, **wish)
        return await self.host.act(name, self.name, staff=staff, pin=self._pin, **wish)

    async def enrol(self, code: str) -> None:
        """As `Tablet`. Raises `NotDone`."""
        if not await self.act("enrol", code=code):
            raise NotDone("not enrolled")

    async def seal(
        self,
        answers: dict[str, Any] | None = None,
        correct: str | None = None,
        withdraw: bool = False,
        reason: str = "",
        **more: Any,
    ) -> str:
        """As `Tablet`; "" while nobody has unlocked it."""
        if withdraw:
            row = await self.act("withdraw", of=correct, reason=reason, **more)
        else:
            row = await self.act("seal", answers=answers or {}, correct=correct, reason=reason, **more)
        return str(row["sha256"]) if row else ""

    async def sync(self, again: bool = False, tab: int = 0) -> None:
        """As `Tablet`: by the loop's own timer, where one is set."""
        await self.act("sync", again=again, tab=tab)

    async def look(self) -> dict[str, Any]:
        """Everything on its disk, see look.mjs."""
        seen: dict[str, Any] = await self.act("look")
        return seen

    async def kill(self, power: bool = False) -> None:
        """As `Tablet`."""
        await self.act("kill", power=power, kept=0.5)

    async def start(self) -> None:
        """As `Tablet`: the app is opened, and somebody types a PIN."""
        await self.act("start")
