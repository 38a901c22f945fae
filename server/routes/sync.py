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
from server.identity.permissions import Rule, needs
from server.identity.tablet_list import read_others
from server.identity.tablets import Tablet
from server.rooms import Rooms
from server.same_origin import read_json
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
    sender = after_this_batch(_sender(request, tablet), len(split_batch(raw)))
    return json_answer(await rooms.inbox.receive(raw, sender), 201)


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
    cursor, sender = request.query_params.get("cursor", ""), _sender(request, tablet)
    # On a full disk tablets still read
    with suppress(sync.DatabaseError):
        await sync.hear_of(rooms.database, sender, rooms.clock)
    return json_answer(await sync.pull(rooms.database, sender, cursor, rooms.clock, read_others, rooms.keys))


@get("/sync/info", opt=needs(Rule.TABLET_EVEN_REVOKED))
async def send_info(rooms: NamedDependency[Rooms]) -> Response[bytes]:
    """The protocols and limits this server keeps to."""
    return json_answer(await sync.info(rooms.database, rooms.clock))


def after_this_batch(sender: sync.Sender, items: int) -> sync.Sender:
    """The sender once this batch is taken: it counted these items among those that wait, and may send no more
    today.
    """
    waiting = max(0, sender.waiting - items)
    return replace(sender, waiting=waiting, oldest=sender.oldest if waiting else "")


def _sender(request: Request, tablet: Tablet) -> sync.Sender:  # type: ignore[type-arg]
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
        checkpoint=_number(request.headers.get("sightline-checkpoint", "")),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


handlers = [receive_records, tell_missing, send_changes, send_info]
