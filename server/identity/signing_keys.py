"""The keys that people sign their records with: one for each person on each tablet, made by the tablet.

A key is never taken out. It ends in one of two ways: superseded (the person signed in on that tablet anew, or has
left), after which what it signed before still counts; revoked (the tablet was lost), after which nothing does that
comes in. Each ending says from which entry of the ledger on it holds. Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from server.identity.instants import at
from server.server_keys import ServerKeys
from sync import ledger
from sync.key_book import Key

CERTIFICATE = "sightline-key/1"
POINT_BYTES = 65


class KeyFault(Exception):
    """What was sent is no public key, or no certificate of this server."""


class Certificate(msgspec.Struct, frozen=True):
    """The server's word that a key was a person's on a tablet: `text` in seven lines, and the server's signature."""

    text: str
    signature: str


class CertifiedKey(msgspec.Struct, frozen=True):
    """What a certificate says."""

    log: str
    staff: str
    tablet: str
    id: str
    point: bytes
    made_at: str


class SigningKeys:
    """The registry as `sync` asks it (`sync.key_book.KeyBook`)."""

    def keys_on(self, connection: sqlite3.Connection, tablet: str) -> list[Key]:
        """Every key that anybody ever had on `tablet`."""
        return [Key._make(row) for row in connection.execute(f"{_SELECT} WHERE tablet = ?", (tablet,))]

    def find_key(self, connection: sqlite3.Connection, id: str) -> Key | None:
        """The key with this id, on whatever tablet."""
        row = connection.execute(f"{_SELECT} WHERE id = ?", (id,)).fetchone()
        return Key._make(row) if row else None


_SELECT = f"SELECT {', '.join(Key._fields)} FROM signing_key"  # noqa: S608 the names are those of a key


def read_point(text: str) -> bytes:
    """The uncompressed P-256 point in base64. Raises `KeyFault` when it is none."""
    try:
        point = b64decode(text, validate=True)
        if len(point) != POINT_BYTES:
            raise ValueError("not 65 bytes")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise KeyFault("the key is not a point of P-256, 65 bytes in base64") from None
    return point


def key_id(point: bytes) -> str:
    """What a key is called: the SHA-256 of its point, in hexadecimal."""
    return sha256(point).hexdigest()


def certify(keys: ServerKeys, log: str, staff: str, tablet: str, point: bytes, made_at: str) -> Certificate:
    """A certificate for a key, so that a server whose backup lacks it can learn it again."""
    lines = (CERTIFICATE, log, staff, tablet, key_id(point), b64encode(point).decode(), made_at)
    text = "".join(f"{line}\n" for line in lines)
    return Certificate(text, b64encode(keys.signing.sign(text.encode())).decode())


def read_certificate(keys: ServerKeys, certificate: Certificate) -> CertifiedKey:
    """What the certificate says. Raises `KeyFault` unless this server signed it and it names a real key."""
    try:
        signature = b64decode(certificate.signature, validate=True)
        keys.signing.public_key().verify(signature, certificate.text.encode())
        kind, log, staff, tablet, id, point_text, made_at, rest = certificate.text.split("\n")
    except (ValueError, InvalidSignature):
        raise KeyFault("the certificate was not made by this server") from None
    point = read_point(point_text)
    if kind != CERTIFICATE or rest or id != key_id(point):
        raise KeyFault("the certificate does not fit its key")
    return CertifiedKey(log, staff, tablet, id, point, made_at)


def register_key(connection: sqlite3.Connection, staff: str, tablet: str, point: bytes, now: datetime) -> str:
    """Keep a person's new key on a tablet, which supersedes the ones before; its id.

    The same key again is fine. Raises `KeyFault` when it is somebody else's, or has ended.
    """
    id = key_id(point)
    known = connection.execute(
        "SELECT staff, tablet, superseded_at || revoked_at AS ended FROM signing_key WHERE id = ?", (id,)
    ).fetchone()
    if known is not None and ((known["staff"], known["tablet"]) != (staff, tablet) or known["ended"]):
        raise KeyFault("the key is in use already, or has ended: make a new one")
    _supersede(connection, "staff = ? AND tablet = ? AND id <> ?", (staff, tablet, id), now)
    connection.execute(
        "INSERT OR IGNORE INTO signing_key (id, staff, tablet, point, made_at) VALUES (?, ?, ?, ?, ?)",
        (id, staff, tablet, point, at(now)),
    )
    return id


def learn_again(connection: sqlite3.Connection, keys: list[CertifiedKey], now: datetime) -> list[str]:
    """Keep the keys that this server certified and has forgotten (a backup was put back); the ids of those it knows.

    Of several of one person on one tablet the one made last stays. One whose owner or tablet is not known here is
    left out; one of a leaver is kept as ended, one of a tablet that was lost as revoked.
    """
    for key in sorted(keys, key=lambda one: one.made_at):
        if _known(connection, key.id):
            continue
        owner = connection.execute("SELECT left_at FROM staff WHERE id = ?", (key.staff,)).fetchone()
        tablet = connection.execute("SELECT revoked_why FROM tablet WHERE id = ?", (key.tablet,)).fetchone()
        if owner is None or tablet is None:
            continue
        newer = connection.execute(
            "SELECT 1 FROM signing_key WHERE staff = ? AND tablet = ? AND made_at > ?",
            (key.staff, key.tablet, key.made_at),
        ).fetchone()
        if not newer:
            _supersede(connection, "staff = ? AND tablet = ?", (key.staff, key.tablet), now)
        connection.execute(
            "INSERT INTO signing_key (id, staff, tablet, point, made_at) VALUES (?, ?, ?, ?, ?)",
            (key.id, key.staff, key.tablet, key.point, key.made_at),
        )
        if newer or owner["left_at"]:
            _supersede(connection, "id = ?", (key.id,), now)
        if tablet["revoked_why"] == "lost":
            revoke_keys_on(connection, key.tablet, "lost", now)
    return [key.id for key in keys if _known(connection, key.id)]


def end_keys_of(connection: sqlite3.Connection, staff: str, now: datetime) -> None:
    """Somebody leaves: what their keys signed before still counts."""
    _supersede(connection, "staff = ?", (staff,), now)


def revoke_keys_on(connection: sqlite3.Connection, tablet: str, why: str, now: datetime) -> None:
    """A tablet was lost: whatever comes in with its keys from now on is held, whenever it says it was recorded."""
    connection.execute(
        """
        UPDATE signing_key SET revoked_at = ?, revoked_entry = ?, revoked_why = ?
        WHERE tablet = ? AND revoked_at = ''
        """,
        (at(now), ledger.next_seq(connection), why, tablet),
    )


def _supersede(connection: sqlite3.Connection, which: str, values: tuple[str, ...], now: datetime) -> None:
    connection.execute(
        f"UPDATE signing_key SET superseded_at = ?, superseded_entry = ? WHERE superseded_at = '' AND {which}",  # noqa: S608
        (at(now), ledger.next_seq(connection), *values),
    )


def _known(connection: sqlite3.Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM signing_key WHERE id = ?", (id,)).fetchone() is not None
