"""The register of complaints, compliments and feedback: filtered lines, with what confirms each, and the files."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.cases.clocks import Clock
from server.complaints.chains import first_of, runs
from server.complaints.confirmed import Confirmed, read_confirmed
from server.complaints.kinds import KINDS, WHO
from server.complaints.standing import answer_clock, plan_clock, repeats_of
from server.desk_records.store import DeskRecord, Reach, called, read_register
from server.evidence.times import day_in_london
from server.evidence.words import themes
from server.identity.scope import Scope

STATES: Mapping[str, str] = {
    "open": "Open",
    "closed": "Closed",
    "repeat": "Repeats",
    "late": "With something late",
}
COLUMNS = (
    "id", "called", "service", "unit", "kind", "state", "received_on", "who", "theme", "communication", "repeat_of",
    "in_its_run", "answer_sent_on", "defensive", "to_learn", "learned_on", "plan_due", "plan_updated_on",
    "practice_seen", "practice_used",
)  # fmt: skip


class ComplaintFilter(msgspec.Struct, frozen=True):
    """What to show. "" = any."""

    service: str = ""
    kind: str = ""
    theme: str = ""
    state: str = "open"

    def lets_through(self, line: "Line") -> bool:
        """Whether the line is asked for."""
        one = line.complaint
        states = {
            "open": not one.closed,
            "closed": one.closed,
            "repeat": bool(one.now("repeat_of")),
            "late": line.late,
        }
        return (
            self.service in ("", one.service)
            and self.kind in ("", one.kind)
            and self.theme in ("", one.now("theme"))
            and states.get(self.state, True)
        )


class Line(msgspec.Struct, frozen=True):
    """One complaint with its run (all that repeat one another, itself too), what confirms it, the clock of its
    learning and that of its answer.
    """

    complaint: DeskRecord
    run: list[DeskRecord]
    confirmed: Confirmed
    clock: Clock | None
    now: datetime
    answer: Clock | None = None

    @property
    def open_clocks(self) -> list[Clock]:
        """What is still to be done: closing it does not end it, for the plan must say it all the same."""
        return [one for one in (self.answer, self.clock) if one is not None and one.done_at is None]

    @property
    def late(self) -> bool:
        """Whether something of it is late."""
        return any(clock.state(self.now) == "overdue" for clock in self.open_clocks)


def read_filter(asked: Mapping[str, Sequence[str]]) -> ComplaintFilter:
    """The filter that an address names; what makes no sense is left out."""
    wanted = {name: "".join(asked.get(name, ())[:1]) for name in ComplaintFilter.__struct_fields__}
    if "state" not in asked:
        wanted["state"] = "open"
    for name, known in (("state", STATES), ("kind", KINDS), ("theme", themes())):
        wanted[name] = wanted[name] if wanted[name] in known else ""
    return ComplaintFilter(**wanted)


def read_lines(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    reach: Reach,
    evidence: Scope,
    now: datetime,
    *,
    observed: bool = False,
) -> list[Line]:
    """Everything on the register inside `reach`, what was opened last first; confirmed by what `evidence` shows, with
    observations where they are asked for.
    """
    complaints = read_register(connection, "complaint", reach)
    return lines_of(connection, catalogue, complaints, evidence, now, observed=observed)


def lines_of(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    complaints: Sequence[DeskRecord],
    evidence: Scope,
    now: datetime,
    *,
    observed: bool = False,
) -> list[Line]:
    """These complaints; what repeats one another is told among them alone."""
    confirmed = read_confirmed(connection, catalogue, complaints, evidence, now, observed=observed)
    repeats = repeats_of(complaints)
    by_id = {one.id: one for one in complaints}
    in_order = sorted(by_id, key=lambda id: (by_id[id].now("received_on"), by_id[id].opened_at, id))
    joined = runs(in_order, repeats)
    return [
        Line(
            one,
            [by_id[id] for id in joined[first_of(one.id, repeats)]],
            confirmed[one.id],
            plan_clock(connection, one, confirmed[one.id]),
            now,
            answer_clock(connection, one),
        )
        for one in complaints
    ]


def cells(line: Line, names: Mapping[str, str]) -> dict[str, object]:
    """One complaint as the columns of a file: codes, days and counts, and nothing that was written by hand."""
    one = line.complaint
    answered, marked, learned = (one.last(what) for what in ("responded", "marked", "learning"))
    before = next((other for other in line.run if other.id == one.now("repeat_of")), None)
    updated = line.confirmed.updated_on
    return {
        "id": one.id,
        "called": called(one),
        "service": names.get(one.service, one.service),
        "unit": names.get(one.unit, one.unit),
        "kind": KINDS[one.kind],
        "state": "Closed" if one.closed else "Open",
        "received_on": one.now("received_on"),
        "who": WHO.get(one.now("who"), ""),
        "theme": themes().get(one.now("theme"), one.now("theme")),
        "communication": one.now("communication"),
        "repeat_of": called(before) if before else "",
        "in_its_run": len(line.run),
        "answer_sent_on": answered.get("sent_on") if answered else "",
        "defensive": marked.get("defensive") if marked else "",
        "to_learn": learned.get("to_learn") if learned else "",
        "learned_on": learned.get("learned_on") if learned else "",
        "plan_due": day_in_london(line.clock.due_at).isoformat() if line.clock else "",
        "plan_updated_on": updated.isoformat() if updated else "",
        "practice_seen": len(line.confirmed.seen),
        "practice_used": line.confirmed.used,
    }
