"""Setting a value from now on, and reading what was in force at an instant. Jobs for `Database.write` and `read`."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from server.dated_settings.known import OWN
from server.dated_settings.setting import PERIODS, TABLETS, Setting
from server.evidence.times import day_in_london
from server.identity import audit
from server.identity.instants import at, read
from sync import publish

_BEGINNING = "1900-01-01T00:00:00Z"


class SetValue(msgspec.Struct, frozen=True):
    """One value that was set: from when, when that was decided, by whom and why."""

    service: str
    name: str
    value: str
    from_at: str
    set_at: str
    who: str
    why: str


class Backdated(Exception):
    """A value may hold from now or later, never from before: what was judged stays as it was judged."""


def set_value(
    connection: sqlite3.Connection,
    service: str,
    setting: Setting,
    value: str,
    who: str,
    why: str,
    now: datetime,
    from_at: str = "",
) -> SetValue:
    """Let `value` hold from `from_at` ("" = now). Raises `Backdated` when that is before now."""
    soonest = _soonest(connection, now)
    if from_at and from_at < at(now):
        raise Backdated(f"{setting.name} cannot hold from {from_at}: it is {at(now)}")
    kept = SetValue(service, setting.name, value, max(from_at, soonest), at(now), who, why)
    connection.execute(
        "INSERT INTO dated_setting (service, name, value, from_at, set_at, who, why) VALUES (?, ?, ?, ?, ?, ?, ?)",
        msgspec.structs.astuple(kept),
    )
    details = f"{value} from {kept.from_at}"
    audit.note(
        connection, "setting_changed", now, who=who, about=setting.name, details=details, service=service
    )
    if setting.is_timescale:
        _publish_timescale(connection, service, setting)
    elif setting.group == TABLETS:
        body = {"id": setting.name, "history": _history(connection, service, setting)}
        publish(connection, service, "setting", setting.name, body)
    return kept


def value_at(connection: sqlite3.Connection, service: str, name: str, instant: str) -> str | None:
    """The value in force at `instant` ("2026-11-21T08:00:00Z"); None when none had been set."""
    row = connection.execute(
        """
        SELECT value FROM dated_setting WHERE service = ? AND name = ? AND from_at <= ?
        ORDER BY from_at DESC, id DESC LIMIT 1
        """,
        (service, name, instant),
    ).fetchone()
    return str(row["value"]) if row else None


def own_value_at(connection: sqlite3.Connection, service: str, name: str, instant: str) -> str:
    """The value in force at `instant` of a setting of the due list's own, its default included."""
    return value_at(connection, service, name, instant) or OWN[name].default


def days_of(connection: sqlite3.Connection, service: str, name: str) -> list[tuple[date, str]]:
    """From which London day on which value of one of our own settings holds: first the usual one, from ever on. Of
    several that begin on one day the last.
    """
    held = {date.min: OWN[name].default}
    for one in reversed(history(connection, [service], name)):
        held[day_in_london(read(one.from_at))] = one.value
    return list(held.items())


def timescales_in_force(connection: sqlite3.Connection, service: str, instant: str) -> dict[str, int]:
    """The timescales set in `service` and in force at `instant`; a form's own value holds for all others.

    Given to `sync.Inbox` and `sync.rebuild` as `settings_of`.
    """
    rows = connection.execute(
        "SELECT name, value FROM dated_setting WHERE service = ? AND from_at <= ? ORDER BY from_at, id",
        (service, instant),
    )
    return {name: int(value) for name, value in rows if name not in OWN or OWN[name].group == PERIODS}


def history(connection: sqlite3.Connection, services: Sequence[str], name: str = "") -> list[SetValue]:
    """Every value ever set in `services`, the one that holds latest first; of one setting, when `name` is given."""
    rows = connection.execute(
        f"""
        SELECT service, name, value, from_at, set_at, who, why FROM dated_setting
        WHERE service IN ({", ".join("?" * len(services))}) AND (? = '' OR name = ?)
        ORDER BY from_at DESC, id DESC
        """,  # noqa: S608
        (*services, name, name),
    )
    return [SetValue(**dict(row)) for row in rows]


def _soonest(connection: sqlite3.Connection, now: datetime) -> str:
    """The first second after now, and after everything received, should the server's clock have been put back."""
    row = connection.execute("SELECT received_at FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    latest = max(now, read(row["received_at"])) if row else now
    return at(latest + timedelta(seconds=1))


def _publish_timescale(connection: sqlite3.Connection, service: str, setting: Setting) -> None:
    in_order = _history(connection, service, setting)
    body = {"id": setting.name, "minutes": in_order[-1][1], "history": in_order}
    publish(connection, service, "timescale", setting.name, body)


def _history(connection: sqlite3.Connection, service: str, setting: Setting) -> list[tuple[str, int]]:
    """A tablet judges an old draft too, so the history begins with what held before anything was set."""
    held = {_BEGINNING: int(setting.default)}
    held |= {one.from_at: int(one.value) for one in reversed(history(connection, [service], setting.name))}
    return sorted(held.items())
