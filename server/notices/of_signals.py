"""Early-warning signals that nobody answered."""

from urllib.parse import urlencode

from server.evidence.times import read_instant, write_instant
from server.identity.permissions import Permission
from server.measures.periods import Period
from server.notices.notice import TODAY, Figure, Ground, Notice, WeekLine, counted
from server.signals.listing import Line, read_list


def signals_today(ground: Ground) -> list[Notice]:
    """Those that nobody answered, whether they still show or not, as the page of signals has them."""
    waiting = [line for line in _lines(ground) if line.state != "answered"]
    if not waiting:
        return []
    return [
        Notice(
            code="signals",
            says=counted(
                len(waiting),
                "early-warning signal waits for an answer",
                "early-warning signals wait for an answer",
            ),
            count=len(waiting),
            urgency=TODAY,
            address=_address(ground, "unanswered"),
            service=ground.service,
            since=write_instant(min(line.signal.fired_at for line in waiting)),
        )
    ]


def signals_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Shown first in the week; answered in it; not answered now; of the week's, those that passed unanswered."""
    lines = _lines(ground)
    of_week = [line for line in lines if week.holds(line.signal.fired_at)]
    answered = [line for line in lines if line.answer and week.holds(read_instant(line.answer.at))]
    passed = [line for line in of_week if line.state == "passed"]
    waiting = sum(line.state != "answered" for line in lines)
    all_passed = sum(line.state == "passed" for line in lines) == len(passed)
    return [
        WeekLine(
            code="signals",
            title="Early-warning signals",
            came=Figure(len(of_week)),
            decided=Figure(len(answered)),
            still_open=Figure(waiting, _address(ground, "unanswered")),
            slipped=Figure(len(passed), _address(ground, "passed") if all_passed else ""),
        )
    ]


def _lines(ground: Ground) -> list[Line]:
    scope = ground.scope(Permission.READ_SIGNALS)
    return read_list(ground.connection, scope, ground.catalogue, ground.now).lines


def _address(ground: Ground, state: str) -> str:
    return f"/signals?{urlencode({'service': ground.service, 'state': state})}"
