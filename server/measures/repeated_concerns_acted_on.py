"""M01b: repeated concerns that led to an action and to evidence of an outcome (domain/3; S0E1; target: all of them).

A concern is repeated when one of the same kind, about the same person or in the same unit, came within 90 days before
it (a setting). Concerns linked in this way, directly or by others between them, are one repeated concern, however many
there are: it is called by the first of them. It counts in each period in which it came again.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.facts import Concern, Facts, Outcome
from server.measures.in_force import InForce
from server.measures.joining import joined
from server.measures.periods import Period, london_day

# Two things called "something else" are not for that reason of one kind
NO_KIND = ("", "other")


def acted_on(facts: Facts, period: Period, settings: InForce) -> Count:
    """M01b: repeated concerns with a linked action and a later outcome record on it, of all repeated concerns."""
    known = sorted(
        (concern for concern in facts.concerns if concern.happened_at < period.closes_at),
        key=lambda concern: (concern.happened_at, concern.id),
    )
    groups: dict[str, list[Concern]] = {}
    heads = joined((concern.id for concern in known), _repeats(known, settings))
    for concern in known:
        groups.setdefault(heads[concern.id], []).append(concern)
    verdicts: list[tuple[str, Verdict]] = [
        (group[0].id, "met" if _has_outcome(group, facts.outcomes) else "unmet")
        for group in groups.values()
        if any(period.holds(again.happened_at) for again in group[1:])
    ]
    nameless = LeftOut("No kind of concern was chosen, so it cannot be told whether it came again")
    verdicts += [
        (concern.id, nameless)
        for concern in known
        if concern.category in NO_KIND and period.holds(concern.happened_at)
    ]
    return tally(verdicts)


def _repeats(in_order: Iterable[Concern], settings: InForce) -> Iterator[tuple[str, str]]:
    """Each concern with the last of every run of earlier ones that it repeats, which makes one run of them."""
    runs: dict[tuple[str, ...], list[Concern]] = {}
    for concern in in_order:
        within = settings.number(concern.service, "repeat_concern_days", concern.happened_at)
        since = london_day(concern.happened_at) - timedelta(days=within)
        for place in _places(concern):
            lasts = runs.setdefault(place, [])
            while lasts and london_day(lasts[-1].happened_at) >= since:
                yield lasts.pop().id, concern.id
            lasts.append(concern)


def _places(concern: Concern) -> list[tuple[str, ...]]:
    if concern.category in NO_KIND:
        return []
    places = (("person", concern.person), ("unit", concern.unit))
    return [(concern.service, concern.category, what, which) for what, which in places if which]


def _has_outcome(group: list[Concern], outcomes: Iterable[Outcome]) -> bool:
    actions = frozenset[str]().union(*(concern.actions for concern in group))
    return any(
        outcome.actions & actions and outcome.happened_at > group[-1].happened_at for outcome in outcomes
    )
