"""Facts and settings for measures, from the projections, the lists and the dated settings. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from observation_forms import Catalogue
from server.cases import facts as case_facts
from server.closure import told
from server.complaints import facts as complaint_facts
from server.dated_settings.known import known_settings
from server.dated_settings.setting import LONGEST_COUNT
from server.evidence.times import read_instant
from server.identity.scope import Scope
from server.measures import reading_practice, reading_samples, reading_shifts
from server.measures.catalogue import COMPARED, MEASURES
from server.measures.counting import Point
from server.measures.fact import Fact
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period, before
from server.measures.reading_records import Days, Source
from server.measures.series import series
from server.reviews import told as reviews_told
from server.staffing.facts import shifts
from server.summaries.facts import assurance

READERS: Mapping[str, Callable[[Source], tuple[Fact, ...]]] = {
    "sampled_concerns": reading_samples.sampled_concerns,
    "oversight_entries": reading_shifts.oversight_entries,
    "checked_audits": reading_samples.checked_audits,
    "family_updates": reading_shifts.family_updates,
    "pressure_samples": reading_samples.pressure_samples,
    "shifts": shifts,
    "plan_checks": reading_samples.plan_checks,
    "practice": reading_practice.practice,
    "recording_answers": reading_shifts.recording_answers,
    "control_checks": reading_shifts.control_checks,
    "controls_due": reading_practice.controls_due,
    "incidents": reading_shifts.incidents,
    "voices": reading_practice.voices,
    "experience": reading_practice.experience,
    "audit_sheets": reading_samples.audit_sheets,
    "safeguarding_records": case_facts.safeguarding_records,
    "visits": reading_practice.visits,
    "concerns": reading_shifts.concerns,
    "outcomes": lambda source: (*reading_practice.outcomes(source), *reviews_told.outcomes(source)),
    "learning": reading_practice.learning,
    "incident_reviews": case_facts.incident_reviews,
    "complaints": complaint_facts.complaints,
    "assurance": assurance,
    "closures": told.closures,
    "reviews": reviews_told.reviews,
}

# What is counted by what came before the period; the others are read from its first day on
_LOOKS_BACK = frozenset(
    {"concerns", "recording_answers", "incidents", "shifts", "family_updates", "control_checks"}
)


def read_facts(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    needs: Iterable[str],
    periods: Sequence[Period],
    as_of: datetime,
    days: Days | None = None,
) -> Facts:
    """The lists of facts named by `needs` for these periods, of what is in `scope`. What has no source stays empty.
    `days`: what was kept of most of them.
    """
    since = min((period.start for period in periods), default=as_of.date())
    source = Source(connection, scope, catalogue, since, as_of, days=days)
    read: dict[str, Any] = {
        kind: READERS[kind](source.earlier(LONGEST_COUNT + 1) if kind in _LOOKS_BACK else source)
        for kind in sorted(set(needs) & READERS.keys())
    }
    return Facts(as_of=as_of, services=scope.services, readable=frozenset(READERS), **read)


def read_settings(connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue) -> InForce:
    """The settings of the services in `scope`, with their history."""
    rows = connection.execute(
        f"""
        SELECT service, name, value, from_at FROM dated_setting
        WHERE service IN ({", ".join("?" * len(scope.services))}) ORDER BY from_at, id
        """,  # noqa: S608
        scope.services,
    )
    history: dict[tuple[str, str], tuple[tuple[datetime, str], ...]] = {}
    for row in rows:
        key = row["service"], row["name"]
        history[key] = (*history.get(key, ()), (read_instant(row["from_at"]), row["value"]))
    return InForce(usual_settings(catalogue), history)


def usual_settings(catalogue: Catalogue) -> dict[str, str]:
    """What holds where nobody set anything else."""
    return {name: setting.default for name, setting in known_settings(catalogue).items()}


def read_series(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    code: str,
    periods: Sequence[Period],
    as_of: datetime,
    baseline: Period | None = None,
) -> list[Point]:
    """A measure over periods from what is stored: `series` over the facts that it needs. `scope` is the service's, or
    less. Raises `KeyError` for a code that no measure has.
    """
    compared = [baseline or before(period) for period in periods[:1] if code in COMPARED]
    facts = read_facts(connection, scope, catalogue, MEASURES[code].needs, [*periods, *compared], as_of)
    return series(code, facts, periods, read_settings(connection, scope, catalogue), baseline=baseline)


def read_people(connection: sqlite3.Connection, service: str) -> int:
    """How many people the service supports today, for the minimum of a small home (`InForce.minimum`)."""
    row = connection.execute(
        "SELECT count(*) FROM person JOIN unit ON unit.id = person.unit WHERE unit.service = ? AND left_at = ''",
        (service,),
    ).fetchone()
    return int(row[0])
