"""How a story ends in which the evidence is mixed: people decide, in signed minutes, to keep the action open."""

import re
from datetime import UTC, date, datetime
from typing import Any

from server.evidence.times import day_words
from tests.server.due.shift import feed_of
from tests.server.fifteen.floor import JSON
from tests.server.fifteen.telling import Telling
from tests.server.staffing import words_of
from tests.server.world import CAST, World
from tests.sync.bodies import batch

KEEP = "Evidence mixed — keep open"
Row = tuple[str, str, str, str, dict[str, Any]]
"""A record of a table: form, when, which worked example, what it says of the action ("" = nothing), other answers."""


def begin(world: World, at: str) -> Telling:
    """A story that begins on another day than the usual one, "2026-10-19T07:00": before that nobody has a role."""
    world.clock.instant = datetime.fromisoformat(f"{at}:00").replace(tzinfo=UTC)
    return Telling(world)


def later(told: Telling, at: str) -> None:
    """It is later now ("2027-01-05T09:00"), of months that are not told day by day: what the service has to do by its
    rhythm meanwhile is not laid out, which would take longer than the story itself.
    """
    now = datetime.fromisoformat(f"{at}:00").replace(tzinfo=UTC)
    assert now >= told.world.clock.instant, "time does not run back"
    told.world.clock.instant = now


def record_all(told: Telling, rows: tuple[Row, ...]) -> list[str]:
    """The floor records a table and sends it; the ids."""
    floor = told.floor
    return floor.send(
        floor.seal(form, at, example, says=says, **more) for form, at, example, says, more in rows
    )


def record_warned(told: Telling, warning: str, form: str, at: str, example: str, **more: Any) -> str:
    """The floor records something that its own form warns of, by this one code; the id."""
    sealed = told.floor.seal(form, at, example, **more)
    answer = told.floor.browser.post("/sync/records", content=batch([sealed]), headers=JSON)
    (receipt,) = answer.json()["receipts"]
    assert (receipt["status"], [one["code"] for one in receipt["findings"]]) == ("stored", [warning]), receipt
    return str(receipt["record"])


def on_tablets(told: Telling, kind: str) -> dict[str, dict[str, Any]]:
    """What a new tablet of the home would pull of one kind ("due", "control"), by id."""
    return feed_of(told.floor.browser, kind)


def meeting(told: Telling, name: str, who: str = "chidi") -> str:
    """How a kind of meeting stands: "Every month S0E1 Never Mon 30 Nov 2026", with "Overdue" behind it when it is."""
    found = re.search(
        rf'<th scope="row">{name}.*?</th>(.*?)</tr>', told.desk(who).get("/reviews").text, re.DOTALL
    )
    assert found
    return words_of(found[1])


def keep_open(
    told: Telling, kind: str, who: str, /, *, asked: str, found: str, change: str, by: str, **said: str
) -> str:
    """Leaders look at the action in a meeting and decide that it stays open: why, what changes, who does it, by when
    ("ben by 2027-02-05"). What the minutes say once they are signed. The action is where it was,
    its verdict is the same, and the map goes on showing it.
    """
    before = told.version, told.status
    owner, _, day = by.partition(" by ")
    row = {"question_1": asked, "answer_1": found, "change_1": change, "owner_1": owner, "review_on_1": day}
    minutes = told.hold_review(kind, who, **row, action_1=told.action, **said)
    words = told.words(f"/reviews/{minutes}", who)
    decided = f"Weak {change} {CAST[owner][0]}, reviewed on {day_words(date.fromisoformat(day))}."
    for text in (f"Signed by {CAST[who][0]}", asked, found, decided, *said.values()):
        assert text in words, text
    assert (told.version, told.status) == before
    assert told.status == "open"
    assert told.verdict(who) == KEEP
    assert f"{told.fields['title']} {told.fields['risk'].capitalize()} risk Evidence building" in told.on_map(
        who
    )
    return words
