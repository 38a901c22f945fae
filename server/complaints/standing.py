"""Where a complaint stands: what was learned and by when plans must say so, what stands against an act."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from server.cases.clocks import Clock, end_of
from server.complaints.chains import would_ring
from server.complaints.confirmed import Confirmed
from server.complaints.kinds import COMPLAINT
from server.dated_settings.store import own_value_at
from server.desk_records.store import DeskRecord
from server.evidence.times import read_day, start_of_day, write_instant


def learned_on(complaint: DeskRecord) -> date | None:
    """The day on which it was decided that there is something to learn; None when there is nothing, or not yet."""
    last = complaint.last("learning")
    return read_day(last.get("learned_on")) if last is not None and last.get("to_learn") == "yes" else None


def plan_clock(connection: sqlite3.Connection, complaint: DeskRecord, confirmed: Confirmed) -> Clock | None:
    """The 56 days (a setting) within which a care plan says what was learned (M08); done by a sample that says so."""
    began = learned_on(complaint)
    if began is None:
        return None
    days = own_value_at(
        connection, complaint.service, "learning_update_days", write_instant(start_of_day(began))
    )
    updated = confirmed.updated_on
    return Clock(
        what="A care plan says what was learned",
        due_at=end_of(began + timedelta(days=int(days))),
        done_at=start_of_day(updated) if updated else None,
    )


def answer_clock(connection: sqlite3.Connection, complaint: DeskRecord) -> Clock | None:
    """The days (a setting: no rule fixes them) within which a complaint is answered; None for anything else."""
    received = read_day(complaint.now("received_on"))
    if complaint.kind != COMPLAINT or received is None:
        return None
    days = own_value_at(
        connection, complaint.service, "complaint_answer_days", write_instant(start_of_day(received))
    )
    sent = min(
        (day for act in complaint.every("responded") if (day := read_day(act.get("sent_on")))), default=None
    )
    return Clock(
        what="Answer to a complaint",
        due_at=end_of(received + timedelta(days=int(days))),
        done_at=start_of_day(sent) if sent else None,
    )


def repeats_of(complaints: Sequence[DeskRecord]) -> dict[str, str]:
    """Which one each repeats, "" for none."""
    return {one.id: one.now("repeat_of") for one in complaints}


def refusal(
    complaint: DeskRecord, what: str, said: Mapping[str, str], who: str, others: Sequence[DeskRecord]
) -> tuple[str, str]:
    """The field an act falls short in ("" = the act) and why it cannot be done now; two empty texts when it can."""
    if complaint.closed:
        return ("", "") if what == "reopened" else ("", "It is closed. Open it again first.")
    if what == "reopened":
        return "", "It is open."
    answered = complaint.last("responded")
    if what == "marked" and answered is None:
        return "", "There is no answer to look at yet."
    if what == "marked" and answered is not None and answered.who == who:
        return "", "You noted this answer yourself. Somebody else must look at it."
    if what == "described":
        return wrong_repeat(complaint.id, said, others)
    if what == "responded" and said["sent_on"] < complaint.now("received_on"):
        return "sent_on", "This is before the day it was received."
    if what == "closed":
        return "", " ".join(_lacks(complaint))
    return "", ""


def wrong_repeat(id: str, said: Mapping[str, str], others: Sequence[DeskRecord]) -> tuple[str, str]:
    """A complaint repeats one that came before it, and never itself by way of others."""
    target = said.get("repeat_of", "")
    if not target:
        return "", ""
    if would_ring(id, target, repeats_of(others)):
        return "repeat_of", "That one repeats this one already."
    before = next((one for one in others if one.id == target), None)
    if before is None or before.now("received_on") > said["received_on"]:
        return "repeat_of", "That one was received later. Say there that it repeats this one."
    return "", ""


def _lacks(complaint: DeskRecord) -> list[str]:
    if complaint.kind != COMPLAINT:
        return []
    missing = {
        "Answer it first.": complaint.last("responded") is None,
        "Decide first whether there is something to learn.": complaint.last("learning") is None,
    }
    return [words for words, lacking in missing.items() if lacking]
