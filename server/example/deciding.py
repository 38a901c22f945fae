"""What the example's managers decided at the desk: a measure of their own, notes on charts, answers to signals."""

import sqlite3
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from observation_forms import Catalogue
from server.charts import store as charts
from server.charts.store import ChartNote
from server.evidence.times import day_in_london, write_instant
from server.example.cast import HOME, LIVING
from server.example.improvement import OWN_MEASURE, OWN_MEASURE_NAME, action_id
from server.identity.scope import of_services
from server.measures import custom_store
from server.measures.custom import CustomMeasure
from server.measures.periods import week_of
from server.signals import store as signals
from server.signals.listing import read_list
from server.signals.signal import Signal
from server.signals.store import Answer

_IDS = UUID("0190d000-0000-7000-8000-000000000000")
# Service, unit, measure, whole weeks ago, whether limits begin anew, words, who
_NOTES = (
    (
        HOME, "", "M04", 4, False,
        "Two new night staff began, and went through when to call a senior with the deputy.", "chidi",
    ),
    (
        HOME, "", "M06b", 7, True,
        "From this week the senior on shift rings before the shift ends, on both floors: the old limits say nothing "
        "of that.", "chidi",
    ),
    (
        LIVING, "harbour-mill", "M12", 6, False,
        "The evening activities worker left; tea was moved to five o'clock on weekdays.", "lena",
    ),
)  # fmt: skip
# Sign, service, days ago it was answered, what, about which action, why, who
_ANSWERS = (
    (
        "W15", LIVING, 2, "changed", "S3E3",
        "The evening plans stay in force, and tenants now choose the time of tea themselves.", "lena",
    ),
    (
        "W12", HOME, 6, "accepted", "",
        "The member of staff had been off when the routine changed, and was shown it the same day.", "chidi",
    ),
    (
        "W04", HOME, 3, "changed", "S1E3",
        "Whoever writes an incident now says at once who rings the family, and the senior looks at it.", "chidi",
    ),
)  # fmt: skip


def keep_measure(connection: sqlite3.Connection, catalogue: Catalogue, moment: datetime) -> None:
    """The measure that the home built, before the action that names it."""
    measure = CustomMeasure(
        name=OWN_MEASURE_NAME, form="live_record_check", repeat="entries", counted="written_in_time == soon"
    )
    if custom_store.find(connection, OWN_MEASURE, [HOME]) is None:
        custom_store.keep(
            connection, catalogue, OWN_MEASURE, HOME, measure, "chidi", moment - timedelta(days=95)
        )


def note_charts(connection: sqlite3.Connection, moment: datetime) -> None:
    """What changed, on the Monday of its week, and from when on the limits of one chart begin anew."""
    this_week = week_of(day_in_london(moment)).start
    for service, unit, measure, weeks, rebases, words, who in _NOTES:
        day = this_week - timedelta(weeks=weeks)
        note = ChartNote(
            id=str(uuid5(_IDS, f"{service} {measure} {weeks}")),
            service=service,
            unit=unit,
            measure=measure,
            day=day.isoformat(),
            rebases=rebases,
            words=words,
        )
        charts.write(connection, note, who, datetime.combine(day, time(15, 20), moment.tzinfo))


def answer_signals(connection: sqlite3.Connection, catalogue: Catalogue, moment: datetime) -> None:
    """The oldest signal of some signs is answered; the others wait for whoever looks."""
    if connection.execute("SELECT 1 FROM signal_answer").fetchone():
        return
    found = read_list(connection, of_services([HOME, LIVING]), catalogue, moment)
    for sign, service, days_ago, answer, action, reason, who in _ANSWERS:
        at = moment - timedelta(days=days_ago)
        fired = [
            line.signal
            for line in found.lines
            if (line.signal.code, line.signal.service) == (sign, service) and line.signal.fired_at < at
        ]
        if fired:
            oldest: Signal = min(fired, key=lambda signal: (signal.fired_at, signal.id))
            given = Answer(
                fired_by=oldest.fired_by,
                answer=answer,
                action=action and action_id(action),
                reason=reason,
                who=who,
                at=write_instant(at),
            )
            signals.write_answer(connection, oldest, given, at)
