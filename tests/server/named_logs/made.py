"""What the tests of the logs read: the entries of a log, as its JSON file has them."""

from typing import Any

from tests.server.world import Browser

DAYS = "since=2026-10-01&until=2026-11-30"


def entries(browser: Browser, code: str, query: str = DAYS) -> list[dict[str, Any]]:
    """Every entry of the filter, what happened last first."""
    answer = browser.get(f"/logs/{code}/log.json?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def missing(browser: Browser, code: str, query: str = DAYS) -> list[tuple[str, str, str]]:
    """Day, shift and units of what is missing."""
    return [
        (one["day"], one["shift"], one["unit"])
        for one in entries(browser, code, query)
        if one["state"] == "Missing"
    ]
