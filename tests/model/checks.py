"""What must hold after every step, of each tablet and of tablets and ledger together."""

from datetime import datetime, timedelta
from typing import Any

from sync.cursor import read_cursor
from tests.model.ledger import Broken, Ledger
from tests.model.server import RealServer

GRACE = timedelta(days=14)
# How far the model moves the server's clock back in all, at most
_TOLERANCE = timedelta(hours=2)
_SETTLED = ("stored", "duplicate", "held", "conflict")


class Checks:
    """Remembers what was ever sealed, and by which tablet; raises `Broken`."""

    def __init__(self, server: RealServer) -> None:
        self._server = server
        self.ledger = Ledger(server)
        self.sealed: dict[str, str] = {}  # digest: the tablet (by the model's name) that sealed it
        self.numbers: dict[str, tuple[str, int]] = {}
        self.gone: dict[
            str, str
        ] = {}  # digest: why it may be gone; it went with its tablet, and the model knows
        self._looks: dict[str, dict[str, Any]] = {}
        self._receipts: dict[str, int] = {}
        self.receipts = 0

    def saved(self, tablet: str, digest: str) -> None:
        """The tablet said "Saved on this tablet"."""
        if digest:
            self.sealed[digest] = tablet

    def see(self, name: str, look: dict[str, Any]) -> None:
        """A tablet as it is now, after a step that may have changed it."""
        self.ledger.read()
        self._looks[name] = look
        if look["broken"]:
            raise Broken("lost", f"{look['broken']} records on {name} cannot be read whole")
        for digest, number in look["numbers"].items():
            self.sealed.setdefault(digest, name)  # saved, though nobody was told so any more
            self.numbers[digest] = (number[0], number[1])
        on_it = set(look["sealed"])
        for digest, owner in self.sealed.items():
            if (
                owner == name
                and digest not in on_it
                and digest not in self.gone
                and digest not in self.ledger.seq_of
            ):
                raise Broken(
                    "lost", f"{digest[:8]} was saved on {name} and is neither there nor in the ledger"
                )
        self._outbox(name, look)
        if look["epoch"] and look["epoch"] == self._server.epoch:
            self._receipts_hold(name, look)
            self._lists_reach_the_cursor(name, look)

    def _outbox(self, name: str, look: dict[str, Any]) -> None:
        without = set(look["sealed"]) - set(look["receipts"])
        if without != set(look["waiting"]):
            raise Broken(
                "stuck",
                f"{name} has {len(without)} records without a receipt and {len(look['waiting'])} that wait",
            )
        if look["says_nothing_waits"] != (not without):
            raise Broken("wrong", f"{name} says that nothing waits, and {len(without)} have no receipt")

    def _receipts_hold(self, name: str, look: dict[str, Any]) -> None:
        for digest, receipt in look["receipts"].items():
            if digest not in self.ledger.seq_of:
                raise Broken(
                    "lost",
                    f"{name} holds a receipt ({receipt['status']}) for {digest[:8]}, which is not in the ledger",
                )
            if receipt["status"] not in _SETTLED or receipt["sha256"] != digest:
                raise Broken("wrong", f"{name} believed a receipt that proves nothing: {receipt}")
            self._receipts[digest] = 1
        self.receipts = len(self._receipts)

    def _lists_reach_the_cursor(self, name: str, look: dict[str, Any]) -> None:
        if look["reference"] is None or not look["cursor"]:
            return
        place = read_cursor(look["cursor"], self._server.cursor_key)
        if place is None or place.epoch != self._server.epoch:
            return
        known = {(kind, id) for kind, id, _ in look["reference"]}
        rows = self._server.sql.execute(
            "SELECT kind, id, deleted FROM change WHERE service IN (?, '') AND seq <= ?",
            (place.service, place.seq),
        ).fetchall()
        for row in rows:
            if ((row["kind"], row["id"]) in known) == bool(row["deleted"]):
                raise Broken(
                    "lost",
                    f"the cursor of {name} is past a change of {row['kind']} {row['id']} that it does not hold",
                )

    def emptied(self, name: str, why: str) -> None:
        """The store of a tablet is gone, and with it what had not reached the server; nothing else holds the rest."""
        self.ledger.read()
        for digest, owner in self.sealed.items():
            if owner == name and digest in self.ledger.seq_of:
                self.sealed[digest] = "emptied"
            elif owner == name:
                self.gone[digest] = why
        self._looks.pop(name, None)

    def began_anew(self, name: str, look: dict[str, Any]) -> None:
        """Its store was emptied for a new key, once the server had confirmed all that was in it."""
        self.ledger.read()
        for digest, owner in self.sealed.items():
            if owner == name and digest in self.ledger.seq_of and digest not in look["sealed"]:
                self.sealed[digest] = "emptied"

    def locked(self, digests: list[str]) -> None:
        """These stay on a tablet that was reported lost and that nobody can unlock any more."""
        for digest in digests:
            self.gone[digest] = "it is locked on a tablet that was reported lost"

    def restored(self, backup_at: datetime, now: datetime) -> None:
        """The server was put back: what it lacks now must be on a tablet, but for what no tablet need hold any more."""
        before = self.ledger.seq_of
        self.ledger.read(anew=True)
        held = {digest for look in self._looks.values() for digest in look["sealed"]}
        for digest in before.keys() - self.ledger.seq_of.keys() - held - self.gone.keys():
            if self.sealed.get(digest) == "emptied":
                self.gone[digest] = "its tablet had been emptied, and the backup was from before it sent"
            elif now - backup_at > GRACE - _TOLERANCE:
                self.gone[digest] = "its tablet had let go of it, and the backup was older than a fortnight"
            elif digest in self.sealed:
                raise Broken(
                    "lost",
                    f"{digest[:8]} had left its tablet, and a backup of {backup_at:%d %B %H:%M} lacks it",
                )

    def at_the_end(self) -> None:
        """Everything that was ever saved is in the ledger once, or its loss can be seen."""
        self.ledger.read()
        for digest in self.sealed:
            if digest in self.ledger.seq_of:
                continue
            if digest not in self.gone:
                raise Broken("lost", f"{digest[:8]} is not in the ledger in the end")
            if digest in self.numbers and not self.ledger.shows_as_missing(*self.numbers[digest]):
                raise Broken(
                    "wrong",
                    f"{digest[:8]} went with its tablet, and the server counts its number as received",
                )
        trouble = self._server.sql.execute("SELECT tablet, tablet_seq, code FROM tablet_trouble").fetchall()
        if trouble:
            raise Broken("wrong", f"a tablet's own chain does not hold: {tuple(trouble[0])}")
