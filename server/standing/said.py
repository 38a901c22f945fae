"""What records say of actions, by kept parts: how many say what, where and when; what audits and people say since.

Jobs for `Database.read`. Cut at the day of the change, so that no group lies on both sides of it. What happens after
today is read each time.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

import msgspec

from observation_forms import Catalogue
from server.evidence.action_evidence import NEVER, Group, read_groups
from server.evidence.action_triangulation import compared_facts, read_compared
from server.evidence.times import day_in_london, read_instant, write_instant
from server.measures.catalogue import MEASURES
from server.measures.in_force import InForce
from server.measures.parts import OF_TWO, Cut, Part, count_part, cut, missing_of, put_together, runs
from server.measures.periods import ONE_DAY, monday_of, window
from server.measures.reading_records import opens_on
from server.standing.parts import Parts
from server.standing.points import read_stretch
from server.triangulation.standing import Seen

_ALWAYS = date.min


class Said(msgspec.Struct, frozen=True):
    """What is said of one action, and what is dated more than a day ahead."""

    known: tuple[Group, ...]
    ahead: tuple[Group, ...]

    def seen(self, kind_of_form: Mapping[str, str]) -> list[Seen]:
        """As `triangulation/reading.py` reads it: what is dated more than a day ahead is left out."""
        return [
            Seen(
                kind=kind_of_form.get(one.form, "observation"),
                bearing=one.bearing,
                latest=read_instant(one.latest),
                shift=one.shift,
                unit=one.unit,
                form=one.form,
                records=one.records,
            )
            for one in self.known
        ]

    @property
    def groups(self) -> tuple[Group, ...]:
        """All of it."""
        return (*self.known, *self.ahead)


def read_said(parts: Parts, since: Mapping[str, date], now: datetime) -> dict[str, Said]:
    """By the id of each action, with the day on which its practice changed."""
    # On the night on which the clocks go back, not all of today is less than a day ahead
    until = now + ONE_DAY
    last_day = min(parts.today, day_in_london(until) - ONE_DAY)
    whats = {_what_of(id, day): id for id, day in since.items()}
    kept = parts.read(whats, tuple[Group, ...])
    cuts = {what: _cuts(since[id], last_day, parts.today) for what, id in whats.items()}
    missing = missing_of(cuts, kept)
    for run in runs(missing):
        asked = sorted({what for one in run for what in missing[one]})
        opens = "" if run[0].first == _ALWAYS else opens_on(run[0].first)
        closes = opens_on(max(one.last for one in run) + ONE_DAY)
        found = read_groups(parts.connection, [whats[what] for what in asked], parts.scope, opens, closes)
        for one in run:
            for what in missing[one]:
                groups = tuple(group for group in found[whats[what]] if one.first <= _day(group) <= one.last)
                kept[what][one.first, one.last] = _folded(groups)
                rests_from = None if one.first == _ALWAYS else one.first
                parts.add(what, one, kept[what][one.first, one.last], rests_from)
    tomorrow, later = opens_on(last_day + ONE_DAY), write_instant(until)
    soon = read_groups(parts.connection, list(since), parts.scope, tomorrow, later)
    ahead = read_groups(parts.connection, list(since), parts.scope, later, NEVER)
    return {
        id: Said(
            known=(*(group for one in cuts[what] for group in kept[what][one.first, one.last]), *soon[id]),
            ahead=tuple(ahead[id]),
        )
        for what, id in whats.items()
    }


def read_gaps(
    parts: Parts,
    catalogue: Catalogue,
    audits: Collection[str],
    since: Mapping[str, date],
    settings: InForce,
    now: datetime,
) -> dict[str, Fraction | None]:
    """M12-gap of each action since its change, over the records that bear on it; None while it is undefined."""
    whats = {_gap_of(id, day): id for id, day in since.items() if day <= parts.today}
    kept = parts.read(whats, Part)
    cuts = {what: cut(window(since[id], parts.today), parts.today) for what, id in whats.items()}
    missing = missing_of(cuts, kept)
    for run in runs(missing):
        first, last = run[0].first, max(one.last for one in run)
        asked = {whats[what]: first for one in run for what in missing[one]}
        compared = read_compared(parts.connection, parts.scope, audits, asked, last)
        facts = read_stretch(parts, catalogue, MEASURES[OF_TWO].needs, first, last, now)
        for id in asked:
            here = compared_facts(facts, compared[id])
            what = _gap_of(id, since[id])
            for one in (one for one in run if what in missing[one]):
                counted = count_part(OF_TWO, here, one.period, settings, one.period.opens_at)
                # Of a gap between the two no page lists a record
                part = Part(
                    tuple(msgspec.structs.replace(side, met=(), unmet=(), more=()) for side in counted.counts)
                )
                kept[what][one.first, one.last] = part
                parts.add(what, one, part, one.first)
    gaps: dict[str, Fraction | None] = dict.fromkeys(since)
    for what, id in whats.items():
        gaps[id] = put_together(OF_TWO, [kept[what][one.first, one.last] for one in cuts[what]]).value
    return gaps


def _what_of(action: str, since: date) -> str:
    return f"said {action} {since}"


def _gap_of(action: str, since: date) -> str:
    return f"gap {action} {since}"


def _cuts(since: date, last: date, today: date) -> list[Cut]:
    """All days up to the last one: those before the week of the change as one, and none on both sides of that day."""
    change = min(since, last + ONE_DAY)
    monday = min(monday_of(change), monday_of(today))
    found = [Cut(_ALWAYS, monday - ONE_DAY, running=False)]
    for first, end in ((monday, change - ONE_DAY), (change, last)):
        found += cut(window(first, end), today) if first <= end else []
    return found


def _day(group: Group) -> date:
    return day_in_london(read_instant(group.latest))


def _folded(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The hours of one part together: which they were is told by nothing but the weekend."""
    found: dict[tuple[str, str, str, str, bool], Group] = {}
    for one in groups:
        side = one.form, one.shift, one.unit, one.bearing, one.weekend
        known = found.get(side)
        if known is not None:
            latest, records = max(known.latest, one.latest), known.records + one.records
            one = msgspec.structs.replace(known, latest=latest, records=records)
        found[side] = one
    return tuple(found.values())
