"""The page of one action: where it started, where it is going, what must be seen, and what has been seen so far."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.evidence import evidence_query, words
from server.evidence.action_evidence import Standing, have_evidence
from server.evidence.action_figures import TargetFigures
from server.evidence.action_history import EditWords, change_days
from server.evidence.action_history import in_words as edits_in_words
from server.evidence.action_states import MEANINGS, STATES, shown
from server.evidence.action_store import find, history
from server.evidence.action_triangulation import Triangulated, is_whole
from server.evidence.action_wording import Remark, remarks
from server.evidence.actions import Action, Target, baseline_words, target_words, what_is_measured
from server.evidence.counted_records import Behind
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.form_kinds import kinds_of_forms as kinds_of_forms
from server.evidence.people import Names, read_names
from server.evidence.target_history import HeldWords, held_targets, in_words
from server.evidence.times import day_in_london, day_words, days_words, moment_words, read_day
from server.framework import library
from server.identity.scope import Scope
from server.standing.kept import Kept
from server.standing.standing import AsOf, page_mark, read_page
from server.triangulation.over_time import Week

NEWEST = 12


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
    """Everything the page shows. `older`: what is said of the evidence is older than it; `keep`: what is to be kept."""

    action: Action
    names: Names
    standing: Standing
    figures: list[TargetFigures]
    behind: dict[str, list[Behind]]
    told: Triangulated
    weeks: list[Week]
    older: AsOf | None
    keep: list[Kept]
    whole: bool
    rows: list[Row]
    history: list[EditWords]
    mark: int
    state: str
    state_words: str
    meaning: str
    baseline: str
    targets: list[TargetWords]
    replaced: list[HeldWords]
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
    connection: sqlite3.Connection,
    id: str,
    scope: Scope,
    catalogue: Catalogue,
    now: datetime,
    *,
    anew: bool = False,
) -> ActionPage | None:
    """The page, from one unchanging picture of the database; None when `scope` does not show the action. `anew`: of
    now, however long that takes.

    Actions are seen from every unit; the records counted and listed are those of `scope`.
    """
    action = find(connection, id, scope)
    if action is None:
        return None
    today = day_in_london(now)
    records = scope.within([action.service])
    names, fields = read_names(connection, records), action.fields
    found = evidence_query.read_rows(connection, Filter(action=id), records, NEWEST)
    deadline, edits = date.fromisoformat(fields.deadline), history(connection, id)
    state = shown(action.status, bool(have_evidence(connection, [id])))
    page = read_page(connection, records, catalogue, action, names, now, anew=anew)
    evidence = page.of
    return ActionPage(
        action=action,
        names=names,
        standing=evidence.standing,
        figures=evidence.figures,
        behind=evidence.behind,
        told=evidence.told,
        weeks=evidence.weeks,
        older=page.older,
        keep=page.keep,
        whole=is_whole(scope, action.service),
        rows=to_rows(connection, found, names),
        history=edits_in_words(edits, names),
        mark=page_mark(connection, action, records, page.keep),
        state=state,
        state_words=words.named(STATES, state),
        meaning=words.named(MEANINGS, state),
        baseline=baseline_words(fields),
        targets=[_target(target, today) for target in fields.targets],
        replaced=[in_words(one, names) for one in held_targets(action, edits) if one.until],
        tags=tags_in_words(fields.tags),
        changed=_practice_change(action, change_days(edits, fields.changed_on)),
        remarks=remarks(fields),
        deadline=day_words(deadline),
        deadline_state=left_words((deadline - today).days),
        overdue=action.overdue(today),
        made=moment_words(action.created_at),
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
