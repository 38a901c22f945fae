"""The example's lists for the floor and its settings, set at the desk as the records of these weeks were made."""

import sqlite3
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from observation_forms import Catalogue
from server.dated_settings import store as dated_settings
from server.dated_settings.known import known_settings
from server.evidence.times import day_in_london, write_instant
from server.example.cast import HOME, LIVING
from server.floor_lists import store as floor_lists
from server.floor_lists.kinds import Fields
from server.forms_desk import change_notes

_IDS = UUID("0190b000-0000-7000-8000-000000000000")
# Who keeps the lists of each service: a deputy
_DEPUTY = {HOME: "ben", LIVING: "marta"}

# Service, list, days ago it was added, what was typed; a number is that many days from today
_LISTED: tuple[tuple[str, str, int, dict[str, str | int]], ...] = (
    (HOME, "learning_message", 3, {"title": "Sit people up fully before every drink", "given_at": -3, "until": 11}),
    (HOME, "learning_message", 12, {"title": "Tell a senior at the time, not at the end of the shift",
     "given_at": -12, "until": 2}),
    (HOME, "control", 4, {"title": "Two staff for every move with the hoist on the first floor", "recheck_by": 2,
     "critical": 1}),
    (HOME, "control", 9, {"title": "Stair gate checked at each handover", "recheck_by": -1, "critical": 0}),
    (HOME, "complaint", 20, {"title": "Calls at night not answered for half an hour", "received_on": -20}),
    (HOME, "incident", 4, {"title": "Fall from the hoist sling, first floor", "happened_on": -4}),
    (HOME, "on_call", 60, {"name": "Ben Example", "role": "Deputy", "phone": "01632 960001",
     "hours": "Monday to Friday, 17:00 to 08:00"}),
    (HOME, "on_call", 60, {"name": "Chidi Example", "role": "Registered manager", "phone": "01632 960002",
     "hours": "Weekends"}),
    (LIVING, "learning_message", 2, {"title": "Ask before going in, also when the door is open", "given_at": -2,
     "until": 12}),
    (LIVING, "control", 6, {"title": "Mill House front door locked from 22:00", "recheck_by": 3, "critical": 0}),
    (LIVING, "on_call", 60, {"name": "Lena L", "role": "Registered manager", "phone": "01632 960003",
     "hours": "Every night"}),
)  # fmt: skip
# Service, who, setting, value, days ago, why
_SET = (
    (
        HOME,
        "chidi",
        "handover_times",
        "07:30 14:30 21:00",
        50,
        "The rota of September, agreed with the seniors",
    ),
    (
        HOME,
        "chidi",
        "summaries_asked",
        "safeguarding care_records workforce",
        120,
        "The three that the governance meeting reads each month",
    ),
    (LIVING, "lena", "handover_times", "08:00 20:00", 50, "Two long shifts since the new rota"),
    (
        HOME,
        "chidi",
        "family_same_day",
        "480",
        30,
        "Families asked to hear before the evening, after two complaints",
    ),
)


def add_lists(connection: sqlite3.Connection, moment: datetime) -> None:
    """Everything that is not there yet, each as if it had been typed on its day."""
    today = day_in_london(moment)
    for service, kind, days_ago, typed in _LISTED:
        fields: Fields = {
            name: (today + timedelta(days=value)).isoformat()
            if name != "critical" and isinstance(value, int)
            else value
            for name, value in typed.items()
        }
        id = str(uuid5(_IDS, f"{service} {kind} {typed.get('title') or typed['name']}"))
        added = moment - timedelta(days=days_ago)
        floor_lists.add(connection, id, kind, service, fields, _DEPUTY[service], added)


def add_change_note(connection: sqlite3.Connection, catalogue: Catalogue, moment: datetime) -> None:
    """What changed with the handover's prompts; again adds nothing."""
    form, at = catalogue.current("handover_check"), moment - timedelta(days=40)
    note = change_notes.ChangeNote(
        id=str(uuid5(_IDS, "change_note/handover_check")),
        service=HOME,
        form=form.definition.form,
        version=form.definition.version,
        hash=form.hash,
        what="It asks how many staff said each learning message back, and who has still to hear it.",
        why="In two audits nobody could say who had heard that people sit up fully before every drink.",
        from_day=day_in_london(moment - timedelta(days=38)).isoformat(),
        who="chidi",
        at=write_instant(at),
    )
    change_notes.write(connection, note)


def add_settings(connection: sqlite3.Connection, catalogue: Catalogue, moment: datetime) -> None:
    """Before any record comes in, so that none was judged by another value."""
    if connection.execute("SELECT 1 FROM dated_setting").fetchone():
        return
    known = known_settings(catalogue)
    for service, who, name, value, days_ago, why in sorted(_SET, key=lambda row: -row[4]):
        if name in known:
            dated_settings.set_value(
                connection, service, known[name], value, who, why, moment - timedelta(days=days_ago)
            )
