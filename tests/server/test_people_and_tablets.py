"""200 people, 30 tablets, two services, in random order: nobody reads what the table forbids, no unsent record is lost.

The tablets are faked as the wire has them: each keeps what waits, and lets go of nothing without a receipt. A walk of
our own, and not Hypothesis' state machine: that leaves most rules out of most runs, and setting up a run is dear.
SIGHTLINE_SEED begins elsewhere; SIGHTLINE_STEPS is how long a run is.
"""

import os
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from observation_forms import load_catalogue
from server.identity import organisation
from server.identity.permissions import Role
from server.identity.pins import set_pin
from server.staff import acts
from server.staff.reading import read_roles
from tests.server.reach import JSON
from tests.server.tablet_people import Signer, ask_sign_in
from tests.server.world import PASSWORD, PIN, Browser, World, take_out
from tests.sync.bodies import FakeTablet, batch
from tests.sync.signing import signed

SEED = int(os.environ.get("SIGHTLINE_SEED", "20261121"))
STEPS = int(os.environ.get("SIGHTLINE_STEPS", "250"))
PEOPLE, TABLETS = 200, 30
PLACES = ("alder-1", "alder-2", "birch-1", "birch-2")
MANAGERS = {"alder": "chidi", "birch": "fay"}
ACTS = (
    *("sign_in", "record", "push") * 4,
    *("switch", "lock", "read_on_a_tablet", "read_at_the_desk") * 2,
    *("revoke", "move", "leave", "reset_pin"),
)


@dataclass
class Person:
    """Somebody as the rota knows them. `left` and `service` are what the table goes by."""

    id: str
    service: str
    left: bool = False
    worked_in: set[str] = field(default_factory=set)


@dataclass
class Held:
    """One tablet: who can unlock it, who did, and what it still has to send."""

    browser: Browser
    id: str
    service: str
    unit: str
    fake: FakeTablet
    revoked: bool = False
    bundles: dict[str, Signer] = field(default_factory=dict)
    unlocked: str = ""
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


class PeopleAndTablets:
    """Whatever is done, in whatever order."""

    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.world.__enter__()
        self.catalogue = load_catalogue()
        self.people: list[Person] = []
        self.sealed: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.signed_in = 0
        with self.world.sql() as sql:
            sql.execute("BEGIN IMMEDIATE")
            (kept,) = sql.execute("SELECT hash FROM staff_pin WHERE staff = 'amina'").fetchone()
            for number in range(PEOPLE):
                id, service = f"p{number:03}", ("alder", "birch")[number % 2]
                organisation.add_staff(sql, id, f"Nurse Nr{number:03}x", f"{id}@example.test")
                organisation.give_role(sql, id, Role.FLOOR, service, self.world.clock() - timedelta(days=9))
                set_pin(sql, id, kept, self.world.clock() - timedelta(days=9))
                self.people.append(Person(id, service, worked_in={service}))
            sql.execute("COMMIT")
        self.tablets = [self._enrolled(number) for number in range(TABLETS)]

    def _enrolled(self, number: int) -> Held:
        unit = PLACES[number % len(PLACES)]
        browser = self.world.tablet(unit, f"T{number}")
        id = browser.get("/tablet/identity").json()["tablet"]["id"]
        service = unit.partition("-")[0]
        return Held(browser, id, service, unit, FakeTablet(self.catalogue, id, service))

    def desk(self, service: str) -> Browser:
        """The manager of a service, signed in anew: hours may have passed."""
        return self.world.signed_in(MANAGERS[service])

    def happens(self, what: str, t: int, p: int, n: int, yes: bool) -> None:
        """One step; what the numbers mean depends on what there is."""
        {
            "sign_in": lambda: self.sign_in(t, p, yes or n > 2),
            "switch": lambda: self.switch(t, n),
            "lock": lambda: self.lock(t),
            "record": lambda: self.record(t, n),
            "push": lambda: self.push(t, n, yes and n > 3),
            "revoke": lambda: self.revoke(t, "lost" if yes else "retired"),
            "move": lambda: self.move(p),
            "leave": lambda: self.leave(p, yes),
            "reset_pin": lambda: self.reset_pin(p),
            "read_on_a_tablet": lambda: self.read_on_a_tablet(t),
            "read_at_the_desk": lambda: self.read_at_the_desk("alder" if yes else "birch"),
        }[what]()

    def one(self, t: int, such: Callable[[Held], bool]) -> Held:
        """A tablet of that kind, where there is one: most are idle most of the time."""
        fitting = [tablet for tablet in self.tablets if such(tablet)] or self.tablets
        return fitting[t % len(fitting)]

    def sign_in(self, t: int, p: int, right: bool) -> None:
        """Online, for the first time on this tablet: the server decides, by the table."""
        self.world.clock.move(minutes=10)
        tablet = self.tablets[t % TABLETS]
        here = [one for one in self.people if one.service == tablet.service]
        person = (here if p % 4 else self.people)[p % len(here)]
        signer = Signer()
        answer = ask_sign_in(tablet.browser, person.id, signer, PIN if right else "111333")
        may = not person.left and person.service == tablet.service
        wanted = 403 if tablet.revoked else 404 if not may else 201 if right else 422
        assert answer.status_code == wanted, (SEED, answer.text, person, tablet.service)
        if wanted == 201:
            tablet.bundles[person.id] = signer
            tablet.unlocked = person.id
            self.signed_in += 1

    def switch(self, t: int, n: int) -> None:
        """Somebody who has a bundle here takes over: nothing is asked of the server."""
        tablet = self.one(t, lambda tablet: bool(tablet.bundles))
        if tablet.bundles:
            tablet.unlocked = sorted(tablet.bundles)[n % len(tablet.bundles)]

    def lock(self, t: int) -> None:
        self.tablets[t % TABLETS].unlocked = ""

    def record(self, t: int, count: int) -> None:
        tablet = self.one(t, lambda tablet: bool(tablet.unlocked))
        for _ in range(count if tablet.unlocked else 0):
            now = self.world.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
            sealed = tablet.fake.seal(
                unit=tablet.unit, author=tablet.unlocked, happened_at=now, recorded_at=now
            )
            digest = sha256(sealed).hexdigest()
            tablet.waiting.append((digest, signed(sealed, tablet.bundles[tablet.unlocked])))
            self.sealed[digest] = tablet.service

    def push(self, t: int, count: int, lost: bool) -> None:
        """Some of what waits, in order. The answer may be lost on its way: then all of it is sent again."""
        tablet = self.one(t, lambda tablet: bool(tablet.waiting))
        going = tablet.waiting[:count]
        answer = tablet.browser.post(
            "/sync/records", content=batch([item for _, item in going]), headers=JSON
        )
        assert answer.status_code == 201, (SEED, answer.text)
        for (digest, _), receipt in zip(going, answer.json()["receipts"], strict=True):
            assert receipt["status"] in ("stored", "held", "duplicate"), (SEED, receipt)
            assert receipt["sha256"] == digest
            if receipt["status"] == "stored":
                self.sent[digest] = tablet.service
        if not lost:
            del tablet.waiting[:count]

    def revoke(self, t: int, why: str) -> None:
        tablet = self.tablets[t % TABLETS]
        if not tablet.revoked:
            assert take_out(self.desk(tablet.service), tablet.id, why).status_code == 303
            tablet.revoked = True

    def move(self, p: int) -> None:
        person = self.people[p % PEOPLE]
        if person.left:
            return
        self.world.clock.move(seconds=5)
        to = "birch" if person.service == "alder" else "alder"
        with self.world.sql() as sql:
            held = next(one for one in read_roles(sql, person.id) if one.is_in_force(self.world.clock()))
            assert acts.move(sql, person.id, held, to, "", "dana", self.world.clock())
        person.service = to
        person.worked_in.add(to)

    def leave(self, p: int, here: bool) -> None:
        """Anybody, or somebody whose records may still wait on a tablet."""
        busy = [one for one in self.people if any(one.id in tablet.bundles for tablet in self.tablets)]
        among = busy if here and busy else self.people
        person = among[p % len(among)]
        self.world.clock.move(seconds=5)
        if not person.left:
            with self.world.sql() as sql:
                acts.leave(sql, person.id, "dana", self.world.clock())
            person.left = True

    def reset_pin(self, p: int) -> None:
        person = self.people[p % PEOPLE]
        if not person.left:
            form = {"password": PASSWORD}
            answer = self.desk(person.service).post(f"/staff/{person.id}/first-pin", data=form)
            assert answer.status_code in (200, 201), (SEED, answer.status_code)
            with self.world.sql() as sql:
                (kept,) = sql.execute("SELECT hash FROM staff_pin WHERE staff = 'amina'").fetchone()
                set_pin(sql, person.id, kept, self.world.clock())

    def read_on_a_tablet(self, t: int) -> None:
        tablet = self.tablets[t % TABLETS]
        people, feed = tablet.browser.get("/tablet/staff"), tablet.browser.get("/sync/changes")
        if tablet.revoked:
            assert people.status_code == feed.status_code == 403, SEED
            return
        ours = {one.id for one in self.people if one.service == tablet.service and not one.left}
        said = {one["id"] for one in people.json()["staff"] if one["id"].startswith("p")}
        assert said == ours, (SEED, tablet.service)

    def read_at_the_desk(self, service: str) -> None:
        found = self.desk(service).get("/evidence.json").json()["records"]
        assert len(found) == sum(where == service for where in self.sent.values()), (SEED, service)
        assert {one["service"] for one in found} <= {"Alder House" if service == "alder" else "Birch Row"}

    def no_record_is_lost(self) -> None:
        with self.world.sql() as sql:
            kept = {row["sha256"] for row in sql.execute("SELECT sha256 FROM entry")}
        waiting = {digest for tablet in self.tablets for digest, _ in tablet.waiting}
        assert set(self.sealed) <= kept | waiting, SEED

    def teardown(self) -> None:
        for tablet in self.tablets:
            answer = tablet.browser.post(
                "/sync/records", content=batch([item for _, item in tablet.waiting]), headers=JSON
            )
            assert answer.status_code == 201
            tablet.waiting.clear()
        self.no_record_is_lost()
        print(
            f"seed {SEED}: {self.signed_in} sign-ins, {len(self.sealed)} records sealed, {len(self.sent)} counted "
            f"as evidence, {sum(one.left for one in self.people)} people left, "
            f"{sum(one.revoked for one in self.tablets)} tablets out of use"
        )
        self.world.__exit__(None, None, None)
        self.folder.cleanup()


def test_people_and_tablets_in_any_order() -> None:
    chance, machine = random.Random(SEED), PeopleAndTablets()
    machine.open()
    try:
        for _ in range(STEPS):
            machine.happens(
                chance.choice(ACTS),
                chance.randrange(10_000),
                chance.randrange(10_000),
                chance.randint(1, 6),
                chance.random() < 0.5,
            )
            machine.no_record_is_lost()
    finally:
        machine.teardown()
    assert machine.signed_in > STEPS // 20
    assert len(machine.sealed) > STEPS // 10
