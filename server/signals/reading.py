"""Facts for early-warning signs, from the projections, the lists and the register. Jobs for `Database.read`.

Decided: signals are worked out for whole services, for whoever looks, without the records that few may see. Otherwise
two people would see two signals for one thing, and answering one would leave the other; and a signal would tell that
something was raised about a manager. Who may see which signal is decided afterwards (`listing.py`).
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from observation_forms import Catalogue
from server.closure import told
from server.complaints import facts as complaint_facts
from server.evidence import action_store
from server.evidence.actions import Action
from server.evidence.times import day_in_london, read_instant, start_of_day, write_instant
from server.identity.scope import of_services
from server.measures import reading_practice, reading_shifts
from server.measures.fact import Fact
from server.measures.reading_records import Source
from server.review.standing import COUNTS
from server.reviews import told as reviews_told
from server.signals import reading_floor
from server.signals.facts import ActionSigns, OwedUpdate, SentBack, SignalFacts

LOOKED_BACK = 92
"""Days of records that signals are told from; what showed before is kept (`schema.py`)."""
_STANDS = COUNTS.replace("b.record", "v.record")


def owed_updates(source: Source) -> tuple[OwedUpdate, ...]:
    """What F8 and F10 asked for, as the due list has it. What was taken back is owed no more."""
    seen, allowed = source.scope.records("v")
    places = ", ".join("?" * len(source.scope.services))
    rows = source.connection.execute(
        f"""
        SELECT d.id, d.cause, d.service, d.unit, d.person, d.due_at, d.settled_at, v.happened_at, v.received_at
        FROM due_item d INDEXED BY due_item_by_outcome
        CROSS JOIN record_version v ON v.record = d.cause AND v.current = 1
        WHERE d.service IN ({places}) AND d.outcome IN ('', 'done', 'late', 'not_needed') AND d.due_at >= ?
            AND d.origin = 'record' AND d.form = 'family_contact'
            AND v.form IN ('senior_oversight', 'incident_record') AND v.withdrawn = 0 AND {_STANDS} AND {seen}
        ORDER BY d.id
        """,  # noqa: S608
        (*source.scope.services, _since(source), *allowed),
    )
    return tuple(
        OwedUpdate(
            id=row["id"],
            service=row["service"],
            unit=row["unit"],
            happened_at=read_instant(row["happened_at"]),
            received_at=read_instant(row["received_at"]),
            cause=row["cause"],
            person=row["person"],
            due_at=read_instant(row["due_at"]),
            settled_at=read_instant(row["settled_at"]) if row["settled_at"] else None,
        )
        for row in rows
    )


def sent_back(source: Source) -> tuple[SentBack, ...]:
    """Each question that a manager asked about a record that stands, whatever became of it."""
    seen, allowed = source.scope.records("v")
    rows = source.connection.execute(
        f"""
        SELECT r.id, r.record, r.at, v.service, v.unit, v.received_at
        FROM review_act r JOIN record_version v ON v.record = r.record AND v.current = 1
        WHERE r.state = 'question' AND r.at >= ? AND v.withdrawn = 0 AND {_STANDS} AND {seen}
        ORDER BY r.id
        """,  # noqa: S608
        (_since(source), *allowed),
    )
    return tuple(
        SentBack(
            id=f"{row['record']}/{row['id']}",
            service=row["service"],
            unit=row["unit"],
            happened_at=read_instant(row["at"]),
            received_at=read_instant(row["received_at"]),
        )
        for row in rows
    )


def actions(source: Source) -> tuple[ActionSigns, ...]:
    """Every action of the services, with when its history was last written."""
    found = action_store.all_of(source.connection, source.scope.services)
    return tuple(_action(action) for action in found)


def _action(action: Action) -> ActionSigns:
    fields = action.fields
    lacks = {
        "figure to start from": fields.baseline_numerator is None,
        "owner": not fields.owner,
        "measure": not any(target.measure or target.how for target in fields.targets),
        "day it is due": not fields.deadline,
    }
    made = read_instant(action.created_at)
    return ActionSigns(
        id=action.id,
        service=action.service,
        unit=fields.unit,
        happened_at=made,
        received_at=made,
        missing=tuple(name for name, lacking in lacks.items() if lacking),
        deadline=date.fromisoformat(fields.deadline) if fields.deadline else day_in_london(made),
        closed=action.status == "closed",
        last_noted=(action.version, read_instant(action.changed_at)),
    )


READERS: Mapping[str, Callable[[Source], Sequence[Fact]]] = {
    "oversight": reading_floor.oversight,
    "family_updates": reading_shifts.family_updates,
    "owed_updates": owed_updates,
    "concerns": reading_shifts.concerns,
    "sent_back": sent_back,
    "entries": reading_floor.entries,
    "shifts": reading_floor.shifts,
    "practice": reading_floor.practice,
    "controls_due": reading_practice.controls_due,
    "control_checks": reading_shifts.control_checks,
    "incidents": reading_floor.incidents,
    "experience": reading_practice.experience,
    "audits": reading_floor.audits,
    "visits": reading_floor.visits,
    "actions": actions,
    "responses": complaint_facts.responses,
    "proposals": told.proposals,
    "closures": told.closed_actions,
    "minutes": reviews_told.minutes,
}


def read_signal_facts(
    connection: sqlite3.Connection, services: Sequence[str], catalogue: Catalogue, as_of: datetime
) -> SignalFacts:
    """Everything that signals of these services are told from, as of an instant."""
    since = day_in_london(as_of) - timedelta(days=LOOKED_BACK)
    source = Source(connection, of_services(services), catalogue, since, as_of)
    read: dict[str, Any] = {kind: tuple(reader(source)) for kind, reader in READERS.items()}
    return SignalFacts(as_of=as_of, readable=frozenset(READERS), **read)


def _since(source: Source) -> str:
    return write_instant(start_of_day(source.since))
