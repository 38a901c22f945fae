"""Every rule broken alone and in pairs, by every role, through the page, as a program and past the app: it never
closes, and whoever is told why is told the number and the words of each rule that is broken, and of no other.
"""

import itertools
import re
import sqlite3
from collections.abc import Iterator

import msgspec
import pytest

from server.closure import deciding, ten_rules
from server.closure.asking import Actor, Asked, NotDecided
from server.closure.facts import passed
from server.identity.permissions import Role
from server.identity.scope import of_services
from tests.server.closure.road import WHY
from tests.server.closure.switches import DEPUTY, SAID, SWITCHES, Ready, breaking
from tests.server.evidence.arranged import words_of
from tests.server.routes_of import routes_of
from tests.server.world import Browser, World

BROKEN = [*((rule,) for rule in SWITCHES), *itertools.combinations(SWITCHES, 2)]
# Whoever may sign is told the rules that are broken; who proposed, who sampled and who only writes, rule 9 as well
MAY_SIGN, MAY_WRITE = ("dana", DEPUTY), ("ben", "chidi", "ivo")
MAY_NOT = ("amina", "eli", "hana")
DOORS = {
    "/actions/new",
    "/actions/import",
    "/actions/import/applied",
    "/actions/none-such/edit",
    "/actions/none-such/steps",
    "/closures/deputies",
    *(
        f"/actions/none-such/closure/{door}"
        for door in ("proposal", "draw", "sample", "decision", "check", "reopening")
    ),
}
CLOSED = "UPDATE action SET status = 'closed', version = version + 1 WHERE id = ?"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with World(tmp_path_factory.mktemp("pairs")) as world:
        yield Ready(world)


@pytest.fixture(scope="module")
def everybody(ready: Ready) -> dict[str, Browser]:
    names = (*MAY_SIGN, *MAY_WRITE, *MAY_NOT)
    return {name: ready.world.signed_in(name) for name in names}


def stood(ready: Ready) -> tuple[str, int]:
    return ready.status, ready.version


def rules_named(words: str) -> set[int]:
    return {int(number) for number in re.findall(r"Rule (\d+): ", words)}


def test_no_set_of_one_or_two_broken_rules_closes_it_whoever_tries(
    ready: Ready, everybody: dict[str, Browser], capsys: pytest.CaptureFixture[str]
) -> None:
    before, tried = stood(ready), 0
    address = f"/actions/{ready.action}/closure/decision"
    form = {"version": str(ready.version), "outcome": "accept", "reason": WHY}
    for broken in BROKEN:
        with breaking(ready, broken):
            for name, browser in everybody.items():
                answer = browser.post(address, data=form, follow_redirects=False)
                tried += 1
                if name in MAY_NOT:
                    assert answer.status_code in (401, 403, 404), (broken, name)
                else:
                    assert answer.status_code == 422, (broken, name)
                    said = words_of(answer)
                    own = set() if name in MAY_SIGN else {9}
                    assert rules_named(said) == {*broken, *own}, (broken, name, said)
                    told = set(broken) - (own if name in MAY_WRITE else set())
                    assert all(SAID[rule] in said for rule in told), (broken, name, said)
                answer = browser.post(address, json=form, follow_redirects=False)
                tried += 1
                assert answer.status_code in (401, 403, 404, 415), (broken, name)
            with ready.world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="its own record"):
                sql.execute(CLOSED, (ready.action,))
            tried += 1
            assert stood(ready) == before, broken
    assert tried == 55 * (8 * 2 + 1) == 935
    with capsys.disabled():
        print(f" {tried} ways tried, {len(BROKEN)} sets of broken rules, {len(everybody)} people", end="")


@pytest.mark.parametrize("rule", SWITCHES)
def test_nothing_but_its_own_rule_stops_what_breaks_it(
    ready: Ready, monkeypatch: pytest.MonkeyPatch, rule: int
) -> None:
    """So that the test above would go red if a rule were taken out."""
    rooms = ready.world.app.state["rooms"]
    actor = Actor("dana", frozenset({Role.NOMINATED_INDIVIDUAL}), of_services(["alder"]))
    asked = Asked(
        action=ready.action,
        version=ready.version,
        actor=actor,
        catalogue=rooms.catalogue,
        now=ready.world.clock(),
    )
    without = tuple(
        msgspec.structs.replace(one, decide=lambda _: passed("It is not asked."))
        if one.number == rule
        else one
        for one in ten_rules.RULES
    )
    with breaking(ready, [rule]), ready.world.sql() as sql:
        sql.execute("BEGIN")
        with pytest.raises(NotDecided, match=f"Rule {rule}: "):
            deciding.close(sql, asked, reason=WHY)
        monkeypatch.setattr(ten_rules, "RULES", without)
        assert deciding.close(sql, asked, reason=WHY).step == "closed"
        sql.execute("ROLLBACK")
    assert ready.status == "testing"


def test_every_door_that_changes_an_action_is_one_that_was_looked_at(ready: Ready) -> None:
    changing = {
        address
        for method, address, _ in routes_of(ready.world.app)
        if method not in ("GET", "HEAD", "OPTIONS") and re.match(r"/(actions|closures)(/|$)", address)
    }
    assert changing == DOORS


def test_once_all_ten_hold_whoever_may_sign_closes_it(ready: Ready) -> None:
    """The last of this file: what was refused all along was the broken rules, and nothing else."""
    assert ready.sign(DEPUTY).status_code == 303
    assert ready.status == "closed"
