"""What waited on a tablet, brought in from a copy of it: when nobody is left who could unlock it, or it cannot send.

The copy is as encrypted as the tablet's own store; its blob (`recovery_blob.py`) lets this server open it. Each record
then goes the way of every record, through the inbox: what is here already is a duplicate, what is new is judged, and
is signed by its author or held. A row that cannot be opened costs no other row anything.

A copy proves nothing by itself: anybody can lock a blob for this server. What a record is worth, its signature says.
"""

import sqlite3
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.identity.tablets import Tablet
from server.recovery_blob import RecoveryFault, open_blob
from server.server_keys import ServerKeys
from sync import HELD_REASONS, RECEIPT_STATUSES, Inbox, PushAnswer, Receipt, Sender
from sync.wire import MAX_BYTES, MAX_ITEMS

FORMAT = "sightline-export"
# A box is a third larger in base64, and a copy of fifty long records must fit
MOST_BYTES = 8 * MAX_BYTES
MOST_ROWS = 10_000
NOT_ENROLLED_HERE = "This copy is of a tablet that was not enrolled here: use the server that it belongs to."


class CopyFault(Exception):
    """A file that is no copy of a tablet of this server; `str()` is one sentence with what to do."""


class OfTablet(msgspec.Struct, frozen=True):
    """Whose copy it is."""

    id: str
    name: str


class TabletCopy(msgspec.Struct, frozen=True):
    """A copy of what waited on a tablet. A row is read when its turn comes."""

    format: str
    v: int
    tablet: OfTablet
    made_at: str
    recovery: str
    rows: list[msgspec.Raw]


class Box(msgspec.Struct, frozen=True):
    """What AES-GCM made of a row, in base64."""

    iv: str
    data: str


class CopiedRow(msgspec.Struct, frozen=True):
    """A record as the tablet stored it; all but the box is only what it says on the outside."""

    record: str
    version: int
    box: Box


class StoredRow(msgspec.Struct, frozen=True):
    """What is in the box, as far as it concerns the server: the item as it would have been sent."""

    body: str
    sha256: str
    signatures: list[msgspec.Raw]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one row of the copy. `receipt` is what its tablet is told; `trouble` is why it could not be
    opened, or "".
    """

    record: str
    version: int
    receipt: Receipt
    trouble: str = ""


class Recovered(msgspec.Struct, frozen=True):
    """What became of every row, in order, and the inbox's last answer."""

    outcomes: list[Outcome]
    answer: PushAnswer

    @property
    def counts(self) -> str:
        """In words: "3 stored, 1 held"."""
        each = Counter("not opened" if one.trouble else one.receipt.status for one in self.outcomes)
        return ", ".join(f"{count} {status}" for status, count in sorted(each.items())) or "nothing in it"


def outcome_words(one: Outcome) -> str:
    """What became of a row, in a sentence."""
    return one.trouble or HELD_REASONS.get(one.receipt.held_for) or RECEIPT_STATUSES[one.receipt.status]


def read_copy(raw: bytes) -> TabletCopy:
    """The copy in a file, its rows still shut. Raises `CopyFault`."""
    try:
        copy = msgspec.json.decode(raw, type=TabletCopy, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CopyFault(
            "This is not a copy that a tablet saved: choose the file from its own screen."
        ) from None
    if copy.format != FORMAT or copy.v != 1 or len(copy.rows) > MOST_ROWS:
        raise CopyFault(
            "This copy is of a kind that this server does not know: update Sightline, then try again."
        )
    return copy


def sender_of_copy(connection: sqlite3.Connection, copy: TabletCopy) -> Sender:
    """The tablet that the copy is of, as if it sent it. What is known of its waiting stays. Raises `CopyFault`."""
    row = connection.execute(
        """
        SELECT tablet.service, revoked_at <> '' AS revoked, coalesce(app, '') AS app,
            coalesce(waiting, 0) AS waiting, coalesce(oldest, '') AS oldest
        FROM tablet LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id WHERE tablet.id = ?
        """,
        (copy.tablet.id,),
    ).fetchone()
    if row is None:
        raise CopyFault(NOT_ENROLLED_HERE)
    return Sender(
        copy.tablet.id, row["service"], bool(row["revoked"]), row["app"], row["waiting"], row["oldest"]
    )


def sender_of_brought(
    connection: sqlite3.Connection, copy: TabletCopy, tablet: Tablet, itself: Sender
) -> Sender:
    """Who sends a copy that `tablet` hands in: itself, or another of its service that could not. Raises `CopyFault`.

    Another's is believed no more than the one that brings it: what a tablet out of use hands in is held.
    """
    if copy.tablet.id == tablet.id:
        return itself
    sender = sender_of_copy(connection, copy)
    if sender.service != tablet.service:
        raise CopyFault("This copy is of another service: give the file to a manager there.")
    return replace(sender, revoked=sender.revoked or tablet.revoked)


def name_of_tablet(connection: sqlite3.Connection, tablet: str) -> str:
    """What the tablet is called now."""
    return str(connection.execute("SELECT name FROM tablet WHERE id = ?", (tablet,)).fetchone()["name"])


async def recover(inbox: Inbox, keys: ServerKeys, copy: TabletCopy, sender: Sender) -> Recovered:
    """Open every row of the copy and hand it in as `sender`. Again is harmless.

    Raises `CopyFault` when the copy's blob cannot be opened: then nothing was handed in.
    """
    try:
        key = AESGCM(open_blob(keys, copy.recovery).data_key)
    except RecoveryFault as error:
        raise CopyFault(
            f"{error} Use the server that the tablet belongs to, with its own key file."
        ) from None
    shut: dict[int, Outcome] = {}
    items: dict[int, tuple[CopiedRow, bytes]] = {}
    for place, raw in enumerate(copy.rows):
        row = _read_row(raw)
        opened = _open_row(key, row)
        if isinstance(opened, str):
            receipt = Receipt(
                "corrupt", row.record, row.version, sha256(bytes(raw)).hexdigest(), 0, "", "", "", []
            )
            shut[place] = Outcome(row.record, row.version, receipt, opened)
        else:
            items[place] = (row, opened)
    receipts: dict[int, Receipt] = {}
    answer = await inbox.receive(b"[]", sender)
    for places in _batches({place: len(item) for place, (_, item) in items.items()}):
        answer = await inbox.receive(b"[" + b",".join(items[place][1] for place in places) + b"]", sender)
        receipts.update(zip(places, answer.receipts, strict=True))
    outcomes = [
        shut[place] if place in shut else Outcome(*_named(items[place][0]), receipts[place])
        for place in range(len(copy.rows))
    ]
    return Recovered(outcomes, msgspec.structs.replace(answer, receipts=[one.receipt for one in outcomes]))


def _named(row: CopiedRow) -> tuple[str, int]:
    return row.record, row.version


def _read_row(raw: msgspec.Raw) -> CopiedRow:
    try:
        return msgspec.json.decode(raw, type=CopiedRow, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return CopiedRow("", 0, Box("", ""))


def _open_row(key: AESGCM, row: CopiedRow) -> bytes | str:
    """The item in the row, ready to be handed in; or why it cannot be."""
    place = f'sightline|record|["{row.record}",{row.version}]'
    try:
        iv, data = b64decode(row.box.iv, validate=True), b64decode(row.box.data, validate=True)
        stored = msgspec.json.decode(key.decrypt(iv, data, place.encode()), type=StoredRow, strict=True)
    except (InvalidTag, ValueError):
        # Also what msgspec raises for a box that holds no record
        return "It cannot be opened with this tablet's key: it was changed, or is of another tablet."
    except RecursionError:
        return "What is in it is no record."
    item = msgspec.json.encode(stored)
    return item if len(item) + 2 <= MAX_BYTES else "It is larger than a record can be."


def _batches(sizes: dict[int, int]) -> Iterator[list[int]]:
    """The places of the items, as many at once as the inbox takes."""
    places: list[int] = []
    bytes_ = 2
    for place, size in sizes.items():
        if places and (len(places) == MAX_ITEMS or bytes_ + size + 1 > MAX_BYTES):
            yield places
            places, bytes_ = [], 2
        places.append(place)
        bytes_ += size + 1
    if places:
        yield places
