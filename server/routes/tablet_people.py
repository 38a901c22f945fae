"""Who is holding the tablet: who may, signing in for the first time, a new PIN, keys after a restored backup.

All of it online; from then on the tablet unlocks by itself (`pwa/`). A signed-in person is no session here: the
tablet's cookie stays what the server knows, and who recorded is said by the signature of each record.
"""

import sqlite3
from base64 import b64encode
from datetime import datetime

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from server import recovery
from server.answers import json_answer
from server.identity import audit, signing_keys, tablet_sign_in
from server.identity.attempts import Begun, forgive
from server.identity.permissions import Rule, needs
from server.identity.pins import PinAccount, people_of_tablet, pin_fault
from server.identity.signing_keys import Certificate, KeyFault, SigningKeys
from server.identity.tablet_sign_in import SignedIn
from server.identity.tablets import Tablet
from server.problems import Problem
from server.recovery_blob import RecoveryFault, open_blob
from server.rooms import Rooms
from server.routes.sync import sender_of
from server.same_origin import read_json
from server.strict_json import read_strictly
from sync.epoch import read_log_id
from sync.signed_entries import judge_again

MOST_CERTIFICATES = 500
SEND = "Update the app, then try again: it did not send the fields that this door takes."


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """A first sign-in on this tablet: the PIN, the public key the tablet made for the person, perhaps its blob."""

    staff: str
    pin: str
    new_pin: str
    key: str
    recovery: str


class PinChange(msgspec.Struct, forbid_unknown_fields=True):
    """The PIN somebody has, and the one they want."""

    staff: str
    pin: str
    new_pin: str


class KnownKeys(msgspec.Struct, forbid_unknown_fields=True):
    """Certificates that this server gave out."""

    certificates: list[Certificate]


@get("/tablet/staff", opt=needs(Rule.TABLET))
async def staff(rooms: NamedDependency[Rooms], tablet: NamedDependency[Tablet]) -> Response[bytes]:
    """Who may sign in on this tablet, and whether they have a PIN: "set", "first" (to be changed) or "none"."""
    now = rooms.clock()
    people = await rooms.database.read(lambda sql: people_of_tablet(sql, tablet.service, now))
    return json_answer(
        {"staff": [{"id": one.staff, "name": one.name, "role": one.role, "pin": one.pin} for one in people]}
    )


@post("/tablet/sign-in", opt=needs(Rule.TABLET))
async def sign_in(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """201: the PIN was right, and the key is the person's from now on. A first PIN asks for a new one as well."""
    asked = read_strictly(await read_json(request), SignIn, SEND)
    now = rooms.clock()
    point = _read_point(asked.key)
    account, begun = await _check_pin(request, rooms, tablet, asked.staff, asked.pin, asked.new_pin)
    try:
        if account.first and not asked.new_pin:
            raise Problem("pin_must_change")
        data_key = await _open_recovery(rooms, tablet, asked.recovery)
    except Problem:
        await rooms.database.write(lambda sql: forgive(sql, begun))
        raise
    hashed = await rooms.passwords.hash_pin(asked.new_pin) if asked.new_pin else ""

    def accept(connection: sqlite3.Connection) -> SignedIn:
        _require_the_same(connection, account, tablet, now)
        try:
            key, set_at = tablet_sign_in.accept(
                connection, tablet, account, begun, point, hashed, now, opened=bool(data_key)
            )
        except KeyFault as error:
            raise Problem("conflict", f"Sign in again: {error}.") from None
        judge_again(connection, SigningKeys(), rooms.catalogue, [key])
        certificate = tablet_sign_in.certificate_for(connection, rooms.keys, read_log_id(connection), key)
        return SignedIn(account.staff, account.name, account.role, key, certificate, set_at, data_key)

    return json_answer(await rooms.database.write(accept), 201)


@post("/tablet/pin", opt=needs(Rule.TABLET), status_code=200)
async def change_pin(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """200: the new PIN is the person's, everywhere. The key they have on this tablet stays."""
    asked = read_strictly(await read_json(request), PinChange, SEND)
    now = rooms.clock()
    if not asked.new_pin:
        raise Problem("weak_pin", "Choose a new PIN.")
    account, begun = await _check_pin(request, rooms, tablet, asked.staff, asked.pin, asked.new_pin)
    hashed = await rooms.passwords.hash_pin(asked.new_pin)

    def change(connection: sqlite3.Connection) -> str:
        _require_the_same(connection, account, tablet, now)
        forgive(connection, begun)
        return tablet_sign_in.change_pin(connection, tablet, account, hashed, now)

    return json_answer({"pin_set_at": await rooms.database.write(change)})


@post("/tablet/keys", opt=needs(Rule.TABLET_EVEN_REVOKED), status_code=200)
async def known_keys(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """After a backup was put back: the keys of this tablet that the server certified and may have forgotten.

    `known` are the ids that it knows now. What is not of this server, or of another tablet, is left out.
    """
    asked = read_strictly(await read_json(request), KnownKeys, SEND)
    if len(asked.certificates) > MOST_CERTIFICATES:
        raise Problem("payload_too_large")
    keys = []
    for certificate in asked.certificates:
        try:
            keys.append(signing_keys.read_certificate(rooms.keys, certificate))
        except KeyFault:
            continue
    ours = [key for key in keys if key.tablet == tablet.id]
    now = rooms.clock()

    def learn(connection: sqlite3.Connection) -> list[str]:
        known = signing_keys.learn_again(connection, ours, now)
        judge_again(connection, SigningKeys(), rooms.catalogue, known)
        return known

    return json_answer({"known": await rooms.database.write(learn)})


@post("/tablet/rescue", opt=needs(Rule.TABLET_EVEN_REVOKED), request_max_body_size=recovery.MOST_BYTES)
async def rescue(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> Response[bytes]:
    """201 with one receipt for each row of a copy of what waits, as for a push: for a tablet that nobody unlocks, and
    for another tablet of the service, whose copy this one brings.

    A row that cannot be opened is answered "corrupt": nothing of it was kept, and the tablet keeps it.
    """
    try:
        copy = recovery.read_copy(await read_json(request))
        itself = sender_of(request, tablet)
        sender = await rooms.database.read(lambda sql: recovery.sender_of_brought(sql, copy, tablet, itself))
        done = await recovery.recover(rooms.inbox, rooms.keys, copy, sender)
    except recovery.CopyFault as error:
        raise Problem("not_a_copy", str(error)) from None
    now = rooms.clock()
    await rooms.database.write(
        lambda sql: audit.note_some(
            sql,
            "records_recovered",
            now,
            tablet=tablet.id,
            about="" if sender.tablet == tablet.id else sender.tablet,
            details=done.counts,
        )
    )
    return json_answer(done.answer, 201)


async def _check_pin(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    tablet: Tablet,
    staff: str,
    pin: str,
    new_pin: str,
) -> tuple[PinAccount, Begun]:
    """Whose PIN it is, once it is known to be right. Raises `Problem`; a wrong one stays counted."""
    fault = pin_fault(new_pin) if new_pin else ""
    if fault or (new_pin and new_pin == pin):
        raise Problem("weak_pin", fault or "That is the PIN you have: choose another one.")
    host, now = request.client.host if request.client else "", rooms.clock()
    begun, account = await rooms.database.write(lambda sql: tablet_sign_in.begin(sql, tablet, staff, now))
    if account is None:
        raise Problem("not_found")
    if not account.kept:
        raise Problem("no_pin")
    if begun.wait:
        raise Problem("too_many_attempts", headers={"retry-after": str(begun.wait)})
    if not await rooms.passwords.check(pin, account.kept):
        await rooms.database.write(lambda sql: tablet_sign_in.refuse(sql, tablet, staff, host, now))
        raise Problem("wrong_pin")
    return account, begun


def _require_the_same(
    connection: sqlite3.Connection, account: PinAccount, tablet: Tablet, now: datetime
) -> None:
    if not tablet_sign_in.still_the_same(connection, account, tablet, now):
        raise Problem("wrong_pin")


def _read_point(text: str) -> bytes:
    try:
        return signing_keys.read_point(text)
    except KeyFault as error:
        raise Problem("not_json", f"Send a key this door takes: {error}.") from None


async def _open_recovery(rooms: Rooms, tablet: Tablet, blob: str) -> str:
    """The data key in base64, or "" when the tablet did not ask. It is given only after the PIN was right.

    A browser that was enrolled anew still stores what it had as the tablet it was: that one's blob opens here too,
    when it was of the same service.
    """
    if not blob:
        return ""
    try:
        opened = open_blob(rooms.keys, blob)
    except RecoveryFault as error:
        raise Problem("recovery_unreadable", str(error)) from None
    service = await rooms.database.read(lambda sql: tablet_sign_in.service_of_tablet(sql, opened.tablet))
    if service != tablet.service:
        raise Problem("recovery_unreadable")
    return b64encode(opened.data_key).decode()


handlers = [staff, sign_in, change_pin, known_keys, rescue]
