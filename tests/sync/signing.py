"""Keys for a test's people on its tablets, kept in memory, and records signed with them."""

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.key_book import Key
from tests.sync.bodies import item


class Signer:
    """Somebody's key on one tablet, as the tablet has it."""

    def __init__(self) -> None:
        self._secret = ec.generate_private_key(ec.SECP256R1())
        self.point = self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def id(self) -> str:
        """What the key is called."""
        return sha256(self.point).hexdigest()

    def sign(self, sealed: bytes) -> dict[str, str]:
        """One signature over a sealed body, as it travels: raw r and s, as WebCrypto makes it."""
        r, s = decode_dss_signature(self._secret.sign(sealed, ec.ECDSA(SHA256())))
        return {
            "key": self.id,
            "signature": b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode(),
        }


def signed(sealed: bytes, *signers: Signer) -> dict[str, Any]:
    """A sealed body on its way, signed by its author and then by whoever accepted it."""
    return {**item(sealed), "signatures": [signer.sign(sealed) for signer in signers]}


@dataclass
class Book:
    """A registry of keys in memory (`sync.key_book.KeyBook`)."""

    keys: dict[str, Key] = field(default_factory=dict)

    def add(self, signer: Signer, staff: str, tablet: str = "oak") -> None:
        """A key becomes known."""
        self.keys.setdefault(signer.id, Key(signer.id, staff, tablet, signer.point, "", 0, 0))

    def supersede(self, signer: Signer, at: str, entry: int) -> None:
        """A key ends at an instant, from an entry on; once."""
        if self.keys[signer.id].superseded_entry:
            return
        self.keys[signer.id] = self.keys[signer.id]._replace(superseded_at=at, superseded_entry=entry)

    def revoke(self, signer: Signer, entry: int) -> None:
        """A key's tablet is lost; from an entry on; once."""
        if self.keys[signer.id].revoked_entry:
            return
        self.keys[signer.id] = self.keys[signer.id]._replace(revoked_entry=entry)

    def keys_on(self, connection: object, tablet: str) -> list[Key]:
        """Every key on `tablet`."""
        return [key for key in self.keys.values() if key.tablet == tablet]

    def find_key(self, connection: object, id: str) -> Key | None:
        """The key with this id."""
        return self.keys.get(id)
