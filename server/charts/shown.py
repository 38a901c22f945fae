"""What a page shows of a chart: the drawing, how it reads in words, its notes, and the table behind it.

For templates/charts/chart.html.
"""

import msgspec

from server.charts.badges import Badge, assurance_badge, variation_badge
from server.charts.chart import Chart, Direction, State
from server.charts.drawing import Drawing, Small, draw, draw_small
from server.charts.lettering import numbered
from server.charts.periods import day_words
from server.charts.special_cause import Side
from server.charts.words import (
    BETTER_WHEN,
    assurance_reason,
    assurance_words,
    capital,
    count_words,
    exact_figure,
    figure,
    limits_words,
    method_words,
    periods_words,
    point_words,
    rule_words,
    state_words,
    summary,
)


class NoteShown(msgspec.Struct, frozen=True):
    """A numbered note, in words."""

    number: int
    day: str
    words: str
    said: str
    rebases: bool


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One period of the table behind a chart. `state` is as in `State`, or "gap"."""

    label: str
    count: str
    value: str
    lower: str
    mean: str
    upper: str
    says: str
    state: str


class Key(msgspec.Struct, frozen=True):
    """One line of the key to a drawing."""

    kind: str
    words: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A full chart for a page. `id` begins the ids of its parts."""

    id: str
    title: str
    about: str
    summary: str
    drawing: Drawing
    last_label: str
    last_figure: str
    last_count: str
    variation: Badge
    variation_words: str
    variation_reason: str
    assurance: Badge | None
    assurance_words: str
    assurance_reason: str
    weight: tuple[str, ...]
    key: tuple[Key, ...]
    notes: tuple[NoteShown, ...]
    counted: bool
    rows: tuple[Row, ...]
    method: str


class SmallShown(msgspec.Struct, frozen=True, kw_only=True):
    """A small chart for a row of a page."""

    id: str
    summary: str
    drawing: Small
    last: str
    variation: Badge
    assurance: Badge | None
    trial: bool


def show(chart: Chart) -> Shown:
    """Everything of a chart."""
    unit, last = chart.subject.unit, chart.last
    datum = chart.data[last] if last is not None else None
    assurance = chart.assurance
    return Shown(
        id=chart.subject.id,
        title=chart.subject.title,
        about=_about(chart),
        summary=summary(chart),
        drawing=draw(chart),
        last_label=capital(datum.label) if datum else "",
        last_figure=figure(datum.value, unit) if datum and datum.value is not None else "–",
        last_count=count_words(datum.numerator, datum.denominator, unit) if datum else "",
        variation=variation_badge(chart),
        variation_words=capital(state_words(chart)),
        variation_reason=_reason(chart),
        assurance=assurance_badge(chart),
        assurance_words=capital(assurance_words(assurance)) if assurance else "",
        assurance_reason=capital(assurance_reason(assurance)) if assurance else "",
        weight=_weight(chart),
        key=_key(chart),
        notes=tuple(
            NoteShown(number, day_words(note.day), note.words, note.said, note.rebases)
            for number, note in numbered(chart)
        ),
        counted=unit == "percent",
        rows=tuple(_row(chart, at) for at in range(len(chart.data))),
        method=method_words(chart),
    )


def show_small(chart: Chart) -> SmallShown:
    """What the recovery map has room for."""
    last = chart.data[chart.last] if chart.last is not None else None
    unit = chart.subject.unit
    count = count_words(last.numerator, last.denominator, unit) if last else ""
    return SmallShown(
        id=chart.subject.id,
        summary=f"{chart.subject.title}. {summary(chart)}",
        drawing=draw_small(chart),
        last=count or (figure(last.value, unit) if last and last.value is not None else ""),
        variation=variation_badge(chart),
        assurance=assurance_badge(chart),
        trial=chart.limits is not None and chart.limits.trial,
    )


def _about(chart: Chart) -> str:
    """ "Per cent by week. Higher is better. Target: at least 95%." """
    subject = chart.subject
    unit = {"percent": "Per cent", "difference": "Difference", "run": "Number in a row"}.get(
        subject.unit, "Number"
    )
    said = [f"{unit} by {subject.step}."]
    if subject.direction is not Direction.NEUTRAL:
        said.append(f"{capital(BETTER_WHEN[subject.direction])}.")
    if subject.target is not None:
        said.append(f"Target: {subject.target.words[:1].lower()}{subject.target.words[1:]}.")
    return " ".join(said)


def _reason(chart: Chart) -> str:
    """Which rule the last point meets, if it can be judged."""
    if chart.last is None or chart.state is State.NOT_KNOWN:
        return ""
    flag = chart.flags[chart.last]
    return capital(rule_words(flag)) if flag else "No sign of a special cause"


def _weight(chart: Chart) -> tuple[str, ...]:
    """How much the figures weigh: periods, limits, small numbers, what came late."""
    said = [f"{capital(periods_words(chart))}.", limits_words(chart)]
    few = sum(datum.few for datum in chart.data if datum.value is not None)
    if few:
        said.append(f"In {few} of them too little was counted to say much.")
    late = sum(datum.late for datum in chart.data)
    if late:
        records = "1 record" if late == 1 else f"{late} records"
        said.append(f"{records} came late; the figures of their time were worked out again.")
    return tuple(said)


def _key(chart: Chart) -> tuple[Key, ...]:
    """What the shapes and lines in this drawing mean, and no others."""
    states = {chart.state_at(at) for at, datum in enumerate(chart.data) if datum.value is not None}
    sides = {flag.side for flag in chart.flags if flag is not None}
    limits = [group.limits for group in chart.groups if group.limits is not None]
    there = (
        ("usual", "As usual" if limits else "One period", bool(states & {State.USUAL, State.NOT_KNOWN})),
        ("better", "Special cause, for the better", State.BETTER in states),
        ("worse", "Special cause, for the worse", State.WORSE in states),
        ("unusual-high", "Special cause, high", State.UNUSUAL in states and Side.HIGH in sides),
        ("unusual-low", "Special cause, low", State.UNUSUAL in states and Side.LOW in sides),
        (
            "few",
            "Too little counted to say much",
            any(one.few and one.value is not None for one in chart.data),
        ),
        ("gap", "No figure", any(datum.value is None for datum in chart.data)),
        ("limits", "Mean, and the limits of what is usual", any(not one.trial for one in limits)),
        ("limits-trial", "Mean, and trial limits", any(one.trial for one in limits)),
        ("target", "Target", chart.subject.target is not None),
        ("start", _start_words(chart), chart.subject.baseline is not None),
    )
    return tuple(Key(kind, words) for kind, words, shown in there if shown)


def _start_words(chart: Chart) -> str:
    baseline = chart.subject.baseline
    return f"Start: {baseline.period}" if baseline else ""


def _row(chart: Chart, at: int) -> Row:
    datum, limits, unit = chart.data[at], chart.limits_at(at), chart.subject.unit
    late = f"; {datum.late} came late" if datum.late else ""
    few = "; too little counted to say much" if datum.few and datum.value is not None else ""
    return Row(
        label=capital(datum.label),
        count=count_words(datum.numerator, datum.denominator, unit),
        value="–" if datum.value is None else exact_figure(datum.value, unit),
        lower=exact_figure(limits.lower, unit) if limits else "–",
        mean=exact_figure(limits.mean, unit) if limits else "–",
        upper=exact_figure(limits.upper, unit) if limits else "–",
        says=f"{point_words(chart, at)}{few}{late}",
        state="gap" if datum.value is None else chart.state_at(at).value,
    )
