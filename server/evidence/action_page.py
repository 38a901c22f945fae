"""The page of one action: where it started, where it is going, what must be seen, and what has been seen so far."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.evidence import evidence_query, words
from server.evidence.action_evidence import Standing, action_mark, have_evidence, read_standing
from server.evidence.action_facts import Wanted, gather, since_change
from server.evidence.action_figures import TargetFigures, figures_of
from server.evidence.action_history import EditWords, change_days, in_words
from server.evidence.action_states import MEANINGS, STATES, shown
from server.evidence.action_store import find, history
from server.evidence.action_triangulation import (
    Triangulated,
    is_whole,
    may_compare,
    read_compared,
    triangulated,
)
from server.evidence.action_wording import Remark, remarks
from server.evidence.actions import Action, Target, baseline_words, target_words, what_is_measured
from server.evidence.counted_records import Behind, behind
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names, read_names
from server.evidence.times import day_in_london, day_words, days_words, moment_words, read_day
from server.framework import library
from server.identity.scope import Scope
from server.triangulation.over_time import Week, by_week
from server.triangulation.reading import read_seen_by_hour

NEWEST = 12
CHARTED = Wanted(weeks=26, months=12)


class TargetWords(msgspec.Struct, frozen=True):
    """One measure in words: the target, what is counted, more about how, its window and where in it today is."""

    target: str
    what: str
    how: str
    window: str
    window_state: str


class TagWords(msgspec.Struct, frozen=True):
    """One tag: its words, the edition it is of, and where the same stands in others."""

    tag: str
    words: str
    edition: str
    also: list[str]


class PracticeChange(msgspec.Struct, frozen=True):
    """When practice was changed, what was changed, and the other days that were once given for it."""

    day: str
    what: str
    earlier: list[str]


class ActionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    action: Action
    names: Names
    standing: Standing
    figures: list[TargetFigures]
    behind: dict[str, list[Behind]]
    told: Triangulated
    weeks: list[Week]
    whole: bool
    rows: list[Row]
    history: list[EditWords]
    mark: int
    state: str
    state_words: str
    meaning: str
    baseline: str
    targets: list[TargetWords]
    tags: list[TagWords]
    changed: PracticeChange
    remarks: list[Remark]
    deadline: str
    deadline_state: str
    overdue: bool
    made: str

    def evidence(self, bearing: str = "") -> str:
        """The address of all the evidence on this action, or of that which says `bearing`."""
        return Filter(action=self.action.id, bearing=bearing).address("/evidence")

    def bearing(self, row: Row) -> str:
        """What a row says about this action."""
        return next((one.bearing for one in row.bearings if one.action == self.action.id), "inconclusive")


def read_action_page(
    connection: sqlite3.Connection, id: str, scope: Scope, catalogue: Catalogue, now: datetime
) -> ActionPage | None:
    """The page, from one unchanging picture of the database; None when `scope` does not show the action.

    Actions are seen from every unit; the records counted and listed are those of `scope`.
    """
    action = find(connection, id, scope)
    if action is None:
        return None
    today, kind_of_form = day_in_london(now), kinds_of_forms(catalogue)
    records = scope.within([action.service])
    names, fields = read_names(connection, records), action.fields
    found = evidence_query.read_rows(connection, Filter(action=id), records, NEWEST)
    deadline, edits = date.fromisoformat(fields.deadline), history(connection, id)
    state = shown(action.status, bool(have_evidence(connection, [id])))
    evidence = _read_evidence(connection, action, records, catalogue, names, now)
    return ActionPage(
        action=action,
        names=names,
        standing=read_standing(connection, id, fields.evidence_kinds, kind_of_form, names, records),
        figures=evidence.figures,
        behind=evidence.behind,
        told=evidence.told,
        weeks=evidence.weeks,
        whole=is_whole(scope, action.service),
        rows=to_rows(connection, found, names),
        history=in_words(edits, names),
        mark=action_mark(connection, id, records),
        state=state,
        state_words=words.named(STATES, state),
        meaning=words.named(MEANINGS, state),
        baseline=baseline_words(fields),
        targets=[_target(target, today) for target in fields.targets],
        tags=tags_in_words(fields.tags),
        changed=_practice_change(action, change_days(edits, fields.changed_on)),
        remarks=remarks(fields),
        deadline=day_words(deadline),
        deadline_state=left_words((deadline - today).days),
        overdue=action.overdue(today),
        made=moment_words(action.created_at),
    )


def kinds_of_forms(catalogue: Catalogue) -> dict[str, str]:
    """Which kind of evidence each form gives."""
    return {form.definition.form: form.definition.evidence_kind for form in catalogue.forms()}


def audit_forms(catalogue: Catalogue) -> list[str]:
    """The forms that sample records, F7 in each of its kinds: what audits found (M12-gap)."""
    return sorted(
        {form.definition.form for form in catalogue.forms() if form.definition.code.startswith("F7")}
    )


class _Evidence(msgspec.Struct, frozen=True):
    """What the evidence on an action comes to."""

    figures: list[TargetFigures]
    behind: dict[str, list[Behind]]
    told: Triangulated
    weeks: list[Week]


def _read_evidence(
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    names: Names,
    now: datetime,
) -> _Evidence:
    since, changed = since_change(action)
    seen = read_seen_by_hour(connection, scope, kinds_of_forms(catalogue), [action.id], now)
    audits = audit_forms(catalogue)
    compared = (
        read_compared(connection, scope, audits, {action.id: since})[action.id]
        if may_compare(seen, audits)
        else set()
    )
    gathered = gather(
        connection,
        scope,
        catalogue,
        action.service,
        [action],
        now,
        CHARTED,
        compared_since=since if compared else None,
    )
    figures = figures_of(connection, scope, catalogue, action, gathered, names, CHARTED)
    measures = [measure for one in figures for measure in one.measures]
    form_names = {form.definition.form: form.definition.title for form in catalogue.forms()}
    lists = behind(connection, scope, names, form_names, [measure.window.count for measure in measures])
    return _Evidence(
        figures=figures,
        behind={measure.chart.subject.id: found for measure, found in zip(measures, lists, strict=True)},
        told=triangulated(
            action, seen, gathered, names, [one.figure for one in figures if one.figure], compared
        ),
        weeks=by_week(seen, min(since, gathered.today), gathered.today, since if changed else None),
    )


def tags_in_words(tags: Iterable[str]) -> list[TagWords]:
    """The tags with what they are called, and the same in the other editions."""
    known = library()
    editions = {one.key: one.name for one in known.frameworks}
    return [
        TagWords(
            tag,
            known.words(tag),
            editions.get(tag.rpartition("/")[0], ""),
            [item.words for item in known.also(tag)],
        )
        for tag in sorted(tags, key=known.place)
    ]


def window_words(start: date, end: date, today: date) -> str:
    """ "Day 12 of 70", "starts in 3 days", "ended 4 days ago" """
    if today < start:
        return f"starts in {days_words((start - today).days)}"
    if today > end:
        return f"ended {days_words((today - end).days)} ago"
    return f"day {(today - start).days + 1} of {(end - start).days + 1}"


def left_words(days: int) -> str:
    """ "12 days left", "today", "4 days overdue" """
    if days == 0:
        return "today"
    return f"{days_words(days)} left" if days > 0 else f"{days_words(-days)} overdue"


def _target(target: Target, today: date) -> TargetWords:
    start, end = date.fromisoformat(target.start), date.fromisoformat(target.end)
    return TargetWords(
        target=target_words(target),
        what=what_is_measured(target),
        how=target.how if target.measure else "",
        window=f"{day_words(start)} to {day_words(end)}",
        window_state=window_words(start, end, today),
    )


def _practice_change(action: Action, given: Sequence[tuple[str, str]]) -> PracticeChange:
    now = action.fields.changed_on
    earlier = [
        f"{_day(day)}, given {moment_words(at)}"
        for place, (day, at) in enumerate(given)
        if not (place == 0 and day == now)
    ]
    return PracticeChange(_day(now), action.fields.changed_what, earlier)


def _day(text: str) -> str:
    day = read_day(text)
    return day_words(day) if day else ""
