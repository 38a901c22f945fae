"""The cursor a tablet pulls by: where it has got to, sealed so that only this server, in this epoch, can
have made it.

A cursor from before a restored backup, or of another service, would silently skip rows; so it is refused
instead.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import msgspec
from msgspec import Struct

_MAC_BYTES = 16


class Position(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far a tablet of `service` has read the change feed, in this epoch."""

    epoch: str
    service: str
    seq: int


def write_cursor(position: Position, key: bytes) -> str:
    """Text that is safe in an address."""
    said = msgspec.json.encode(position)
    return urlsafe_b64encode(_mac(said, key) + said).decode().rstrip("=")


def read_cursor(cursor: str, key: bytes) -> Position | None:
    """Where the cursor points, or None when this server did not make it."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mac, said = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        return msgspec.json.decode(said, type=Position) if hmac.compare_digest(mac, _mac(said, key)) else None
    except (ValueError, msgspec.MsgspecError):
        return None


def _mac(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, sha256)[:_MAC_BYTES]
