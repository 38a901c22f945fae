"""`sightline demo`: the example service on a database of its own, with everything a visitor needs printed.

The passwords are public, so the demo never opens a database that holds anything but the example.
"""

import sqlite3
from pathlib import Path

import msgspec

from observation_forms import load_catalogue
from server import example
from server.commands import create_database, opened
from server.identity import tablets
from server.identity.organisation import OrganisationError
from server.identity.passwords import hash_password, hash_pin, set_password
from server.identity.permissions import ROLE_NAMES, Role
from server.identity.pins import set_pin
from server.identity.secret_tokens import hash_code, new_code
from server.settings import SETTINGS, Settings
from sync import Database
from sync.instants import now

DATABASE = "data/demo.db"
# Printed, and for the example alone
PASSWORD = "example-only-password"  # noqa: S105
PIN = "280461"
TABLET_NAMES = ("Oak", "Elm", "Ash", "Beech", "Hazel", "Rowan", "Willow", "Maple")
# Longer than the usual ten: whoever tries the demo has a browser to find first
CODE_MINUTES = 60


class Someone(msgspec.Struct, frozen=True):
    """One of the cast, as printed."""

    name: str
    email: str
    role: str


class Invitation(msgspec.Struct, frozen=True):
    """What the demo prints: the tablet's code and name, and whom to be."""

    code: str
    tablet: str
    cast: tuple[Someone, ...]


def demo_settings(settings: Settings) -> Settings:
    """The settings, on the demo's own database unless another was chosen."""
    usual = next(setting.default for setting in SETTINGS if setting.name == "database")
    if settings.log_level == "info" and settings.log_file is None:
        # Whoever tries the demo reads the screen
        settings = msgspec.structs.replace(settings, log_level="error")
    chosen = settings.database != Path(usual)
    return settings if chosen else msgspec.structs.replace(settings, database=Path(DATABASE))


async def prepare(settings: Settings) -> Invitation:
    """Make the database and load the example where that has not been done; then make a code for a new tablet.

    Raises `OrganisationError` when the database holds a real provider.
    """
    create_database(settings.database)
    async with opened(settings.database) as database:
        await _load_once(database, settings.database)
        return await database.write(_invite)


async def _load_once(database: Database, path: Path) -> None:
    provider = await database.read(lambda sql: sql.execute("SELECT id FROM provider").fetchone())
    if provider is not None and provider["id"] != example.PROVIDER:
        raise OrganisationError(
            f"{path} holds a real service, and the demo's passwords are public: choose another --database."
        )
    # Given last, so that a load that was interrupted is finished the next time
    if await database.read(lambda sql: sql.execute("SELECT 1 FROM password").fetchone()) is None:
        await example.load(database, load_catalogue())
        hashed = hash_password(PASSWORD)
        await database.write(lambda sql: _give_passwords(sql, hashed))
    # An example that an older Sightline loaded has none yet
    if await database.read(lambda sql: sql.execute("SELECT 1 FROM staff_pin").fetchone()) is None:
        hashed_pin = hash_pin(PIN)
        await database.write(lambda sql: _give_pins(sql, hashed_pin))


def _give_passwords(connection: sqlite3.Connection, hashed: str) -> None:
    for row in connection.execute("SELECT id FROM staff").fetchall():
        set_password(connection, row["id"], hashed, now())


def _give_pins(connection: sqlite3.Connection, hashed: str) -> None:
    for row in connection.execute("SELECT id FROM staff WHERE left_at = ''").fetchall():
        set_pin(connection, row["id"], hashed, now())


def _invite(connection: sqlite3.Connection) -> Invitation:
    unit = connection.execute("SELECT unit.id, service FROM unit ORDER BY unit.rowid LIMIT 1").fetchone()[
        "id"
    ]
    free = [name for name in TABLET_NAMES if not tablets.name_is_taken(connection, name, unit, now())]
    code, name = new_code(), free[0] if free else new_code()
    tablets.make_code(connection, hash_code(code), name, unit, "", now(), CODE_MINUTES)
    return Invitation(code, name, _read_cast(connection))


def _read_cast(connection: sqlite3.Connection) -> tuple[Someone, ...]:
    rows = connection.execute(
        """
        SELECT staff.name, staff.email, min(staff_role.role) AS role FROM staff
        LEFT JOIN staff_role ON staff_role.staff = staff.id WHERE staff.id IN (SELECT value FROM json_each(?))
        GROUP BY staff.id ORDER BY staff.rowid
        """,
        (msgspec.json.encode(example.CAST).decode(),),
    ).fetchall()
    return tuple(
        Someone(row["name"], row["email"], ROLE_NAMES[Role(row["role"])] if row["role"] else "No role")
        for row in rows
    )


def where_to_go(settings: Settings, invitation: Invitation) -> str:
    """What to print once the server answers."""
    cast = "\n".join(f"    {someone.email:34} {someone.role}" for someone in invitation.cast)
    return f"""
Sightline is running on example data. Stop it with Ctrl+C.

The desk      {settings.origin}/
  Sign in as any of these, with the password  {PASSWORD}  (example only):
{cast}

The tablet    {settings.origin}/tablet/
  Enrolment code for a tablet called {invitation.tablet}: {invitation.code}
  It works once, within {CODE_MINUTES} minutes. Managers make more on the Tablets page.
  Everybody's PIN on it is  {PIN}  (example only).
"""
