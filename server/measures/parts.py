"""Counts of a long period put together from those of its parts, so that one record more means counting one day again.

Some measures judge what happened by itself (M10: and by what came before the whole period). Their count over a period
is the sum of the counts of its parts, whichever way it is cut. The others are not here: what they say of a record hangs
on other records, on the list of what is due, or on the moment.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from server.measures.catalogue import COUNTED, MEASURES
from server.measures.counting import Count
from server.measures.fact import happened_in
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.lived_experience import audits_met, less, said_met
from server.measures.periods import ONE_DAY, Period, monday_of, week_of, window
from server.measures.repeat_recording_findings import found_again

T = TypeVar("T")
# A page lists no more of what stands behind a count
LISTED = 40

BY_THEMSELVES = ("M04", "M04-all", "M05", "M08b", "M10-met", "M12", "M12-experience")
JUDGED_BY_BEFORE = "M10"
OF_TWO = "M12-gap"
IN_PARTS = frozenset({*BY_THEMSELVES, JUDGED_BY_BEFORE, OF_TWO})


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What a part of a period comes to: its count (of M12-gap both sides), and by record when it came, of those that
    came after the part was over.
    """

    counts: tuple[Count, ...]
    late: tuple[tuple[str, datetime], ...] = ()


class Cut(msgspec.Struct, frozen=True):
    """Some days, both ends included. `running`: one of a week that is not over."""

    first: date
    last: date
    running: bool

    @property
    def period(self) -> Period:
        """The same as a period."""
        return window(self.first, self.last)


def cut(period: Period, today: date) -> list[Cut]:
    """A period by weeks; from the week of today on by days, since a new record mostly tells of today. What is older
    than last year is one part: no chart reaches back so far, and a window may begin in any year.
    """
    monday, long_ago = monday_of(today), date(today.year - 1, 1, 1) - ONE_DAY
    found, first = [], period.start
    while first <= period.end:
        running = first >= monday
        end = first if running else long_ago if first <= long_ago else week_of(first).end
        last = min(end, period.end)
        found.append(Cut(first, last, running))
        first = last + ONE_DAY
    return found


def missing_of(
    cuts: Mapping[T, Iterable[Cut]], kept: Mapping[T, Container[tuple[date, date]]]
) -> dict[Cut, list[T]]:
    """Each cut that is not kept of one that needs it, with all those. `kept`: of each the first and last days."""
    missing: dict[Cut, list[T]] = {}
    for one, days in cuts.items():
        for each in days:
            if (each.first, each.last) not in kept[one]:
                missing.setdefault(each, []).append(one)
    return missing


def runs(cuts: Iterable[Cut]) -> list[list[Cut]]:
    """Those that follow each other without a day between them, together."""
    found: list[list[Cut]] = []
    for one in sorted(set(cuts), key=lambda one: (one.first, one.last)):
        if found and one.first <= max(each.last for each in found[-1]) + ONE_DAY:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def count_part(code: str, facts: Facts, period: Period, settings: InForce, opened: datetime) -> Part:
    """One part of the period that opened at `opened`."""
    if code == OF_TWO:
        counts: tuple[Count, ...] = (audits_met(facts, period), said_met(facts, period, settings))
    elif code == JUDGED_BY_BEFORE:
        counts = (found_again(facts, period, settings, opened=opened),)
    else:
        counts = (COUNTED[code](facts, period, settings),)
    came = {
        fact.record: fact.received_at
        for kind in MEASURES[code].needs
        for fact in happened_in(facts.listed(kind), period)
        if fact.received_at >= period.closes_at
    }
    return Part(tuple(shortened(one) for one in counts), tuple(sorted(came.items())))


def put_together(code: str, parts: Sequence[Part]) -> Count:
    """The count of a period from all its parts, with no more ids than a page lists."""
    sides = [added([part.counts[side] for part in parts]) for side in range(2 if code == OF_TWO else 1)]
    return less(*sides) if code == OF_TWO else sides[0]


def late_of(parts: Iterable[Part], period: Period) -> tuple[str, ...]:
    """The records of the period that came, or were corrected, after it had ended."""
    return tuple(sorted(record for part in parts for record, at in part.late if at >= period.closes_at))


def shortened(count: Count) -> Count:
    """The same with the first ids of each kind alone, and how many more there are."""
    return added([count])


def added(counts: Sequence[Count]) -> Count:
    """The sum of counts of different records. Raises `ValueError` for one that time alone changes."""
    if any(one.not_yet_due or one.counts_only or one.tells_from is not None for one in counts):
        raise ValueError("this count is not the sum of its parts")
    more: dict[str, int] = {}
    for one in counts:
        for what, many in one.more:
            more[what] = more.get(what, 0) + many
    met = _first("met", sorted(id for one in counts for id in one.met), more)
    unmet = _first("unmet", sorted(id for one in counts for id in one.unmet), more)
    why: dict[str, list[str]] = {}
    for id, words in sorted(pair for one in counts for pair in one.left_out):
        why.setdefault(words, []).append(id)
    left_out = sorted((id, words) for words, ids in why.items() for id in _first(words, ids, more))
    return Count(
        numerator=sum(one.numerator for one in counts),
        denominator=sum(one.denominator for one in counts),
        met=met,
        unmet=unmet,
        left_out=tuple(left_out),
        unit=counts[0].unit,
        more=tuple(sorted(more.items())),
    )


def _first(what: str, ids: Sequence[str], more: dict[str, int]) -> tuple[str, ...]:
    if len(ids) > LISTED:
        more[what] = more.get(what, 0) + len(ids) - LISTED
    return tuple(ids[:LISTED])
