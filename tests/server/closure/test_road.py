"""The road from a proposal to a closed action, the refusal, the checks afterwards, and what is kept of each step."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.closure import deciding, store
from server.closure.asking import OVERTAKEN, Actor, Asked, NotDecided
from server.closure.draw import draw
from server.closure.verifying import check_closures
from server.evidence import action_store
from server.identity.organisation import give_role
from server.identity.permissions import Role
from server.identity.scope import of_services
from server.rooms import Rooms
from tests.server.closure.road import NOTE, SAW, WHY, Road
from tests.server.evidence.arranged import words_of
from tests.server.reach import add_member
from tests.server.test_verify import House
from tests.server.world import START, World


def rows(world: World, sql_text: str, *values: object) -> list[dict[str, Any]]:
    with world.sql() as sql:
        return [dict(row) for row in sql.execute(sql_text, values)]


def faults(world: World) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    with world.sql() as sql:
        check_closures(sql, lambda where, what: found.append((where, what)))
    return found


def test_an_action_is_closed_by_three_people_and_all_of_it_is_kept(world: World) -> None:
    road = Road(world)
    road.walk()
    assert road.status == "closed"
    kept = rows(world, "SELECT step, who, version, passed FROM closure_decision ORDER BY version, step DESC")
    assert [(one["step"], one["who"], one["version"]) for one in kept] == [
        ("proposed", "chidi", 2),
        ("sampled", "ivo", 3),
        ("drawn", "ivo", 3),
        ("closed", "dana", 4),
    ]
    assert kept[-1]["passed"] == 10
    page = words_of(world.signed_in("dana").get(f"/actions/{road.action}/closure"))
    for words in (
        NOTE,
        SAW,
        "Ready to propose",
        "Check 1, Wed 16 Dec 2026: Due in 30 days",
        "Check 2, Sun 14 Feb 2027",
    ):
        assert words in page
    history = words_of(world.signed_in("chidi").get(f"/actions/{road.action}"))
    assert "State: from Under test → to Closed" in history
    assert faults(world) == []


def test_the_rules_and_the_evidence_are_frozen_with_the_decision(world: World) -> None:
    road = Road(world)
    road.walk()
    (row,) = rows(world, "SELECT said, rules FROM closure_decision WHERE step = 'closed'")
    rules, evidence = json.loads(row["rules"]), json.loads(row["said"])["evidence"]
    assert [(one["rule"], one["state"]) for one in rules] == [(number, "pass") for number in range(1, 11)]
    assert {(one["record"], one["version"]) for one in evidence} == {
        (record, 1) for record in (*road.observations, *road.audits)
    }
    road.observe("2026-11-15T09:00:00Z", "contradicts")
    assert "Ready to propose" in road.page()
    assert rows(world, "SELECT rules FROM closure_decision WHERE step = 'closed'")[0]["rules"] == row["rules"]


def test_the_draw_is_drawn_again_from_its_seed(world: World) -> None:
    road = Road(world)
    road.propose()
    road.draw()
    (row,) = rows(world, "SELECT said FROM closure_decision WHERE step = 'drawn'")
    said = json.loads(row["said"])["words"]
    assert sorted(said["from_records"]) == sorted([*road.observations, *road.audits])
    assert draw(said["from_records"], said["seed"], said["size"]) == road.drawn()
    assert said["seed"] in road.page("ivo")
    assert road.draw().status_code == 422
    assert len(rows(world, "SELECT 1 FROM closure_decision WHERE step = 'drawn'")) == 1


def test_a_refusal_says_why_and_its_checks_stand_on_the_action(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    assert "one check to a line" in words_of(road.refuse(checks="  "))
    assert (
        road.refuse(checks="Watch two more night rounds.\n\nAsk three families in Alder.").status_code == 303
    )
    assert road.status == "refused"
    page = words_of(world.signed_in("chidi").get(f"/actions/{road.action}"))
    assert "To be checked further Watch two more night rounds. Ask three families in Alder." in page
    step = {"step": "build", "reason": WHY, "version": str(road.version)}
    assert (
        world.signed_in("chidi")
        .post(f"/actions/{road.action}/steps", data=step, follow_redirects=False)
        .status_code
        == 303
    )
    assert "To be checked further" in words_of(world.signed_in("chidi").get(f"/actions/{road.action}"))
    assert 'id="answered-error"' in road.propose().text
    assert road.propose(answered="Two rounds were watched, and three families asked.").status_code == 303
    assert "To be checked further" not in words_of(world.signed_in("chidi").get(f"/actions/{road.action}"))
    road.draw()
    road.look()
    assert road.sign().status_code == 303
    assert faults(world) == []


def test_a_proposal_may_be_made_while_a_rule_fails_and_be_refused_for_it(world: World) -> None:
    road = Road(world, shifts=("day", "day"))
    assert "Evidence mixed — keep open" in road.page()
    assert road.propose().status_code == 303
    assert road.refuse("ivo").status_code == 303
    (row,) = rows(world, "SELECT rules FROM closure_decision WHERE step = 'refused'")
    assert [one["rule"] for one in json.loads(row["rules"]) if one["state"] == "fail"] == [5]


def test_nothing_recorded_is_not_supported(world: World) -> None:
    road = Road(world, measure_1="M04")
    for record in (*road.observations, *road.audits):
        with world.sql() as sql:
            sql.execute("DELETE FROM bearing WHERE record = ?", (record,))
    assert "Not supported" in road.page()


def test_a_closed_action_is_looked_at_after_thirty_and_ninety_days(world: World) -> None:
    road = Road(world)
    road.walk()
    assert road.send("ben", "check", held="yes", check_reason=SAW).status_code == 422
    world.clock.move(days=30)
    assert "Check 1: due today" in words_of(world.signed_in("ivo").get("/closures"))
    old = road.send("ben", "check", held="yes", check_reason=SAW)
    assert "It cannot be said that it holds. Rule 3: The newest of" in words_of(old)
    for at in ("2026-12-14T09:00:00Z", "2026-12-15T23:00:00Z"):
        road.observe(at)
    road.audit("2026-12-14T10:00:00Z")
    assert road.send("ben", "check", held="yes", check_reason=SAW).status_code == 303
    assert road.send("ben", "check", held="yes", check_reason=SAW).status_code == 422
    world.clock.move(days=62)
    assert "Overdue by 2 days" in road.page("ben")
    assert (
        road.send("ben", "check", held="no", check_reason="Bells rang for ten minutes again.").status_code
        == 303
    )
    assert "A check found that it does not hold" in road.page("ben")
    assert road.status == "closed"
    assert road.send("ben", "reopening", reopen_reason=SAW).status_code == 422
    assert road.send("ivo", "reopening", reopen_reason="short").status_code == 422
    assert road.send("ivo", "reopening", reopen_reason="It slipped at the second check.").status_code == 303
    assert road.status == "reopened"
    assert faults(world) == []


def test_a_high_risk_is_signed_by_the_deputy_who_is_named_and_on_those_days_alone(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    assert "Rule 9: A high risk is signed by the nominated individual" in words_of(road.sign("ben"))
    form = {"service": "alder", "staff": "ben", "since": "2026-11-16", "until": "2026-11-20"}
    for name in ("chidi", "ivo", "ben"):
        answer = world.signed_in(name).post("/closures/deputies", data=form)
        assert "Only the nominated individual" in words_of(answer)
    assert world.signed_in("fay").post("/closures/deputies", data=form).status_code == 404
    dana = world.signed_in("dana")
    for wrong in (
        {"staff": "dana"},
        {"staff": "eli"},
        {"since": "2026-11-15"},
        {"until": "2026-11-15"},
        {"until": "2027-11-15"},
    ):
        assert dana.post("/closures/deputies", data={**form, **wrong}).status_code == 422
    assert (
        dana.post(
            "/closures/deputies", data={**form, "since": "2026-11-17"}, follow_redirects=False
        ).status_code
        == 303
    )
    assert road.sign("ben").status_code == 422
    world.clock.move(days=1)
    assert "Ben Carter, Alder House: Tue 17 Nov 2026 to Fri 20 Nov 2026" in words_of(
        world.signed_in("ivo").get("/closures")
    )
    assert road.sign("ben").status_code == 303
    assert [
        one["details"]
        for one in rows(world, "SELECT details FROM identity_audit WHERE what = 'closure_deputy_named'")
    ] == ["2026-11-17 to 2026-11-20"]


def test_a_medium_risk_may_be_signed_by_another_registered_manager(world: World) -> None:
    with world.sql() as sql:
        give_role(sql, "fay", Role.REGISTERED_MANAGER, "alder", START)
    high = Road(world)
    high.walk_to_signature()
    assert "Rule 9" in words_of(high.sign("fay"))
    assert high.refuse("fay").status_code == 303
    with world.sql() as sql:
        sql.execute("UPDATE action SET risk = 'medium' WHERE id = ?", (high.action,))
    high.build()
    assert high.propose(answered=SAW).status_code == high.draw().status_code == high.look().status_code == 303
    assert high.sign("fay").status_code == 303


def test_two_who_sign_at_once_close_it_once(world: World) -> None:
    road = Road(world)
    road.walk_to_signature()
    rooms: Rooms = world.app.state["rooms"]

    def asked(who: str) -> Asked:
        actor = Actor(who, frozenset({Role.NOMINATED_INDIVIDUAL}), of_services(["alder"]))
        return Asked(
            action=road.action,
            version=road.version,
            actor=actor,
            catalogue=rooms.catalogue,
            now=world.clock(),
        )

    async def both() -> list[Any]:
        one, other = asked("dana"), asked("fay")
        both_at_once = await asyncio.gather(
            rooms.database.write(lambda sql: deciding.close(sql, one, reason=WHY)),
            rooms.database.write(lambda sql: deciding.close(sql, other, reason=WHY)),
            return_exceptions=True,
        )
        return list(both_at_once)

    with world._client.portal() as portal:
        closed, refused = sorted(portal.call(both), key=lambda one: isinstance(one, Exception))
    assert closed.step == "closed"
    assert isinstance(refused, NotDecided)
    assert refused.overtaken
    assert str(refused) == OVERTAKEN
    assert len(rows(world, "SELECT 1 FROM closure_decision WHERE step = 'closed'")) == 1


def test_a_page_that_was_overtaken_decides_nothing_and_keeps_what_was_typed(world: World) -> None:
    road = Road(world)
    stale = road.version
    assert road.propose().status_code == 303
    answer = road.send("chidi", "proposal", version=str(stale), note=NOTE, reason=WHY, checker="ben")
    assert answer.status_code == 409
    assert OVERTAKEN in words_of(answer)


def test_a_decision_that_fails_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    road = Road(world)
    road.walk_to_signature()

    def breaks(*_: object) -> None:
        raise RuntimeError("the disk went")

    monkeypatch.setattr(action_store, "take_decision", breaks)
    assert road.sign().status_code == 500
    assert (road.status, len(rows(world, "SELECT 1 FROM closure_decision"))) == ("testing", 3)
    assert faults(world) == []


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a closed action, at rest."""
    with World(tmp_path_factory.mktemp("closed")) as world:
        Road(world).walk()
    return world.settings.database


def run(*command: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(command), catch_exceptions=False)
    return done.exit_code, done.output


def decisions(path: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as sql:
        return sql.execute("SELECT * FROM closure_decision ORDER BY id").fetchall()


def test_decisions_survive_a_rebuild_and_a_restore(closed: Path, tmp_path: Path) -> None:
    before = decisions(closed)
    assert len(before) == 4
    copy = tmp_path / "sightline.db"
    shutil.copy(closed, copy)
    assert run("rebuild", "--database", str(copy))[0] == 0
    assert decisions(copy) == before
    other = tmp_path / "restored.db"
    assert run("restore", str(copy), "--database", str(other))[0] == 0
    assert decisions(other) == before
    assert run("verify", "--database", str(other))[0] == 0


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        (
            "UPDATE closure_decision SET reason = 'Another reason.' WHERE step = 'closed'",
            "not what its digest is of",
        ),
        ("UPDATE closure_decision SET who = 'chidi' WHERE step = 'sampled'", "not what its digest is of"),
        ("DELETE FROM closure_decision WHERE step = 'closed'", "missing: the audit trail tells of it"),
        ("DELETE FROM closure_decision WHERE step = 'closed'", "closed, and its history has no decision"),
        ("UPDATE closure_decision SET id = 'x' WHERE step = 'drawn'", "not what its digest is of"),
        (
            "UPDATE identity_audit SET details = '' WHERE what = 'closure_decided'",
            "no event of the audit trail",
        ),
    ],
)
def test_whoever_changes_a_decision_behind_the_servers_back_is_found_out(
    closed: Path, tmp_path: Path, tampering: str, words: str
) -> None:
    house = House.__new__(House)
    house.path = tmp_path / "sightline.db"
    shutil.copy(closed, house.path)
    assert house.verify()[0] == 0
    with house.tampering() as sql:
        sql.execute("PRAGMA foreign_keys = OFF")
        sql.execute(tampering)
    code, said = house.verify()
    assert code != 0
    assert words in said


def test_an_action_closed_behind_the_servers_back_is_found_out(world: World) -> None:
    road = Road(world)
    with world.sql() as sql:
        sql.execute("DROP TRIGGER action_closing_is_a_decision")
        sql.execute("UPDATE action SET status = 'closed' WHERE id = ?", (road.action,))
    assert faults(world) == [
        (f"action {road.action}", "closed, and its history has no decision that closed it")
    ]


def test_the_audit_trail_names_the_digest_of_each_decision(world: World) -> None:
    road = Road(world)
    road.walk()
    told = {
        row["details"]
        for row in rows(world, "SELECT details FROM identity_audit WHERE what = ?", store.EVENT)
    }
    kept = rows(world, "SELECT step, id, digest FROM closure_decision")
    assert told == {store.event_details(row["step"], row["id"], row["digest"]) for row in kept}
    assert "Took a step in closing an action" in words_of(world.signed_in("dana").get("/audit"))


def test_the_list_says_what_each_waits_for_and_leaves_out_other_services(world: World) -> None:
    road = Road(world)
    said = []
    for step in (road.propose, road.draw, road.look, road.sign):
        step()
        said.append(words_of(world.signed_in("ivo").get("/closures")))
    for page, words in zip(
        said,
        ("draw the sample", "sample to be looked at", "a signature, or a refusal", "Check 1: due in 30 days"),
        strict=True,
    ):
        assert words in page
    assert "No actions" in words_of(world.signed_in("fay").get("/closures"))
    file = world.signed_in("chidi").get("/closures.csv").text
    assert "Check 1: due in 30 days" in file
    assert "Chidi Okafor" not in file
    assert NOTE not in file
    assert world.signed_in("fay").get(f"/actions/{road.action}/closure").status_code == 404
    assert world.signed_in("amina").get(f"/actions/{road.action}/closure").status_code == 404


def test_whoever_sees_a_part_is_told_of_that_part_alone(world: World) -> None:
    road = Road(world)
    road.walk()
    with world.sql() as sql:
        add_member(sql, "una", Role.QUALITY_LEAD, "alder", "alder-2", world)
    page = words_of(world.signed_in("una").get(f"/actions/{road.action}/closure"))
    assert "You see a part of the records, so this is of that part" in page
    assert "It was closed" in page
    assert "there is no evidence dated after" in page.lower()
    for words in ("6 of 6", "What the rules said then", "drawn with the seed", "Agree "):
        assert words not in page
    assert "What the rules said then" in road.page("ivo")
