"""The two secrets of a server: what signs its log, and what opens a tablet's records when nobody else can.

Kept in one file beside the database and never in it, so that a copy of the database alone can neither sign a
history nor open a tablet. A backup needs both.

Rejected: in the database (every copy of it, off-machine too, would carry them); an environment variable (shown by
tools that list processes, and nobody backs it up).
"""

import json
import os
import sqlite3
from base64 import b64decode, b64encode
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync import Database, keep_state, read_state

_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
_POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class KeysError(Exception):
    """The key file cannot be used; `str()` is one sentence with the remedy."""


class ServerKeys(msgspec.Struct, frozen=True):
    """`signing` signs checkpoints and certificates (Ed25519); `recovery` opens data keys (ECDH P-256)."""

    signing: Ed25519PrivateKey
    recovery: ec.EllipticCurvePrivateKey

    def sign(self, text: bytes) -> bytes:
        """The Ed25519 signature of `text`, 64 bytes: this makes the keys a `sync.Signer`."""
        return self.signing.sign(text)

    @property
    def signing_public(self) -> bytes:
        """32 bytes, for whoever checks a checkpoint."""
        return self.signing.public_key().public_bytes(*_RAW)

    @property
    def recovery_public(self) -> bytes:
        """The uncompressed point, 65 bytes, for whoever locks a data key away."""
        return self.recovery.public_key().public_bytes(*_POINT)


def make_keys() -> ServerKeys:
    """New keys, not yet kept anywhere."""
    return ServerKeys(Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))


def is_signed(signing_public: bytes, text: str, signature: str) -> bool:
    """Whether `signature` (base64) over `text` was made with the server's key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(signing_public)
        key.verify(b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def open_keys(path: Path, *, may_make: bool) -> ServerKeys:
    """The keys in the file at `path`. Makes the file when there is none and `may_make`.

    Raises `KeysError` when it is missing or cannot be read: new keys in the place of old ones would look to every
    tablet like somebody else's server.
    """
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        if not may_make:
            raise KeysError(
                f"The key file {path} is missing: put it back from the backup, beside the database it belongs to."
            ) from None
        return _keep(path, make_keys())
    except UnicodeDecodeError:
        raise _unreadable(path) from None
    return _read(path, text)


async def own_keys(database: Database, path: Path) -> ServerKeys:
    """The keys of the server that this database belongs to, made when it has never had any.

    Raises `KeysError` as `open_keys` does, and when the file holds the keys of another server.
    """
    known = await database.read(known_keys)
    keys = open_keys(path, may_make=not any(known.values()))
    ours = public_names(keys)
    if not any(known.values()):
        await database.write(lambda sql: _remember(sql, ours))
    elif known != ours:
        raise KeysError(
            f"The key file {path} belongs to another server than the database {database.path}: put back the key file "
            "from the backup of this database."
        )
    return keys


def known_keys(connection: sqlite3.Connection) -> dict[str, str]:
    """The public keys that this database has belonged to since its first start, in base64; "" before that."""
    return {name: read_state(connection, name) for name in ("signing_key", "recovery_key")}


def public_names(keys: ServerKeys) -> dict[str, str]:
    """The public keys as `known_keys` gives them."""
    return {
        "signing_key": b64encode(keys.signing_public).decode(),
        "recovery_key": b64encode(keys.recovery_public).decode(),
    }


def _remember(connection: sqlite3.Connection, ours: dict[str, str]) -> None:
    for name, value in ours.items():
        keep_state(connection, name, value)


def _keep(path: Path, keys: ServerKeys) -> ServerKeys:
    text = json.dumps(
        {
            "signing": b64encode(keys.signing.private_bytes_raw()).decode(),
            "recovery": b64encode(keys.recovery.private_numbers().private_value.to_bytes(32, "big")).decode(),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}-making")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(made, path)
    return keys


def _read(path: Path, text: str) -> ServerKeys:
    try:
        kept = json.loads(text)
        signing = Ed25519PrivateKey.from_private_bytes(b64decode(kept["signing"], validate=True))
        secret = int.from_bytes(b64decode(kept["recovery"], validate=True), "big")
        return ServerKeys(signing, ec.derive_private_key(secret, ec.SECP256R1()))
    except (ValueError, KeyError, TypeError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> KeysError:
    return KeysError(f"The key file {path} cannot be read: put it back from the backup.")
