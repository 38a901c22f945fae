"""A tablet of an earlier release: what it sent then, byte for byte, sent to the server of now.

`recorded/*.json` is the traffic of a tablet made of that release's modules (recording.py makes it). Two things are not
as recorded: the enrolment gives the tablet its old id, which its records name, and the copy of its data key, which was
sealed for another server's key, is left out.
"""

import json
from pathlib import Path
from typing import Any

from server.identity import tablets
from server.identity.secret_tokens import hash_code
from tests.model.server import RealServer
from tests.model.tablet_wire import NetworkLost

RECORDED = Path(__file__).with_name("recorded")
JSON = {"Content-Type": "application/json"}


class OldClient:
    """One recording, played to a server."""

    def __init__(self, server: RealServer, recording: Path | None = None) -> None:
        self._server = server
        self._said: dict[str, Any] = json.loads((recording or newest()).read_text())
        self._jar: dict[str, str] = {}
        self._next = 0
        self.receipts: dict[str, dict[str, Any]] = {}

    async def enrol(self) -> None:
        """Enrol with the recorded request; its people sign in with their recorded keys."""
        code, now = "0LD1-TEST", self._server.world.clock()
        self._server.write(
            lambda sql: tablets.make_code(sql, hash_code(code), "Old", "alder-1", "chidi", now, 10)
        )
        body = {**json.loads(self._said["enrolment"]), "code": code}
        answer = await self._send("POST", "/tablet/enrolment", JSON, json.dumps(body))
        new = json.loads(answer)["tablet"]["id"]
        self._server.write(
            lambda sql: sql.execute("UPDATE tablet SET id = ? WHERE id = ?", (self._said["tablet"], new))
        )
        await self._send(
            "POST", "/tablet/sign-in", JSON, json.dumps({**json.loads(self._said["sign_in"]), "recovery": ""})
        )

    async def send_next(self, count: int) -> None:
        """The next requests, as far as the server answers."""
        for _ in range(count):
            try:
                await self._play(self._said["requests"][self._next % len(self._said["requests"])])
            except NetworkLost:
                return
            self._next += 1

    async def send_all(self) -> None:
        """Everything, from the beginning: the server may have been put back meanwhile."""
        for asked in self._said["requests"]:
            await self._play(asked)

    async def _play(self, asked: dict[str, Any]) -> None:
        answer = await self._send(asked["method"], asked["path"], asked["headers"], asked["body"])
        if asked["path"] == "/sync/records":
            self.receipts |= {receipt["sha256"]: receipt for receipt in json.loads(answer)["receipts"]}

    async def _send(self, method: str, path: str, headers: dict[str, str], body: str) -> bytes:
        status, answer = await self._server.answer(method, path, headers, body.encode(), self._jar)
        # Its cursors are from another server, which is what it is told
        assert status in (200, 201) or (status == 409 and path.startswith("/sync/changes?")), (status, answer)
        return answer


def newest() -> Path:
    """The latest release that was recorded."""
    return max(RECORDED.glob("*.json"))
