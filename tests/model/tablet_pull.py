"""Reading, as pwa/js/pull.mjs does it: rows and cursor in one write, and what a restored server lacks."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from tests.model.tablet_push import Row
from tests.model.tablet_store import Key, TabletStore
from tests.model.tablet_wire import Reply, Send, ask, is_changes, is_have, is_info

HAVE_AT_ONCE = 1000
KEYS_AT_ONCE = 100


class Pull:
    """What one store learns from the server."""

    def __init__(
        self,
        store: TabletStore,
        send: Send,
        headers: Callable[[], dict[str, str]],
        look: Callable[[Any], Awaitable[None]],
    ) -> None:
        self._store, self._send, self._headers, self._look = store, send, headers, look

    async def one_pass(self) -> Reply:
        """Bring the lists up to date. The last answer; when it is "answered" the lists are whole."""
        cursor = self._store.get("meta", "cursor") or ""
        start_over = cursor == ""
        held: list[dict[str, Any]] | None = None
        while True:
            reply = await self._ask("GET", f"/sync/changes?cursor={cursor}", expected=is_changes)
            refused = isinstance(reply.said, dict) and reply.said.get("code") == "cursor_refused"
            if reply.status == 409 and refused and cursor:
                cursor, start_over, held = "", True, []
                continue
            if reply.meaning != "answered":
                return reply
            await self._look(reply.said)
            cursor = reply.said["cursor"]
            changes = reply.said["changes"]
            if held is not None:
                held += changes
                changes = held
                if reply.said.get("more"):
                    continue
            self._apply(changes, cursor, start_over)
            start_over, held = False, None
            if not reply.said.get("more"):
                return reply

    async def offer_again(self, epoch: Any) -> int | None:
        """Ask after every record with a receipt; how many wait again.

        None when the server did not answer it all: its epoch is then not welcomed yet.
        """
        kept: list[Row] = [row for row in self._store.all("record") if row.receipt]
        missing = 0
        for start in range(0, len(kept), HAVE_AT_ONCE):
            asked = [
                {"record": row.record, "version": row.version, "sha256": row.sha256}
                for row in kept[start : start + HAVE_AT_ONCE]
            ]
            reply = await self._ask("POST", "/sync/have", {"records": asked}, expected=is_have)
            if reply.meaning != "answered":
                return None
            missing += self._wait_again(reply.said["missing"])
        self._store.write({("meta", "epoch"): epoch})
        return missing

    async def epoch_now(self) -> Any:
        """The server's epoch, None without an answer."""
        reply = await self._ask("GET", "/sync/info", expected=is_info)
        return reply.said["epoch"] if reply.meaning == "answered" else None

    async def offer_keys(self) -> bool:
        """Show the server the keys it once gave its word for: a restored one does not know the newest."""
        certificates = self._store.get("meta", "certificates") or []
        for start in range(0, len(certificates), KEYS_AT_ONCE):
            some = {"certificates": certificates[start : start + KEYS_AT_ONCE]}
            if (await self._ask("POST", "/tablet/keys", some)).meaning != "answered":
                return False
        return True

    async def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        expected: Callable[[Any], bool] = lambda said: said is not None,
    ) -> Reply:
        return await ask(self._send, method, path, self._headers(), body, expected=expected)

    def _apply(self, changes: list[dict[str, Any]], cursor: str, start_over: bool) -> None:
        rows: dict[Key, Any] = {}
        if start_over:
            rows = {("reference", row["kind"], row["id"]): None for row in self._store.all("reference")}
        for row in changes:
            rows["reference", row["kind"], row["id"]] = None if row["deleted"] else row
        self._store.write({**rows, ("meta", "cursor"): cursor}, strict=False)

    def _wait_again(self, missing: list[dict[str, Any]]) -> int:
        changed: dict[Key, Row] = {}
        for one in missing:
            row: Row | None = self._store.get("record", one["record"], one["version"])
            if row is not None and row.receipt:
                lost = (*row.lost_receipts, row.receipt)
                changed[row.key] = replace(row, receipt=None, lost_receipts=lost, waiting=row.tablet_seq)
        self._store.write(changed)
        return len(changed)
