"""A tablet's data key, locked away so that the server's holder can open it when all its people have gone.

{v:1, tablet, ephemeral, iv, sealed}: ECDH P-256 with the server's recovery key -> HKDF-SHA-256 (no salt, "sightline
recovery 1") -> AES-256-GCM, with the id in `tablet` as what is authenticated beside it. All of it is in WebCrypto.
"""

from base64 import b64decode, b64encode
from os import urandom

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.server_keys import ServerKeys

INFO = b"sightline recovery 1"
DATA_KEY_BYTES = 32
LONGEST = 2_000


class RecoveryFault(Exception):
    """A blob that cannot be opened: not one, of another tablet, or locked for another server."""


class Blob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The blob as it travels: the tablet it was made on, and three texts in base64."""

    v: int
    tablet: str
    ephemeral: str
    iv: str
    sealed: str


class Opened(msgspec.Struct, frozen=True):
    """What is in a blob: the data key, and the tablet that says it is its own."""

    tablet: str
    data_key: bytes


def open_blob(keys: ServerKeys, text: str) -> Opened:
    """What is in the blob. Whether there is such a tablet is the caller's to ask. Raises `RecoveryFault`."""
    try:
        blob = msgspec.json.decode(text[: LONGEST + 1], type=Blob, strict=True)
        point, iv, sealed = (
            b64decode(part, validate=True) for part in (blob.ephemeral, blob.iv, blob.sealed)
        )
        if blob.v != 1 or len(iv) != 12:
            raise ValueError("another kind of blob")
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        data_key = AESGCM(_shared_key(keys.recovery, theirs)).decrypt(iv, sealed, blob.tablet.encode())
    except (msgspec.MsgspecError, ValueError, InvalidTag, RecursionError):
        raise RecoveryFault("The recovery key that came with it was not locked for this server.") from None
    if len(data_key) != DATA_KEY_BYTES:
        raise RecoveryFault("The recovery key that came with it opens something that is no data key.")
    return Opened(blob.tablet, data_key)


def make_blob(recovery_public: bytes, data_key: bytes, tablet: str) -> str:
    """What a tablet makes at enrolment, from the server's public point: for tests, and for whoever writes a client."""
    mine = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), recovery_public)
    iv = urandom(12)
    sealed = AESGCM(_shared_key(mine, theirs)).encrypt(iv, data_key, tablet.encode())
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    parts = (b64encode(part).decode() for part in (point, iv, sealed))
    return msgspec.json.encode(Blob(1, tablet, *parts)).decode()


def _shared_key(mine: ec.EllipticCurvePrivateKey, theirs: ec.EllipticCurvePublicKey) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=INFO).derive(mine.exchange(ec.ECDH(), theirs))
