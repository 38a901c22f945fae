"""M04: changes in health told to a senior in the time their urgency allows (domain/3; S1E1), of the concerns that were
sampled (F7-DE) and, beside it, of all that were recorded (F8).

Times are whole minutes, as the form has them: 60 min 59 s is within an hour. The time that was allowed is the one in
force when it was first noticed.
"""

from datetime import datetime

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Facts, OversightEntry, SampledConcern
from server.measures.in_force import InForce
from server.measures.periods import Period

_NO_TIMES = LeftOut("No time is given")
_NO_URGENCY = LeftOut("It is not said how urgent it was")
_TURNED_ROUND = LeftOut("It says that it was told before it was noticed")


def sampled(facts: Facts, period: Period, settings: InForce) -> Count:
    """M04. Not escalating, or a clock that says otherwise, counts as the sampler judged with a reason."""
    among = happened_in(facts.sampled_concerns, period)
    return tally((concern.id, _sampled(concern, settings)) for concern in among)


def recorded(facts: Facts, period: Period, settings: InForce) -> Count:
    """M04-all: the same of every concern that a senior recorded."""
    among = happened_in(facts.oversight_entries, period)
    return tally((entry.id, _recorded(entry, settings)) for entry in among)


def _sampled(concern: SampledConcern, settings: InForce) -> Verdict:
    if concern.first_sign_at is None or concern.told is None or (concern.told and concern.told_at is None):
        return _NO_TIMES
    by_clock: Verdict = "unmet"
    if concern.told and concern.told_at is not None:
        by_clock = _in_time(
            concern.service, concern.timescale, concern.first_sign_at, concern.told_at, settings
        )
    elif not concern.timescale:
        return _NO_URGENCY
    if isinstance(by_clock, LeftOut) or concern.clock_is_right:
        return by_clock
    if concern.clock_is_right is None or not concern.reasoned:
        return LeftOut("The sampler did not say whether the clock is right, or not why it is wrong")
    return "unmet" if by_clock == "met" else "met"


def _recorded(entry: OversightEntry, settings: InForce) -> Verdict:
    if entry.noticed_at is None or entry.told_at is None:
        return _NO_TIMES
    return _in_time(entry.service, entry.timescale, entry.noticed_at, entry.told_at, settings)


def _in_time(
    service: str, timescale: str, noticed_at: datetime, told_at: datetime, settings: InForce
) -> Verdict:
    if not timescale:
        return _NO_URGENCY
    if told_at < noticed_at:
        return _TURNED_ROUND
    allowed = settings.number(service, timescale, noticed_at)
    return "met" if whole_minutes(noticed_at, told_at) <= allowed else "unmet"


def whole_minutes(earlier: datetime, later: datetime) -> int:
    """Minutes that have passed between two instants, as `minutes_between` of the forms counts them."""
    return int((later - earlier).total_seconds() // 60)
