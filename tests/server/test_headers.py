"""What every answer carries, page or bytes or error."""

from pathlib import Path

from server.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from tests.server.routes_of import addresses_of
from tests.server.world import Browser, World


def test_every_answer_carries_the_security_headers(world: World, stranger: Browser) -> None:
    for method, address in [*addresses_of(world.app), ("GET", "/none-such"), ("PATCH", "/tablet/")]:
        answer = stranger.request(method, address, follow_redirects=False)
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value, (method, address, name)
        assert answer.headers["cache-control"] in ("no-store", "no-cache"), (method, address)


def test_the_policy_lets_in_nothing_inline_and_nothing_foreign() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")
    for word in ("unsafe", "http:", "https:", "*"):
        assert word not in CONTENT_SECURITY_POLICY


def test_a_signed_in_page_is_not_stored_anywhere(chidi: Browser) -> None:
    for address in ("/tablets", "/held"):
        answer = chidi.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"


def test_https_is_asked_for_for_two_years(tmp_path: Path) -> None:
    with World(tmp_path, SIGHTLINE_ORIGIN="https://sightline.example") as world:
        client = world.client()
        assert "max-age=63072000" in client.get("/sign-in").headers["strict-transport-security"]


def test_plain_http_does_not_promise_https(stranger: Browser) -> None:
    assert "strict-transport-security" not in stranger.get("/sign-in").headers
