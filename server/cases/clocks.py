"""What a case asks for by when (domain/2 1.4; S4E1, S4E2): the manager's decision the same day, the review within five
working days, two follow-ups a week of open safeguarding, sustained checks, the outcome review.

Days are London's, and the whole of the last one is in time. A concern has two clocks for the decision: from when it
was recognised, and from when the desk had it, for a tablet may have been without Wi-Fi.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from server.cases.kinds import INCIDENT, SAFEGUARDING
from server.cases.standing import checks, outcome
from server.desk_records.store import BECAME, DeskRecord
from server.evidence.times import day_in_london, read_day, read_instant, start_of_day
from server.measures.periods import ONE_DAY, ONE_SECOND
from server.measures.working_days import add_working_days

Ends = Sequence[tuple[date, frozenset[int]]]
"""From which day on open safeguarding is followed up by the end of which weekdays (1 to 7), the first from ever on."""

# Monday to Wednesday, Thursday to Sunday [design], unless a service chose other days
HALVES: Ends = ((date.min, frozenset({3, 7})),)
_WEEK = timedelta(days=7)


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Something asked for by an instant, and when it was done."""

    what: str
    due_at: datetime
    done_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """As the due list says it: open, overdue, done, late."""
        if self.done_at is None:
            return "overdue" if now > self.due_at else "open"
        return "late" if self.done_at > self.due_at else "done"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the records of a case and the settings of its service say: when the first of its records reached the desk,
    when the first of its incidents happened, how many working days a review may take, and by which days open
    safeguarding is followed up.
    """

    received_at: datetime | None = None
    incident_at: datetime | None = None
    review_days: int = 5
    follow_up_ends: Ends = HALVES


def clocks(case: DeskRecord, known: Known, now: datetime) -> list[Clock]:
    """Every clock of a case, in the order in which they are due."""
    found = [*_decision(case, known), *_review(case, known), *_checks(case), *_outcome(case)]
    found += follow_ups(_open_spans(case), _days(case, "followed_up"), now, known.follow_up_ends)
    return sorted(found, key=lambda clock: (clock.due_at, clock.what))


def end_of(day: date) -> datetime:
    """The last second of a day in London."""
    return start_of_day(day + ONE_DAY) - ONE_SECOND


def review_due(event: datetime, working_days: int) -> datetime:
    """When the review of an incident is due: the day of the event never counts."""
    return end_of(add_working_days(day_in_london(event), working_days))


def follow_ups(
    spans: Iterable[tuple[date, date | None]],
    made: Iterable[datetime],
    now: datetime,
    by_days: Ends = HALVES,
) -> list[Clock]:
    """Two follow-ups in each ISO week (S4E1.3), or more: one by the end of each of its days, for each part of a week
    that begins while the case is open, and not on the day it was opened. What was made in its own part is in time;
    what was made later settles the oldest that is open. One made earlier settles nothing that was not yet asked.
    """
    waiting = sorted(made)
    found: list[Clock] = []
    for first, last in spans:
        for begins, ends in _parts(first, last, day_in_london(now), by_days):
            at = next((one for one in waiting if day_in_london(one) >= begins), None)
            if at is not None:
                waiting.remove(at)
            elif last is not None and ends > last:
                continue  # It was closed before this one was due
            found.append(Clock(what="Follow-up of open safeguarding", due_at=end_of(ends), done_at=at))
    return found


def _parts(first: date, last: date | None, today: date, by_days: Ends) -> Iterator[tuple[date, date]]:
    """The parts of weeks that begin after `first`, up to today and not after the day it was closed; each ends on a day
    of its own week, by what held on that week's Monday.
    """
    until = min(last or today, today)
    begins, day = date.min, first - _WEEK
    while begins <= until:
        if _is_end(day, by_days):
            if first < begins <= until:
                yield begins, day
            begins = day + ONE_DAY
        day += ONE_DAY


def _is_end(day: date, by_days: Ends) -> bool:
    monday = day - timedelta(days=day.weekday())
    return day.isoweekday() in [days for since, days in by_days if since <= monday][-1]


def _open_spans(case: DeskRecord) -> list[tuple[date, date | None]]:
    """From which day to which it was open as safeguarding; None = it still is. The day it was closed, or became of
    another kind, asks for nothing new.
    """
    spans: list[tuple[date, date | None]] = []
    first: date | None = None
    kind, is_open = case.opened_as, False
    for act in case.acts:
        day = day_in_london(read_instant(act.at))
        kind = act.what.removeprefix(BECAME) if act.what.startswith(BECAME) else kind
        is_open = act.what != "closed" if act.what in ("opened", "closed", "reopened") else is_open
        asks = is_open and kind == SAFEGUARDING
        if asks and first is None:
            first = day
        elif not asks and first is not None:
            spans.append((first, day - ONE_DAY))
            first = None
    return [*spans, (first, None)] if first is not None else spans


def _days(case: DeskRecord, what: str) -> list[datetime]:
    return [read_instant(act.at) for act in case.every(what)]


def _decision(case: DeskRecord, known: Known) -> list[Clock]:
    decided = next(iter(_days(case, "decided")), None)
    seen = case.now("recognised_at")
    reached = min(read_instant(case.opened_at), known.received_at or read_instant(case.opened_at))
    found = [
        Clock(
            what="Decision, the day the desk had it", due_at=end_of(day_in_london(reached)), done_at=decided
        )
    ]
    if seen:
        day = day_in_london(read_instant(seen))
        found.append(Clock(what="Decision, the day it was recognised", due_at=end_of(day), done_at=decided))
    return found


def _review(case: DeskRecord, known: Known) -> list[Clock]:
    if case.kind != INCIDENT:
        return []
    seen = case.now("recognised_at")
    event = known.incident_at or read_instant(seen or case.opened_at)
    reviewed = next(iter(_days(case, "reviewed")), None)
    return [
        Clock(what="Review of the incident", due_at=review_due(event, known.review_days), done_at=reviewed)
    ]


def _checks(case: DeskRecord) -> list[Clock]:
    made = {act.get("check"): read_instant(act.at) for act in case.every("check_done")}
    open_ones = checks(case)
    found = []
    for act in case.every("check_planned"):
        day = read_day(act.get("by"))
        if day is not None and (str(act.version) in made or str(act.version) in open_ones):
            found.append(
                Clock(what="Sustained check", due_at=end_of(day), done_at=made.get(str(act.version)))
            )
    return found


def _outcome(case: DeskRecord) -> list[Clock]:
    """The last day that was set."""
    planned = case.last("outcome_set")
    day = read_day(planned.get("by")) if planned else None
    if day is None:
        return []
    done = outcome(case)
    return [Clock(what="Outcome review", due_at=end_of(day), done_at=read_instant(done.at) if done else None)]
