"""People on a test's tablet: signing in with a key that the tablet made for them."""

from base64 import b64encode
from typing import Any

from httpx import Response

from tests.server.world import PIN, Browser
from tests.sync.signing import Signer, signed

__all__ = ["Signer", "ask_sign_in", "signed", "signed_in_on"]


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
