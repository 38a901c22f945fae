"""The states of an action: what may follow what, who may do it, and that nothing here closes one."""

import itertools
import re
import sqlite3

import pytest
from litestar.routes import HTTPRoute

from server.cli import main
from server.evidence.action_states import STATES, STEPS, NotAStep, shown, step_to_take, steps_from
from server.identity.permissions import MAY, Permission, Role
from tests.server.evidence.arranged import make_action, words_of
from tests.server.evidence.floor import Floor, bearing
from tests.server.evidence.test_withdrawn import take_back
from tests.server.world import Browser, World

WHY = "The first sample was drawn on Monday."


def status_of(world: World, action: str) -> str:
    with world.sql() as sql:
        return str(sql.execute("SELECT status FROM action WHERE id = ?", (action,)).fetchone()[0])


def put(world: World, action: str, status: str) -> None:
    """Bring an action into a state that only a decision leads to, as issue 7's records will."""
    with world.sql() as sql:
        sql.execute("UPDATE action SET status = ? WHERE id = ?", (status, action))


def step(browser: Browser, action: str, name: str, version: int = 1, reason: str = WHY) -> int:
    form = {"step": name, "reason": reason, "version": str(version)}
    return browser.post(f"/actions/{action}/steps", data=form, follow_redirects=False).status_code


def test_every_state_is_reached_from_open_and_left_again() -> None:
    after = {state: {one.after for one in STEPS.values() if state in one.before} for state in STATES}
    reached, new = {"open"}, {"open"}
    while new:
        new = {other for state in new for other in after[state]} - reached
        reached |= new
    assert reached == set(STATES)
    assert all(after.values())


def test_the_steps_are_those_of_the_documents() -> None:
    assert {(before, one.after) for one in STEPS.values() for before in one.before} == {
        ("open", "building"),
        ("refused", "building"),
        ("reopened", "building"),
        ("building", "proposed"),
        ("proposed", "building"),
        ("proposed", "testing"),
        ("proposed", "refused"),
        ("testing", "refused"),
        ("testing", "closed"),
        ("closed", "reopened"),
    }


def test_only_evidence_makes_an_open_action_build_by_itself() -> None:
    assert shown("open", False) == "open"
    assert shown("open", True) == "building"
    for state in set(STATES) - {"open"}:
        assert shown(state, True) == shown(state, False) == state


def test_no_decision_is_offered_or_taken_whoever_asks() -> None:
    everybody = frozenset(Role)
    for name, state in itertools.product(STEPS, STATES):
        if STEPS[name].decision:
            with pytest.raises(NotAStep):
                step_to_take(name, state, everybody)
    assert {one.name for state in STATES for one in steps_from(state, everybody)} == {
        "build",
        "withdraw_proposal",
    }


@pytest.mark.parametrize("role", Role)
def test_a_step_is_for_those_who_may_write_actions(role: Role) -> None:
    writes = Permission.WRITE_ACTIONS in MAY[role]
    assert [one.name for one in steps_from("open", {role})] == (["build"] if writes else [])
    assert [one.name for one in steps_from("proposed", {role})] == (["withdraw_proposal"] if writes else [])


def test_collecting_is_begun_by_hand_with_a_reason_and_stands_in_the_history(
    world: World, chidi: Browser
) -> None:
    action = make_action(chidi)
    assert "Begin to collect evidence" in chidi.get(f"/actions/{action}").text
    assert step(chidi, action, "build") == 303
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "State: from Open → to Evidence building" in page
    assert WHY in page
    assert "Begin to collect evidence" not in page
    assert status_of(world, action) == "building"


@pytest.mark.parametrize("reason", ["", "   short  ", "x" * 501])
def test_a_step_without_a_reason_is_refused_and_says_so(world: World, chidi: Browser, reason: str) -> None:
    action = make_action(chidi)
    answer = chidi.post(f"/actions/{action}/steps", data={"step": "build", "reason": reason, "version": "1"})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert "Write why, in 10 to 500 letters" in words_of(answer)
    assert status_of(world, action) == "open"


def test_a_proposal_is_withdrawn_with_a_reason(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    put(world, action, "proposed")
    assert "Withdraw the proposal" in chidi.get(f"/actions/{action}").text
    assert step(chidi, action, "withdraw_proposal") == 303
    assert status_of(world, action) == "building"


def test_a_step_that_was_overtaken_says_so_and_does_nothing(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    assert step(chidi, action, "build", version=7) == 409
    assert step(chidi, action, "build") == 303
    assert step(chidi, action, "build", version=2) == 422
    assert status_of(world, action) == "building"


def test_a_record_that_counts_begins_it_and_one_withdrawn_never_did(floor: Floor, chidi: Browser) -> None:
    action = make_action(chidi)

    def page() -> str:
        return words_of(chidi.get(f"/actions/{action}"))

    def in_state(state: str) -> bool:
        return 'class="register-title"' in chidi.get(f"/actions?state={state}").text

    assert "Begin to collect evidence" in page()
    sealed = floor.seal(chosen={"note": "Seen."}, bearings=[bearing(action, "inconclusive")])
    floor.send(sealed)
    assert "Evidence building" in page()
    assert "Begin to collect evidence" not in page()
    assert (in_state("building"), in_state("open")) == (True, False)
    floor.send(take_back(floor, sealed, "It was another house"))
    assert "Begin to collect evidence" in page()
    assert (in_state("building"), in_state("open")) == (False, True)


@pytest.mark.parametrize("state", sorted(set(STATES) - {"closed"}))
def test_the_database_itself_closes_no_action(world: World, chidi: Browser, state: str) -> None:
    action = make_action(chidi)
    put(world, action, state)
    with world.sql() as sql:
        with pytest.raises(sqlite3.IntegrityError, match="a decision with its own record"):
            sql.execute("UPDATE action SET status = 'closed', title = 'Done' WHERE id = ?", (action,))
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            sql.execute("UPDATE action SET status = 'done' WHERE id = ?", (action,))
    assert status_of(world, action) == state


def test_no_action_is_made_in_another_state_than_open(world: World, chidi: Browser) -> None:
    make_action(chidi)
    with world.sql() as sql:
        row = dict(sql.execute("SELECT * FROM action").fetchone())
        row |= {"id": "other", "number": 2, "status": "closed"}
        places = ", ".join("?" * len(row))
        with pytest.raises(sqlite3.IntegrityError, match="begins open"):
            sql.execute(f"INSERT INTO action ({', '.join(row)}) VALUES ({places})", tuple(row.values()))


@pytest.mark.parametrize("name", ["ben", "chidi", "dana", "ivo"])
def test_no_door_decides_about_an_action_whatever_is_sent_to_it(
    world: World, chidi: Browser, name: str
) -> None:
    states = ("open", "building", "proposed", "testing", "refused", "reopened")
    actions = [make_action(chidi, title=f"Bells {state}") for state in states]
    for action, state in zip(actions, states, strict=True):
        put(world, action, state)
    doors = [
        (method, route.path_format)
        for route in world.app.routes
        if isinstance(route, HTTPRoute) and route.path_format.startswith("/actions")
        for method in route.methods
        if method == "POST"
    ]
    assert len(doors) >= 5
    with world.signed_in(name) as browser:
        for (_, address), action, wanted in itertools.product(doors, actions, STEPS):
            if STEPS[wanted].decision:
                form = dict.fromkeys(("status", "state", "decision", "outcome"), STEPS[wanted].after)
                form |= {"step": wanted, "reason": WHY, "version": "1"}
                answer = browser.post(re.sub(r"\{[^}]*\}", action, address), data=form)
                assert answer.status_code < 500
    assert [status_of(world, action) for action in actions] == list(states)


def test_no_command_is_about_actions() -> None:
    assert [name for name in main.commands if "action" in name or "clos" in name] == []
