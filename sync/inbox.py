"""Receiving, from top to bottom: a batch comes in, every item is examined alone, kept, and answered with a
receipt.

One bad item never stops another, and nothing that arrived whole is refused: what cannot be counted as
evidence is kept aside for a person. The receipts go out only after the commit.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from observation_forms import Catalogue
from sync import chain, instants, ledger
from sync.contact import note_contact
from sync.database import Database
from sync.epoch import read_epoch
from sync.errors import is_about_the_file
from sync.examine import Examined, examine, split_batch
from sync.ledger import Decision
from sync.projections import Projector
from sync.sender import Sender
from sync.wire import Body, PushAnswer, Receipt

_LOG = logging.getLogger(__name__)

HoldReason = Callable[[sqlite3.Connection, Body, Sender], str]


class Inbox:
    """Where tablets hand in sealed records."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        hold_reason: HoldReason,
        clock: instants.Clock = instants.now,
    ) -> None:
        """`hold_reason` says why a readable body must be kept aside ("" = it need not): a key of
        `HELD_REASONS`.
        """
        self._database = database
        self._catalogue = catalogue
        self._hold_reason = hold_reason
        self._clock = clock

    async def receive(self, raw: bytes, sender: Sender) -> PushAnswer:
        """Keep every item of the JSON array `raw`, and answer with one receipt for each, in order.

        Raises `Refused` ("not_a_batch", "batch_too_large") before anything is kept, and `DatabaseError` when
        nothing could be; in both cases the tablet still holds every record.
        """
        items = split_batch(raw)
        # Judging is the slow part and needs no database: other requests go on meanwhile
        examined = await asyncio.to_thread(lambda: [examine(bytes(item), self._catalogue) for item in items])
        return await self._database.write(lambda connection: self._keep_batch(connection, examined, sender))

    def _keep_batch(
        self, connection: sqlite3.Connection, examined: list[Examined], sender: Sender
    ) -> PushAnswer:
        now = self._clock()
        received_at = instants.to_milliseconds(now)
        keeper = _Keeper(connection, sender, received_at, self._hold_reason)
        receipts = keeper.keep_all(examined)
        note_contact(connection, sender, received_at)
        return PushAnswer(receipts, received_at, instants.epoch_milliseconds(now), read_epoch(connection))


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps the items of one batch from one sender, inside the writer's transaction."""

    connection: sqlite3.Connection
    sender: Sender
    received_at: str
    hold_reason: HoldReason

    def keep_all(self, examined: list[Examined]) -> list[Receipt]:
        """Keep them together, which is fast; one by one if any of them makes that fail."""
        try:
            return _undone_on_failure(self.connection, lambda: self._keep_together(examined))
        except Exception as error:
            if is_about_the_file(error) or not self.connection.in_transaction:
                raise
            _LOG.exception("a batch from tablet %s is kept item by item", self.sender.tablet)
        return [self._keep_alone(item) for item in examined]

    def _keep_together(self, examined: list[Examined]) -> list[Receipt]:
        projector = Projector(self.connection)
        receipts = [self._keep(item, projector) for item in examined]
        projector.flush()
        return receipts

    def _keep_alone(self, item: Examined) -> Receipt:
        try:
            return _undone_on_failure(self.connection, lambda: self._keep_together([item]))[0]
        except Exception as error:
            if is_about_the_file(error) or not self.connection.in_transaction:
                raise
            _LOG.exception("record %s could not be derived", item.arrival.claimed.record)
        return self._append(item, Decision("held", "not_judged", list(item.findings)))

    def _keep(self, item: Examined, projector: Projector) -> Receipt:
        if item.corrupt:
            return _corrupt_receipt(item)
        kept = ledger.find_body(self.connection, item.arrival.sha256)
        if kept is not None:
            return ledger.receipt_for(kept, "duplicate" if kept.standing == "stored" else kept.standing)
        return self._append(item, self._decide(item), projector)

    def _decide(self, item: Examined) -> Decision:
        findings = list(item.findings)
        if item.body is None:
            return Decision("held", item.held_for, findings)
        others = ledger.others_of_record(self.connection, item.body.record)
        if any(other["version"] == item.body.version for other in others):
            return Decision("conflict", "", findings)
        held_for = (
            item.held_for
            or _sender_reason(item.body, self.sender)
            or self.hold_reason(self.connection, item.body, self.sender)
            or _record_reason(item.body, others)
        )
        return Decision("held" if held_for else "stored", held_for, findings)

    def _append(self, item: Examined, decision: Decision, projector: Projector | None = None) -> Receipt:
        sender = (self.sender.tablet, self.sender.service)
        entry = ledger.append(self.connection, item.arrival, decision, sender, self.received_at)
        chain.note_arrival(self.connection, entry)
        if projector and item.body and item.judged and decision.standing == "stored":
            projector.add(entry, item.body, item.judged)
        if projector and decision.standing == "conflict":
            projector.note_conflict(entry)
        return ledger.receipt_for(entry, decision.standing)


def _sender_reason(body: Body, sender: Sender) -> str:
    if sender.revoked:
        return "tablet_revoked"
    return "" if body.tablet == sender.tablet else "wrong_tablet"


def _record_reason(body: Body, others: list[sqlite3.Row]) -> str:
    """A version may not carry a record off into another service."""
    return "out_of_scope" if any(other["service"] != body.service for other in others) else ""


def _corrupt_receipt(item: Examined) -> Receipt:
    claimed = item.arrival.claimed
    return Receipt("corrupt", claimed.record, claimed.version, item.arrival.sha256, 0, "", "", "", [])


def _undone_on_failure(connection: sqlite3.Connection, keep: Callable[[], list[Receipt]]) -> list[Receipt]:
    connection.execute("SAVEPOINT keep")
    try:
        receipts = keep()
    except Exception:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO keep")
            connection.execute("RELEASE keep")
        raise
    connection.execute("RELEASE keep")
    return receipts
