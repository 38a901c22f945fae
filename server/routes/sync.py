"""What tablets say to the server. Each handler finds out who sends, and leaves the rest to `sync`.

A push is never refused for being old, late, wrong or from a revoked tablet: it is kept, and the receipt says
how.
"""

import re
from contextlib import suppress
from dataclasses import replace

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

import sync
from server.answers import json_answer
from server.fleet.health import keepable
from server.identity.permissions import Rule, needs
from server.identity.tablet_list import read_others
from server.identity.tablets import Tablet
from server.log import alarms
from server.rooms import Rooms
from server.same_origin import read_json
from server.strict_json import read_strictly
from sync.examine import split_batch
from sync.wire import MAX_BYTES

_INSTANT = re.compile(r"\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z", re.ASCII)
_LONGEST_APP = 100


@post("/sync/records", opt=needs(Rule.TABLET_EVEN_REVOKED), request_max_body_size=MAX_BYTES)
async def receive_records(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """201 with one receipt for each item, in order, after the commit."""
    raw = await read_json(request)
    sender = after_this_batch(sender_of(request, tablet), len(split_batch(raw)))
    answer = await rooms.inbox.receive(raw, sender)
    rooms.figures.count_receipts(answer)
    return json_answer(answer, 201)


@post("/sync/have", opt=needs(Rule.TABLET_EVEN_REVOKED), request_max_body_size=MAX_BYTES)
async def tell_missing(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
) -> Response[bytes]:
    """Which of the named records to send again. A revoked tablet may ask: it must know when it is empty."""
    return json_answer(await sync.have(rooms.database, await read_json(request), rooms.clock))


@get("/sync/changes", opt=needs(Rule.TABLET))
async def send_changes(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """The reference data of the tablet's service that changed after `cursor`."""
    cursor, sender = request.query_params.get("cursor", ""), sender_of(request, tablet)
    # On a full disk tablets still read
    with suppress(sync.DatabaseError):
        await sync.hear_of(rooms.database, sender, rooms.clock)
    return json_answer(await sync.pull(rooms.database, sender, cursor, rooms.clock, read_others, rooms.keys))


@get("/sync/info", opt=needs(Rule.TABLET_EVEN_REVOKED))
async def send_info(rooms: NamedDependency[Rooms]) -> Response[bytes]:
    """The protocols and limits this server keeps to."""
    return json_answer(await sync.info(rooms.database, rooms.clock))


@get("/sync/proofs", opt=needs(Rule.TABLET_EVEN_REVOKED))
async def send_proofs(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """That the leaves at `position` (once for each) are in the log as it was at `size`."""
    positions = [_whole(text) for text in request.query_params.getall("position", [])]
    size = _whole(request.query_params.get("size", ""))
    return json_answer(await rooms.database.read(lambda sql: sync.prove_inclusion(sql, positions, size)), 200)


@post("/sync/witness", opt=needs(Rule.TABLET_EVEN_REVOKED), status_code=204)
async def take_witness(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> None:
    """A tablet says that the log does not continue what it has seen."""
    said = read_strictly(await read_json(request), alarms.Report, "Send the two checkpoints that do not fit.")
    now, key = rooms.clock(), rooms.keys.signing_public
    await rooms.database.write(lambda sql: alarms.report(sql, tablet.id, said, key, now))


def _whole(text: str) -> int:
    """A number from an address; -1, which nothing is at, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def after_this_batch(sender: sync.Sender, items: int) -> sync.Sender:
    """The sender once this batch is taken: it counted these items among those that wait, and may send no more
    today.
    """
    waiting = max(0, sender.waiting - items)
    return replace(sender, waiting=waiting, oldest=sender.oldest if waiting else "")


def sender_of(request: Request, tablet: Tablet) -> sync.Sender:  # type: ignore[type-arg]
    """What a tablet says of itself is a courtesy: when it makes no sense it is left out, and the push goes
    on.
    """
    waiting = request.headers.get("sightline-waiting", "")
    oldest = request.headers.get("sightline-oldest", "")
    return sync.Sender(
        tablet=tablet.id,
        service=tablet.service,
        revoked=tablet.revoked,
        app=request.headers.get("sightline-app", "")[:_LONGEST_APP],
        waiting=int(waiting) if waiting.isascii() and waiting.isdigit() and len(waiting) < 9 else 0,
        oldest=oldest if _INSTANT.match(oldest) else "",
        checkpoint=max(0, _whole(request.headers.get("sightline-checkpoint", ""))),
        health=keepable(request.headers.get("sightline-health", "")),
    )


handlers = [receive_records, tell_missing, send_changes, send_info, send_proofs, take_witness]
