"""A provider for benches: homes with units, staff and tablets that are enrolled and have a key for each of the staff.

All of it goes straight into the database, so that a thousand tablets are made in seconds. What tablets send is made
here too, each record signed by its author.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

import server.app  # noqa: F401 every table that the app has is there
from observation_forms import Catalogue, load_catalogue
from server.identity import organisation, tablets
from server.identity.permissions import Role
from server.identity.secret_tokens import hash_code, hash_token, new_token
from server.identity.signing_keys import register_key
from sync.connections import open_writer
from tests.bench.records import BATCH, Delivery, Place, make_deliveries
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet
from tests.sync.signing import Signer, signed

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class HouseTablet:
    """An enrolled tablet: its cookie, what it seals, and the keys of those who sign on it."""

    fake: FakeTablet
    place: Place
    token: str
    keys: Mapping[str, Signer]

    @property
    def headers(self) -> dict[str, str]:
        """What it sends with every request over plain HTTP."""
        return {"cookie": f"sightline-tablet={self.token}", "content-type": "application/json"}

    def seal(self, count: int, together: int = BATCH, seed: int = 1) -> list[Delivery]:
        """Its next records, signed, so many together."""
        plain = make_deliveries(self.fake.catalogue, count, [self.fake], seed, together, self.place)
        return [replace(one, raw=self._sign(one.bodies)) for one in plain]

    def _sign(self, bodies: Sequence[bytes]) -> bytes:
        return msgspec.json.encode([signed(body, self.keys[_author(body)]) for body in bodies])


def make_house(path: Path, homes: int, tablets_each: int, staff_each: int = 4) -> list[HouseTablet]:
    """The database at `path`, and its tablets, home by home."""
    fresh_database(path)
    catalogue = load_catalogue()
    with closing(open_writer(path)) as sql:
        sql.execute("BEGIN")
        organisation.add_provider(sql, "provider", "Example Care")
        made = [
            tablet
            for number in range(homes)
            for tablet in _home(sql, catalogue, f"home-{number:03}", tablets_each, staff_each)
        ]
        sql.execute("COMMIT")
    return made


def arrange(path: Path, job: Callable[[Any], None]) -> None:
    """Do something more to the database, before it is served."""
    with closing(open_writer(path)) as sql:
        sql.execute("BEGIN")
        job(sql)
        sql.execute("COMMIT")


def _home(sql: Any, catalogue: Catalogue, home: str, count: int, staff: int) -> list[HouseTablet]:
    organisation.add_service(sql, home, "provider", home, "residential")
    place = Place([f"{home}-{one}" for one in (1, 2)], [f"{home}-staff-{one}" for one in range(staff)])
    for unit in place.units:
        organisation.add_unit(sql, unit, home, unit)
    for author in place.authors:
        organisation.add_staff(sql, author, author, f"{author}@example.test")
        organisation.give_role(sql, author, Role.FLOOR, home, LONG_AGO)
    return [_tablet(sql, catalogue, home, place, f"Tablet {number}") for number in range(count)]


def _tablet(sql: Any, catalogue: Catalogue, home: str, place: Place, name: str) -> HouseTablet:
    now, code, token = datetime.now(UTC), secrets.token_hex(8), new_token()
    tablets.make_code(sql, hash_code(code), name, place.units[0], place.authors[0], now, 10)
    tablet = tablets.enrol(sql, hash_code(code), hash_token(token), now, "", ("encrypted", "screen_lock"))
    assert tablet is not None
    keys = {author: Signer() for author in place.authors}
    for author, key in keys.items():
        register_key(sql, author, tablet.id, key.point, now - timedelta(minutes=1))
    return HouseTablet(FakeTablet(catalogue, tablet.id, home), place, token, keys)


def _author(body: bytes) -> str:
    return str(msgspec.json.decode(body)["author"])
