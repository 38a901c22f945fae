"""Records that wait for somebody: immediate concerns, those to review, those held."""

from datetime import timedelta

from server.concerns.store import Concern, read_acknowledged, read_open
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_query import count_rows
from server.evidence.times import day_in_london, read_instant, start_of_day, write_instant
from server.identity.permissions import Permission
from server.measures.periods import ONE_DAY, Period
from server.notices.notice import NOW, SOON, TODAY, Figure, Ground, Notice, WeekLine, counted
from server.set_aside import count_set_aside

# Records nobody has looked at are told of for so many days; the rest are in the evidence all the same
NEW_DAYS = 7
_ALL = 10**9


def concerns_today(ground: Ground) -> list[Notice]:
    """Immediate concerns that nobody has answered by name."""
    waiting = read_open(ground.connection, ground.viewer, _ALL)
    if not waiting:
        return []
    return [
        Notice(
            code="concerns",
            says=counted(
                len(waiting), "immediate concern is not answered", "immediate concerns are not answered"
            ),
            count=len(waiting),
            urgency=NOW,
            address="/concerns",
            service=ground.service,
            since=min(one.received_at for one in waiting),
        )
    ]


def concerns_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Received in the week; answered in it; not answered now; of the week's, not answered on the day they came."""
    waiting = read_open(ground.connection, ground.viewer, _ALL)
    answered = read_acknowledged(ground.connection, ground.viewer, _ALL)
    came = [one for one in (*waiting, *answered) if week.holds(read_instant(one.received_at))]
    return [
        WeekLine(
            code="concerns",
            title="Immediate concerns",
            came=Figure(len(came)),
            decided=Figure(sum(week.holds(read_instant(one.acknowledged_at)) for one in answered)),
            still_open=Figure(len(waiting), "/concerns" if ground.sole else ""),
            slipped=Figure(sum(_after_its_day(one, ground) for one in came)),
        )
    ]


def to_review(ground: Ground) -> list[Notice]:
    """Two lines at most: a question that is not answered yet, and records of the last days that nobody looked at."""
    since = day_in_london(ground.now) - timedelta(days=NEW_DAYS - 1)
    wanted = {
        "question": Filter(service=ground.service, review="question"),
        "new": Filter(service=ground.service, review="new", since=since),
    }
    scope = ground.scope(Permission.REVIEW_EVIDENCE)
    counts = {code: count_rows(ground.connection, one, scope, most=_ALL) for code, one in wanted.items()}
    says = {
        "question": counted(
            counts["question"], "record has an open question", "records have an open question"
        ),
        "new": counted(
            counts["new"],
            f"record of the last {NEW_DAYS} days was not looked at",
            f"records of the last {NEW_DAYS} days were not looked at",
        ),
    }
    return [
        Notice(
            code=f"records_{code}",
            says=says[code],
            count=counts[code],
            urgency=TODAY if code == "question" else SOON,
            address=wanted[code].address("/evidence"),
            service=ground.service,
        )
        for code in wanted
        if counts[code]
    ]


def records_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """What happened in the week: how much was recorded, looked at, not looked at, and recorded or sent late."""
    scope = ground.scope(Permission.REVIEW_EVIDENCE)
    all_of_it = Filter(service=ground.service, since=week.start, until=week.end)
    new = Filter(service=ground.service, since=week.start, until=week.end, review="new")
    late = Filter(service=ground.service, since=week.start, until=week.end, flags=("late",))
    counts = [count_rows(ground.connection, one, scope, most=_ALL) for one in (all_of_it, new, late)]
    return [
        WeekLine(
            code="records",
            title="Records",
            came=Figure(counts[0], all_of_it.address("/evidence")),
            decided=Figure(counts[0] - counts[1]),
            still_open=Figure(counts[1], new.address("/evidence")),
            slipped=Figure(counts[2], late.address("/evidence")),
        )
    ]


def held_today(ground: Ground) -> list[Notice]:
    """Records that were kept and do not count until somebody has looked."""
    count, since = count_set_aside(ground.connection, ground.viewer)
    if not count:
        return []
    return [
        Notice(
            code="held",
            says=counted(
                count, "record is held for a person to look at", "records are held for a person to look at"
            ),
            count=count,
            urgency=SOON,
            address="/held",
            service=ground.service,
            since=since,
        )
    ]


def held_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Held in the week, and held in all."""
    span = write_instant(week.opens_at), write_instant(week.closes_at)
    return [
        WeekLine(
            code="held",
            title="Held records",
            came=Figure(count_set_aside(ground.connection, ground.viewer, *span)[0]),
            still_open=Figure(
                count_set_aside(ground.connection, ground.viewer)[0], "/held" if ground.sole else ""
            ),
        )
    ]


def _after_its_day(concern: Concern, ground: Ground) -> bool:
    """Whether the London day on which it came ended before somebody answered."""
    received = day_in_london(read_instant(concern.received_at))
    answered = read_instant(concern.acknowledged_at) if concern.acknowledged_at else ground.now
    return answered >= start_of_day(received + ONE_DAY)
