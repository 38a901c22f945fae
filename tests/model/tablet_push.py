"""Sending, as pwa/js/push.mjs does it: batches, halves of what is refused, and only receipts are believed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.model.tablet_store import TabletStore
from tests.model.tablet_wire import Meaning, Reply, Send, ask, is_push_answer, write_json

MAX_ITEMS = 100
MAX_BYTES = 256_000
PATIENCE = 3
REST = timedelta(hours=6)
_NEVER = datetime.min.replace(tzinfo=UTC)
_SETTLED = frozenset({"stored", "duplicate", "held", "conflict"})


@dataclass(frozen=True)
class Row:
    """A sealed record version. `waiting` is its number while it has no receipt, then None."""

    record: str
    version: int
    tablet_seq: int
    waiting: int | None
    body: bytes
    sha256: str
    signatures: tuple[dict[str, str], ...]
    sealed_at: str
    receipt: dict[str, Any] | None = None
    lost_receipts: tuple[dict[str, Any], ...] = ()
    attention: bool = False
    """Parked: kept and shown, and not sent along with the others."""
    alone: int = 0
    """So often the server failed on this record while it answered others."""
    tried_at: datetime = _NEVER

    @property
    def key(self) -> tuple[str, str, int]:
        """Under which the store has it."""
        return ("record", self.record, self.version)

    @property
    def item(self) -> dict[str, Any]:
        """As it travels."""
        return {"body": self.body.decode(), "sha256": self.sha256, "signatures": list(self.signatures)}


@dataclass
class Outcome:
    """How a pass ended; `heard`: receipts came."""

    meaning: Meaning = "answered"
    heard: bool = False


def waiting_rows(store: TabletStore) -> list[Row]:
    """The outbox, oldest first."""
    rows: list[Row] = [row for row in store.all("record") if row.waiting is not None]
    return sorted(rows, key=lambda row: (row.waiting or 0, row.record, row.version))


def about_tablet(store: TabletStore) -> dict[str, str]:
    """What a request says of the tablet it comes from."""
    waiting = waiting_rows(store)
    return {
        "Sightline-App": "reference",
        "Sightline-Waiting": str(len(waiting)),
        "Sightline-Oldest": min((row.sealed_at for row in waiting), default=""),
    }


def first_batch(rows: Sequence[Row], most: int) -> list[Row]:
    """The first of the rows: at most `most`, and about MAX_BYTES. A row larger than that travels alone."""
    size, batch = 2, list[Row]()
    for row in rows[:most]:
        size += len(write_json(row.item)) + 1
        if batch and size > MAX_BYTES:
            break
        batch.append(row)
    return batch


def proves_delivery(receipt: Any, row: Row) -> bool:
    """Whether a receipt proves that the server holds exactly the bytes that were sent."""
    if not isinstance(receipt, dict) or receipt.get("status") not in _SETTLED:
        return False
    names_it = (receipt.get("record"), receipt.get("version")) == (row.record, row.version)
    kept_unread = receipt.get("record") == "" and receipt["status"] == "held"
    seq = receipt.get("seq")
    return (
        (names_it or kept_unread)
        and receipt.get("sha256") == row.sha256
        and isinstance(seq, int)
        and seq >= 1
    )


class Push:
    """Sends what waits in one store."""

    def __init__(
        self,
        store: TabletStore,
        send: Send,
        headers: Callable[[], dict[str, str]],
        look: Callable[[Any], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._send, self._headers, self._look, self._clock = store, send, headers, look, clock
        self._most = MAX_ITEMS  # a batch without an answer makes the next smaller, an answered one larger
        self._alone: list[tuple[Row, int]] = []

    @property
    def fails_alone(self) -> bool:
        """Whether the server failed on a single record, and may well answer everything else."""
        return bool(self._alone)

    async def one_pass(self, *, again: bool = False) -> Outcome:
        """Send everything that waits; `again`: also what needs attention."""
        now = self._clock()
        due = [row for row in waiting_rows(self._store) if again or not row.attention or _rested(row, now)]
        left = [row for row in due if not _goes_alone(row)]
        apart = [row for row in due if _goes_alone(row)]
        rows = [*left, *apart]
        outcome, refused, goes_on = Outcome(), list[tuple[Row, Reply]](), True
        self._alone = []
        while goes_on and (left or apart):
            batch = first_batch(left, self._most) if left else [apart.pop(0)]
            left = left[len(batch) :]
            goes_on = await self._send_batch(batch, outcome, refused)
        self._note_refused(refused, rows, outcome)
        if outcome.heard:
            self.blame(lambda status: True)
        return outcome

    def blame(self, counts: Callable[[int], bool]) -> None:
        """The server answers others while it fails on these: after some passes like that they are parked."""
        for row, status in self._alone:
            now: Row | None = self._store.get(*row.key)
            if counts(status) and now is not None and now.receipt is None:
                alone = now.alone + 1
                marked = replace(now, alone=alone, attention=alone >= PATIENCE)
                self._store.write({row.key: marked}, strict=False)
        self._alone = []

    async def _send_batch(
        self, batch: Sequence[Row], outcome: Outcome, refused: list[tuple[Row, Reply]]
    ) -> bool:
        """Whether there is sense in sending the next batch now."""
        reply = await ask(
            self._send,
            "POST",
            "/sync/records",
            self._headers(),
            [row.item for row in batch],
            accepted=201,
            expected=is_push_answer,
        )
        if reply.meaning == "answered":
            await self._look(reply.said)
            outcome.heard = True
            self._settle(batch, reply.said["receipts"], outcome)
            self._most = min(MAX_ITEMS, self._most * 2)
            return True
        if reply.meaning in ("too_large", "attention", "revoked"):
            if len(batch) == 1:
                refused.append((batch[0], reply))
                return True
            middle = (len(batch) + 1) // 2
            return await self._send_batch(batch[:middle], outcome, refused) and await self._send_batch(
                batch[middle:], outcome, refused
            )
        if reply.meaning == "retry":
            self._most = max(1, len(batch) >> 1)
        # Perhaps only this one record breaks the server
        breaks = reply.meaning == "retry" and reply.status >= 500 and len(batch) == 1
        if breaks:
            self._alone.append((batch[0], reply.status))
        if breaks and batch[0].attention:
            self._note_failure(batch, "attention", Outcome())
        else:
            self._note_failure(batch, reply.meaning, outcome)
        return breaks

    def _settle(self, batch: Sequence[Row], receipts: Sequence[Any], outcome: Outcome) -> None:
        changed: dict[tuple[Any, ...], Row] = {}
        for place, row in enumerate(batch):
            receipt = receipts[place] if place < len(receipts) else None
            proven = proves_delivery(receipt, row)
            if not proven:
                outcome.meaning = "retry"
            now: Row | None = self._store.get(*row.key)
            if now is not None and now.receipt is None:
                changed[row.key] = replace(
                    now,
                    receipt=receipt if proven else None,
                    waiting=None if proven else now.waiting,
                    attention=False,
                )
        self._store.write(changed)

    # One refused record needs a person. All of them refused for one reason is no fault of the records
    def _note_refused(
        self, refused: Sequence[tuple[Row, Reply]], rows: Sequence[Row], outcome: Outcome
    ) -> None:
        codes = {
            (reply.status, reply.said.get("code") if isinstance(reply.said, dict) else None)
            for _, reply in refused
        }
        if len(refused) > 1 and len(refused) == len(rows) and len(codes) == 1 and codes.pop()[1] is not None:
            self._note_failure(rows, "retry", outcome)
            return
        for row, _ in refused:
            self._note_failure([row], "attention", outcome)

    def _note_failure(self, batch: Sequence[Row], meaning: Meaning, outcome: Outcome) -> None:
        rows: list[Row | None] = [self._store.get(*row.key) for row in batch]
        changed = {
            row.key: replace(row, attention=meaning == "attention", tried_at=self._clock())
            for row in rows
            if row is not None and row.receipt is None
        }
        self._store.write(changed, strict=False)
        if outcome.meaning not in ("retry", "sign_in"):
            outcome.meaning = meaning


def _goes_alone(row: Row) -> bool:
    return row.attention or row.alone > 0


def _rested(row: Row, now: datetime) -> bool:
    return abs(now - row.tried_at) > REST
