"""What every answer carries, page or bytes or error."""

from pathlib import Path

from server.headers import CONTENT_SECURITY_POLICY, JSON_HEADERS, SECURITY_HEADERS
from server.operations.metrics import CONTENT_TYPE
from tests.server.evidence.test_pseudonyms import FULL
from tests.server.operations.test_doors import TOKEN
from tests.server.routes_of import addresses_of, routes_of
from tests.server.world import Browser, World


def headers_for(content_type: str) -> dict[str, str]:
    """What an answer of this type carries: JSON is no page."""
    return JSON_HEADERS if content_type == "application/json" else SECURITY_HEADERS


def test_an_answer_in_json_may_load_nothing_and_stand_in_no_page(oak: Browser) -> None:
    answer = oak.get("/sync/changes")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_json_that_is_opened_as_a_problem_or_a_page_carries_the_headers_of_pages(oak: Browser) -> None:
    for answer in (oak.get("/none"), oak.get("/none", headers={"accept": "text/html"}), oak.get("/tablet/")):
        assert not answer.headers["content-type"].startswith("application/json")
        assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


def test_every_answer_carries_the_security_headers(world: World, stranger: Browser) -> None:
    for method, address in [*addresses_of(world.app), ("GET", "/none-such"), ("PATCH", "/tablet/")]:
        answer = stranger.request(method, address, follow_redirects=False)
        for name, value in headers_for(answer.headers.get("content-type", "")).items():
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


def test_no_answer_names_its_character_set_twice(tmp_path: Path) -> None:
    with World(tmp_path, SIGHTLINE_METRICS_TOKEN=TOKEN) as world, world.signed_in("chidi") as chidi:
        types = {
            address: answer.headers.get("content-type", "")
            for method, address, handler in routes_of(world.app)
            if method == "GET" and not handler.opt.get("stream")
            for answer in [chidi.get(address, headers={"authorization": f"Bearer {TOKEN}"})]
        }
        for what in ("evidence", "actions"):
            for ending in ("csv", "json"):
                taken = chidi.post(f"/full-export/{what}", data={**FULL, "format": ending})
                types[f"/{what}-with-names.{ending}"] = taken.headers["content-type"]
    # What an address made up here does not name is not there
    sheets = {type for address, type in types.items() if address.endswith(".csv")} - {
        "application/problem+json"
    }
    assert sheets == {"text/csv; charset=utf-8"}
    assert types["/metrics"] == CONTENT_TYPE
    assert {address: type for address, type in types.items() if type.count("charset") > 1} == {}


def test_https_is_asked_for_for_two_years(tmp_path: Path) -> None:
    with World(tmp_path, SIGHTLINE_ORIGIN="https://sightline.example") as world:
        client = world.client()
        assert "max-age=63072000" in client.get("/sign-in").headers["strict-transport-security"]


def test_plain_http_does_not_promise_https(stranger: Browser) -> None:
    assert "strict-transport-security" not in stranger.get("/sign-in").headers
