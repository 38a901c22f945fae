"""A small provider for tests: two services, the cast, and an app on its own database file. Other rooms' tests
may use it.

Cast: Amina (senior carer), Ben (deputy), Chidi (registered manager), Dana (nominated individual, all
services), Eli (no role). Amina, Ben and Chidi work in Alder House; Fay manages Birch Row, Gus administers,
Hana visits Alder.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient, TestClient

from server.app import create_app
from server.identity import organisation, tablets
from server.identity.passwords import hash_password, set_password
from server.identity.permissions import Role
from server.identity.secret_tokens import hash_code
from server.settings import Settings, read_settings
from sync import migrate

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "four short example words"
_HASHED = hash_password(PASSWORD)

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


class World:
    """A provider on a database file, an app on it, and ways to be somebody in it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.clock = TestClock()
        path = folder / "sightline.db"
        self.settings: Settings = read_settings(
            {"SIGHTLINE_DATABASE": str(path), "SIGHTLINE_ORIGIN": ORIGIN, **environment}
        )
        self.app: Litestar = create_app(self.settings, self.clock)
        migrate(path)
        with self.sql() as connection:
            _settle(connection)

    @contextmanager
    def sql(self) -> Iterator[sqlite3.Connection]:
        """The database itself, to arrange or to look at what no page shows."""
        connection = sqlite3.connect(self.settings.database, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def client(self, *, origin: bool = True) -> Iterator[TestClient[Litestar]]:
        """A browser that is nobody yet."""
        headers = {"origin": self.settings.origin} if origin else {}
        with TestClient(self.app, base_url=self.settings.origin) as client:
            client.headers.update(headers)
            yield client

    @asynccontextmanager
    async def async_client(self) -> AsyncIterator[AsyncTestClient[Litestar]]:
        """The same for a test that awaits."""
        async with AsyncTestClient(self.app, base_url=self.settings.origin) as client:
            client.headers.update({"origin": self.settings.origin})
            yield client

    @contextmanager
    def signed_in(self, name: str) -> Iterator[TestClient[Litestar]]:
        """A desk browser in which one of the cast has signed in."""
        with self.client() as client:
            sign_in(client, name)
            yield client

    @contextmanager
    def tablet(self, unit: str = "alder-1", name: str = "Oak") -> Iterator[TestClient[Litestar]]:
        """An enrolled tablet."""
        with self.client() as client:
            enrol(self, client, unit, name)
            yield client

    def make_code(self, unit: str = "alder-1", name: str = "Oak", minutes: int = 10) -> str:
        """An enrolment code, as Chidi would make it."""
        with self.sql() as connection:
            number = connection.execute("SELECT count(*) FROM enrolment_code").fetchone()[0]
            code = f"TEST-{number:04d}"
            tablets.make_code(connection, hash_code(code), name, unit, "chidi", self.clock(), minutes)
        return code


def sign_in(client: TestClient[Litestar], name: str, password: str = PASSWORD) -> Any:
    """Sign in through the page's form; the answer, redirect not followed."""
    form = {"email": f"{name}@example.test", "password": password}
    return client.post("/sign-in", data=form, follow_redirects=False)


def enrol(
    world: World, client: TestClient[Litestar], unit: str = "alder-1", name: str = "Oak"
) -> dict[str, Any]:
    """Enrol the client as a tablet; what the server said it is."""
    answer = client.post("/tablet/enrolment", json={"code": world.make_code(unit, name)})
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
        set_password(connection, id, _HASHED, START)
        if role:
            organisation.give_role(connection, id, role, place, START - timedelta(days=30))
