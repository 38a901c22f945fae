"""Every route and method, asked for by everybody, with the ids of real things: the table decides, and nothing else.

A 404 that means "not yours" cannot hide behind one that means "no such thing", for the thing is there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from server.evidence import live
from server.identity.guard import rule_of
from server.identity.permissions import BY_UNIT, MAY, OF_SERVICE, Permission, Role, Rule
from tests.server.cases.steps import open_case
from tests.server.complaints.test_complaints import add as add_complaint
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, send_record
from tests.server.reach import add_member
from tests.server.test_visitors import let_in
from tests.server.world import CAST, Browser, World, take_out

FORM = {"content-type": "application/x-www-form-urlencoded"}
# A stream of somebody who may hear it ends by itself; what is asked of it is only whether it begins
STREAM_SECONDS = 0.05
# Addresses of one's own things: there is nothing behind them for somebody else
OWN = (
    "/me/observations/{record",
    "/me/account/sessions/{session_id",
    "/log/alarms/{alarm",
    "/retention/holds/{hold",
    "/retention/decisions",
    "/saved-filters/",
    "/learning/{listed",
)
# What a change must at least say to be about something that is there
_SHIFT = {"service": "alder", "unit": "alder-1", "day": "2026-11-16", "shift": "day"}
SENDS = {
    "/settings/lock_seconds": {"service": "alder"},
    "/saved-filters": {"address": "/evidence"},
    "/measures/new": {"form": "practice_observation"},
    "/staffing/shift/figures": _SHIFT,
    "/staffing/shift/review": _SHIFT,
    "/staffing/needs": {"service": "alder", "need_unit": "alder-1"},
}
# Asked for last: they end the walk of whoever asks
PARTING = ("/sign-out", "/me/account/other-sessions/ending")


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", STREAM_SECONDS)


@dataclass
class House:
    """Alder House with one of everything in its first unit. `ids` fills the parameters of an address."""

    world: World
    ids: dict[str, str]

    def routes(self) -> Iterator[tuple[str, str, HTTPRouteHandler, bool]]:
        """Method, address, handler, and whether what the address names is there."""
        for route in self.world.app.routes:
            if not isinstance(route, HTTPRoute) or route.path_format in PARTING:
                continue
            names = re.findall(r"\{([^}:]*)[^}]*\}", route.path_format)
            address = route.path_format
            for name in names:
                address = re.sub(rf"\{{{name}[^}}]*\}}", self.value(name, route.path_format), address)
            real = all(name in self.ids for name in names) and not route.path_format.startswith(OWN)
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods):
                    yield str(method), address, handler, real

    def value(self, name: str, path: str) -> str:
        if path.startswith("/concerns/"):
            return self.ids["concern"]
        return self.ids.get(name, "none-such")


@pytest.fixture
def house(world: World) -> House:
    with world.tablet("alder-1", "Oak") as oak, world.signed_in("chidi") as chidi:
        record = send_record(oak, make_action(chidi))
        concern = Shift(world).record(
            "immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no", "person": "alder-1-a"}
        )
        chidi.post(
            "/lists/new/complaint",
            data={"title": "Cold tea", "received_on": "2026-11-10", "service": "alder"},
        )
        case, complaint = open_case(chidi), add_complaint(chidi)
        assert let_in(chidi).status_code == 201
    with world.sql() as sql:
        add_member(sql, "uma", Role.SHIFT_MANAGER, "alder", "alder-1", world)
        add_member(sql, "una", Role.SHIFT_MANAGER, "alder", "alder-2", world)
        add_member(sql, "vic", Role.VISITOR, "alder", "", world)
        sql.execute("UPDATE staff_role SET ends = ? WHERE staff = 'vic'", (world.clock().isoformat(),))
        one = {
            name: sql.execute(f"SELECT {column} FROM {table} {more}").fetchone()[0]
            for name, column, table, more in (
                ("action_id", "id", "action", ""),
                ("listed_id", "id", "listed", ""),
                ("visit", "id", "visit", ""),
                ("tablet_id", "id", "tablet", "WHERE name = 'Oak'"),
            )
        }
    return House(
        world,
        one
        | {
            "record": record,
            "concern": concern,
            "staff_id": "amina",
            "kind_name": "complaint",
            "name": "lock_seconds",
            "form": "practice_observation",
            "version": "1",
            "what": "evidence",
            "log_code": "shift-review",
            "view_kind": "units",
            "view_of": "alder-1",
            "case_id": case.removeprefix("/cases/"),
            "complaint_id": complaint.removeprefix("/complaints/"),
            "act_name": "said",
        },
    )


def given(name: str) -> Callable[[Permission], bool]:
    """What the table gives this member of the cast, or one of those made here."""
    role, unit = {
        "uma": (Role.SHIFT_MANAGER, "alder-1"),
        "una": (Role.SHIFT_MANAGER, "alder-2"),
        "vic": (None, ""),
    }.get(name, (CAST[name][1] if name in CAST else None, ""))

    def gives(permission: Permission) -> bool:
        return (
            role is not None
            and permission in MAY[role]
            and (not unit or permission in BY_UNIT or permission in OF_SERVICE)
        )

    return gives


def code_of(client: Browser, method: str, address: str) -> str:
    """The problem's code, or "" when the request got through (a page, a redirect, a form to correct)."""
    sent = {"data": SENDS[address]} if method == "POST" and address in SENDS else {}
    headers = FORM if method == "POST" else {}
    answer = client.request(method, address, headers=headers, follow_redirects=False, **sent)
    if answer.headers.get("content-type") != "application/problem+json":
        return "" if answer.status_code < 500 else "server_error"
    return str(answer.json()["code"]) if method != "HEAD" else str(answer.status_code)


DESK = (*CAST, "uma", "una", "vic", "stranger")
# Their services hold nothing of Alder House, or nothing of its first unit
ELSEWHERE = ("fay", "una")


@pytest.mark.parametrize("name", DESK)
def test_every_route_does_for_everybody_what_the_table_says(house: House, name: str) -> None:
    world, gives = house.world, given(name)
    with world.client() if name == "stranger" else world.signed_in(name) as client:
        for method, address, handler, real in house.routes():
            rule = rule_of(handler)
            if rule is Rule.PUBLIC:
                continue
            code, about = code_of(client, method, address), (name, method, address, rule)
            if rule in (Rule.TABLET, Rule.TABLET_EVEN_REVOKED):
                assert code == "not_enrolled", about
            elif name == "stranger":
                assert code == "not_signed_in", about
            elif isinstance(rule, Permission) and not gives(rule):
                assert code == "not_found", about
            elif real and name not in ELSEWHERE:
                assert code not in ("not_found", "not_signed_in", "server_error"), about
            else:
                assert code not in ("not_signed_in", "server_error"), about


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_elsewhere_is_as_if_it_were_not_there(house: House, name: str) -> None:
    with house.world.signed_in(name) as client:
        for kind in ("record", "tablet_id"):
            page = {"record": "evidence", "tablet_id": "tablets"}[kind]
            assert client.get(f"/{page}/{house.ids[kind]}").status_code == 404
            assert client.get(f"/{page}/none-such").status_code == 404
        for of in ("units/alder-1", "people/alder-1-a", f"timeline/{house.ids['record']}"):
            assert client.get(f"/views/{of}").status_code == 404, of
        answer = client.post(f"/concerns/{house.ids['concern']}/acknowledgement", data={"decision": "Seen."})
        assert answer.status_code == 404
    if name == "fay":
        with house.world.signed_in(name) as client:
            for address in ("actions/{action_id}", "lists/{listed_id}", "staff/{staff_id}"):
                assert client.get(f"/{address.format(**house.ids)}").status_code == 404, address


@pytest.mark.parametrize("state", ["in use", "retired", "lost"])
def test_a_tablet_opens_its_own_doors_and_nothing_at_the_desk(house: House, state: str) -> None:
    with house.world.tablet("alder-1", "Ash") as ash, house.world.signed_in("chidi") as chidi:
        known = ash.get("/tablet/identity").json()["tablet"]["id"]
        if state != "in use":
            assert take_out(chidi, known, state).status_code == 303
        for method, address, handler, _ in house.routes():
            rule = rule_of(handler)
            code, about = code_of(ash, method, address), (method, address, rule, state)
            if isinstance(rule, Permission) or rule is Rule.SIGNED_IN:
                assert code == "not_signed_in", about
            elif rule is Rule.TABLET and state != "in use":
                assert code == "tablet_revoked", about
            elif rule in (Rule.TABLET, Rule.TABLET_EVEN_REVOKED):
                assert code not in ("not_enrolled", "tablet_revoked", "not_signed_in", "server_error"), about


@pytest.mark.parametrize("name", ["stranger", "fay", "amina"])
def test_head_opens_nothing_that_get_does_not(house: House, name: str) -> None:
    with house.world.client() if name == "stranger" else house.world.signed_in(name) as client:
        for method, address, handler, _ in house.routes():
            if method == "GET" and rule_of(handler) is not Rule.PUBLIC:
                assert client.request("HEAD", address).status_code in (401, 404, 405), (name, address)


def test_a_visit_that_is_over_is_like_no_role_at_all(house: House) -> None:
    house.world.clock.move(seconds=1)
    with house.world.signed_in("vic") as vic:
        for address in ("/evidence", "/actions", f"/evidence/{house.ids['record']}"):
            assert vic.get(address).status_code == 404
