"""When a copy may leave the reference tablet, as in pwa/js/pruning.mjs: proven in the log, and a fortnight old."""

from datetime import datetime, timedelta
from typing import Any

from sync.checkpoint import read_checkpoint
from sync.merkle import proves_inclusion
from tests.model.tablet_push import Row
from tests.model.tablet_store import Key, TabletStore
from tests.model.tablet_wire import Send, ask

KEEP_FOR = timedelta(days=14)
AT_ONCE = 50


async def prune(store: TabletStore, send: Send) -> int:
    """How many copies left the tablet."""
    checkpoint = read_checkpoint((store.get("meta", "checkpoint") or {"text": ""})["text"])
    if checkpoint is None:
        return 0
    # The server's clock, signed: the tablet's own may have jumped ahead
    before = datetime.fromisoformat(checkpoint.at) - KEEP_FOR
    rows = [row for row in store.all("record") if _is_old(row, before, checkpoint.size)][:AT_ONCE]
    if not rows:
        return 0
    wanted = "&".join(f"position={_receipt(row)['position']}" for row in rows)
    reply = await ask(
        send,
        "GET",
        f"/sync/proofs?{wanted}&size={checkpoint.size}",
        {},
        expected=lambda said: isinstance(said, dict) and isinstance(said.get("proofs"), list),
    )
    if reply.meaning != "answered":
        return 0
    paths = {each["position"]: each["inclusion"] for each in reply.said["proofs"]}
    gone: dict[Key, None] = {}
    for row in rows:
        receipt, now = _receipt(row), store.get(*row.key)
        path = [bytes.fromhex(node) for node in paths.get(receipt["position"], [])]
        leaf, root = bytes.fromhex(receipt["leaf"]), bytes.fromhex(checkpoint.root)
        proven = proves_inclusion(leaf, receipt["position"], checkpoint.size, path, root)
        # It may wait again by now: the server was restored meanwhile
        if proven and now is not None and now.waiting is None and now.receipt == receipt:
            gone[row.key] = None
    store.write(gone)
    return len(gone)


def _is_old(row: Row, before: datetime, size: int) -> bool:
    if row.waiting is not None or not row.receipt:
        return False
    return 0 <= row.receipt["position"] < size and datetime.fromisoformat(row.receipt["received_at"]) < before


def _receipt(row: Row) -> dict[str, Any]:
    assert row.receipt is not None
    return row.receipt
