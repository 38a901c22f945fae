"""What is due: late now, due by the end of the day, how a week went, and the calendar."""

from datetime import timedelta

from server.due.due_page import DueFilter
from server.evidence.times import day_in_london, read_instant, start_of_day, write_instant
from server.identity.permissions import Permission
from server.measures.periods import ONE_DAY, Period
from server.notices.notice import NOW, TODAY, Dated, Figure, Ground, Notice, WeekLine, counted

# A calendar shows what is late, and what is due in this time
AHEAD = timedelta(days=60)


def due_today(ground: Ground) -> list[Notice]:
    """Two lines at most: late, and due by midnight in London."""
    now = write_instant(ground.now)
    midnight = write_instant(start_of_day(day_in_london(ground.now) + ONE_DAY))
    late, since = _count(ground, "d.outcome = '' AND d.due_at < ?", now)
    today, next_at = _count(ground, "d.outcome = '' AND d.due_at >= ? AND d.due_at < ?", now, midnight)
    found = []
    if late:
        found.append(
            Notice(
                code="due_late",
                says=counted(late, "thing that was due is late", "things that were due are late"),
                count=late,
                urgency=NOW,
                address=DueFilter(state="late", service=ground.service).address(),
                service=ground.service,
                since=since,
            )
        )
    if today:
        found.append(
            Notice(
                code="due_today",
                says=counted(today, "thing is due by midnight", "things are due by midnight"),
                count=today,
                urgency=TODAY,
                address=DueFilter(service=ground.service).address(),
                service=ground.service,
                since=next_at,
            )
        )
    return found


def due_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Of what fell due in the week: done, and done late or not yet; and what is late now."""
    ends = min(week.closes_at, ground.now)
    within = "d.due_at >= ? AND d.due_at < ? AND d.outcome <> 'taken_back'"
    span = write_instant(week.opens_at), write_instant(ends)
    now = write_instant(ground.now)
    came, _ = _count(ground, within, *span)
    done, _ = _count(ground, f"{within} AND d.outcome <> ''", *span)
    late, _ = _count(ground, "d.outcome = '' AND d.due_at < ?", now)
    slipped, _ = _count(ground, f"{within} AND d.outcome IN ('', 'late')", *span)
    return [
        WeekLine(
            code="due",
            title="Things due",
            came=Figure(came),
            decided=Figure(done),
            still_open=Figure(late, DueFilter(state="late", service=ground.service).address()),
            slipped=Figure(slipped),
        )
    ]


def due_dated(ground: Ground) -> list[Dated]:
    """Every open item, by the name of the form that it asks for: its own title may say whom it is about."""
    seen, values = ground.scope(Permission.READ_DUE).due("d")
    rows = ground.connection.execute(
        f"SELECT d.id, d.form, d.unit, d.due_at FROM due_item d WHERE {seen} AND d.outcome = '' AND d.due_at < ? "  # noqa: S608
        "ORDER BY d.due_at, d.id",
        (*values, write_instant(ground.now + AHEAD)),
    ).fetchall()
    names = ground.names(Permission.READ_DUE)
    titles = {form.definition.form: form.definition.title for form in ground.catalogue.current_forms()}
    return [
        Dated(
            uid=f"due/{row['id']}",
            kind=titles.get(row["form"], "Something is due"),
            place=names.unit(row["unit"]) if row["unit"] else names.services[ground.service],
            at=read_instant(row["due_at"]),
            address=DueFilter(service=ground.service, unit=row["unit"]).address(),
        )
        for row in rows
    ]


def _count(ground: Ground, condition: str, *values: object) -> tuple[int, str]:
    """How many items there are, and when the first of them is due."""
    seen, allowed = ground.scope(Permission.READ_DUE).due("d")
    row = ground.connection.execute(
        f"SELECT count(*), coalesce(min(d.due_at), '') FROM due_item d WHERE {seen} AND {condition}",  # noqa: S608
        (*allowed, *values),
    ).fetchone()
    return int(row[0]), str(row[1])
