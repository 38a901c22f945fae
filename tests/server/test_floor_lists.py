"""The lists the floor picks from: added, changed, ended at the desk, told to the tablets, never forgotten."""

import re
import sqlite3
from typing import Any

import pytest

from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

MESSAGE = {"title": "Sit people up before they drink", "given_at": "2026-11-16", "until": "2026-11-30"}
CONTROL = {"title": "Two staff for the hoist", "recheck_by": "2026-11-18", "critical": "1"}
ON_CALL = {"name": "Ben Carter", "role": "Deputy", "phone": "0100 000 000", "hours": "Nights"}
OTHERS: dict[str, dict[str, str]] = {
    "complaint": {"title": "Calls not answered", "received_on": "2026-11-10"},
    "incident": {"title": "Fall in the lounge", "happened_on": "2026-11-11"},
}


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def add(browser: Browser, kind: str, **fields: str) -> int:
    return browser.post(f"/lists/new/{kind}", data=fields, follow_redirects=False).status_code


def change(browser: Browser, id: str, **fields: str) -> int:
    return browser.post(f"/lists/{id}", data=fields, follow_redirects=False).status_code


def only(shift: Shift, kind: str) -> dict[str, Any]:
    (row,) = shift.feed(kind).values()
    return row


def test_tablets_are_told_exactly_what_was_agreed(shift: Shift, ben: Browser) -> None:
    for kind, fields in (
        {"learning_message": MESSAGE, "control": CONTROL, "on_call": ON_CALL} | OTHERS
    ).items():
        assert add(ben, kind, **fields) == 303
        row = only(shift, kind)
        assert row == {**fields, "id": row["id"], **({"critical": 1} if kind == "control" else {})}


def test_sending_the_form_twice_adds_one(shift: Shift, ben: Browser) -> None:
    found = re.search(r'name="id" value="([^"]+)"', ben.get("/lists/new/control").text)
    assert found is not None
    for _ in range(2):
        assert add(ben, "control", id=found[1], **CONTROL) == 303
    assert len(shift.feed("control")) == 1


def test_what_is_missing_is_said_and_nothing_is_added(shift: Shift, ben: Browser) -> None:
    answer = ben.post("/lists/new/learning_message", data={**MESSAGE, "until": "2026-11-15", "title": ""})
    assert answer.status_code == 422
    assert "Write the message." in answer.text
    assert add(ben, "learning_message", **{**MESSAGE, "until": "2026-11-15"}) == 422
    assert shift.feed("learning_message") == {}


def test_ended_is_gone_from_tablets_and_still_read_at_the_desk(shift: Shift, ben: Browser) -> None:
    add(ben, "complaint", **OTHERS["complaint"])
    id = only(shift, "complaint")["id"]
    assert change(ben, id, version="1", end="1") == 303
    assert shift.feed("complaint") == {}
    shown = words_of(ben.get(f"/lists/{id}"))
    assert "Taken off the list" in shown
    assert "Ben Carter" in shown


def test_every_change_stays_in_the_history(world: World, shift: Shift, ben: Browser) -> None:
    add(ben, "control", **CONTROL)
    id = only(shift, "control")["id"]
    assert change(ben, id, version="1", **{**CONTROL, "title": "Three staff for the hoist"}) == 303
    shown = words_of(ben.get(f"/lists/{id}"))
    assert "Two staff for the hoist" in shown
    assert "Three staff for the hoist" in shown
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        sql.execute("DELETE FROM listed_history")


def test_the_second_of_two_at_once_is_told(shift: Shift, ben: Browser) -> None:
    add(ben, "control", **CONTROL)
    id = only(shift, "control")["id"]
    change(ben, id, version="1", **{**CONTROL, "title": "Three staff"})
    assert change(ben, id, version="1", **{**CONTROL, "title": "Four staff"}) == 409


def test_practice_is_watched_within_seven_days_of_a_learning_message(shift: Shift, ben: Browser) -> None:
    add(ben, "learning_message", **MESSAGE)
    id = f"learning/{only(shift, 'learning_message')['id']}"
    item = shift.due()[id]
    assert (item["form"], item["due_at"]) == ("practice_observation", "2026-11-23T23:59:59Z")
    shift.record("practice_observation", "2026-11-16T08:30:00Z", spawned_by=id)
    assert shift.outcomes(id) == ["done"]


def test_a_control_is_looked_at_again_by_its_day(shift: Shift, ben: Browser) -> None:
    add(ben, "control", **CONTROL)
    control = only(shift, "control")["id"]
    assert f"control/{control}/2026-11-18" in shift.due()
    change(ben, control, version="1", **{**CONTROL, "recheck_by": "2026-11-25"})
    assert shift.outcomes(f"control/{control}/2026-11-18", f"control/{control}/2026-11-25") == [
        "taken_back",
        "",
    ]
    change(ben, control, version="2", end="1")
    assert not [id for id in shift.due() if id.startswith("control/")]


def test_a_handovers_row_about_a_control_settles_it(shift: Shift, ben: Browser) -> None:
    add(ben, "control", **CONTROL)
    control = only(shift, "control")["id"]
    rows = {"controls": [control], f"controls.{control}.control_holds": "met"}
    shift.record("handover_check", "2026-11-16T14:30:00Z", author="ben", chosen=rows)
    assert shift.outcomes(f"control/{control}/2026-11-18") == ["done"]


def test_only_managers_of_the_service_change_its_lists(world: World, shift: Shift, ben: Browser) -> None:
    add(ben, "control", **CONTROL)
    id = only(shift, "control")["id"]
    for name, code in (("ivo", 404), ("fay", 404), ("hana", 404), ("chidi", 303)):
        with world.signed_in(name) as browser:
            assert change(browser, id, version="1", end="1") == code
