"""The reference tablet as a witness, as pwa/js/witness.mjs: it tells of a log that does not go on."""

from base64 import b64decode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.checkpoint import Checkpoint, read_checkpoint
from sync.merkle import proves_consistency
from tests.model.tablet_store import TabletStore
from tests.model.tablet_wire import NetworkLost, Send, write_json

_NONE = {"text": "", "signature": ""}


class Witness:
    """Looks at every answer to a push or a pull."""

    def __init__(self, store: TabletStore, send: Send) -> None:
        self._store, self._send = store, send

    @property
    def size(self) -> int:
        """How much of the log this tablet has verified."""
        held = self._held()
        return held.size if held else 0

    async def look(self, said: dict[str, Any]) -> None:
        """Keep the checkpoint of an answer, or tell the managers why not."""
        offered = said.get("checkpoint") or _NONE
        fault = self._fault(offered, said.get("consistency") or [])
        if not fault:
            self._store.write({("meta", "checkpoint"): offered}, strict=False)
            return
        held = self._store.get("meta", "checkpoint") or _NONE
        report = write_json({"kind": fault, "held": held, "offered": offered})
        try:
            answer = await self._send("POST", "/sync/witness", {"Content-Type": "application/json"}, report)
        except NetworkLost:
            return
        if answer.status == 204:
            faults = (*(self._store.get("meta", "faults") or ()), fault)
            self._store.write({("meta", "faults"): faults, ("meta", "checkpoint"): offered})

    def _held(self) -> Checkpoint | None:
        return read_checkpoint((self._store.get("meta", "checkpoint") or _NONE)["text"])

    def _fault(self, offered: dict[str, str], path: list[str]) -> str:
        now, was = read_checkpoint(offered["text"]), self._held()
        if now is None or not self._is_signed(offered):
            return "bad_signature"
        if was is None:
            return ""
        if now.log != was.log:
            return "other_log"
        if now.size < was.size:
            return "shorter"
        proof = [bytes.fromhex(node) for node in path]
        roots = bytes.fromhex(was.root), bytes.fromhex(now.root)
        if was.size == 0 or proves_consistency(was.size, now.size, proof, *roots):
            return ""
        return "different"

    def _is_signed(self, offered: dict[str, str]) -> bool:
        key = Ed25519PublicKey.from_public_bytes(b64decode(self._store.get("meta", "server_key") or ""))
        try:
            key.verify(b64decode(offered["signature"]), offered["text"].encode())
        except (InvalidSignature, ValueError):
            return False
        return True
