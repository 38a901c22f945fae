"""The reference tablet with everything the model does to a tablet, as `NodeTablet` has it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from observation_forms import Catalogue
from tests.model.tablet import Killed, NotDone, ReferenceTablet
from tests.model.tablet_wire import NetworkLost, Send


class ModelledReference:
    """A `ReferenceTablet` in a browser that can be killed, emptied and set to another time."""

    def __init__(
        self, name: str, send: Send, catalogue: Catalogue, people: Mapping[str, str], seed: int
    ) -> None:
        self.name = name
        self._moment = datetime(2026, 11, 16, tzinfo=UTC)
        self._tablet = ReferenceTablet(name, send, catalogue, people, clock=lambda: self._moment, seed=seed)
        self._alive = True

    async def create(self, wall: int) -> None:
        """An empty browser, its clock at `wall`."""
        self._moment = datetime.fromtimestamp(wall / 1000, UTC)

    async def enrol(self, code: str) -> None:
        """As `Tablet`. A sign-in that fails leaves records unsigned, as from before there were keys."""
        try:
            await self._tablet.enrol(code)
        except NotDone:
            if not self._tablet.id:
                raise

    async def seal(
        self,
        answers: dict[str, Any] | None = None,
        correct: str | None = None,
        withdraw: bool = False,
        reason: str = "",
        **_: object,
    ) -> str:
        """As `Tablet`; "" while it is not enrolled."""
        if not self._tablet.id or (correct and correct not in await self._tablet.sealed()):
            return ""
        return await self._tablet.seal(None, correct, withdraw, reason)

    async def sync(self, again: bool = False, tab: int = 0) -> None:
        """As `Tablet`."""
        await self._tablet.sync(again)

    async def look(self) -> dict[str, Any]:
        """As look.mjs."""
        sealed, waiting = await self._tablet.sealed(), await self._tablet.waiting()
        store = self._tablet.store
        bodies = {digest: json.loads(body) for digest, body in sealed.items()}
        return {
            "sealed": list(sealed),
            "broken": 0,
            "waiting": sorted(waiting),
            "parked": [],
            "receipts": await self._tablet.receipts(),
            "numbers": {digest: [body["tablet"], body["tablet_seq"]] for digest, body in bodies.items()},
            "says_nothing_waits": not waiting,
            "tablet": self._tablet.id,
            "service": (store.get("meta", "tablet") or {}).get("service", ""),
            "cursor": store.get("meta", "cursor") or "",
            "epoch": store.get("meta", "epoch") or "",
            "said": "",
            "reference": None,
            "wiped": not self._tablet.id,
            "anew": False,
        }

    async def act(self, name: str, **wish: Any) -> Any:
        """What the model does to a tablet beside sealing and sending. What this kind has not is let be."""
        match name:
            case "kill_at":
                self._tablet.store.kill_after(wish["after"] + int(wish["applied"]))
            case "disarm":
                await self.start()
            case "wipe":
                self._tablet.store.wipe()
            case "move_clock":
                self._moment += timedelta(milliseconds=wish["ms"])
        return True

    async def kill(self, power: bool = False) -> None:
        """As `Tablet`."""
        self._alive = False
        await self._tablet.kill(power)

    async def start(self) -> None:
        """As `Tablet`."""
        await self._tablet.start()


__all__ = ["Killed", "ModelledReference", "NetworkLost"]
