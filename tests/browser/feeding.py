"""What a tablet is told by the server in a test: rows put straight on its feed, then pulled."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from observation_forms import load_catalogue
from sync import publish
from tests.browser.filling import answer
from tests.browser.running import RunningServer
from tests.browser.steps import check_again, go

SERVICE = "alder"

INCIDENT: dict[str, Any] = {
    "written_in": "here",
    "person": "alder-1-a",
    "kind": "fall",
    "place": "bathroom",
    "facts": "Found sitting on the bathroom floor beside the chair.",
    "injury": "none",
    "head": "no",
    "done_now": "Checked for pain, helped up with the hoist and two staff.",
    "seen_by": ["no_one"],
    "equipment_kept": "none",
    "senior_told": "not_yet",
    "family": "yes_soon",
    "safeguarding": "no",
    "learning_likely": "no",
}
CONCERN: dict[str, Any] = {
    "what": "unsafe_now",
    "what_you_saw": "The front door stood open at 14:00.",
    "what_you_did": "Closed it and counted everyone in.",
    "about_manager": "no",
}
TOLD: dict[str, Any] = {"told_by_voice": "senior", "emergency_called": "no"}


def put_on_feed(server: RunningServer, kind: str, id: str, body: dict[str, Any] | None) -> None:
    """Tell the tablets of Alder House what a row is now, or, with None, that it is gone."""
    with server.sql() as connection:
        publish(connection, SERVICE, kind, id, body if body is None else {"id": id, **body})


def due_item(form: str, minutes: float, **more: Any) -> dict[str, Any]:
    """The body of a due row that falls due so many minutes from now."""
    item = {"form": form, "title": "", "why": "It is due", "who": "floor", "staff": "", "unit": "alder-1"}
    times = {"due_at": from_now(minutes), "opened_at": from_now(-600)}
    return {**item, **times, "person": "", "answers": {}, "source": "", "says": "", **more}


def put_on_call(server: RunningServer) -> None:
    """One person to call."""
    body = {
        "name": "Dana Wood",
        "role": "Nominated individual",
        "phone": "01632 960 111",
        "hours": "24 hours",
    }
    put_on_feed(server, "on_call", "dana-phone", body)


def from_now(minutes: float) -> str:
    """The instant so many minutes from now."""
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def pull(page: Page) -> None:
    """Bring the tablet's lists up to date, and go home."""
    await go(page, "/tablet/this-tablet")
    await check_again(page)
    await go(page, "/tablet/")
    await expect(page.locator('[data-screen="home"]')).to_be_visible()


async def give(page: Page, form: str, answers: dict[str, Any]) -> None:
    """Answer questions of the open form, by key, in the order given."""
    definition = load_catalogue().current(form).definition
    for key, value in answers.items():
        question = definition.question_at(key)
        assert question is not None, key
        await answer(page, question, value, key)
