"""What the `sightline` commands do, apart from asking and printing. Each opens the database for itself alone,
so while a server runs they fail with a sentence that says so.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec

# The app's tables belong to the database, whichever command makes it
import server.evidence.schema  # noqa: F401
from observation_forms import load_catalogue
from server import receiving, recovery
from server.identity import audit, organisation, second_factor, sessions, tablets
from server.identity.organisation import OrganisationError, new_id
from server.identity.passwords import hash_password, set_password
from server.identity.permissions import Role
from server.identity.secret_tokens import hash_code, new_code
from server.recovery import Recovered
from server.server_keys import own_keys
from server.settings import Settings
from server.staff import acts
from sync import Database, migrate
from sync.errors import no_database
from sync.instants import now


class FirstService(msgspec.Struct, frozen=True):
    """What `sightline init` asks."""

    provider: str
    service: str
    kind: str
    unit: str
    name: str
    email: str


class NewStaff(msgspec.Struct, frozen=True):
    """Someone to add, with one role in a service, or in all (None), perhaps until the end of a day."""

    name: str
    email: str
    role: Role
    service: str | None
    until: date | None


def create_database(path: Path) -> None:
    """Make the folder and the database, or bring its tables up to date. Raises `DatabaseError`, `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where a restore was cut off, an empty database would take the place of the one that was put aside
    if not path.exists() and (why := no_database(path)).code == "half_restored":
        raise why
    migrate(path)


def bring_up_to_date(path: Path) -> None:
    """Apply the migrations that an older Sightline's database lacks; nothing where there is no database.

    Raises `DatabaseError`, also while another process uses the database.
    """
    if path.exists():
        migrate(path)


async def init(path: Path, first: FirstService, password: str) -> None:
    """A new database with its provider, one service, one unit and a registered manager who also administers.

    Raises `OrganisationError` when there is a provider already, or the password will not do.
    """
    hashed = _hash(password, first.name, first.email, first.provider, first.service)
    create_database(path)

    def add(connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT 1 FROM provider").fetchone():
            raise OrganisationError(f"There is already a provider in {path}: choose another --database.")
        provider, service, staff = new_id(), new_id(), new_id()
        organisation.add_provider(connection, provider, first.provider)
        organisation.add_service(connection, service, provider, first.service, first.kind)
        organisation.add_unit(connection, new_id(), service, first.unit)
        organisation.add_staff(connection, staff, first.name, first.email)
        organisation.give_role(connection, staff, Role.REGISTERED_MANAGER, service, now())
        organisation.give_role(connection, staff, Role.ADMINISTRATOR, None, now())
        set_password(connection, staff, hashed, now())

    async with opened(path) as database:
        await database.write(add)


async def rebuild(path: Path, progress: Callable[[int], None] = lambda done: None) -> int:
    """Derive the projections again from the ledger; the number of entries read. `progress` hears how many are done."""
    async with opened(path) as database:
        return await receiving.rebuild(database, load_catalogue(), progress)


async def recover(settings: Settings, raw: bytes) -> Recovered:
    """Bring in what is in a tablet's copy. Raises `CopyFault`, `KeysError`."""
    copy = recovery.read_copy(raw)
    async with opened(settings.database) as database:
        keys = await own_keys(database, settings.keys)
        inbox = receiving.make_inbox(database, load_catalogue(), signer=keys)
        sender = await database.read(lambda sql: recovery.sender_of_copy(sql, copy))
        done = await recovery.recover(inbox, keys, copy, sender)
        await database.write(
            lambda sql: audit.note(sql, "records_recovered", now(), tablet=sender.tablet, details=done.counts)
        )
    return done


async def add_staff(path: Path, person: NewStaff) -> None:
    """Add a member of staff. Raises `OrganisationError`: the email is in use, or there is no such service."""
    ends = datetime.combine(person.until, time.max, UTC) if person.until else None

    def add(connection: sqlite3.Connection) -> None:
        if person.service:
            organisation.require_service(connection, person.service)
        staff = new_id()
        organisation.add_staff(connection, staff, person.name, person.email)
        organisation.give_role(connection, staff, person.role, person.service, now(), ends)
        audit.note(
            connection, "staff_added", now(), about=staff, details=person.role, service=person.service or None
        )

    async with opened(path) as database:
        await database.write(add)


async def set_staff_password(path: Path, email: str, password: str) -> None:
    """Set a password and end every session of its owner. Raises `OrganisationError`."""
    hashed = _hash(password, email)

    def change(connection: sqlite3.Connection) -> None:
        staff = _staff_with(connection, email)
        set_password(connection, staff, hashed, now())
        audit.note(connection, "password_set", now(), about=staff, details="by command")

    async with opened(path) as database:
        await database.write(change)


async def end_employment(path: Path, email: str) -> None:
    """End the employment of whoever has this email. Raises `OrganisationError`."""
    async with opened(path) as database:
        await database.write(lambda sql: acts.leave(sql, _staff_with(sql, email), "", now()))


async def turn_factor_off(path: Path, email: str) -> None:
    """Turn the second factor of this account off and sign it out everywhere. Raises `OrganisationError`."""

    def turn(connection: sqlite3.Connection) -> None:
        staff = _staff_with(connection, email)
        second_factor.turn_off(connection, staff, now(), who="")
        sessions.end_all(connection, staff, now())

    async with opened(path) as database:
        await database.write(turn)


async def make_tablet_code(path: Path, name: str, unit: str, minutes: int) -> str:
    """A code that enrols one tablet. Raises `OrganisationError`: no such unit, or the name is taken."""
    code = new_code()

    def make(connection: sqlite3.Connection) -> None:
        if tablets.name_is_taken(connection, name, unit, now()):
            raise OrganisationError(f"There is already a tablet called {name} there: choose another --name.")
        tablets.make_code(connection, hash_code(code), name, unit, "", now(), minutes)

    async with opened(path) as database:
        await database.write(make)
    return code


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    """The database, for this command alone."""
    database = await Database.open(path)
    try:
        yield database
    finally:
        await database.close()


def _staff_with(connection: sqlite3.Connection, email: str) -> str:
    row = connection.execute("SELECT id FROM staff WHERE email = ?", (email,)).fetchone()
    if row is None:
        raise OrganisationError(
            f"Nobody has the email {email}: check it, or add them with: sightline staff add"
        )
    return str(row["id"])


def _hash(password: str, *knows: str) -> str:
    try:
        return hash_password(password, knows)
    except ValueError as error:
        raise OrganisationError(str(error)) from None
