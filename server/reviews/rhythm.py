"""How often a kind of meeting is held in a service, as its settings say from when. Jobs for `Database.read`."""

import sqlite3
from datetime import date

from server.dated_settings.schedules import MEETING
from server.dated_settings.store import days_of
from server.reviews.kinds import EVERY, MeetingKind, Rhythm


def rhythm_of(connection: sqlite3.Connection, service: str, kind: MeetingKind) -> Rhythm:
    """From which day on how many months were between its meetings there."""
    return [(day, int(value)) for day, value in days_of(connection, service, f"{MEETING}{kind.code}")]


def every_words(rhythm: Rhythm, today: date) -> str:
    """ "Every week", "Every month", "Every quarter", as it is today."""
    return EVERY[str([months for first, months in rhythm if first <= today][-1])]
