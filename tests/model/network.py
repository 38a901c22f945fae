"""The way between a tablet and the server, with everything that can happen to a request and to its answer."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import NamedTuple

from tests.model.server import RealServer
from tests.model.tablet_wire import Answer, NetworkLost

STATUSES = (
    *(
        200,
        201,
        202,
        204,
        206,
        301,
        302,
        304,
        307,
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
    ),
    *(413, 414, 415, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499),
    *(500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 522, 530, 599),
)
"""What a proxy, a portal or a server in trouble may answer in the app's place."""
USUAL = (401, 403, 404, 408, 409, 413, 426, 429, 500, 502, 503, 504)
"""What is answered most, by servers like ours and by what stands before them."""
SPOKEN = ("page", "nothing", "json", "problem")
"""How a status is said: json is somebody else's, problem is made as our server makes its refusals."""
WAYS = (
    "lost",
    "answer_lost",
    "twice",
    "late",
    "garbled",
    "cut_short",
    "slow",
    "portal",
    "status",
    "answered_so",
)
"""lost: the request · answer_lost: the answer · late: the request arrives long after the tablet gave up · garbled: a
letter of a body changes on the way · cut_short: half an answer · portal: 200 and a page · status: another answers
· answered_so: the server did it, and such an answer comes all the same."""
_MORE_THAN_A_PASS_ASKS = 60


class Fault(NamedTuple):
    """What happens to one request; `number` is the status, or where to change something; `said` is of SPOKEN."""

    way: str
    number: int = 0
    said: str = "page"


class Late(NamedTuple):
    """A request on its way, whose tablet has given up."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Network:
    """One tablet's way to the server. `faults` are used up request by request; then all is well, or `off`."""

    def __init__(
        self, server: RealServer, tally: Counter[str], sleep: Callable[[int], Awaitable[None]]
    ) -> None:
        self._server, self._tally, self._sleep = server, tally, sleep
        self.faults: list[Fault] = []
        self.off = False
        self.late: list[Late] = []
        self.jar: dict[str, str] = {}

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """As a tablet's `Send`."""
        if self.off:
            raise NetworkLost("the Wi-Fi is off")
        # A letter is changed in the next request that has records
        spared = self.faults and self.faults[0].way == "garbled" and garbled(body, 0) == body
        if not self.faults or spared or path == "/tablet/enrolment":
            return await self._server.answer(method, path, headers, body, self.jar)
        fault = self.faults.pop(0)
        if fault.way != "none":
            self._tally[
                f"{fault.way} {fault.number}" if fault.way in ("status", "answered_so") else fault.way
            ] += 1
        return await self._through(fault, Late(method, path, headers, body))

    async def arrive_late(self) -> None:
        """What was held up on its way arrives now, the newest first; nobody hears the answers."""
        while self.late:
            await self._anyhow(self.late.pop())

    async def _through(self, fault: Fault, asked: Late) -> Answer:
        way, number, said_so = fault
        if way in ("lost", "late"):
            self.late += [asked] if way == "late" else []
            raise NetworkLost(way)
        if way in ("portal", "status"):
            return spoken_by_another(200 if way == "portal" else number, said_so)
        if way == "slow":
            await self._sleep(20_000)
        if way == "twice":
            await self._anyhow(asked)
        said = await self._ask(
            asked._replace(body=garbled(asked.body, number)) if way == "garbled" else asked
        )
        if way == "answer_lost":
            raise NetworkLost(way)
        if way == "answered_so":
            return spoken_by_another(number, said_so)
        return Answer(said.status, said.body[: len(said.body) // 2]) if way == "cut_short" else said

    async def _anyhow(self, asked: Late) -> None:
        try:
            await self._ask(asked)
        except NetworkLost:
            return

    async def _ask(self, asked: Late) -> Answer:
        return await self._server.answer(*asked, self.jar)


def spoken_by_another(status: int, said: str) -> Answer:
    """An answer that is not our server's."""
    match said:
        case "nothing":
            return Answer(status, b"")
        case "json":
            return Answer(status, b'{"message": "Not now"}')
        case "problem":
            problem = {"code": "not_now", "title": "Not now", "status": status}
            return Answer(status, json.dumps(problem).encode())
    return Answer(status, b"<!doctype html><title>Welcome to our Wi-Fi</title>")


def all_through(fault: Fault, after: int = 0) -> list[Fault]:
    """What happens to every request of a pass, once so many have gone well."""
    return [Fault("none")] * after + [fault] * _MORE_THAN_A_PASS_ASKS


def garbled(body: bytes, number: int) -> bytes:
    """The request with one letter changed: in the answers of one of its records, or so that an envelope is none."""
    what = b'"signatures"' if number % 3 == 0 else b'\\"answers\\"'
    places = [place for place in range(len(body)) if body.startswith(what, place)]
    if not places:
        return body
    place = places[number % len(places)] + 3
    return body[:place] + b"X" + body[place + 1 :]


def drawn(chance: Random) -> Fault:
    """One fault."""
    way = chance.choice((*WAYS, "garbled"))
    if way in ("status", "answered_so"):
        return Fault(way, chance.choice(chance.choice((USUAL, STATUSES))), chance.choice(SPOKEN))
    return Fault(way, chance.randrange(8))
