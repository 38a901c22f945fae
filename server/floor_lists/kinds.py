"""What each list holds: the least that a form on the floor needs to pick from it. No names of people supported."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from server.evidence.times import read_day


class Field(msgspec.Struct, frozen=True):
    """One thing that is typed. `kind` "day" is a date, "tick" is 0 or 1, "line" a short text."""

    name: str
    label: str
    hint: str = ""
    kind: str = "line"
    required: bool = True
    longest: int = 120
    column: str = ""


class Kind(msgspec.Struct, frozen=True):
    """One list. `ends` are the words of the button that takes something off it."""

    name: str
    title: str
    one: str
    about: str
    ends: str
    fields: tuple[Field, ...]
    empty: str


_TITLE_HINT = "Short, and nothing that says who it was about."

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "learning_message", "Learning messages", "learning message",
            "What the floor should learn now. It is shared at handover, and practice is watched within the time set "
            "under Settings.",
            "End this message",
            (
                Field("title", "Message", "One sentence, as it is to be said at handover.", longest=200),
                Field("given_at", "Given on", kind="day"),
                Field("until", "Shared at handovers until", kind="day"),
            ),
            "No message is being shared.",
        ),
        Kind(
            "control", "Temporary controls", "temporary control",
            "What was put in place for now to keep people safe. Each is looked at again at handover.",
            "End this control",
            (
                Field("title", "Control", "What staff must do or see.", longest=200),
                Field("recheck_by", "Look at it again by", kind="day"),
                Field("critical", "Somebody may come to harm if it is not in place", kind="tick", required=False,
                      column="Critical"),
            ),
            "No temporary control is in place.",
        ),
        Kind(
            "complaint", "Complaints", "complaint", "So that a record can say which complaint it belongs to.",
            "Take it off the list",
            (Field("title", "Complaint", _TITLE_HINT), Field("received_on", "Received on", kind="day")),
            "No complaint is on the list.",
        ),
        Kind(
            "incident", "Incidents", "incident", "So that a record can say which incident it belongs to.",
            "Take it off the list",
            (Field("title", "Incident", _TITLE_HINT), Field("happened_on", "Happened on", kind="day")),
            "No incident is on the list.",
        ),
        Kind(
            "on_call", "On call", "person on call",
            "Whom to ring. Every tablet shows this list when a concern is recorded, also without Wi-Fi.",
            "Take them off the list",
            (
                Field("name", "Name", longest=80),
                Field("role", "Role", "Such as deputy on call.", longest=80),
                Field("phone", "Telephone", longest=40),
                Field("hours", "When", "Such as Monday to Friday, 09:00 to 17:00.", longest=80),
            ),
            "Nobody is on the list: the tablet can name no one to ring.",
        ),
    )
}  # fmt: skip

Typed = Mapping[str, str]
Fields = dict[str, str | int]


def read_fields(kind: Kind, typed: Typed) -> tuple[Fields, dict[str, str]]:
    """What was typed, as it is kept, and what is to be put right by field."""
    fields: Fields = {}
    faults: dict[str, str] = {}
    for field in kind.fields:
        text = " ".join(typed.get(field.name, "").split())
        if field.kind == "tick":
            fields[field.name] = int(bool(text))
            continue
        fields[field.name] = text
        if fault := _fault(field, text):
            faults[field.name] = fault
    given, until = str(fields.get("given_at", "")), str(fields.get("until", ""))
    if not faults and until < given:
        faults["until"] = "Choose a day that is not before the day it was given."
    return fields, faults


def usual(kind: Kind, today: date) -> dict[str, str]:
    """What an empty form begins with: days only."""
    later = {"until": 14, "recheck_by": 7}
    return {
        field.name: (today + timedelta(days=later.get(field.name, 0))).isoformat()
        if field.kind == "day"
        else ""
        for field in kind.fields
    }


def _fault(field: Field, text: str) -> str:
    if field.kind == "day":
        return "" if read_day(text) else "Choose a day."
    if field.required and not text:
        return f"Write the {field.label.lower()}."
    if len(text) > field.longest or not text.isprintable():
        return f"Write up to {field.longest} letters."
    return ""
