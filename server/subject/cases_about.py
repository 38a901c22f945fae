"""Cases and complaints in what is given to one person: those about them, and what a member of staff did in any."""

import sqlite3
from typing import Any

from server.cases import kinds as of_cases
from server.cases.facts import reach_in
from server.complaints import kinds as of_complaints
from server.desk_records.panel import entry_of
from server.desk_records.store import DeskRecord, called, read_register
from server.evidence.times import moment_words
from server.identity.scope import Scope
from server.subject.third_parties import Cover, Subject


def cases_about(
    connection: sqlite3.Connection, subject: Subject, scope: Scope, cover: Cover, to_read: list[str]
) -> list[dict[str, Any]]:
    """Every case within the scope about the subject, whole; of the others, and of complaints, what they did in them."""
    found = []
    reach = reach_in(scope)
    registers = (read_register(connection, name, reach) for name in ("case", "complaint"))
    for case in (one for register in registers for one in reversed(register)):
        about = _is_about(connection, case, subject)
        acts = [act for act in case.acts if about or act.who == subject.id]
        if not acts:
            continue
        to_read.append(f"Free text in: {called(case)}.")
        kinds, names = _OF[case.register]
        known = {"people": cover.names.people}
        entries = [entry_of(act, kinds, known, cover.names.one_of_staff) for act in acts]
        found.append(
            {
                "called": called(case),
                "kind": names[case.kind],
                "your_part": "It is about you" if about else "You took part in it",
                "acts": [
                    f"{entry.done}, {moment_words(entry.at)}, by {entry.who}: "
                    + "; ".join(f"{label}: {cover.text(words)}" for label, words in entry.said)
                    for entry in entries
                ],
            }
        )
    return found


def _is_about(connection: sqlite3.Connection, case: DeskRecord, subject: Subject) -> bool:
    """By the person chosen for the case, or the one whom a record of it is about."""
    if subject.kind != "person" or case.register != "case":
        return False
    of_record = """
        SELECT 1 FROM case_record c JOIN record_version v ON v.record = c.record WHERE c.desk = ? AND v.person = ?
    """
    return subject.id in [act.get("person") for act in case.every("opened", "described")] or bool(
        connection.execute(of_record, (case.id, subject.id)).fetchone()
    )


_OF = {"case": (of_cases.ACTS, of_cases.KINDS), "complaint": (of_complaints.ACTS, of_complaints.KINDS)}
