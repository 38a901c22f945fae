"""The figures of an action: each measure it names, in its window and in the newest full period, with its chart. Pure
but for a service's own measures, which are read when an action calls one by its name.
"""

import sqlite3
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from observation_forms import Catalogue
from server.charts.chart import Baseline, Chart, Note, read_chart
from server.charts.method import method_in_force
from server.charts.reading import data_of, subject_of
from server.charts.shown import Shown, SmallShown, show, show_small
from server.charts.store import for_chart, standing_on
from server.evidence.action_counting import (
    Verdict,
    counted_words,
    judge,
    so_far,
    step_of,
    together,
)
from server.evidence.action_facts import Gathered, Wanted, chart_periods, own_measure, own_points
from server.evidence.actions import Action, Target, target_words, what_is_measured
from server.evidence.people import Names
from server.evidence.times import day_of, day_words
from server.identity.scope import Scope
from server.measures.catalogue import COMPARED, missing
from server.measures.counting import Count, Measure, Point
from server.measures.custom_store import Kept
from server.measures.periods import Period, before
from server.triangulation.sentence import Figure

OWN_STEP = "week"


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of days and what was counted in it; `verdict` None where it is held against no target. `not_yet_due`
    and `left_out` are how many; what they are, `count` has until it was listed (`without_ids`).
    """

    title: str
    days: str
    counted: str
    count: Count
    not_yet_due: int
    left_out: int
    few: bool
    late: int
    verdict: Verdict | None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of an action: its window, its newest full period, its chart. `waits`: what it needs first."""

    code: str
    name: str
    question: str
    judged: bool
    waits: str
    window: Spell
    newest: Spell | None
    chart: Chart
    notes_at: str

    @property
    def step(self) -> str:
        """ "week" or "month": one period of the chart."""
        return self.chart.subject.step

    @property
    def shown(self) -> Shown:
        """The chart in full."""
        return show(self.chart)

    @property
    def small(self) -> SmallShown:
        """The chart as the map has room for."""
        return show_small(self.chart)


class TargetFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One target with the measures it names; none of them for one that a person counts."""

    what: str
    target: str
    window: str
    measures: list[Measured]
    figure: Figure | None


def figures_of(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    action: Action,
    gathered: Gathered,
    names: Names,
    wanted: Wanted,
) -> list[TargetFigures]:
    """Every target of the action, in its order."""
    reader = _Reader(connection, scope, catalogue, action, gathered, names, wanted)
    return [reader.target(place, target) for place, target in enumerate(action.fields.targets, 1)]


def without_ids(figures: Sequence[TargetFigures]) -> list[TargetFigures]:
    """The same without the ids behind each count, which may be tens of thousands, and of which pages list a few."""
    return [
        msgspec.structs.replace(
            target,
            measures=[
                msgspec.structs.replace(
                    one, window=_bare(one.window), newest=None if one.newest is None else _bare(one.newest)
                )
                for one in target.measures
            ],
        )
        for target in figures
    ]


def _bare(spell: Spell) -> Spell:
    bare = msgspec.structs.replace(spell.count, met=(), unmet=(), not_yet_due=(), left_out=(), more=())
    return msgspec.structs.replace(spell, count=bare)


class _Reader(msgspec.Struct, frozen=True):
    """What every figure of one action is worked out from."""

    connection: sqlite3.Connection
    scope: Scope
    catalogue: Catalogue
    action: Action
    gathered: Gathered
    names: Names
    wanted: Wanted

    def target(self, place: int, target: Target) -> TargetFigures:
        """One target."""
        own = own_measure(self.gathered, target)
        if own is not None:
            measure = Measure(
                code=own.id,
                name=own.measure.name,
                question="A measure that this service built from the questions of a form.",
                source="",
                unit=own.measure.unit,
                needs=(),
            )
            measures = [self._own(place, target, measure, own)]
        else:
            measures = [self._measured(place, target, *pair) for pair in self.wanted.measures(target)]
        minimum = self.gathered.minimum
        judged = [
            (one.window.verdict, one.window.counted, one.window.count.needed(minimum))
            for one in measures
            if one.window.verdict is not None
        ]
        # Two targets of one measure are told apart by its variant: "M12-gap" and "M12"
        alone = target.measure and target.variant and measures
        code = measures[0].code if alone else target.measure or (own.measure.name if own else "")
        return TargetFigures(
            what=what_is_measured(target),
            target=target_words(target),
            window=_days_words(so_far(target, self.gathered.today), target),
            measures=measures,
            figure=together(code, judged, target_words(target)) if judged else None,
        )

    def _measured(self, place: int, target: Target, measure: Measure, judged: bool) -> Measured:
        """A measure of the list."""
        unit, today = self.action.fields.unit, self.gathered.today
        facts = self.gathered.of_unit(unit)
        counted = so_far(target, today)
        baseline = before(counted) if measure.code in COMPARED else None
        periods = chart_periods(step_of(measure), self.action, target, today, self.wanted)
        first = before(periods[0]) if measure.code in COMPARED else None
        window = self._point(measure.code, counted, baseline)
        points = [self._point(measure.code, period, first) for period in periods]
        return self._shown(place, target, measure, judged, missing(measure, facts), window, points)

    def _point(self, code: str, period: Period, baseline: Period | None) -> Point:
        unit = self.action.fields.unit
        return Point(
            period=period.label,
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            count=self.gathered.count(code, unit, period, baseline),
            late=self.gathered.late(code, unit, period) if self.wanted.full else (),
        )

    def _own(self, place: int, target: Target, measure: Measure, kept: Kept) -> Measured:
        """A measure that the service built."""
        periods = chart_periods(OWN_STEP, self.action, target, self.gathered.today, self.wanted)
        counted = so_far(target, self.gathered.today)
        unit = self.action.fields.unit
        points = own_points(
            self.connection,
            _in_unit(self.scope, unit),
            self.catalogue,
            kept,
            [counted, *periods],
            self.gathered.now,
        )
        return self._shown(place, target, measure, True, "", points[0], points[1:])

    def _shown(
        self,
        place: int,
        target: Target,
        measure: Measure,
        judged: bool,
        waits: str,
        window: Point,
        points: Sequence[Point],
    ) -> Measured:
        over = target.end < self.gathered.today.isoformat()
        step = step_of(measure)
        title = "The whole window" if over else "Its window so far"
        return Measured(
            code=measure.code if measure.source else "",
            name=measure.name,
            question=measure.question,
            judged=judged,
            waits=waits,
            window=self._spell(title, window, measure, target if judged else None, over, waits),
            newest=self._spell(
                f"The newest full {step}", points[-1], measure, target if judged else None, True, waits
            )
            if points
            else None,
            chart=self._chart(place, target, measure, judged, points),
            notes_at=self._notes_at(measure),
        )

    def _spell(
        self, title: str, point: Point, measure: Measure, target: Target | None, over: bool, waits: str
    ) -> Spell:
        minimum = self.gathered.minimum
        shares = point.count.unit in ("percent", "difference") and point.count.denominator > 0
        return Spell(
            title=title,
            days=_point_days(point),
            counted=counted_words(point.count),
            count=point.count,
            not_yet_due=len(point.count.not_yet_due),
            left_out=point.count.all_left_out,
            few=shares and point.count.few(minimum),
            late=len(point.late),
            verdict=judge(point.count, measure, target, minimum=minimum, over=over, waits=waits)
            if target
            else None,
        )

    def _chart(
        self, place: int, target: Target, measure: Measure, judged: bool, points: Sequence[Point]
    ) -> Chart:
        first = place == 1 and judged
        subject = subject_of(
            measure,
            id=f"chart-{self.action.id}-{place}-{measure.code}".lower(),
            step=step_of(measure),
            goal=target if judged else None,
            baseline=self._baseline(measure) if first else None,
        )
        return read_chart(
            subject,
            data_of(points, self.gathered.minimum),
            [*self._change(), *self._notes(measure)],
            method_in_force(self.gathered.settings, self.gathered.service, self.gathered.now),
        )

    def _baseline(self, measure: Measure) -> Baseline | None:
        """Where the action says it started: of its first measure, when that is a share as its figures are."""
        fields = self.action.fields
        top, bottom = fields.baseline_numerator, fields.baseline_denominator
        if measure.unit != "percent" or measure.code in COMPARED or top is None or not bottom:
            return None
        return Baseline(Fraction(100 * top, bottom), top, bottom, fields.baseline_period)

    def _change(self) -> list[Note]:
        """The day practice changed, as the action says it; it does not begin limits anew: only a person does."""
        fields = self.action.fields
        if not fields.changed_on:
            return []
        return [Note(day=fields.changed_on, words=fields.changed_what, said="The day practice changed")]

    def _notes(self, measure: Measure) -> list[Note]:
        kept = standing_on(self.gathered.notes, self.gathered.service, measure.code, self.action.fields.unit)
        return for_chart(kept, self.names)

    def _notes_at(self, measure: Measure) -> str:
        unit = self.action.fields.unit
        more = f"&unit={unit}" if unit else ""
        return f"/chart-notes?service={self.gathered.service}&measure={measure.code}{more}"


def _in_unit(scope: Scope, unit: str) -> Scope:
    if not unit:
        return scope
    parts = [msgspec.structs.replace(part, unit=unit) for part in scope.parts if part.unit in ("", unit)]
    return Scope(tuple(parts), scope.named)


def _point_days(point: Point) -> str:
    return f"{day_of(point.start)} to {day_of(point.end)}"


def _days_words(counted: Period, target: Target) -> str:
    return f"{day_words(counted.start)} to {day_of(target.end)}"
