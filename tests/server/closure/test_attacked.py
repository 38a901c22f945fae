"""Closing attacked: every rule broken, by every role, through the pages, as a program would, and in the database."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from server.evidence.action_states import STEPS, NotAStep
from server.evidence.action_store import read_one, take_step
from server.identity.organisation import give_role
from server.identity.permissions import Role
from tests.server.closure.road import NOTE, WHY, Road
from tests.server.evidence.arranged import words_of
from tests.server.review.reviewing import review
from tests.server.world import CAST, START, World

CLOSED = "UPDATE action SET status = 'closed', version = version + 1 WHERE id = ?"
DOORS = ("proposal", "draw", "sample", "decision", "check", "reopening")


def leave(world: World, staff: str) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE staff SET left_at = '2026-11-16' WHERE id = ?", (staff,))


def found_twice(road: Road) -> None:
    for at in ("2026-09-20T10:00:00Z", "2026-11-15T10:00:00Z"):
        road.audit(at, example="no_impact_check")
    for day in range(9, 14):
        road.audit(f"2026-11-{day:02}T10:00:00Z")
    for hour in range(11, 16):
        road.audit(f"2026-11-09T{hour}:00:00Z")


def unmet(road: Road) -> None:
    for day in (9, 10):
        road.audit(f"2026-11-{day:02}T10:00:00Z", example="no_impact_check", bearings=[])


def said_otherwise(road: Road) -> None:
    road.shift.record(
        "lived_experience", "2026-11-14T10:00:00Z", "a_son_says_worse", bearings=[road.bearing("contradicts")]
    )


def concern(road: Road, example: str = "at_the_top_of_the_stairs") -> str:
    chosen = {"what": "told_not_to_report"}
    return road.shift.record("immediate_concern", "2026-11-15T10:00:00Z", example, chosen=chosen)


def nothing(road: Road) -> None:
    """The road itself was made so."""


BROKEN: dict[int, tuple[dict[str, Any], Callable[[Road], object]]] = {
    1: ({"owner": "amina"}, lambda road: leave(road.world, "amina")),
    2: ({}, unmet),
    3: ({}, lambda road: road.world.clock.move(days=33)),
    4: ({}, said_otherwise),
    5: ({"shifts": ("day", "day")}, nothing),
    6: ({}, concern),
    7: ({}, found_twice),
    10: ({}, lambda road: leave(road.world, "ben")),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_stops_every_role_at_the_last_step_and_is_named(world: World, rule: int) -> None:
    made, break_it = BROKEN[rule]
    road = Road(world, **made)
    road.walk_to_signature()
    break_it(road)
    here = [name for name in CAST if not (rule in (1, 10) and name in ("amina", "ben"))]
    for name in here:
        answer = road.sign(name)
        assert answer.status_code in (303, 401, 404, 422), (name, answer.text)
        assert answer.status_code != 303 or answer.headers["location"].startswith("/sign-in")
        assert road.status == "testing", name
    said = road.sign("dana")
    assert said.status_code == 422
    assert f"Rule {rule}: " in words_of(said)
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="its own record"):
        sql.execute(CLOSED, (road.action,))


@pytest.mark.parametrize(
    "note", ["Done.", "We did everything that was in the plan, and it all went very well."]
)
def test_a_note_that_says_nothing_is_no_proposal(world: World, note: str) -> None:
    road = Road(world)
    answer = road.propose("chidi", note=note)
    assert (answer.status_code, road.status) == (422, "open")
    assert "Rule 8: The closure note" in words_of(answer)
    assert note in answer.text
    assert road.propose("chidi", note="Done." + " " * 40).status_code == 422


@pytest.mark.parametrize("step", ["propose", "draw", "look", "sign"])
def test_each_step_is_for_its_own_role(world: World, step: str) -> None:
    road = Road(world)
    mine = {"propose": "chidi", "draw": "ivo", "look": "ivo", "sign": "dana"}
    for before in list(mine)[: list(mine).index(step)]:
        assert getattr(road, before)().status_code == 303
    stood = (road.status, road.version)
    # The nominated individual may sample too, where nobody else does (domain/2 D2)
    others = set(CAST) - {mine[step]} - ({"dana"} if step == "draw" else set())
    for name in sorted(others):
        answer = getattr(road, step)(name)
        assert answer.status_code in (303, 401, 404, 422), (name, answer.status_code)
        assert (road.status, road.version) == stood, name
    assert getattr(road, step)().status_code == 303


def test_one_person_cannot_take_two_steps_whatever_roles_they_have(world: World) -> None:
    with world.sql() as sql:
        for staff in ("chidi", "ivo", "dana"):
            for role in ("registered_manager", "quality_lead", "nominated_individual"):
                give_role(sql, staff, Role(role), "alder", START)
    road = Road(world)
    assert road.propose().status_code == 303
    assert "Rule 9: whoever proposes" in words_of(road.draw("chidi"))
    assert "Rule 9: whoever proposed it withdraws" in words_of(road.refuse("chidi"))
    assert road.draw().status_code == 303
    assert "Rule 9: whoever drew the sample looks at it" in words_of(road.look("dana"))
    assert road.look().status_code == 303
    for name in ("chidi", "ivo"):
        assert "Rule 9: Whoever proposed it or drew the sample may not sign" in words_of(road.sign(name))
    assert road.status == "testing"
    assert road.sign().status_code == 303


def test_a_sample_that_does_not_agree_stops_it(world: World) -> None:
    road = Road(world)
    assert [one.status_code for one in (road.propose(), road.draw(), road.look(agree="no"))] == [303] * 3
    said = road.sign()
    assert said.status_code == 422
    assert "Rule 9: In 5 of 5 of the sample" in words_of(said)


def test_a_sample_is_looked_at_whole(world: World) -> None:
    road = Road(world)
    assert (road.propose().status_code, road.draw().status_code) == (303, 303)
    assert road.look(agrees_2="").status_code == 422
    assert road.look(record_2=road.drawn()[0]).status_code == 422
    assert road.look(seen_2="short").status_code == 422
    assert "Rule 9: nobody has looked at the sample yet" in words_of(road.sign())


def test_whoever_alone_recorded_it_does_not_close_it(world: World) -> None:
    road = Road(world)
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET author = 'dana'")
    road.walk_to_signature()
    assert "Rule 9: Whoever signs is the only author" in words_of(road.sign())
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET author = 'chidi'")
    assert "Rule 9: Whoever proposes closing it is the only author" in words_of(road.sign())
    assert road.status == "testing"


def test_a_plan_changed_after_the_proposal_is_proposed_again(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    with world.sql() as sql:
        sql.execute(
            "UPDATE action SET version = version + 1, changed_what = 'Something else.' WHERE id = ?",
            (road.action,),
        )
    assert "Rule 1: the plan was changed after closing was proposed" in words_of(road.sign())


def test_evidence_taken_out_between_page_and_signature_counts_no_more(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    with world.signed_in("dana") as dana:
        page = dana.get(f"/actions/{road.action}/closure").text
        assert "Ready to propose" in page
        for record in road.observations:
            assert (
                review(world.signed_in("ivo"), record, "set_aside", "It was of another house.").status_code
                == 303
            )
        said = road.send(dana, "decision", outcome="accept", reason=WHY)
    assert said.status_code == 422
    assert "Rule 5: No observation and no record of live practice" in words_of(said)
    assert road.status == "testing"


def test_a_concern_about_the_manager_stops_it_and_only_who_may_see_it_is_told(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    assert "Ready to propose" in road.page("chidi")
    concern(road, "about_the_manager")
    assert "Ready to propose" in road.page("chidi")
    assert "An immediate concern" not in road.page("chidi")
    said = road.sign("dana")
    assert "Rule 6: An immediate concern of Sun 15 Nov 2026 that nobody has acknowledged" in words_of(said)
    assert road.status == "testing"


def test_no_program_takes_a_step(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    body = {
        "version": str(road.version),
        "outcome": "accept",
        "reason": WHY,
        "status": "closed",
        "note": NOTE,
    }
    for name in ("chidi", "ivo", "dana"):
        browser = world.signed_in(name)
        for door in DOORS:
            address = f"/actions/{road.action}/closure/{door}"
            assert browser.post(address, json=body).status_code == 415
            for method in ("PUT", "PATCH", "DELETE"):
                assert browser.request(method, address, json=body).status_code in (404, 405)
        for address in (f"/actions/{road.action}", f"/actions/{road.action}/closure"):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert browser.request(method, address, json=body).status_code in (404, 405)
        form = {"step": "close", "reason": WHY, "version": str(road.version)}
        assert browser.post(f"/actions/{road.action}/steps", data=form).status_code == 422
    assert road.status == "testing"


def test_no_address_from_elsewhere_takes_a_step(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    browser = world.signed_in("dana")
    answer = browser.post(
        f"/actions/{road.action}/closure/decision",
        data={"outcome": "accept", "reason": WHY, "version": str(road.version)},
        headers={"origin": "https://elsewhere.example"},
    )
    assert (answer.status_code, road.status) == (403, "testing")


def test_no_file_closes_an_action(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    browser = world.signed_in("chidi")
    lines = browser.get("/actions.csv").content.decode("utf-8-sig").splitlines()
    file = "\n".join([lines[0], re.sub("Under test", "Closed", lines[1])])
    answer = browser.post("/actions/import", files={"file": ("actions.csv", file.encode(), "text/csv")})
    assert answer.status_code < 500
    assert road.status == "testing"


def test_the_database_takes_no_closing_without_three_people_and_ten_rules(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    with world.sql() as sql:
        proposal = sql.execute("SELECT * FROM closure_decision WHERE step = 'proposed'").fetchone()
        forged = dict(proposal) | {"id": "forged", "step": "closed", "version": road.version + 1}

        def put(**changed: Any) -> None:
            row = forged | {"digest": str(changed), **changed}
            sql.execute(
                f"INSERT INTO closure_decision ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                tuple(row.values()),
            )

        for who in ("chidi", "ivo"):
            with pytest.raises(sqlite3.IntegrityError, match="a third signs"):
                put(who=who, passed=10)
        for passed in (0, 9, 11):
            with pytest.raises(sqlite3.IntegrityError, match="all ten rules"):
                put(who="dana", passed=passed)
        for version in (road.version + 2, road.version + 9):
            sql.execute("BEGIN")
            put(who="dana", passed=10, version=version)
            with pytest.raises(sqlite3.IntegrityError, match="its own record"):
                sql.execute(CLOSED, (road.action,))
            sql.execute("ROLLBACK")
        for verb in ("UPDATE closure_decision SET reason = 'Another.'", "DELETE FROM closure_decision"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed or deleted"):
                sql.execute(verb)
    assert road.status == "testing"


def test_a_closed_action_is_opened_by_a_decision_alone(world: World) -> None:
    road = Road(world)
    road.walk()
    for state in ("open", "building", "reopened", "testing"):
        with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="reopening an action"):
            sql.execute(
                "UPDATE action SET status = ?, version = version + 1 WHERE id = ?", (state, road.action)
            )


def test_a_plain_step_never_closes(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    with world.sql() as sql, pytest.raises(NotAStep):
        take_step(
            sql, read_one(sql, road.action), road.version, STEPS["close"], WHY, "dana", "2026-11-16T09:00:00Z"
        )
