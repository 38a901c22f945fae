"""Records what a tablet of today's modules sends: python -m tests.model.recording recorded/YYYY-MM-DD.json

Run it in a tree of the release, and keep the file: every later server must answer that tablet as this one did.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.model.hands import known_forms
from tests.model.network import Network
from tests.model.node import NodeHost, NodeTablet
from tests.model.server import RealServer
from tests.model.tablet_wire import Answer
from tests.server.world import PIN


async def record() -> dict[str, Any]:
    """The traffic of a tablet that seals, corrects, withdraws, and reads."""
    kept: list[dict[str, Any]] = []

    async def no_sleep(_: int) -> None:
        return

    with RealServer() as server:
        await server.fresh()
        way = Network(server, Counter(), no_sleep)

        async def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
            kept.append({"method": method, "path": path, "headers": headers, "body": body.decode()})
            return await way.send(method, path, headers, body)

        async with NodeHost() as host:
            tablet = NodeTablet(host, "Old", send, ["amina"], PIN)
            await tablet.create(int(server.world.clock().timestamp() * 1000))
            await tablet.enrol(server.make_code("alder-1", "Old"))
            first, second = known_forms()
            digest = await tablet.seal({"note": "“first” – é"}, form=first)
            await tablet.sync()
            for _ in range(2):
                await tablet.seal({}, form=second)
            await tablet.sync()
            await tablet.seal({}, correct=digest, reason="Wrong room", form=first)
            await tablet.seal(correct=digest, withdraw=True, reason="Made twice")
            await tablet.sync()
            id = (await tablet.look())["tablet"]
        await server.stop()
    named = {asked["path"]: asked["body"] for asked in kept}
    requests = [asked for asked in kept if asked["path"].startswith("/sync/")]
    return {
        "tablet": id,
        "enrolment": named["/tablet/enrolment"],
        "sign_in": named["/tablet/sign-in"],
        "requests": requests,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(record()), indent=1, ensure_ascii=False) + "\n")
