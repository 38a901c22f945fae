"""The second factor as a person uses it: an app on a phone, a desk that asks for its code."""

import re
from datetime import timedelta

import pyotp
from httpx import Response

from tests.server.world import PASSWORD, Browser, World, sign_in

PAGE = "/me/account/second-factor"


class Phone:
    """An app that holds the secret of one account and shows its code by the world's clock."""

    def __init__(self, world: World, secret: str) -> None:
        self._world = world
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        """The code now, or so many half minutes from now."""
        return str(pyotp.TOTP(self.secret).at(self._world.clock() + timedelta(seconds=30 * steps)))


def begin(world: World, desk: Browser) -> Phone:
    """Take the secret from the page into a phone, as text."""
    page = desk.post(f"{PAGE}/secret").text
    found = re.search(r'secret-text">([A-Z2-7 ]+)<', page)
    assert found, page
    return Phone(world, found[1].replace(" ", ""))


def confirm(desk: Browser, code: str, password: str = PASSWORD) -> Response:
    """Send the first code."""
    return desk.post(f"{PAGE}/on", data={"code": code, "password": password})


def recovery_codes(page: str) -> list[str]:
    """The codes that a page shows."""
    return re.findall(r"<li>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</li>", page)


def turn_on(world: World, desk: Browser) -> tuple[Phone, list[str]]:
    """Turn the factor on, and let its first code grow old: the phone, and the recovery codes."""
    phone = begin(world, desk)
    codes = recovery_codes(confirm(desk, phone.code()).text)
    world.clock.move(seconds=30)
    return phone, codes


def give_code(desk: Browser, code: str, after: str = "") -> Response:
    """Send the code after the password, redirect not followed."""
    return desk.post("/sign-in/code", data={"code": code, "next": after}, follow_redirects=False)


def sign_in_with(world: World, name: str, code: str) -> tuple[Browser, Response]:
    """Password and code in a new browser; the browser, and the answer to the code."""
    desk = world.client()
    assert sign_in(desk, name).status_code == 303
    return desk, give_code(desk, code)
