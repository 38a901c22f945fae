"""Nothing that somebody may not see appears in any page, file, count or stream: units, services, what few may see."""

import random

import pytest

from server.evidence import live
from server.identity.permissions import Permission, Role
from server.identity.scope import Scope
from server.identity.viewer import Grant, Viewer
from tests.server.reach import LISTENS, UNITS, Reach, add_member
from tests.server.world import Browser, World

SEEDS = (11, 2026, 31415)
# Who looks: role, service, unit
LOOKING = (
    (Role.SHIFT_MANAGER, "alder", "alder-1"),
    (Role.SHIFT_MANAGER, "birch", "birch-2"),
    (Role.QUALITY_LEAD, "alder", "alder-2"),
    (Role.NOMINATED_INDIVIDUAL, "alder", "alder-2"),
    (Role.REGISTERED_MANAGER, "birch", ""),
    (Role.VISITOR, "alder", ""),
)
# Pages that show something else when the address says so
NARROWED = (
    *(f"/due?state={state}" for state in ("late", "done", "not_needed", "taken_back")),
    *(
        f"/{page}?unit={unit}"
        for page in ("evidence", "evidence.csv", "due", "actions.json")
        for unit in UNITS
    ),
    *(f"/evidence?person={unit}-a" for unit in UNITS),
    *(
        f"/evidence?{limit}"
        for limit in ("author=bea", "author=amina", "service=alder", "service=birch", "flag=late")
    ),
    "/evidence?review=new&flag=concern",
    "/evidence.json?text=staff",
)


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.05)


def scope_of(role: Role, service: str, unit: str, permission: Permission) -> Scope:
    grants = (Grant(role, service, unit),)
    return Viewer("x", "X", "x@example.test", grants, {}, "", 1).scope(permission)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_out_of_reach_appears_anywhere(world: World, seed: int) -> None:
    chance = random.Random(seed)
    reach = Reach(world, chance)
    reach.fill(40)
    role, service, unit = chance.choice(LOOKING)
    with world.sql() as sql:
        add_member(sql, "uma", role, service, unit, world)
    evidence, held = (
        scope_of(role, service, unit, permission)
        for permission in (Permission.READ_EVIDENCE, Permission.READ_HELD)
    )
    may_see = [made for made in reach.made if made.fits(held if made.held else evidence)]
    hidden = [made for made in reach.made if made not in may_see]
    assert may_see
    assert hidden
    looked_at = 0
    with world.signed_in("uma") as uma:
        for address in [*(address for address, _ in reach.reads()), *NARROWED]:
            text = uma.get(address).text
            looked_at += 1
            for made in hidden:
                assert made.word not in text, (seed, role, unit, address, made)
                if made.id not in address:
                    assert made.id not in text, (seed, role, unit, address, made)
        for made in hidden:
            assert uma.get(f"/evidence/{made.id}").status_code == 404, (seed, made)
            assert uma.get(f"/evidence.json?text={made.word}").json()["records"] == []
        counted = [made for made in may_see if not made.held]
        assert {one["record"] for one in uma.get("/evidence.json").json()["records"]} == {
            made.id for made in counted
        }, (seed, role, unit)
        assert_counts(uma, counted, reach, (seed, role, unit))
    assert looked_at > 100


def assert_counts(uma: Browser, counted: list, reach: Reach, about: object) -> None:  # type: ignore[type-arg]
    """The list's own count, what each action is said to have, and the live badge count what may be seen alone."""
    words = {0: "No records", 1: "1 record"}.get(len(counted), f"{len(counted)} records")
    assert words in uma.get("/evidence").text, about
    for line in uma.get("/actions.json").json()["actions"]:
        bearing = [made for made in counted if line["id"] in made.actions and not made.restricted]
        said = line["supports"] + line["contradicts"] + line["inconclusive"]
        assert said == len(bearing), (about, line["id"])
    told = uma.get("/evidence/live?mark=0").text
    assert f"data: {len(counted)}\n" in told or not counted, about


def test_every_live_stream_is_looked_through_too(world: World) -> None:
    reach = Reach(world, random.Random(1))
    reach.fill(4)
    assert any(LISTENS.search(address) for address, _ in reach.reads())


def test_a_role_in_one_unit_gives_nothing_that_is_about_the_service(world: World) -> None:
    with world.sql() as sql:
        add_member(sql, "uma", Role.REGISTERED_MANAGER, "alder", "alder-1", world)
    with world.signed_in("uma") as uma:
        for address in ("/evidence", "/actions", "/due", "/lists", "/settings", "/tablets", "/held"):
            assert uma.get(address).status_code == 200, address
        for address in ("/actions/new", "/lists/new/control", "/visitors"):
            assert uma.get(address).status_code == 404, address
        assert uma.post("/tablets/codes", data={"name": "Elm", "unit": "alder-1"}).status_code == 404


def test_a_correction_that_moves_a_record_takes_all_of_it_along(world: World) -> None:
    reach = Reach(world, random.Random(5))
    reach.fill(30)
    with world.sql() as sql:
        add_member(sql, "uma", Role.SHIFT_MANAGER, "alder", "alder-1", world)
        row = sql.execute(
            "SELECT record FROM record_version WHERE unit = 'alder-1' AND restricted = 0 LIMIT 1"
        ).fetchone()
        with world.signed_in("uma") as uma:
            assert uma.get(f"/evidence/{row['record']}").status_code == 200
            # As the projection of a second version would have it
            sql.execute("UPDATE record_version SET current = 0 WHERE record = ?", (row["record"],))
            copy = dict(
                sql.execute("SELECT * FROM record_version WHERE record = ?", (row["record"],)).fetchone()
            )
            copy |= {"seq": copy["seq"] + 10_000, "version": 2, "unit": "alder-2", "current": 1}
            sql.execute("PRAGMA foreign_keys = OFF")
            sql.execute(
                f"INSERT INTO record_version ({', '.join(copy)}) VALUES ({', '.join('?' * len(copy))})",
                tuple(copy.values()),
            )
            for address in (f"/evidence/{row['record']}", f"/evidence/{row['record']}?version=1"):
                assert uma.get(address).status_code == 404
