"""A provider with records of every kind in every place, each with a word of its own, and people who may see little.

What a page must not show is looked for by these words and by the records' ids, so a page that nobody thought of is
looked through like any other.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from observation_forms import load_catalogue
from server.identity import organisation
from server.identity.passwords import set_password
from server.identity.permissions import Permission, Role
from server.identity.scope import Part, Scope
from server.named_logs.catalogue import LOGS
from server.views.address import KINDS
from tests.server.evidence.arranged import make_action
from tests.server.world import HASHED, Browser, World
from tests.sync.bodies import SENTENCE, FakeTablet, batch, make_record_id, seal

JSON = {"content-type": "application/json"}
UNITS = {"alder-1": "alder", "alder-2": "alder", "birch-1": "birch", "birch-2": "birch"}
AUTHORS = {"alder": "amina", "birch": "bea"}
FORMS = ("practice_observation", "immediate_concern", "senior_oversight", "incident_record", "handover_check")
LISTENS = re.compile(r"/live$")


@dataclass
class Made:
    """One record as the tests know it. `held`: it waits for a person, and counts nowhere."""

    id: str
    word: str
    service: str
    unit: str
    form: str
    happened_at: str
    restricted: bool
    held: bool
    actions: tuple[str, ...]

    def fits(self, scope: Scope) -> bool:
        """Whether somebody with this scope may see it."""
        return any(self._fits(part) for part in scope.parts)

    def _fits(self, part: Part) -> bool:
        return (
            part.service == self.service
            and part.unit in ("", self.unit)
            and (part.restricted or not self.restricted)
            and (not part.forms or self.form in part.forms)
            and part.since <= self.happened_at < (part.until or "9")
            and (not part.actions or bool(set(part.actions) & set(self.actions)))
        )


@dataclass
class Reach:
    """The provider, filled from one seed."""

    world: World
    chance: random.Random
    made: list[Made] = field(default_factory=list)
    actions: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, records: int) -> None:
        """Somebody to record in Birch Row, actions in both services, tablets in every unit, and what they sent."""
        with self.world.sql() as sql:
            add_member(sql, "bea", Role.FLOOR, "birch", "", self.world)
        for service, manager in (("alder", "chidi"), ("birch", "fay")):
            with self.world.signed_in(manager) as browser:
                self.actions[service] = [
                    make_action(browser, title=f"Action {service} {number}", owner=manager)
                    for number in (1, 2)
                ]
        catalogue = load_catalogue()
        tablets = {unit: self.world.tablet(unit, f"Oak {unit}") for unit in UNITS}
        for number in range(records):
            unit = self.chance.choice(sorted(UNITS))
            self._send(tablets[unit], catalogue, UNITS[unit], unit, number)

    def _send(self, tablet: Browser, catalogue: Any, service: str, unit: str, number: int) -> None:
        known = tablet.get("/tablet/identity").json()["tablet"]["id"]
        happened = self.world.clock() - timedelta(minutes=self.chance.randint(10, 20_000))
        moment = happened.strftime("%Y-%m-%dT%H:%M:%SZ")
        word = "zq" + "".join(self.chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
        form = self.chance.choice(FORMS)
        restricted = form == "immediate_concern" and self.chance.random() < 0.5
        held = self.chance.random() < 0.2
        named = self.chance.choice(["", unit, unit, unit])
        actions = tuple(self.chance.sample(self.actions[service], self.chance.randint(0, 2)))
        fake = FakeTablet(catalogue, known, service)
        body = json.loads(
            fake.seal(
                form=form,
                unit=named,
                author="nobody" if held else AUTHORS[service],
                happened_at=moment,
                recorded_at=moment,
                record=make_record_id(moment, self.chance),
                tablet_seq=number + 1,
                bearings=[
                    {"action": action, "themes": ["SG"], "bearing": "supports"}
                    for action in actions
                    if form == "practice_observation"
                ],
            )
        )
        body["answers"] = _with_word(body["answers"], word)
        if form == "immediate_concern":
            body["answers"]["about_manager"] = "yes" if restricted else "no"
        answer = tablet.post("/sync/records", content=batch([seal(body)]), headers=JSON)
        status = answer.json()["receipts"][0]["status"]
        assert status == ("held" if held else "stored"), answer.text
        self.made.append(
            Made(
                id=body["record"],
                word=word,
                service=service,
                # What waits and names no unit is its tablet's
                unit=named or (unit if held else ""),
                form=form,
                happened_at=moment,
                restricted=restricted,
                held=held,
                actions=tuple(one["action"] for one in body["bearings"]),
            )
        )

    def reads(self) -> Iterator[tuple[str, HTTPRouteHandler]]:
        """Every address that a GET can read, each parameter filled in with all there is."""
        with self.world.sql() as sql:
            known = {
                "record": [made.id for made in self.made],
                "action_id": [action for actions in self.actions.values() for action in actions],
                "tablet_id": [row["id"] for row in sql.execute("SELECT id FROM tablet")],
                "staff": [row["id"] for row in sql.execute("SELECT id FROM staff")],
                "log_code": [log.code for log in LOGS],
            }
        known |= self._views()
        for route in self.world.app.routes:
            if not isinstance(route, HTTPRoute):
                continue
            for handler in route.route_handlers:
                if "GET" in handler.http_methods and isinstance(handler.opt.get("rule"), Permission):
                    for address in _filled(route.path_format, known):
                        yield address, handler

    def _views(self) -> dict[str, list[str]]:
        """Every kind of view, and of each some that are there: whoever may not see one is told that it is not."""
        nights = [f"{unit}.{made.happened_at[:10]}.night" for unit in UNITS for made in self.made[:2]]
        some = [made.id for made in self.made if not made.held][:6]
        return {
            "view_kind": list(KINDS),
            "view_of": [*UNITS, *(f"{unit}-a" for unit in UNITS), "SG", "qs.2023.S3", *nights, *some],
        }


def add_member(sql: Any, id: str, role: Role, service: str, unit: str, world: World) -> None:
    """Somebody with one role, in one unit of a service or ("") in all of it, who can sign in."""
    organisation.add_staff(sql, id, f"{id.title()} Example", f"{id}@example.test")
    set_password(sql, id, HASHED, world.clock())
    organisation.give_role(sql, id, role, service, world.clock() - timedelta(days=1))
    sql.execute("UPDATE staff_role SET unit = ? WHERE staff = ?", (unit, id))


def _filled(path: str, known: dict[str, list[str]]) -> Iterable[str]:
    names = re.findall(r"\{([^}:]*)[^}]*\}", path)
    addresses = [path]
    for name in names:
        values = known.get(name) or [id for ids in known.values() for id in ids][:40]
        addresses = [
            re.sub(rf"\{{{re.escape(name)}[^}}]*\}}", value, address)
            for address in addresses
            for value in values
        ]
    return addresses


def _with_word(answers: dict[str, Any], word: str) -> dict[str, Any]:
    """The same answers with the record's word in every text."""

    def worded(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(SENTENCE, f"{SENTENCE} {word}")
        if isinstance(value, list):
            return [worded(one) for one in value]
        if isinstance(value, dict):
            return {name: worded(one) for name, one in value.items()}
        return value

    return {name: worded(value) for name, value in answers.items()}
