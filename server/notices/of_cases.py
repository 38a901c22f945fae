"""Cases (domain/2 1.4, D3): what the manager is to decide or review, and what is to be followed up, each by its clock.

Counts, kinds and days alone: a case's number is said in a calendar, its words never are.
"""

from datetime import timedelta

from server.cases.clocks import Clock
from server.cases.register import Line, read_lines
from server.cases.standing import candour_left
from server.desk_records.store import DeskRecord, called, reach_of
from server.evidence.times import day_in_london, read_instant, write_instant
from server.identity.permissions import Permission
from server.measures.periods import Period
from server.notices.notice import NOW, SOON, TODAY, Dated, Figure, Ground, Notice, WeekLine, counted

DECIDES, WRITES = Permission.DECIDE_CASES, Permission.WRITE_CASES
DAYS_BEFORE = timedelta(days=7)
DECISION = "Decision, the day the desk had it"
# What a clock is called in a notice: of one, of many. The first are the manager's, the others anybody's who may write
_DECIDED = {
    DECISION: (
        "case waits for its decision of the same day",
        "cases wait for their decision of the same day",
    ),
    "Review of the incident": ("incident waits for its review", "incidents wait for their review"),
    "Outcome review": ("case waits for its outcome review", "cases wait for their outcome review"),
}
_DONE = {
    "Follow-up of open safeguarding": (
        "follow-up of open safeguarding is due",
        "follow-ups of open safeguarding are due",
    ),
    "Sustained check": ("sustained check of a case is due", "sustained checks of cases are due"),
}


def to_decide_today(ground: Ground) -> list[Notice]:
    """For whoever decides: a line for each kind of clock, and one for the duty of candour."""
    lines = _open(ground, DECIDES)
    return [*_notices(ground, lines, _DECIDED), *_candour(ground, lines)]


def to_do_today(ground: Ground) -> list[Notice]:
    """For whoever writes in cases: follow-ups and sustained checks."""
    return _notices(ground, _open(ground, WRITES), _DONE)


def decisions_dated(ground: Ground) -> list[Dated]:
    """The day of each decision and review that is still to be done."""
    return _dated(ground, _open(ground, DECIDES), _DECIDED)


def checks_dated(ground: Ground) -> list[Dated]:
    """The day of each follow-up and check that is still to be done."""
    return _dated(ground, _open(ground, WRITES), _DONE)


def cases_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Opened in the week; decided in it; open now; of which something fell due in it and was not done in time."""
    lines = read_lines(ground.connection, reach_of(ground.viewer, WRITES), ground.now)
    still = [line for line in lines if not line.case.closed]
    decided = [read_instant(act.at) for line in lines for act in line.case.every("decided")]
    slipped = [
        line for line in lines if any(week.holds(one.due_at) and _missed(ground, one) for one in line.clocks)
    ]
    return [
        WeekLine(
            code="cases",
            title="Concerns, incidents, safeguarding",
            came=Figure(sum(week.holds(read_instant(line.case.opened_at)) for line in lines)),
            decided=Figure(sum(week.holds(at) for at in decided)),
            still_open=Figure(len(still), f"/cases?service={ground.service}"),
            slipped=Figure(len(slipped)),
        )
    ]


def name_in_calendar(record: DeskRecord) -> str:
    """ "Case 3"; of a restricted one nothing that says so, for a calendar lies open."""
    return record.register.capitalize() if record.restricted else called(record)


def urgency_of(clocks: list[Clock], ground: Ground, late: int) -> int:
    """`late` once one of them is past its time, today when one is due today, else soon."""
    if any(clock.state(ground.now) == "overdue" for clock in clocks):
        return late
    today = day_in_london(ground.now)
    return TODAY if any(day_in_london(clock.due_at) == today for clock in clocks) else SOON


def late_since(clocks: list[Clock], ground: Ground) -> str:
    """Since when the oldest of them is late; "" while none is."""
    first = min(clock.due_at for clock in clocks)
    return write_instant(first) if first < ground.now else ""


def near(clocks: list[Clock], ground: Ground) -> list[Clock]:
    """Those that are late, or due within a week."""
    last = day_in_london(ground.now) + DAYS_BEFORE
    return [clock for clock in clocks if day_in_london(clock.due_at) <= last]


def _open(ground: Ground, permission: Permission) -> list[Line]:
    lines = read_lines(ground.connection, reach_of(ground.viewer, permission), ground.now)
    return [line for line in lines if not line.case.closed]


def _notices(ground: Ground, lines: list[Line], kinds: dict[str, tuple[str, str]]) -> list[Notice]:
    found = []
    for what, (one, many) in kinds.items():
        clocks = near([clock for line in lines for clock in line.open_clocks if clock.what == what], ground)
        if clocks:
            found.append(
                Notice(
                    code=f"cases_{what.split()[0].strip(',').lower()}",
                    says=counted(len(clocks), one, many),
                    count=len(clocks),
                    urgency=urgency_of(clocks, ground, NOW if what == DECISION else TODAY),
                    address=f"/cases?service={ground.service}",
                    service=ground.service,
                    since=late_since(clocks, ground),
                )
            )
    return found


def _candour(ground: Ground, lines: list[Line]) -> list[Notice]:
    """Where nobody has decided yet whether it applies, or a step is still to be taken (domain/5 2.4)."""
    waiting = [line.case for line in lines if _candour_waits(line.case)]
    if not waiting:
        return []
    words = "the duty of candour is to be decided, or a step of it to be taken"
    return [
        Notice(
            code="cases_candour",
            says=counted(len(waiting), f"case in which {words}", f"cases in which {words}"),
            count=len(waiting),
            urgency=TODAY,
            address=f"/cases?service={ground.service}",
            service=ground.service,
            since=min(case.opened_at for case in waiting),
        )
    ]


def _candour_waits(case: DeskRecord) -> bool:
    return case.last("candour_assessed") is None or bool(candour_left(case))


def _dated(ground: Ground, lines: list[Line], kinds: dict[str, tuple[str, str]]) -> list[Dated]:
    return [
        Dated(
            uid=f"case/{line.case.id}/{clock.what}/{clock.due_at:%Y-%m-%d}",
            kind=f"{clock.what}, {name_in_calendar(line.case)}",
            place=ground.viewer.services[ground.service],
            at=clock.due_at,
            address=f"/cases/{line.case.id}",
        )
        for line in lines
        for clock in line.open_clocks
        if clock.what in kinds
    ]


def _missed(ground: Ground, clock: Clock) -> bool:
    return clock.state(ground.now) in ("overdue", "late")
