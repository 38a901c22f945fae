"""Who may do what. Every route with everybody is in test_walk.py."""

from datetime import timedelta

import pytest
from litestar import Litestar, get

from server.identity.guard import require_rules, rule_of
from server.identity.organisation import give_role
from server.identity.permissions import MAY, ROLE_NAMES, Permission, Role, Rule
from tests.server.routes_of import routes_of
from tests.server.world import CAST, Browser, World

HIDDEN = {"code": "not_found", "status": 404}


def test_every_role_has_a_line_in_the_table_and_a_name() -> None:
    assert set(MAY) == set(Role) == set(ROLE_NAMES)


def test_the_cast_covers_every_role() -> None:
    assert {role for _, role, _ in CAST.values()} == {*Role, None}


def test_no_route_is_without_a_rule(world: World) -> None:
    for method, address, handler in routes_of(world.app):
        assert isinstance(rule_of(handler), Permission | Rule), (method, address)


def test_an_app_with_a_route_without_a_rule_does_not_start() -> None:
    @get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(LookupError, match="/forgotten has no rule"):
        require_rules(Litestar([forgotten]).routes)


def refusal(client: Browser, method: str, address: str) -> str:
    """The problem's code, or "" when the request got through (a page, a redirect, a form to correct)."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.request(method, address, headers=form if method == "POST" else {}, follow_redirects=False)
    if answer.headers.get("content-type") != "application/problem+json":
        return ""
    return str(answer.json()["code"])


def test_a_tablets_cookie_opens_nothing_at_the_desk(world: World, oak: Browser) -> None:
    for method, address, handler in routes_of(world.app):
        if isinstance(rule_of(handler), Permission):
            assert refusal(oak, method, address) == "not_signed_in", (method, address)


def test_a_sign_in_opens_no_tablet_door(world: World, chidi: Browser) -> None:
    assert chidi.get("/sync/changes").status_code == 401


def test_a_role_counts_only_in_its_service(world: World) -> None:
    with world.tablet("alder-1", "Oak"), world.tablet("birch-1", "Elm"):
        pass
    with world.signed_in("chidi") as chidi:
        assert "Oak" in chidi.get("/tablets").text
        assert "Elm" not in chidi.get("/tablets").text
    with world.signed_in("fay") as fay:
        assert "Oak" not in fay.get("/tablets").text
    with world.signed_in("gus") as gus:
        assert {"Oak", "Elm"} <= {name for name in ("Oak", "Elm") if name in gus.get("/tablets").text}


def test_two_roles_in_two_services_do_not_mix(world: World) -> None:
    with world.sql() as sql:
        give_role(sql, "chidi", Role.VISITOR, "birch", world.clock())
    with world.signed_in("chidi") as chidi, world.tablet("birch-1", "Elm"):
        assert "Elm" not in chidi.get("/tablets").text
        assert "Birch Row 1" not in chidi.get("/tablets").text


def test_a_visit_ends_on_its_day(world: World) -> None:
    with world.sql() as sql:
        give_role(sql, "eli", Role.VISITOR, "alder", world.clock(), world.clock() + timedelta(days=1))
    with world.signed_in("eli") as eli:
        assert eli.get("/", follow_redirects=False).headers["location"] == "/evidence"
    world.clock.move(days=1)
    with world.signed_in("eli") as eli:
        assert eli.get("/evidence").status_code == 404


def test_a_role_that_has_not_begun_opens_nothing(world: World) -> None:
    with world.sql() as sql:
        give_role(sql, "eli", Role.VISITOR, "alder", world.clock() + timedelta(days=1))
    with world.signed_in("eli") as eli:
        assert eli.get("/evidence").status_code == 404
