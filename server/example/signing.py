"""The keys that the example's staff have on its tablets, and what they signed with them.

The secrets follow from the names, so that the same seed gives the same signatures: anybody can work them out. They
stand for nothing but the example, whose tablets have cookies that nobody holds.
"""

import sqlite3
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.example.cast import AUTHORS, VISITORS, ExampleTablet
from server.identity.signing_keys import key_id, register_key
from sync.wire import Signature

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# They recorded there now and then, and had never signed in there: their tablets were elsewhere
WITHOUT_A_KEY = frozenset({("hari", "Elm"), ("owen", "Ash")})


def add_keys(connection: sqlite3.Connection, tablets: Iterable[ExampleTablet], made_at: datetime) -> None:
    """Each author's key on each tablet of their service, but for those above."""
    for author, tablet in _who_has_one(tablets):
        register_key(connection, author, tablet.id, _point(_secret(author, tablet.name)), made_at)


def sign(sealed: str, author: str, tablet: ExampleTablet) -> list[Signature]:
    """What comes with the sealed text: the author's signature, or nothing when they have no key there."""
    if not _has_a_key(author, tablet):
        return []
    secret = _secret(author, tablet.name)
    made = secret.sign(sealed.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
    raw = b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(made))
    return [Signature(key_id(_point(secret)), b64encode(raw).decode())]


def _who_has_one(tablets: Iterable[ExampleTablet]) -> Iterator[tuple[str, ExampleTablet]]:
    for tablet in tablets:
        for author in (*(name for name, _ in AUTHORS[tablet.service]), *VISITORS.get(tablet.name, ())):
            if _has_a_key(author, tablet):
                yield author, tablet


def _has_a_key(author: str, tablet: ExampleTablet) -> bool:
    known = author in {name for name, _ in AUTHORS[tablet.service]}
    return (known or author in VISITORS.get(tablet.name, ())) and (author, tablet.name) not in WITHOUT_A_KEY


@cache
def _secret(author: str, tablet: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sha256(f"sightline example key: {author} on {tablet}".encode()).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def _point(secret: ec.EllipticCurvePrivateKey) -> bytes:
    return secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
