"""What a meeting is offered: the newest of each source with its date, incidents to learn from, the map's agenda.

Jobs for `Database.read`. The agenda is the recovery map's own order, the highest risk first (S0).
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from observation_forms import Catalogue
from server.closure.asked_words import question_words
from server.evidence.recovery_map import MapRow, read_map
from server.evidence.recovery_map_query import read_map_query
from server.evidence.times import day_in_london, day_words, moment_words, start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, london_day
from server.measures.reading import read_settings
from server.measures.reading_records import Source
from server.measures.reading_shifts import incidents
from server.reviews.minutes import SOURCES, AgendaLine, Shown
from server.signals.reading_floor import audits

# As long as early-warning signs look back
FINDING_DAYS = 92

_FORMS: Mapping[str, tuple[str, ...]] = {
    "incidents": ("incident_record",),
    "staffing": ("shift_review", "sample_pressure"),
    "feedback": ("lived_experience",),
    "observations": ("practice_observation",),
    "records": ("live_record_check",),
}


def read_sources(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, held_on: date
) -> dict[str, Shown]:
    """By source the newest record up to the day of the meeting; a source of which there is none is not there."""
    samples = [form.definition.form for form in catalogue.forms() if form.definition.code.startswith("F7")]
    seen, allowed = scope.records("v")
    found = {}
    for kind in SOURCES:
        forms = sorted(set(samples if kind == "audits" else _FORMS[kind]))
        row = connection.execute(
            f"""
            SELECT max(v.happened_at) AS newest FROM record_version v
            WHERE v.form IN ({", ".join("?" * len(forms))}) AND v.current = 1 AND v.withdrawn = 0
                AND v.happened_at < ? AND {seen}
            """,  # noqa: S608
            (*forms, write_instant(start_of_day(held_on + ONE_DAY)), *allowed),
        ).fetchone()
        if row["newest"]:
            day = london_day(datetime.fromisoformat(row["newest"]))
            found[kind] = Shown(kind=kind, dated=day.isoformat())
    return found


def current_days(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, service: str, held_on: date
) -> int:
    """For how many days evidence counted as current on the day of a meeting."""
    settings = read_settings(connection, scope.within([service]), catalogue)
    return settings.number(service, "evidence_current_days", start_of_day(held_on))


def read_learning(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, since: date, now: datetime
) -> dict[str, str]:
    """Incidents that may teach something since a day: id to words."""
    source = Source(connection, scope, catalogue, since, now)
    return {
        one.record: f"Incident of {moment_words(write_instant(one.happened_at))}"
        for one in incidents(source)
        if one.learning
    }


def read_findings(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, held_on: date, now: datetime
) -> dict[str, str]:
    """Samples (F7) up to the day of the meeting in which something was not met, the newest first: id to words."""
    source = Source(connection, scope, catalogue, held_on - timedelta(days=FINDING_DAYS), now)
    sheets = [one for one in audits(source) if one.not_met and london_day(one.happened_at) <= held_on]
    asked = question_words(catalogue, {question for one in sheets for question in one.not_met})
    return {
        one.id: f"{day_words(london_day(one.happened_at))}: {_found([asked.get(each, each) for each in one.not_met])}"
        for one in sorted(sheets, key=lambda one: (one.happened_at, one.id), reverse=True)
    }


def _found(words: Sequence[str]) -> str:
    more = f" and {len(words) - 1} more" if len(words) > 1 else ""
    return f"{words[0]}{more}"


def read_agenda(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, since: date, now: datetime
) -> list[AgendaLine]:
    """The first page of the recovery map, the highest risk first, with whether the newest evidence is current."""
    asked = read_map_query({"since": [since.isoformat()]}, day_in_london(now))
    shown = read_map(connection, scope, asked, catalogue, now)
    return [_line(row) for group in shown.groups for row in group.rows]


def _line(row: MapRow) -> AgendaLine:
    dated = [one for one in row.told.stands if one.newest is not None]
    newest = max((one.newest for one in dated if one.newest is not None), default=None)
    return AgendaLine(
        action=row.action.id,
        number=row.action.number,
        title=row.action.fields.title,
        risk=row.action.fields.risk,
        sentence=row.told.sentence,
        newest=newest.isoformat() if newest else "",
        current=any(one.current for one in dated),
    )
