"""What the worked examples speak of, put on the tablets' lists: people, staff, actions, messages, controls."""

import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from observation_forms import Example, Form
from observation_forms.definition import Question
from server.identity import organisation
from server.identity.permissions import Role
from server.identity.pins import set_pin
from sync import publish
from tests.browser.feeding import due_item
from tests.server.world import HASHED_PIN, START

SERVICE = "alder"
FOR_DUE_ITEMS = ("reply", "not_needed")
"""The forms that are only ever opened for a due item."""

OF_THE_DRILL = ("wifi_drill", "wifi_drill_result")
"""The forms that the Wi-Fi drill alone opens or writes: test_drill.py fills them."""

_KIND = {"person": "person", "staff": "staff", "signer": "staff"}


def put_on_the_lists(connection: sqlite3.Connection, form: Form, examples: Iterable[Example]) -> None:
    """Publish every id that these examples of a form name, so that a tablet can offer it."""
    for example in examples:
        for kind, id in _named(form, example):
            if kind == "staff":
                _employ(connection, id)
            else:
                publish(connection, SERVICE, kind, id, _row(kind, id))
        for theme in example.themes:
            publish(connection, SERVICE, "action", about(theme), _action(about(theme), theme))
        if form.definition.form in FOR_DUE_ITEMS:
            publish(connection, SERVICE, "due", due_for(example), _due(form, example))


def _employ(connection: sqlite3.Connection, id: str) -> None:
    """Somebody with the cast's PIN: who accepts a record signs it."""
    if connection.execute("SELECT 1 FROM staff WHERE id = ?", (id,)).fetchone():
        return
    since = START - timedelta(days=30)
    organisation.add_staff(connection, id, id.replace("_", " ").capitalize(), f"{id}@example.test")
    set_pin(connection, id, HASHED_PIN, since)
    organisation.give_role(connection, id, Role.FLOOR, SERVICE, since)


def due_for(example: Example) -> str:
    """The id of the due item that an example of such a form settles."""
    return f"question/{example.id}"


def about(theme: str) -> str:
    """The id of the example action with this one theme."""
    return f"about-{theme.lower()}"


def _named(form: Form, example: Example) -> Iterable[tuple[str, str]]:
    for key, value in example.answers.items():
        question = form.definition.question_at(key)
        if question is None:
            continue
        known = {entry.code for entry in question.special}
        for id in value if isinstance(value, list) else [value]:
            kind = _list_of(question)
            if kind and id != "none" and id not in known:
                yield kind, str(id)


def _list_of(question: Question) -> str:
    if question.kind == "pick":
        return str(question.list)
    if question.kind == "repeat":
        return str(question.rows_from or "")
    return _KIND.get(question.kind, "")


def _row(kind: str, id: str) -> dict[str, Any]:
    name = id.replace("_", " ").capitalize()
    more: dict[str, dict[str, Any]] = {
        "person": {
            "initials": "".join(word[0] for word in name.split()).upper(),
            "place": id,
            "unit": "alder-1",
        },
        "control": {"title": name, "critical": 0, "recheck_by": ""},
        "complaint": {"title": name, "received_on": "2026-05-01"},
        "incident": {"title": name, "happened_on": "2026-05-01"},
        "learning_message": {"title": name, "given_at": "2026-05-01T09:00:00Z", "until": ""},
        "action": {
            "title": name,
            "themes": ["CO"],
            "expected": "",
            "owner_name": "Ben Carter",
            "due": "2026-12-01",
        },
    }
    return {"id": id, **more[kind]}


def _action(id: str, theme: str) -> dict[str, Any]:
    return {**_row("action", id), "themes": [theme]}


def _due(form: Form, example: Example) -> dict[str, Any]:
    item = due_item(form.definition.form, 0)
    return {
        "id": due_for(example),
        **item,
        "due_at": example.recorded_at,
        "says": "Which hoist sling was it?",
    }
