"""What the tests of the desk begin from: an action made through its form, a record sent by a tablet."""

import re
from typing import Any

from httpx import Response

from tests.server.test_sync_routes import body_of, push, statuses
from tests.server.world import Browser
from tests.sync.bodies import make_record_id, seal

FIELDS: dict[str, Any] = {
    "title": "Answer call bells at night",
    "themes": ["SG", "DE"],
    "unit": "",
    "source": "audit",
    "baseline": "Night staff answered 31 of 44 bells within five minutes in July.",
    "baseline_numerator": "31",
    "baseline_denominator": "44",
    "baseline_period": "July 2026",
    "expected": "Bells are answered within five minutes.",
    "measure_1": "own",
    "how_1": "Bells timed on one night each week",
    "comparator_1": "at_least",
    "target_1": "95",
    "target_unit_1": "percent",
    "window_start_1": "2026-11-16",
    "window_end_1": "2026-12-30",
    "risk": "low",
    "owner": "chidi",
    "review_route": "Monthly quality meeting",
    "deadline": "2026-12-30",
    "evidence_kinds": ["observation"],
}


def send_action(browser: Browser, /, **changed: Any) -> Response:
    """The answer to the form of a new action, redirect not followed."""
    return browser.post("/actions/new", data={**FIELDS, **changed}, follow_redirects=False)


def make_action(browser: Browser, /, **changed: Any) -> str:
    """A new action's id."""
    answer = send_action(browser, **changed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/actions/")


def edit_action(browser: Browser, action: str, version: int, /, **changed: Any) -> Response:
    """The answer to the form of an action opened at `version`."""
    form = {**FIELDS, "version": str(version), "target_why": "Agreed at the quality meeting.", **changed}
    return browser.post(f"/actions/{action}/edit", data=form, follow_redirects=False)


def send_record(tablet: Browser, /, *actions: str, **changed: Any) -> str:
    """A stored record's id, saying that it supports each of `actions`."""
    bearings = [{"action": action, "themes": ["SG"], "bearing": "supports"} for action in actions]
    chosen = {"record": make_record_id("2026-11-16T08:05:00Z"), "bearings": bearings, **changed}
    body = body_of(tablet, **chosen)
    answer = push(tablet, seal(body))
    assert [status for status, _ in statuses(answer)] == ["stored"], answer.text
    record: str = body["record"]
    return record


def words_of(page: Response) -> str:
    """The words of a page, its marks and the space between them taken out."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())
