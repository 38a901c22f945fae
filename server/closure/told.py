"""What measures and signals are told of closures: from decisions as they were kept, never worked out again.

For `READERS` of `server.measures.reading` and `server.signals.reading`. Jobs for `Database.read`.
"""

from collections.abc import Iterator
from datetime import date

from server.closure import store
from server.closure.decisions import Decision, read_row
from server.evidence.times import read_day, read_instant, start_of_day, write_instant
from server.measures.desk_facts import Closure, Evidence
from server.measures.reading_records import Source
from server.signals.facts import ClosedAction, ProposedClosure


def closures(source: Source) -> tuple[Closure, ...]:
    """M03: every closing, whether or not the action was opened again, with the evidence that stood behind it then."""
    return tuple(
        Closure(
            id=one.id,
            service=one.service,
            unit=one.said.unit,
            happened_at=read_instant(one.at),
            received_at=read_instant(one.at),
            risk=one.said.risk,
            changed_on=read_day(one.said.changed_on),
            evidence=tuple(
                Evidence(shown.kind, date.fromisoformat(shown.day)) for shown in one.frozen.evidence
            ),
        )
        for one in _since(source, "closed")
    )


def proposals(source: Source) -> tuple[ProposedClosure, ...]:
    """W08: every proposal, with how much evidence from after the change there was then."""
    return tuple(
        ProposedClosure(
            id=f"{one.action}/{one.id}",
            service=one.service,
            happened_at=read_instant(one.at),
            received_at=read_instant(one.at),
            action=one.action,
            evidence_after=len(one.frozen.evidence),
            note=len(one.said.note),
        )
        for one in _since(source, "proposed")
    )


def closed_actions(source: Source) -> tuple[ClosedAction, ...]:
    """W09: the actions that stand closed, whenever that was, with the questions of samples that they put right."""
    rows = source.connection.execute(
        f"SELECT id FROM action WHERE status = 'closed' AND service IN ({_places(source)}) ORDER BY id",  # noqa: S608
        source.scope.services,
    ).fetchall()
    found = []
    for row in rows:
        closed = [one for one in store.decisions_on(source.connection, row["id"]) if one.step == "closed"]
        for one in closed[-1:]:
            found.append(
                ClosedAction(
                    id=one.id,
                    service=one.service,
                    unit=one.said.unit,
                    happened_at=read_instant(one.at),
                    received_at=read_instant(one.at),
                    action=one.action,
                    questions=frozenset(one.said.questions),
                )
            )
    return tuple(found)


def _since(source: Source, step: str) -> Iterator[Decision]:
    rows = source.connection.execute(
        f"""
        SELECT * FROM closure_decision WHERE service IN ({_places(source)}) AND step = ? AND at >= ? ORDER BY at, id
        """,  # noqa: S608
        (*source.scope.services, step, write_instant(start_of_day(source.since))),
    ).fetchall()
    return map(read_row, rows)


def _places(source: Source) -> str:
    return ", ".join("?" * len(source.scope.services))
