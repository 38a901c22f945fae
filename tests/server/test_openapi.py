"""Every answer to thousands of made-up requests is one that the description foresees, and none is a failure of ours.

`make schemathesis` sends many more: SIGHTLINE_CASES is how many for each way of asking; SIGHTLINE_SEED begins
elsewhere.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CheckFunction, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.evidence import live
from server.openapi import DOORS, FILES, QUERIES, describe
from tests.server.evidence.arranged import make_action, send_record
from tests.server.routes_of import addresses_of
from tests.server.world import Browser, World

CASES = int(os.environ.get("SIGHTLINE_CASES", "1"))
SEED = int(os.environ.get("SIGHTLINE_SEED", "20261121"))
CHECKS: list[CheckFunction] = [status_code_conformance, content_type_conformance, response_schema_conformance]
# They end what is being tested
LEFT_OUT = ("/sign-out", "/me/account/other-sessions/ending")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("openapi")) as world:
        with world.tablet("alder-1", "Oak") as oak, world.signed_in("chidi") as chidi:
            send_record(oak, make_action(chidi))
        yield world


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.01)


def test_every_door_and_query_that_is_described_is_there(house: World) -> None:
    routes = describe(house.app)["paths"]
    assert {(method, path) for method, path in DOORS} <= {
        (method.upper(), path) for path, methods in routes.items() for method in methods
    }
    assert {*QUERIES, *FILES} <= set(routes)


def test_every_route_but_the_files_of_the_app_is_described(house: World) -> None:
    described = describe(house.app)["paths"]
    missing = {
        address
        for method, address in addresses_of(house.app)
        if "none-such" not in address and method.lower() not in described.get(address, {})
    }
    stored = ("/tablet", "/service-worker.js", "/manifest.webmanifest")
    assert {address for address in missing if not address.startswith(stored) and "." not in address} == set()


def test_it_is_for_those_who_are_signed_in(house: World) -> None:
    assert house.client().get("/about/openapi.json").status_code == 401
    with house.signed_in("amina") as amina:
        assert amina.get("/about/openapi.json").json()["openapi"] == "3.1.0"


@pytest.mark.parametrize("who", ["chidi", "tablet", "stranger"])
def test_no_answer_is_outside_its_description(house: World, who: str) -> None:
    load_all_checks()
    counted: Counter[int] = Counter()
    failed: list[str] = []
    with asker(house, who) as browser:
        for result in from_dict(describe(house.app)).get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]
            if operation.path not in LEFT_OUT:
                ask(house, browser, who, operation, counted, failed)
    print(f"{who}: {counted.total()} requests, seed {SEED}: {dict(sorted(counted.items()))}")
    assert counted.total() >= CASES
    assert not failed, "\n\n".join(failed)


def asker(house: World, who: str) -> Browser:
    """Whoever asks: at the desk, as a tablet, or as nobody."""
    if who == "tablet":
        return house.tablet("alder-1", f"Ash {len(who)}{CASES}")
    return house.client() if who == "stranger" else house.signed_in(who)


def ask(
    house: World, browser: Browser, who: str, operation: Any, counted: Counter[int], failed: list[str]
) -> None:
    """Send requests that fit the description, and some that do not, and hold each answer to it."""
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes:
        cases = operation.as_strategy(generation_mode=mode)

        @seed(SEED)
        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def send(case: Any) -> None:
            house.clock.move(seconds=90)
            answer = answered(browser, case)
            if answer is None:
                return
            if answer.status_code == 401 and who == "chidi":
                renewed = house.signed_in("chidi")
                browser.cookies = renewed.cookies
                answer = answered(browser, case) or answer
            counted[answer.status_code] += 1
            assert answer.status_code < 500 or answer.status_code == 503, (
                case.as_curl_command(),
                answer.text,
            )
            case.validate_response(answer, checks=CHECKS)

        try:
            send()
        except Unsatisfiable:
            continue  # There is no such request: nothing in it can be wrong
        except (AssertionError, FailureGroup) as error:
            failed.append(f"{operation.label}: {error}"[:1500])


def answered(browser: Browser, case: Any) -> httpx.Response | None:
    """The answer to a made-up request; None for one that no client can send."""
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8000")
    sent.pop("cookies", None)
    headers = {name: value for name, value in dict(sent.pop("headers", {})).items() if value is not None}
    body = {name: sent[name] for name in ("data", "json", "files") if sent.get(name) is not None}
    if isinstance(body.get("data"), str | bytes):
        body["content"] = body.pop("data")
    try:
        return browser.request(
            sent["method"],
            sent["url"],
            params=sent.get("params") or None,
            headers={**headers, "origin": "http://127.0.0.1:8000"},
            follow_redirects=False,
            **body,
        )
    except (httpx.InvalidURL, UnicodeEncodeError, ValueError, TypeError):
        return None
