"""Keeping the measures that managers built, each version with who and when. Jobs for `Database.write` and `read`."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

import server.measures.schema  # noqa: F401 the table
from observation_forms import Catalogue
from server.identity import audit
from server.identity.instants import at
from server.measures.custom import CustomMeasure, compiled


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a measure of a service. `ended`: it is offered no more; what names it still finds it."""

    id: str
    version: int
    service: str
    measure: CustomMeasure
    ended: bool
    who: str
    at: str


class Overtaken(Exception):
    """Somebody else changed it since the page was opened, or the id is another service's."""


def keep(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    id: str,
    service: str,
    measure: CustomMeasure,
    who: str,
    now: datetime,
    began_from: int = 0,
) -> Kept:
    """Keep a new measure under an id chosen beforehand, or the next version of one that was opened at `began_from`.

    Sending the same twice keeps one. Raises `FormError` for a rule that cannot be used, `KeyError` for a form that
    nobody is offered, `Overtaken`.
    """
    compiled(measure, catalogue.current(measure.form).definition)
    return _next(connection, id, service, measure, who, now, began_from, ended=False)


def end(
    connection: sqlite3.Connection, id: str, service: str, who: str, now: datetime, began_from: int
) -> Kept:
    """Offer it no more. Raises `LookupError`, `Overtaken`."""
    known = find(connection, id, [service])
    if known is None:
        raise LookupError(f"no measure of {service} has the id {id}")
    return _next(connection, id, service, known.measure, who, now, began_from, ended=True)


def find(connection: sqlite3.Connection, id: str, services: Sequence[str]) -> Kept | None:
    """The measure as it stands, ended or not, if it belongs to one of `services`."""
    versions = history(connection, id)
    return versions[0] if versions and versions[0].service in services else None


def history(connection: sqlite3.Connection, id: str) -> list[Kept]:
    """Every version of it, the newest first."""
    rows = connection.execute("SELECT * FROM custom_measure WHERE id = ? ORDER BY version DESC", (id,))
    return [_kept(row) for row in rows.fetchall()]


def read_custom(
    connection: sqlite3.Connection, services: Sequence[str], *, ended: bool = False
) -> list[Kept]:
    """The measures that are offered in `services`, by name; with `ended`, those that are offered no more as well."""
    rows = connection.execute(
        f"""
        SELECT m.* FROM custom_measure m WHERE m.service IN ({", ".join("?" * len(services))}) AND m.ended <= ?
            AND m.version = (SELECT max(version) FROM custom_measure latest WHERE latest.id = m.id)
        ORDER BY m.name, m.id
        """,  # noqa: S608
        (*services, int(ended)),
    )
    return [_kept(row) for row in rows.fetchall()]


def _next(
    connection: sqlite3.Connection,
    id: str,
    service: str,
    measure: CustomMeasure,
    who: str,
    now: datetime,
    began_from: int,
    *,
    ended: bool,
) -> Kept:
    standing = next(iter(history(connection, id)), None)
    if standing and (standing.service, standing.measure, standing.ended) == (service, measure, ended):
        return standing
    if (standing.version if standing else 0) != began_from or (standing and standing.service != service):
        raise Overtaken(id)
    kept = Kept(
        id=id, version=began_from + 1, service=service, measure=measure, ended=ended, who=who, at=at(now)
    )
    connection.execute(
        "INSERT INTO custom_measure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id, kept.version, service, measure.name, measure.form, measure.repeat, measure.counted, measure.among,
            measure.only, measure.unit, int(ended), who, kept.at,
        ),
    )  # fmt: skip
    event = "measure_ended" if ended else "measure_built"
    audit.note(connection, event, now, who=who, about=id, details=f"version {kept.version}", service=service)
    return kept


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        id=row["id"],
        version=row["version"],
        service=row["service"],
        measure=CustomMeasure(
            name=row["name"],
            form=row["form"],
            repeat=row["repeat"],
            counted=row["counted"],
            among=row["among"],
            only=row["looked_at"],
            unit=row["unit"],
        ),
        ended=bool(row["ended"]),
        who=row["who"],
        at=row["at"],
    )
