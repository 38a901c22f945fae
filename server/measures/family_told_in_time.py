"""M06b, the leading indicator for M06: families told in time, before they had to ask (domain/3; S1E3).

One update that was owed counts once, however many checks it took: a second try follows the first, and whether the
update was made in time is told from all of them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.escalated_in_time import whole_minutes
from server.measures.fact import happened_in
from server.measures.facts import Facts, FamilyUpdate
from server.measures.in_force import InForce
from server.measures.joining import joined
from server.measures.periods import Period

_TELLS = ("main_contact", "legal_representative")
_NOBODY = LeftOut("Nobody was to be told")
_NOT_CLEAR = LeftOut("It is not clear who may be told")
_NOT_SAID = LeftOut("It is not said who should be told")
_NOT_NEEDED = LeftOut("An update was not needed")
_NO_TIMES = LeftOut("No time is given")


def told_in_time(facts: Facts, period: Period, settings: InForce) -> Count:
    """M06b: updates made in their time and not asked for first, of the updates that were due (F3)."""
    owed = owed_updates(facts.family_updates)
    firsts = happened_in((tries[0] for tries in owed.values()), period)
    return tally((first.id, verdict_of(owed[first.id], settings, facts.as_of)) for first in firsts)


def owed_updates(updates: Iterable[FamilyUpdate]) -> dict[str, list[FamilyUpdate]]:
    """Each update that was owed, by the id of its first check: all the checks of it, in the order they happened."""
    in_order = sorted(updates, key=lambda update: (update.happened_at, update.id))
    heads = joined(
        (update.id for update in in_order),
        ((update.id, update.follows) for update in in_order if update.follows),
    )
    together: dict[str, list[FamilyUpdate]] = {}
    for update in in_order:
        together.setdefault(heads[update.id], []).append(update)
    return {tries[0].id: tries for tries in together.values()}


def verdict_of(tries: list[FamilyUpdate], settings: InForce, as_of: datetime) -> Verdict:
    """Whether an update was made in its time and not asked for first; `tries` are its checks in order."""
    told = next((update for update in tries if update.update_made == "yes"), tries[-1])
    if told.who not in _TELLS:
        return {"not_clear": _NOT_CLEAR, "nobody": _NOBODY}.get(told.who, _NOT_SAID)
    if told.update_made not in ("yes", "not_yet", "not_reached"):
        return _NOT_NEEDED
    due_at = due_of(tries[0], settings)
    if due_at is None:
        return _NO_TIMES
    if told.update_made != "yes":
        return "not_yet_due" if whole_minutes(due_at, as_of) <= 0 else "unmet"
    if told.contacted_at is None:
        return _NO_TIMES
    asked_first = any(update.family_first for update in tries)
    return "met" if whole_minutes(due_at, told.contacted_at) <= 0 and not asked_first else "unmet"


def due_of(update: FamilyUpdate, settings: InForce) -> datetime | None:
    """By when an update was owed that this check was the first of; None where no time is given."""
    if update.promised_by is not None:
        return update.promised_by
    if update.known_at is None or not update.timescale:
        return None
    return update.known_at + timedelta(
        minutes=settings.number(update.service, update.timescale, update.known_at)
    )
