"""Everything that the figures of some actions of one service are worked out from, read once. A job for `Database.read`.

The page of one action and the recovery map read it alike, so that they can never say two things.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from observation_forms import Catalogue
from server.charts.store import Kept, read_notes
from server.evidence.action_counting import full_periods, measured_by, so_far, step_of
from server.evidence.actions import Action, Target
from server.evidence.times import day_in_london, read_day
from server.identity.scope import Scope
from server.measures.catalogue import COMPARED
from server.measures.counting import Count, Measure, Point
from server.measures.custom_preview import custom_series
from server.measures.custom_store import Kept as KeptMeasure
from server.measures.custom_store import read_custom
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period, before, window
from server.measures.reading import READERS, read_facts, read_people, read_settings
from server.measures.reading_records import Days
from server.measures.series import count, late

# A chart begins so long before the window, to show how things were
RUN_UP = timedelta(days=28)


class Wanted(msgspec.Struct, frozen=True):
    """How far charts reach back: at most so many full weeks, and so many full months. Not `full`: neither the measures
    that stand beside those a target is held against, nor what came late.
    """

    weeks: int = 26
    months: int = 12
    full: bool = True

    def measures(self, target: Target) -> list[tuple[Measure, bool]]:
        """The measures of a target that are wanted, and whether it is held against each."""
        return [(one, judged) for one, judged in measured_by(target) if judged or self.full]


Asked = tuple[str, str, Period]


class Points(Protocol):
    """Measures that are put together from parts which were kept, in place of being counted from facts."""

    @property
    def days(self) -> Days:
        """For the other measures, facts that were kept."""

    def holds(self, code: str) -> bool:
        """Whether it has this measure."""

    def fill(self, asked: Collection[Asked], settings: InForce) -> None:
        """Have the measure of each unit ("" = all) in each period."""

    def count(self, code: str, unit: str, period: Period) -> Count:
        """One of those that were asked, with no more ids than a page lists."""

    def late(self, code: str, unit: str, period: Period) -> tuple[str, ...]:
        """The records of it that came or were corrected after the period had ended."""


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one service, its settings, from how many on a figure tells something, its notes and own measures.
    Of measures that `points` holds there are no facts.
    """

    service: str
    facts: Facts
    settings: InForce
    minimum: int
    notes: Sequence[Kept]
    own: Sequence[KeptMeasure]
    now: datetime
    points: Points | None = None
    units: dict[str, Facts] = {}
    counts: dict[tuple[str, str, Period, Period | None], Count] = {}

    @property
    def today(self) -> date:
        """The day it is in London."""
        return day_in_london(self.now)

    def of_unit(self, unit: str) -> Facts:
        """The facts, or those of one unit alone."""
        if unit not in self.units:
            self.units[unit] = self.facts.of_unit(unit) if unit else self.facts
        return self.units[unit]

    def count(self, code: str, unit: str, period: Period, baseline: Period | None = None) -> Count:
        """A measure in one period: counted once, however many actions of the service name it."""
        if self.points is not None and self.points.holds(code):
            return self.points.count(code, unit, period)
        key = code, unit, period, baseline
        if key not in self.counts:
            self.counts[key] = count(code, self.of_unit(unit), period, self.settings, baseline=baseline)
        return self.counts[key]

    def late(self, code: str, unit: str, period: Period) -> tuple[str, ...]:
        """The records of a measure that came, or were corrected, after the period had ended."""
        if self.points is not None and self.points.holds(code):
            return self.points.late(code, unit, period)
        return late(code, self.of_unit(unit), period)

    def number(self, name: str) -> int:
        """A setting that is a whole number, as it is now."""
        return self.settings.number(self.service, name, self.now)


def gather(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    actions: Iterable[Action],
    now: datetime,
    wanted: Wanted,
    *,
    compared_since: date | None = None,
    points: Points | None = None,
) -> Gathered:
    """What is needed for these actions, all of `service`; `scope` is the viewer's. With `compared_since`, also what
    audits and people say from that day on (M12-gap). What `points` holds is not read.
    """
    here, today = scope.within([service]), day_in_london(now)
    since: dict[str, date] = {}
    asked: set[Asked] = set()
    for action in actions:
        for target in action.fields.targets:
            for measure, _ in wanted.measures(target):
                if points is not None and points.holds(measure.code):
                    periods = chart_periods(step_of(measure), action, target, today, wanted)
                    unit = action.fields.unit
                    asked |= {(measure.code, unit, one) for one in (so_far(target, today), *periods)}
                    continue
                first = _first_day(measure.code, action, target, today, wanted)
                for kind in measure.needs:
                    since[kind] = min(first, since.get(kind, first))
    if compared_since is not None:
        for kind in ("experience", "audit_sheets"):
            since[kind] = min(compared_since, since.get(kind, compared_since))
    settings = read_settings(connection, here, catalogue)
    if points is not None:
        points.fill(asked, settings)
    return Gathered(
        service=service,
        facts=_read(connection, here, catalogue, since, now, points.days if points else None),
        settings=settings,
        minimum=settings.minimum(service, now, read_people(connection, service)),
        notes=read_notes(connection, here),
        own=read_custom(connection, [service], ended=True),
        now=now,
        points=points,
    )


def chart_periods(step: str, action: Action, target: Target, today: date, wanted: Wanted) -> list[Period]:
    """The full weeks or months of a chart: from before the window, or the change, to the newest that is over."""
    most = wanted.weeks if step == "week" else wanted.months
    return full_periods(step, _begins(action, target) - RUN_UP, today, most)


def own_measure(gathered: Gathered, target: Target) -> KeptMeasure | None:
    """The service's own measure that a target names, also when it has ended; own words may call it by its name."""
    if target.variant and not target.measure:
        return next((kept for kept in gathered.own if kept.id == target.variant), None)
    said = "" if target.measure else target.how.strip().casefold()
    offered = [kept for kept in gathered.own if not kept.ended]
    return next((kept for kept in offered if kept.measure.name.strip().casefold() == said), None)


def own_points(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    kept: KeptMeasure,
    periods: Sequence[Period],
    now: datetime,
) -> list[Point]:
    """The service's own measure in each of the periods."""
    return custom_series(connection, scope.within([kept.service]), catalogue, kept.measure, periods, now)


def _first_day(code: str, action: Action, target: Target, today: date, wanted: Wanted) -> date:
    counted = so_far(target, today)
    if code in COMPARED:
        counted = before(counted)
    from_step = chart_periods(_step(code, target), action, target, today, wanted)[0]
    return min(counted.start, (before(from_step) if code in COMPARED else from_step).start)


def _step(code: str, target: Target) -> str:
    return next(step_of(measure) for measure, _ in measured_by(target) if measure.code == code)


def _begins(action: Action, target: Target) -> date:
    start, changed = date.fromisoformat(target.start), read_day(action.fields.changed_on)
    return min(start, changed) if changed else start


def _read(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    since: dict[str, date],
    now: datetime,
    days: Days | None,
) -> Facts:
    """Each list from the day on that it is needed from: lists that begin on the same day are read together."""
    found = Facts(as_of=now, services=scope.services, readable=frozenset(READERS))
    today = day_in_london(now)
    for day in sorted(set(since.values())):
        kinds = [kind for kind, first in since.items() if first == day]
        read = read_facts(connection, scope, catalogue, kinds, [window(day, max(day, today))], now, days)
        found = msgspec.structs.replace(found, **{kind: read.listed(kind) for kind in kinds})
    return found


def since_change(action: Action) -> tuple[date, bool]:
    """The day from which evidence counts as after the change, and whether somebody wrote it down: else it is the day
    on which the first window began.
    """
    changed = read_day(action.fields.changed_on)
    return (changed, True) if changed else (date.fromisoformat(action.fields.window_start), False)
