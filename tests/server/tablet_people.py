"""People on a test's tablet: the key a tablet makes for somebody, signing in with it, signing what they seal."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx import Response

from tests.server.world import PIN, Browser


class Signer:
    """Somebody's key on one tablet."""

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


def ask_sign_in(
    tablet: Browser, staff: str, signer: Signer | None = None, pin: str = PIN, **more: str
) -> Response:
    """The answer of `/tablet/sign-in`; a new key unless one is given."""
    point = b64encode((signer or Signer()).point).decode()
    asked = {"staff": staff, "pin": pin, "new_pin": "", "key": point, "recovery": "", **more}
    return tablet.post("/tablet/sign-in", json=asked)


def signed_in_on(
    tablet: Browser, staff: str, signer: Signer | None = None, **more: str
) -> tuple[Signer, dict[str, Any]]:
    """Sign somebody in on a tablet: their key there, and what the server said."""
    signer = signer or Signer()
    answer = ask_sign_in(tablet, staff, signer, **more)
    assert answer.status_code == 201, answer.text
    return signer, answer.json()


def signed(sealed: bytes, *signers: Signer) -> dict[str, Any]:
    """A sealed body on its way, signed by its author and then by whoever accepted it."""
    return {
        "body": sealed.decode(),
        "sha256": sha256(sealed).hexdigest(),
        "signatures": [signer.sign(sealed) for signer in signers],
    }
