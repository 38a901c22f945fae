"""Changes come from our own pages; requests are meant for this host."""

import pytest

from tests.server.world import PASSWORD, Browser, World

FORM = {"email": "ben@example.test", "password": PASSWORD}


@pytest.fixture
def plain(world: World) -> Browser:
    return world.client(origin=False)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_change_from_another_site_is_refused(plain: Browser, site: str, world: World) -> None:
    headers = {"sec-fetch-site": site, "origin": world.settings.origin}
    assert plain.post("/sign-in", data=FORM, headers=headers).json()["code"] == "cross_origin"


def test_without_either_header_a_change_is_refused(plain: Browser) -> None:
    assert plain.post("/sign-in", data=FORM).status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1"]
)
def test_a_foreign_origin_is_refused(plain: Browser, origin: str) -> None:
    assert plain.post("/sign-in", data=FORM, headers={"origin": origin}).status_code == 403


def test_our_own_page_is_let_in_by_either_header(plain: Browser, world: World) -> None:
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": world.settings.origin}):
        assert plain.post("/sign-in", data=FORM, headers=headers, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/plain;application/json", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("address", ["/sync/records", "/sync/have", "/tablet/enrolment"])
def test_json_sent_as_something_else_is_refused(oak: Browser, kind: str, address: str) -> None:
    answer = oak.post(address, content=b"[]", headers={"content-type": kind})
    assert answer.json()["code"] == "wrong_media_type"


@pytest.mark.parametrize("address", ["/sync/records", "/sync/have", "/tablet/enrolment"])
def test_a_form_cannot_pass_for_json(oak: Browser, address: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert oak.post(address, content=b"[]", headers=headers).status_code == 415


def test_json_cannot_pass_for_a_form(chidi: Browser) -> None:
    assert chidi.post("/tablets/codes", json={"name": "Elm", "unit": "alder-1"}).status_code == 415


def test_a_content_type_may_name_its_charset(oak: Browser) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert oak.post("/sync/records", content=b"[]", headers=headers).status_code == 201


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "127.0.0.1:8000.evil.example", ""])
def test_a_request_for_another_host_is_refused(plain: Browser, host: str) -> None:
    answer = plain.get("/sign-in", headers={"host": host})
    assert answer.json()["code"] == "wrong_host"
