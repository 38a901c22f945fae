"""Complaints (domain/2 1.5, D4): those that are not answered, and learning that is to be applied within its 56 days."""

from server.complaints.register import Line, read_lines
from server.desk_records.store import reach_of
from server.evidence.times import read_day
from server.identity.permissions import Permission
from server.measures.periods import Period
from server.notices.notice import TODAY, Dated, Figure, Ground, Notice, WeekLine, counted
from server.notices.of_cases import late_since, name_in_calendar, near, urgency_of

WRITES = Permission.WRITE_COMPLAINTS


def complaints_today(ground: Ground) -> list[Notice]:
    """Two lines at most: answers that are due, and learning that no care plan says yet."""
    lines = _lines(ground)
    answers = near([line.answer for line in lines if line.answer and line.answer.done_at is None], ground)
    plans = near([line.clock for line in lines if line.clock and line.clock.done_at is None], ground)
    found = [
        ("complaints_to_answer", answers, "complaint is to be answered", "complaints are to be answered"),
        (
            "complaints_to_apply",
            plans,
            "complaint has learning that no care plan says yet",
            "complaints have learning that no care plan says yet",
        ),
    ]
    return [
        Notice(
            code=code,
            says=counted(len(clocks), one, many),
            count=len(clocks),
            urgency=urgency_of(clocks, ground, TODAY),
            address=f"/complaints?service={ground.service}",
            service=ground.service,
            since=late_since(clocks, ground),
        )
        for code, clocks, one, many in found
        if clocks
    ]


def complaints_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Received in the week; answered in it; open now; of which an answer or a plan fell due in it and is not there."""
    lines = _lines(ground)
    days = [read_day(line.complaint.now("received_on")) for line in lines]
    sent = [read_day(act.get("sent_on")) for line in lines for act in line.complaint.every("responded")]
    late = [
        line
        for line in lines
        if any(week.holds(one.due_at) and one.state(ground.now) == "overdue" for one in line.open_clocks)
    ]
    still = [line for line in lines if not line.complaint.closed]
    return [
        WeekLine(
            code="complaints",
            title="Complaints and feedback",
            came=Figure(sum(day is not None and week.holds_day(day) for day in days)),
            decided=Figure(sum(day is not None and week.holds_day(day) for day in sent)),
            still_open=Figure(len(still), f"/complaints?service={ground.service}"),
            slipped=Figure(len(late)),
        )
    ]


def complaints_dated(ground: Ground) -> list[Dated]:
    """The day of each answer, and of each plan that is to say what was learned, by the number of its complaint."""
    return [
        Dated(
            uid=f"complaint/{line.complaint.id}/{clock.what}/{clock.due_at:%Y-%m-%d}",
            kind=f"{clock.what}, {name_in_calendar(line.complaint)}",
            place=ground.viewer.services[ground.service],
            at=clock.due_at,
            address=f"/complaints/{line.complaint.id}",
        )
        for line in _lines(ground)
        for clock in line.open_clocks
    ]


def _lines(ground: Ground) -> list[Line]:
    """Learning of a closed one is waited for all the same."""
    scope = ground.scope(Permission.READ_EVIDENCE)
    return read_lines(ground.connection, ground.catalogue, reach_of(ground.viewer, WRITES), scope, ground.now)
