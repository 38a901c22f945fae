"""A small provider for tests: two services, the cast, and an app on its own database file. Other rooms' tests
may use it.

Cast: Amina (senior carer), Ben (deputy), Chidi (registered manager), Dana (nominated individual, all
services), Eli (no role). Amina, Ben and Chidi work in Alder House; Fay manages Birch Row, Gus administers,
Hana visits Alder.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from argon2 import PasswordHasher
from httpx import Cookies, Response
from litestar import Litestar
from litestar.testing import TestClient

from server.app import lay_out, settle
from server.identity import organisation, tablets
from server.identity.passwords import set_password
from server.identity.permissions import Role
from server.identity.pins import set_pin
from server.identity.secret_tokens import hash_code
from server.settings import Settings, read_settings
from tests.fresh import fresh_database

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8000"
# However long the app writes, it is waited for
PATIENCE = 120.0
PASSWORD = "four short example words"
# A cheap hash: what it costs to check one is not what most tests are about
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASHED = _CHEAP.hash(PASSWORD)
PIN = "280461"
HASHED_PIN = _CHEAP.hash(PIN)

CAST: Mapping[str, tuple[str, Role | None, str | None]] = {
    "amina": ("Amina Yusuf", Role.FLOOR, "alder"),
    "ben": ("Ben Carter", Role.SHIFT_MANAGER, "alder"),
    "chidi": ("Chidi Okafor", Role.REGISTERED_MANAGER, "alder"),
    "dana": ("Dana Price", Role.NOMINATED_INDIVIDUAL, None),
    "eli": ("Eli Stone", None, None),
    "fay": ("Fay Hughes", Role.REGISTERED_MANAGER, "birch"),
    "gus": ("Gus Lane", Role.ADMINISTRATOR, None),
    "hana": ("Hana Blake", Role.VISITOR, "alder"),
    "ivo": ("Ivo Reid", Role.QUALITY_LEAD, None),
}


# Apps that run nowhere now
_laid_out: list[Litestar] = []
_ALWAYS_THERE = frozenset({"assets"})


class TestClock:
    """A clock that stands still until it is told to move."""

    __test__ = False

    def __init__(self) -> None:
        self.instant = START

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **later: float) -> None:
        """Let time pass: `clock.move(minutes=11)`."""
        self.instant += timedelta(**later)


class Browser:
    """A browser with cookies of its own. Several share one running app, as they do in life.

    It has the verbs of Litestar's `TestClient`, and like it can be used in a `with`.
    """

    def __init__(self, client: TestClient[Litestar], origin: str) -> None:
        self._client = client
        self.cookies = Cookies()
        self.headers = {"origin": origin} if origin else {}

    def request(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Response:
        """Send a request with this browser's cookies and headers; keep the cookies of the answer."""
        self._client.cookies = self.cookies
        answer = self._client.request(method, address, headers={**self.headers, **(headers or {})}, **more)
        self.cookies = Cookies(self._client.cookies)
        return answer

    def get(self, address: str, **more: Any) -> Response:
        """GET."""
        return self.request("GET", address, **more)

    def post(self, address: str, **more: Any) -> Response:
        """POST: `data` for a page's form, `json` or `content` for a program."""
        return self.request("POST", address, **more)

    def delete(self, address: str, **more: Any) -> Response:
        """DELETE."""
        return self.request("DELETE", address, **more)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close: the app runs as long as its world."""


class World:
    """A provider on a database file, an app running on it, ways to be somebody in it. Use it in a `with`."""

    shares_apps = True

    def __init__(self, folder: Path, **environment: str) -> None:
        self.clock = TestClock()
        path = folder / "sightline.db"
        self.settings: Settings = read_settings(
            {"SIGHTLINE_DATABASE": str(path), "SIGHTLINE_ORIGIN": ORIGIN, **environment}
        )
        fresh_database(path, _settle)

    @cached_property
    def app(self) -> Litestar:
        """The app of this world. To lay one out takes a quarter of a second, and it is the same for every provider."""
        app = _laid_out.pop() if _laid_out and self.shares_apps else lay_out()
        settle(app, self.settings, self.clock)
        return app

    @cached_property
    def _client(self) -> TestClient[Litestar]:
        return TestClient(self.app, base_url=self.settings.origin)

    def __enter__(self) -> Self:
        """Also after the end of a `with`: what was stopped starts again."""
        if self.app in _laid_out:
            _laid_out.remove(self.app)
            settle(self.app, self.settings, self.clock)
        assert self.app.state["clock"] is self.clock, "another world has this app now"
        self._client.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._client.__exit__(*error)
        if self.shares_apps:
            for name in set(self.app.state) - _ALWAYS_THERE:
                del self.app.state[name]
            _laid_out.append(self.app)

    @contextmanager
    def sql(self) -> Iterator[sqlite3.Connection]:
        """The database itself, to arrange or to look at what no page shows."""
        connection = sqlite3.connect(self.settings.database, isolation_level=None, timeout=PATIENCE)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def client(self, *, origin: bool = True) -> Browser:
        """A browser that is nobody yet."""
        return Browser(self._client, self.settings.origin if origin else "")

    def signed_in(self, name: str) -> Browser:
        """A desk browser in which one of the cast has signed in."""
        browser = self.client()
        assert sign_in(browser, name).status_code == 303
        return browser

    def tablet(self, unit: str = "alder-1", name: str = "Oak") -> Browser:
        """An enrolled tablet."""
        browser = self.client()
        enrol(self, browser, unit, name)
        return browser

    def pin_of(self, name: str) -> str:
        """The PIN of one of the cast on any tablet."""
        assert name in CAST
        return PIN

    def make_code(self, unit: str = "alder-1", name: str = "Oak", minutes: int = 10) -> str:
        """An enrolment code, as Chidi would make it."""
        with self.sql() as connection:
            number = connection.execute("SELECT count(*) FROM enrolment_code").fetchone()[0]
            code = f"TEST-{number:04d}"
            tablets.make_code(connection, hash_code(code), name, unit, "chidi", self.clock(), minutes)
        return code


class WorldOfItsOwn(World):
    """A world whose app is laid out for it alone: of the files as they are now."""

    shares_apps = False


def sign_in(client: Browser, name: str, password: str = PASSWORD) -> Response:
    """Sign in through the page's form; the answer, redirect not followed."""
    form = {"email": f"{name}@example.test", "password": password}
    return client.post("/sign-in", data=form, follow_redirects=False)


def enrolment(code: str) -> dict[str, Any]:
    """What a tablet sends with its code: both conditions ticked."""
    return {"code": code, "conditions": ["encrypted", "screen_lock"]}


def take_out(client: Browser, tablet: str, why: str = "retired") -> Response:
    """Take a tablet out of use at the desk; the answer, redirect not followed."""
    form = {"why": why, "password": PASSWORD}
    return client.post(f"/tablets/{tablet}/revocation", data=form, follow_redirects=False)


def enrol(world: World, client: Browser, unit: str = "alder-1", name: str = "Oak") -> dict[str, Any]:
    """Enrol the client as a tablet; what the server said it is."""
    answer = client.post("/tablet/enrolment", json=enrolment(world.make_code(unit, name)))
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def _settle(connection: sqlite3.Connection) -> None:
    organisation.add_provider(connection, "provider", "Example Care")
    for service, name, kind in (
        ("alder", "Alder House", "residential"),
        ("birch", "Birch Row", "supported_living"),
    ):
        organisation.add_service(connection, service, "provider", name, kind)
        for number in (1, 2):
            organisation.add_unit(connection, f"{service}-{number}", service, f"{name} {number}")
            organisation.add_person(
                connection, f"{service}-{number}-a", f"{service}-{number}", "AB", f"{number}"
            )
    for id, (name, role, place) in CAST.items():
        organisation.add_staff(connection, id, name, f"{id}@example.test")
        set_password(connection, id, HASHED, START)
        set_pin(connection, id, HASHED_PIN, START - timedelta(days=30))
        if role:
            organisation.give_role(connection, id, role, place, START - timedelta(days=30))
