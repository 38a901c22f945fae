"""The page of one action: where it started, where it is going, what must be seen, and what has been seen so far."""

import sqlite3
from collections.abc import Mapping
from datetime import date

import msgspec

from server.evidence import evidence_query, words
from server.evidence.action_evidence import Standing, action_mark, read_standing
from server.evidence.action_history import EditWords, in_words
from server.evidence.action_store import find, history
from server.evidence.actions import Action, baseline_words, target_words
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names, read_names
from server.evidence.times import day_words, days_words, moment_words
from server.identity.scope import Scope

NEWEST = 12


class ActionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    action: Action
    names: Names
    standing: Standing
    rows: list[Row]
    history: list[EditWords]
    mark: int
    baseline: str
    target: str
    measures: list[str]
    window: str
    window_state: str
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
    kind_of_form: Mapping[str, str],
    today: date,
) -> ActionPage | None:
    """The page, from one unchanging picture of the database; None when `scope` does not show the action.

    Actions are seen from every unit; the records counted and listed are those of `scope`.
    """
    action = find(connection, id, scope)
    if action is None:
        return None
    records = scope.within([action.service])
    names, fields = read_names(connection, records), action.fields
    found = evidence_query.read_rows(connection, Filter(action=id), records, NEWEST)
    start, end, deadline = (
        date.fromisoformat(day) for day in (fields.window_start, fields.window_end, fields.deadline)
    )
    return ActionPage(
        action=action,
        names=names,
        standing=read_standing(connection, id, fields.evidence_kinds, kind_of_form, names, records),
        rows=to_rows(connection, found, names),
        history=in_words(history(connection, id), names),
        mark=action_mark(connection, id, records),
        baseline=baseline_words(fields),
        target=target_words(fields),
        measures=[f"{code} {words.named(words.MEASURES, code)}" for code in fields.measures],
        window=f"{day_words(start)} to {day_words(end)}",
        window_state=window_words(start, end, today),
        deadline=day_words(deadline),
        deadline_state=left_words((deadline - today).days),
        overdue=action.overdue(today),
        made=moment_words(action.created_at),
    )


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
