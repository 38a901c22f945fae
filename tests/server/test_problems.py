"""How requests fail: one table, one shape, a page for people, nothing of the inside."""

import sqlite3
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.problem_answers import as_problem
from server.problems import PROBLEMS, Problem
from sync import DATABASE_ERRORS, DatabaseError
from tests.server.routes_of import addresses_of
from tests.server.world import Browser, World

PAGE = {"accept": "text/html,application/xhtml+xml"}


def test_every_problem_says_what_happened_and_what_to_do() -> None:
    for code, kind in PROBLEMS.items():
        assert code.replace("_", "").isalpha(), code
        assert HTTPStatus(kind.status) >= 400
        assert not kind.title.endswith("."), code
        assert kind.remedy.endswith("."), code


def test_no_two_problems_say_the_same() -> None:
    assert len({kind.title for kind in PROBLEMS.values()}) == len(PROBLEMS)


def assert_problem(answer: Any, code: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}"
    assert document["status"] == answer.status_code == PROBLEMS[code].status
    assert document["title"] == PROBLEMS[code].title
    assert document["detail"]


@pytest.mark.parametrize(
    ("method", "address", "code"),
    [
        ("GET", "/nothing/here", "not_found"),
        ("GET", "/forms/../server/app.py", "not_found"),
        ("GET", "/forms/%2e%2e/server/app.py", "not_found"),
        ("GET", "/pwa/js/..%2f..%2fserver%2fapp.py", "not_found"),
        ("GET", "/observation_forms/judge.py", "not_found"),
        ("DELETE", "/evidence", "method_not_allowed"),
        ("PUT", "/sync/records", "method_not_allowed"),
        ("GET", "/evidence", "not_signed_in"),
        ("GET", "/sync/info", "not_enrolled"),
    ],
)
def test_a_machine_gets_a_problem_document(stranger: Browser, method: str, address: str, code: str) -> None:
    assert_problem(stranger.request(method, address), code)


def test_a_method_that_is_not_allowed_names_those_that_are(stranger: Browser) -> None:
    assert "GET" in stranger.delete("/evidence").headers["allow"]


def test_a_browser_gets_a_page_with_a_way_on(stranger: Browser) -> None:
    answer = stranger.get("/nothing", headers=PAGE)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert PROBLEMS["not_found"].title in answer.text
    assert 'href="/"' in answer.text


def test_every_route_fails_in_the_one_shape(world: World, stranger: Browser) -> None:
    for method, address in addresses_of(world.app):
        answer = stranger.request(method, address, headers={"content-type": "text/plain"}, content="{{{")
        if answer.status_code >= 400:
            assert_problem(answer, answer.json()["code"])


@pytest.mark.parametrize("code", sorted(DATABASE_ERRORS))
def test_trouble_with_the_database_is_503_and_says_when_to_try_again(code: str) -> None:
    problem = as_problem(DatabaseError(code, Path("secret/path.db")))
    assert problem.kind.status == 503
    assert problem.headers["retry-after"] == "5"
    assert "secret" not in str(problem.document())


def test_a_full_disk_is_told_as_such(oak: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise DatabaseError("disk_full", Path("secret"))

    monkeypatch.setattr("sync.Inbox.receive", full)
    answer = oak.post("/sync/records", json=[])
    assert_problem(answer, "database_full")
    assert answer.headers["retry-after"] == "5"


def test_a_locked_database_is_busy_not_broken(world: World, oak: Browser) -> None:
    with world.sql() as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = oak.post("/sync/records", json=[])
        other.execute("ROLLBACK")
    assert_problem(answer, "database_busy")
    assert oak.post("/sync/records", json=[]).status_code == 201


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_mistake_of_ours_leaks_nothing(oak: Browser, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    async def broken(*_: object) -> None:
        raise sqlite3.IntegrityError("secret table name")

    monkeypatch.setattr("sync.Inbox.receive", broken)
    with capture_logs() as lines:
        answer = oak.post("/sync/records", json=[], headers={"accept": accept})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    # The log has the mistake itself; only its words are left out as it is written (`operations/log_lines.py`)
    assert [(line["event"], line["code"], type(line["error"])) for line in lines] == [
        ("problem", "server_error", sqlite3.IntegrityError)
    ]


def test_a_case_may_use_its_own_words() -> None:
    document = Problem("not_found", "Look in the attic.", extra={"where": "attic"}).document()
    assert (document["detail"], document["where"]) == ("Look in the attic.", "attic")


def test_an_unknown_code_is_a_mistake_found_at_once() -> None:
    with pytest.raises(KeyError):
        Problem("no_such_code")
