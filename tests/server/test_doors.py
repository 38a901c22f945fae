"""What a stranger on the net may try at each door, and that it opens nothing."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from server.headers import SECURITY_HEADERS
from server.openapi import DOORS
from server.same_origin import TAKES_FILES
from tests.server.reach import JSON
from tests.server.routes_of import addresses_of
from tests.server.tablet_people import Signer
from tests.server.test_sync_routes import body_of, push, statuses
from tests.server.world import PASSWORD, PIN, Browser, World, enrolment, sign_in
from tests.sync.bodies import batch, seal

KEY = b64encode(Signer().point).decode()
FORM = {"content-type": "application/x-www-form-urlencoded"}
TAKES_JSON = sorted(path for (_, path), door in DOORS.items() if door.takes is not None)
# Doors that act on what they are told; a push is kept whatever it says
STRICT = [path for path in TAKES_JSON if path not in ("/sync/records", "/sync/have", "/tablet/rescue")]
ASKED: dict[str, dict[str, Any]] = {
    "/tablet/enrolment": enrolment("ABCD-EFGH"),
    "/tablet/wiped": {"waiting": 0, "drafts": 0},
    "/tablet/store-lost": {"waiting": 0},
    "/tablet/parked": {"parked": []},
    "/tablet/sign-in": {
        "staff": "amina",
        "pin": PIN,
        "new_pin": "",
        "key": b64encode(Signer().point).decode(),
        "recovery": "",
    },
    "/tablet/pin": {"staff": "amina", "pin": PIN, "new_pin": "937402"},
    "/tablet/keys": {"certificates": []},
    "/sync/witness": {
        "kind": "shorter",
        "held": {"text": "", "signature": ""},
        "offered": {"text": "", "signature": ""},
    },
    "/sync/have": {"records": []},
}
LARGE = (
    "/sync/records",
    "/sync/have",
    "/tablet/rescue",
    "/tablets/copies",
    "/actions/import",
    "/actions/import/applied",
)
TRAVERSALS = (
    "../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/pyproject.toml",
    "..\\..\\app.py",
    "%00",
    "....//x",
)


def changing(world: World) -> Iterator[tuple[str, str]]:
    for method, address in addresses_of(world.app):
        if method not in ("GET", "HEAD"):
            yield method, address


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
)
def test_no_changing_route_acts_for_another_site(world: World, headers: dict[str, str]) -> None:
    with world.signed_in("chidi") as chidi, world.tablet() as oak:
        for browser in (chidi, oak):
            browser.headers = {}
            for method, address in changing(world):
                for kind in (FORM, JSON):
                    answer = browser.request(method, address, headers={**kind, **headers}, content=b"x=1")
                    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin"), (
                        method,
                        address,
                    )


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/plain; charset=application/json", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.parametrize("address", TAKES_JSON)
def test_json_under_another_name_is_not_read(oak: Browser, kind: str, address: str) -> None:
    answer = oak.post(address, content=b"{}", headers={"content-type": kind})
    assert answer.json()["code"] == "wrong_media_type"


def test_there_is_something_to_ask_at_every_strict_door() -> None:
    assert set(STRICT) <= set(ASKED)


@pytest.mark.parametrize("address", STRICT)
def test_lax_json_is_refused_at_every_door_that_acts(oak: Browser, address: str) -> None:
    for raw in lax(ASKED[address]):
        answer = oak.post(address, content=raw, headers=JSON)
        said = (answer.status_code, answer.json()["code"])
        # Whoever says nothing of the conditions is told that they must
        assert said in ((400, "not_json"), (422, "conditions_missing")), (address, raw)


def lax(asked: dict[str, Any]) -> Iterator[bytes]:
    """The same said loosely: numbers in quotes, a word for a list, more fields, a key twice, no object at all."""
    for name, value in asked.items():
        loose: dict[type, list[Any]] = {
            str: [7, True, None, [value]],
            int: [str(value), bool(value), 0.5, None],
            list: ["", {}, None],
            dict: [[], "", None],
        }
        for other in loose[type(value)]:
            yield json.dumps({**asked, name: other}).encode()
        yield json.dumps({key: kept for key, kept in asked.items() if key != name}).encode()
        twice = json.dumps({name: value})[1:-1]
        yield f"{{{twice}, {json.dumps(asked)[1:]}".encode()
    yield json.dumps({**asked, "unknown": 1}).encode()
    yield from (
        b"[]",
        b"null",
        b"7",
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5_000,
        b'{"code": NaN}',
        json.dumps(asked).encode("utf-16"),
    )


def test_a_loose_question_about_records_is_refused(oak: Browser) -> None:
    for raw in (
        b'{"records": "all"}',
        b'{"records": [], "x": 1}',
        b'{"records": [{"record": 7, "version": "1", "sha256": ""}]}',
    ):
        assert oak.post("/sync/have", content=raw, headers=JSON).json()["code"] == "not_a_question"


def test_a_loose_record_is_kept_and_never_taken_for_evidence(oak: Browser) -> None:
    body = body_of(oak)
    for changed in ({"version": "1"}, {"version": True}, {"unknown": 1}):
        assert statuses(push(oak, seal({**body, **changed}))) == [("held", "unreadable")]
    twice = seal(body)[:-1] + b',"version":1}'
    assert statuses(push(oak, twice))[0][0] in ("held", "stored")


def test_what_is_too_large_is_said_in_words_at_every_door(world: World, oak: Browser) -> None:
    with world.signed_in("chidi") as chidi:
        for method, address in changing(world):
            browser, kind = (oak, JSON) if address.startswith(("/sync", "/tablet/")) else (chidi, FORM)
            if address in ("/sign-out", "/me/account/other-sessions/ending"):
                continue
            large = 9 * 1024 * 1024 if address in LARGE else 70 * 1024
            if address in TAKES_FILES:
                kind = {"content-type": "multipart/form-data; boundary=x"}
            answer = browser.request(method, address, content=b"a" * large, headers=kind)
            if answer.status_code != 413:
                # Without a body to read it answers before reading
                assert answer.status_code in (303, 404, 204, 200, 201), (address, answer.status_code)
                continue
            problem = answer.json()
            assert problem["code"] in ("payload_too_large", "batch_too_large"), address
            assert problem["detail"], address


def test_no_address_leads_out_of_what_is_served(world: World) -> None:
    shown = Path(__file__).read_text("utf-8")[:40]
    with world.signed_in("chidi") as chidi:
        for path in {route.path_format for route in world.app.routes if "{" in route.path_format}:
            for inside in TRAVERSALS:
                address = re.sub(r"\{[^}]*\}", lambda _, inside=inside: inside, path)  # type: ignore[misc]
                answer = chidi.get(address, follow_redirects=False)
                assert answer.status_code < 500, address
                for secret in ("root:x:", "[project]", "def create_app", shown):
                    assert secret not in answer.text, address


@pytest.mark.parametrize(
    "after",
    [
        "/x\r\nset-cookie: a=b",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/x%0d%0aset-cookie:a=b",
    ],
)
def test_no_header_is_made_of_what_was_typed(world: World, after: str) -> None:
    browser = world.client()
    form = {"email": "ben@example.test", "password": PASSWORD, "next": after}
    answer = browser.post("/sign-in", data=form, follow_redirects=False)
    location = answer.headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location
    assert "a" not in answer.cookies
    asked = world.client().get(
        f"/evidence?text={quote(after)}", headers={"accept": "text/html"}, follow_redirects=False
    )
    assert asked.headers["location"].startswith("/sign-in?next=/evidence")
    assert "a" not in asked.cookies


def test_errors_carry_the_security_headers_too(world: World, oak: Browser) -> None:
    answers = [
        oak.post("/sync/records", content=b"a" * (9 * 1024 * 1024), headers=JSON),
        oak.post("/sync/records", content=b"[]", headers={"content-type": "text/plain"}),
        oak.get("/evidence"),
        oak.get("/none"),
        oak.request("OPTIONS", "/evidence"),
        oak.request("HEAD", "/evidence"),
        oak.request("PATCH", "/evidence", headers=JSON, content=b"{}"),
        oak.request("TRACE", "/evidence"),
        oak.get("/sign-in", headers={"host": "evil.example"}),
    ]
    for answer in answers:
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value, (answer.request.method, answer.request.url, name)
    assert answers[4].headers["allow"]
    assert answers[4].text == ""


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    with World(tmp_path, SIGHTLINE_ORIGIN="https://sightline.example") as world:
        browser = world.client()
        said = sign_in(browser, "ben").headers.get_list("set-cookie")
        said += browser.post("/tablet/enrolment", json=enrolment(world.make_code())).headers.get_list(
            "set-cookie"
        )
        names = [one.split("=")[0] for one in said]
        assert len(names) >= 2
        for one in said:
            assert one.split("=")[0].startswith("__Host-"), one
            for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
                assert attribute.lower() in one.lower(), one
            assert "domain=" not in one.lower()


def test_a_flood_of_sign_ins_turns_no_record_away(world: World, oak: Browser) -> None:
    thief = world.client()
    refused = 0
    for number in range(260):
        answer = sign_in(thief, "ben", f"wrong {number}")
        refused += answer.status_code == 429
        if number % 20 == 0:
            oak.post("/tablet/sign-in", json={**ASKED["/tablet/sign-in"], "pin": "111222"})
            world.client().post("/tablet/enrolment", json=enrolment("WRNG-CODE"))
            kept = push(oak, seal(body_of(oak)))
            assert statuses(kept) == [("stored", "")]
    assert refused > 200
    for _ in range(60):
        assert oak.post("/sync/records", content=batch([seal(body_of(oak))]), headers=JSON).status_code == 201


def test_problems_name_no_struct_and_no_file(oak: Browser) -> None:
    for raw in lax(ASKED["/tablet/pin"]):
        said = msgspec.json.decode(oak.post("/tablet/pin", content=raw, headers=JSON).content)
        assert not re.search(r"msgspec|Traceback|\.py|server\.", said["detail"]), said
