"""The second half of receiving: each item is compared with the ledger, kept, and given its receipt."""

import logging
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from sync import chain, ledger, log
from sync.errors import is_about_the_file
from sync.examine import Examined
from sync.key_book import KeyBook, NoKeys
from sync.ledger import Entry, Other, Standing
from sync.log import Leaf
from sync.projections import Projector
from sync.sender import Sender
from sync.signatures import SignatureJudge, Verdict, signers_of
from sync.signed_entries import is_asked, knows_signers
from sync.stored import OnStored, tell_nobody
from sync.wire import Body, Receipt

_LOG = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

# Corrections come one by one; some may still wait on another tablet
FARTHEST_AHEAD = 100

T = TypeVar("T")
HoldReason = Callable[[sqlite3.Connection, Body, Sender], str]


class Keeper(Struct):
    """Keeps the items of one batch from one sender, inside the writer's transaction."""

    connection: sqlite3.Connection
    sender: Sender
    received_at: str
    hold_reason: HoldReason
    on_stored: OnStored = tell_nobody
    book: KeyBook = NoKeys()

    def keep(self, examined: list[Examined]) -> list[Receipt]:
        """One receipt for each item. All together, which is fast; one by one should any of them make that
        fail.
        """
        try:
            return self._undone_on_failure(lambda: self._keep_together(examined))
        except Exception as error:
            if is_about_the_file(error) or not self.connection.in_transaction:
                raise
            _LOG.exception("a batch from tablet %s is kept item by item", self.sender.tablet)
        return [receipt for item in examined for receipt in self._keep_alone(item)]

    def _keep_alone(self, item: Examined) -> list[Receipt]:
        try:
            return self._undone_on_failure(lambda: self._keep_together([item]))
        except Exception as error:
            if is_about_the_file(error) or not self.connection.in_transaction:
                raise
            _LOG.exception("record %s is held", item.claimed.record)
        entry, leaf = self._logged(
            self._entry(item, ledger.next_seq(self.connection), "held", "not_judged"),
            item,
            log.log_size(self.connection),
        )
        self._append([(entry, item)], [leaf])
        return [ledger.receipt_for(entry, leaf.position)]

    def _keep_together(self, examined: list[Examined]) -> list[Receipt]:
        whole = [item for item in examined if not item.corrupt]
        kept = ledger.find_bodies(self.connection, (item.sha256 for item in whole))
        others = ledger.find_records(self.connection, (item.body.record for item in whole if item.body))
        entries: list[tuple[Entry, Examined]] = []
        leaves: list[Leaf] = []
        projector = Projector(self.connection, self.on_stored)
        judge = SignatureJudge(self.connection, self.book)
        receipts = []
        seq, size = ledger.next_seq(self.connection), log.log_size(self.connection)
        positions = log.positions_of(self.connection, (entry.seq for entry in kept.values())) if kept else {}
        for item in examined:
            if item.corrupt:
                receipts.append(_corrupt_receipt(item))
            elif item.sha256 in kept:
                before = kept[item.sha256]
                receipts.append(ledger.receipt_for(before, positions.get(before.seq, -1), again=True))
            else:
                decided, verdicts = self._decide(item, others, seq + len(entries), judge)
                entry, leaf = self._logged(decided, item, size + len(leaves))
                kept[item.sha256] = entry
                positions[entry.seq] = leaf.position
                entries.append((entry, item))
                leaves.append(leaf)
                projector.add(entry, item.body, item.judged)
                projector.add_verdicts(verdicts)
                receipts.append(ledger.receipt_for(entry, leaf.position))
        self._append(entries, leaves)
        projector.flush()
        return receipts

    def _logged(self, entry: Entry, item: Examined, position: int) -> tuple[Entry, Leaf]:
        """The entry with the leaf that will stand for it at `position`."""
        leaf = log.entry_leaf(position, entry, item.themes)
        return entry._replace(leaf=leaf.leaf), leaf

    def _append(self, kept: list[tuple[Entry, Examined]], leaves: list[Leaf]) -> None:
        entries = [entry for entry, _ in kept]
        ledger.append(self.connection, entries)
        log.append_leaves(self.connection, leaves)
        ledger.append_themes(self.connection, [(entry.seq, item.themes) for entry, item in kept])
        chain.note_arrivals(self.connection, entries)

    def _decide(
        self, item: Examined, others: dict[str, list[Other]], seq: int, judge: SignatureJudge
    ) -> tuple[Entry, list[Verdict]]:
        if item.body is None:
            return self._entry(item, seq, "held", item.held_for), []
        same_record = others.setdefault(item.body.record, [])
        if any(other.version == item.body.version for other in same_record):
            return self._entry(item, seq, "conflict", ""), _verdicts(judge, seq, item, "conflict")
        verdicts = _verdicts(judge, seq, item, "stored")
        held_for = (
            item.held_for
            or _sender_reason(item.body, self.sender)
            or self.hold_reason(self.connection, item.body, self.sender)
            or judge.held_for(item.body, verdicts)
            or _record_reason(item.body, same_record)
        )
        same_record.append(Other(item.body.version, item.body.service, stored=not held_for))
        return self._entry(item, seq, "held" if held_for else "stored", held_for), verdicts

    def _entry(self, item: Examined, seq: int, standing: Standing, held_for: str) -> Entry:
        return Entry(
            seq,
            standing,
            *item.claimed,
            item.sealed,
            item.sha256,
            "",
            _encode(item.signatures).decode(),
            self.sender.tablet,
            self.sender.service,
            held_for,
            ledger.encode_findings(item.findings),
            self.received_at,
        )

    def _undone_on_failure(self, job: Callable[[], T]) -> T:
        self.connection.execute("SAVEPOINT keep")
        try:
            result = job()
        except Exception:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO keep")
                self.connection.execute("RELEASE keep")
            raise
        self.connection.execute("RELEASE keep")
        return result


def _sender_reason(body: Body, sender: Sender) -> str:
    if sender.revoked:
        return "tablet_revoked"
    return "" if body.tablet == sender.tablet else "wrong_tablet"


def _record_reason(body: Body, others: list[Other]) -> str:
    """A version may not carry a record off into another service, nor be the last there can ever be.

    Only what counts is asked: a body that is held must not keep the author's own corrections from counting.
    """
    counting = [other for other in others if other.stored]
    if any(other.service != body.service for other in counting):
        return "out_of_scope"
    newest = max((other.version for other in counting), default=0)
    return "version_far_ahead" if body.version > newest + FARTHEST_AHEAD else ""


def _verdicts(judge: SignatureJudge, seq: int, item: Examined, standing: Standing) -> list[Verdict]:
    """What became of the item's signatures: what `signed_entries.judge_entry` will find again."""
    if item.body is None or not is_asked("" if standing == "conflict" else item.held_for):
        return []
    known = item.judged is not None and knows_signers(standing, item.held_for)
    accepting = signers_of(item.judged.form, item.body) if known and item.judged else None
    return judge.judge(seq, item.body, item.sealed, item.signatures, accepting)


def _corrupt_receipt(item: Examined) -> Receipt:
    return Receipt("corrupt", item.claimed.record, item.claimed.version, item.sha256, 0, "", "", "", [])
