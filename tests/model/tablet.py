"""A tablet in Python, as faithful to pwa/js as the wire can tell; it speaks over any `Send`.

tablet = ReferenceTablet("Oak", send, catalogue, {"amina": "280461"}, clock=clock, seed=7)
await tablet.enrol(code)
digest = await tablet.seal()
await tablet.sync()

Somebody with the PIN "" makes records and never signs in: they come unsigned, as from a tablet before there were keys.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from typing import Any

from observation_forms import Catalogue
from tests.model.tablet_kinds import Tablet
from tests.model.tablet_pruning import prune
from tests.model.tablet_pull import Pull
from tests.model.tablet_push import Push, Row, about_tablet, waiting_rows
from tests.model.tablet_store import Killed, TabletStore
from tests.model.tablet_wire import Answer, NetworkLost, Reply, Send, ask
from tests.model.tablet_witness import Witness
from tests.sync.bodies import make_body, make_record_id, seal
from tests.sync.signing import Signer

__all__ = ["Answer", "Killed", "NetworkLost", "NotDone", "ReferenceTablet", "Send", "Tablet"]

_NO_CHAIN = (0, "0" * 64)


class NotDone(Exception):
    """The server did not enrol the tablet, or did not sign somebody in."""


class ReferenceTablet:
    """The tablet in Python. `people`: staff id and PIN of the authors of what it seals."""

    def __init__(
        self,
        name: str,
        send: Send,
        catalogue: Catalogue,
        people: Mapping[str, str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seed: int = 0,
    ) -> None:
        self.name, self.send, self._catalogue, self._people, self._clock = (
            name,
            send,
            catalogue,
            people,
            clock,
        )
        self._chance = Random(seed)
        self.store = TabletStore(self._chance)
        self.ever_saved: dict[
            str, bytes
        ] = {}  # the test's own memory: no tablet has one that outlives its store
        self._signers: dict[str, Signer] = {}
        self._patterns: dict[str, dict[str, Any]] = {}
        self._passing: asyncio.Task[None] | None = None
        self._begin()

    @property
    def id(self) -> str:
        """What the server calls it; "" while it is not enrolled."""
        return str((self.store.get("meta", "tablet") or {"id": ""})["id"])

    async def enrol(self, code: str) -> None:
        """As `Tablet`. A new enrolment starts a new chain; what waits keeps the numbers it was sealed with."""
        told = {"code": code, "conditions": ["encrypted", "screen_lock"]}
        reply = await ask(self.send, "POST", "/tablet/enrolment", {}, told, accepted=201)
        said = _require(reply)
        self.store.write(
            {
                ("meta", "tablet"): {**said["tablet"], "service": said["service"]["id"]},
                ("meta", "server_key"): said["server"]["signing_key"],
                **{("meta", name): None for name in ("chain", "checkpoint", "cursor")},
            }
        )
        for staff, pin in self._people.items():
            if pin:
                await self.sign_in(staff, pin)

    async def sign_in(self, staff: str, pin: str) -> None:
        """The tablet makes somebody's key, and the server gives its word for it."""
        signer = Signer()
        asked = {"staff": staff, "pin": pin, "new_pin": "", "recovery": ""}
        asked["key"] = b64encode(signer.point).decode()
        said = _require(await ask(self.send, "POST", "/tablet/sign-in", {}, asked, accepted=201))
        known = self.store.get("meta", "certificates") or []
        self.store.write({("meta", "certificates"): [*known, said["certificate"]]})
        self._signers[staff] = signer

    async def seal(
        self,
        answers: dict[str, Any] | None = None,
        correct: str | None = None,
        withdraw: bool = False,
        reason: str = "",
    ) -> str:
        """As `Tablet`."""
        before = json.loads(self._newest(correct).body) if correct else None
        body = self._new_body() if before is None else {**before, "version": before["version"] + 1}
        if before is not None:
            body |= {"reason": reason or "It was not as I wrote it.", "withdrawn": int(withdraw)}
        if answers is not None:
            body["answers"] = answers
        body |= self._link()
        sealed = seal(body)
        signer = self._signers.get(body["author"])
        row = Row(
            body["record"],
            body["version"],
            body["tablet_seq"],
            body["tablet_seq"],
            sealed,
            sha256(sealed).hexdigest(),
            (signer.sign(sealed),) if signer else (),
            body["recorded_at"],
        )
        self.store.write({row.key: row, ("meta", "chain"): (row.tablet_seq, row.sha256)})
        self.ever_saved[row.sha256] = sealed
        return row.sha256

    async def prune(self) -> int:
        """Let go of copies that the log is proven to keep, a fortnight after; how many."""
        return await prune(self.store, self.send)

    async def sync(self, again: bool = False) -> None:
        """As `Tablet`. Raises `Killed` when it is killed meanwhile. There is no second pass beside one under way."""
        if not self.id or self._passing is not None:
            return
        self._passing = asyncio.create_task(self._pass(again))
        try:
            await self._passing
        except asyncio.CancelledError:
            raise Killed from None
        finally:
            self._passing = None

    async def sealed(self) -> dict[str, bytes]:
        """As `Tablet`."""
        return {row.sha256: row.body for row in self.store.all("record")}

    async def waiting(self) -> set[str]:
        """As `Tablet`."""
        return {row.sha256 for row in waiting_rows(self.store)}

    async def receipts(self) -> dict[str, dict[str, Any]]:
        """As `Tablet`."""
        return {row.sha256: row.receipt for row in self.store.all("record") if row.receipt}

    async def kill(self, power: bool = False) -> None:
        """As `Tablet`. In the middle of a pass its request under way is cut off."""
        (self.store.cut_power if power else self.store.kill)()
        if self._passing is not None:
            self._passing.cancel()

    async def start(self) -> None:
        """As `Tablet`."""
        self.store.open()
        self._begin()

    def _begin(self) -> None:
        self._boot, self._started = f"boot-{self._chance.getrandbits(32):08x}", self._clock()
        self._witness = Witness(self.store, self.send)
        self._push = Push(self.store, self.send, self._headers, self._witness.look, self._clock)
        self._pull = Pull(self.store, self.send, self._headers, self._witness.look)

    # As Sync in pwa/js/sync.mjs
    async def _pass(self, again: bool) -> None:
        known = self.store.get("meta", "epoch")
        if known is not None and waiting_rows(self.store):
            # A restored server would hold what is signed with a key it does not know: keys before records
            now = await self._pull.epoch_now()
            if now is not None and now != known:
                await self._pull.offer_keys()
        pushed = await self._push.one_pass(again=again)
        if pushed.meaning == "retry" and not pushed.heard and not self._push.fails_alone:
            return
        pulled = await self._pull.one_pass()
        if pulled.meaning == "revoked" and await self._has_offered():
            await self._leave(pulled.said.get("wipe"))
        if pulled.meaning == "answered":
            self._push.blame(lambda status: status == 500)
            if await self._welcome(pulled.said["epoch"]):
                await self._push.one_pass()

    async def _has_offered(self) -> bool:
        """A server put back may lack what it gave receipts for: it is offered all before the store is emptied."""
        epoch = await self._pull.epoch_now()
        if epoch is not None and await self._welcome(epoch):
            await self._push.one_pass()
        return epoch is not None and bool(self.store.get("meta", "epoch") == epoch)

    async def _welcome(self, epoch: Any) -> int:
        known = self.store.get("meta", "epoch")
        if known == epoch or (known is not None and not await self._pull.offer_keys()):
            return 0
        return await self._pull.offer_again(epoch) or 0

    async def _leave(self, wish: str | None) -> None:
        """Taken out of use: once nothing waits the store is emptied, and the server is told."""
        if wish in ("now", "when_done") and not waiting_rows(self.store):
            self.store.wipe()
            await ask(self.send, "POST", "/tablet/wiped", {}, {"waiting": 0, "drafts": 0}, accepted=204)

    def _headers(self) -> dict[str, str]:
        seen = {"Sightline-Checkpoint": str(self._witness.size)} if self._witness.size else {}
        return about_tablet(self.store) | seen

    def _newest(self, digest: str) -> Row:
        (named,) = [row for row in self.store.all("record") if row.sha256 == digest]
        versions: list[Row] = [row for row in self.store.all("record") if row.record == named.record]
        return max(versions, key=lambda row: row.version)

    def _new_body(self) -> dict[str, Any]:
        tablet, at = self.store.get("meta", "tablet"), _instant(self._clock())
        known = self._patterns.get(tablet["id"])
        if known is None:
            known = make_body(self._catalogue, service=tablet["service"], unit=tablet["unit"])
            self._patterns[tablet["id"]] = known
        return {
            **known,
            "record": make_record_id(at, self._chance),
            "author": self._chance.choice(list(self._people)),
            "happened_at": at,
            "answers": {**known["answers"], "happened_at": at},
        }

    def _link(self) -> dict[str, Any]:
        """What ties a body to this tablet, its chain and this moment."""
        seq, previous = self.store.get("meta", "chain") or _NO_CHAIN
        now = self._clock()
        passed = now - self._started
        return {
            "tablet": self.id,
            "tablet_seq": seq + 1,
            "tablet_prev": previous,
            "recorded_at": _instant(now),
            "clock": {
                "wall": int(now.timestamp() * 1000),
                "monotonic": max(0, int(passed.total_seconds() * 1000)),
                "boot": self._boot,
                "offset": [],
            },
        }


def _require(reply: Reply) -> Any:
    if reply.meaning != "answered":
        raise NotDone(f"{reply.status} {reply.said}")
    return reply.said


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_: type[Tablet] = ReferenceTablet
