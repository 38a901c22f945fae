"""An immediate concern is on every page of whoever may see it, until one of them says what was decided."""

import re
import sqlite3

import pytest

from server.concerns.store import _open_to
from server.identity.permissions import Role
from server.identity.viewer import Grant, Viewer
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

AT = "2026-11-16T08:50:00Z"
PAGES = ("/evidence", "/actions", "/due", "/lists", "/settings", "/tablets", "/held", "/concerns")


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def raise_one(shift: Shift, about_manager: str = "no") -> str:
    return shift.record(
        "immediate_concern", AT, chosen={"about_manager": about_manager, "person": "alder-1-a"}
    )


def acknowledge(browser: Browser, record: str, decision: str = "Moved to a safe room; GP rung.") -> int:
    answer = browser.post(
        f"/concerns/{record}/acknowledgement", data={"decision": decision}, follow_redirects=False
    )
    return answer.status_code


def test_a_concern_is_on_every_page_of_every_manager(world: World, shift: Shift, ben: Browser) -> None:
    raise_one(shift)
    with world.signed_in("dana") as dana:
        for browser in (ben, dana):
            for page in PAGES:
                assert "1 immediate concern" in browser.get(page).text, page


def test_it_is_on_no_page_of_others(world: World, shift: Shift) -> None:
    raise_one(shift)
    for name, page in (
        ("fay", "/evidence"),
        ("hana", "/evidence"),
        ("gus", "/tablets"),
        ("amina", "/me/observations"),
    ):
        with world.signed_in(name) as browser:
            assert "immediate concern" not in browser.get(page).text


def test_it_stays_until_acknowledged_by_name_with_a_decision(shift: Shift, ben: Browser) -> None:
    record = raise_one(shift)
    assert acknowledge(ben, record, "  ") == 422
    assert "1 immediate concern" in ben.get("/evidence").text
    assert acknowledge(ben, record) == 303
    assert "immediate concern" not in ben.get("/evidence").text
    shown = words_of(ben.get("/concerns"))
    for words in ("Acknowledged", "Ben Carter", "Moved to a safe room; GP rung.", "Mon 16 Nov 2026, 08:50"):
        assert words in shown


def test_the_first_acknowledgement_stands(world: World, shift: Shift, ben: Browser) -> None:
    record = raise_one(shift)
    acknowledge(ben, record)
    with world.signed_in("chidi") as chidi:
        assert acknowledge(chidi, record, "Something else") == 409
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        sql.execute("UPDATE concern_acknowledged SET decision = ''")


def test_pressing_twice_acknowledges_once(shift: Shift, ben: Browser) -> None:
    record = raise_one(shift)
    assert (acknowledge(ben, record), acknowledge(ben, record)) == (303, 303)


def test_no_page_reads_the_concerns_of_all_time_record_by_record(world: World) -> None:
    with world.sql() as sql:
        grants = (Grant(Role.REGISTERED_MANAGER, "alder"), Grant(Role.REGISTERED_MANAGER, "birch"))
        source, values = _open_to(Viewer("chidi", "Chidi", "", grants, {}, "", 1))
        steps = sql.execute(f"EXPLAIN QUERY PLAN SELECT count(*), count(a.record) FROM {source}", values)
        assert any("USING COVERING INDEX current_concerns" in step["detail"] for step in steps)


def test_who_answered_with_a_concern_about_a_manager_is_not_in_the_due_list(
    world: World, shift: Shift, ben: Browser
) -> None:
    examples = shift.catalogue.current("handover_check").examples
    marked = next(each for each in examples if each.concerns and not each.broken)
    record = shift.record("handover_check", "2026-11-16T07:30:00Z", marked.id, author="ben")
    hushed = shift.record(
        "immediate_concern", AT, spawned_by=f"{record}/concern", chosen={"about_manager": "yes"}
    )
    shown = ben.get("/due?state=done").text
    assert "Someone, Mon 16 Nov" in words_of(ben.get("/due?state=done"))
    assert "Amina" not in shown
    assert hushed not in shown
    with world.signed_in("dana") as dana:
        assert "Amina" in dana.get("/due?state=done").text


def test_a_concern_about_a_manager_goes_past_the_managers(world: World, shift: Shift, ben: Browser) -> None:
    record = raise_one(shift, about_manager="yes")
    assert "immediate concern" not in ben.get("/evidence").text
    assert record not in ben.get("/concerns").text
    assert acknowledge(ben, record) == 404
    with world.signed_in("dana") as dana:
        assert "About a manager" in dana.get("/evidence").text
        assert acknowledge(dana, record) == 303


def test_a_concern_about_a_manager_is_in_no_list(shift: Shift) -> None:
    raise_one(shift, about_manager="yes")
    assert shift.feed("recent") == {}
    assert not [id for id in shift.due() if not id.startswith("schedule/")]


def test_a_concern_that_was_taken_back_is_still_to_be_acknowledged(shift: Shift, ben: Browser) -> None:
    sealed = shift.seal("immediate_concern", AT)
    shift.send(sealed)
    shift.send(shift.tablet.correct(
        sealed, "By mistake", author="amina", unit="alder-1", recorded_at=AT, form="immediate_concern", withdrawn=1
    ))  # fmt: skip
    assert "Taken back by its author" in ben.get("/evidence").text


def test_the_page_says_that_nothing_rings(shift: Shift, ben: Browser) -> None:
    raise_one(shift)
    assert "no alarm" in ben.get("/evidence").text


def test_a_concern_marked_in_another_form_is_due_until_somebody_answers_it(shift: Shift) -> None:
    examples = shift.catalogue.current("handover_check").examples
    marked = next(each for each in examples if each.concerns and not each.broken)
    record = shift.record("handover_check", "2026-11-16T07:30:00Z", marked.id, author="ben")
    assert shift.due()[f"{record}/concern"]["form"] == "immediate_concern"
    shift.record("immediate_concern", "2026-11-16T07:35:00Z", spawned_by=f"{record}/concern")
    assert f"{record}/concern" not in shift.due()


def test_a_concern_from_a_tablet_out_of_use_is_held_and_still_on_every_page_until_acknowledged(
    world: World, shift: Shift, ben: Browser
) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE tablet SET revoked_at = '2026-11-16T08:00:00Z'")
    shift.send(shift.seal("immediate_concern", AT, chosen={"person": "alder-1-a"}), status="held")
    for page in PAGES:
        assert "1 immediate concern" in ben.get(page).text, page
    (held,) = re.findall(r'id="concern-(held-[0-9]+)"', ben.get("/concerns").text)
    assert "what they saw" in words_of(ben.get("/concerns")).lower()
    assert acknowledge(ben, held) == 303
    assert "immediate concern" not in ben.get("/evidence").text
    assert "Ben Carter" in words_of(ben.get("/concerns"))
    assert acknowledge(ben, "held-999999") == 404


def test_a_held_concern_about_a_manager_goes_past_the_managers(
    world: World, shift: Shift, ben: Browser
) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE tablet SET revoked_at = '2026-11-16T08:00:00Z'")
    shift.send(shift.seal("immediate_concern", AT, chosen={"about_manager": "yes"}), status="held")
    assert "immediate concern" not in ben.get("/evidence").text
    with world.signed_in("dana") as dana:
        assert "About a manager" in dana.get("/evidence").text
