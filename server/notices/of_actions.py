"""Actions: overdue, soon at their deadline, and how a week went."""

from datetime import date

from server.evidence.action_register import RegisterQuery
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.times import day_in_london, read_instant, start_of_day, write_instant
from server.identity.permissions import Permission
from server.measures.periods import ONE_DAY, Period
from server.notices.notice import SOON, TODAY, Dated, Figure, Ground, Notice, WeekLine, counted

DAYS_BEFORE = 7


def actions_today(ground: Ground) -> list[Notice]:
    """Two lines at most: past the deadline, and a week or less before it."""
    today, actions = day_in_london(ground.now), _open(ground)
    overdue = [action for action in actions if action.overdue(today)]
    soon = [action for action in actions if 0 <= action.days_left(today) <= DAYS_BEFORE]
    found = []
    if overdue:
        first = min(date.fromisoformat(action.fields.deadline) for action in overdue)
        found.append(
            Notice(
                code="actions_overdue",
                says=counted(len(overdue), "action is overdue", "actions are overdue"),
                count=len(overdue),
                urgency=TODAY,
                address=_overdue(ground.service),
                service=ground.service,
                since=write_instant(start_of_day(first + ONE_DAY)),
            )
        )
    if soon:
        found.append(
            Notice(
                code="actions_soon",
                says=counted(
                    len(soon),
                    f"action has its deadline within {DAYS_BEFORE} days",
                    f"actions have their deadline within {DAYS_BEFORE} days",
                ),
                count=len(soon),
                urgency=SOON,
                address=RegisterQuery(service=ground.service).address("/actions"),
                service=ground.service,
            )
        )
    return found


def actions_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Made in the week; open now; past their deadline in the week and open still."""
    today = day_in_london(ground.now)
    actions = read_actions(ground.connection, ground.scope(Permission.READ_ACTIONS))
    still = [action for action in actions if action.status != "closed"]
    overdue = [action for action in still if action.overdue(today)]
    slipped = [action for action in overdue if week.holds_day(date.fromisoformat(action.fields.deadline))]
    return [
        WeekLine(
            code="actions",
            title="Actions",
            came=Figure(sum(week.holds(read_instant(action.created_at)) for action in actions)),
            still_open=Figure(len(still), f"/map?service={ground.service}"),
            slipped=Figure(len(slipped), _overdue(ground.service) if slipped == overdue else ""),
        )
    ]


def actions_dated(ground: Ground) -> list[Dated]:
    """The deadline of each action that is not closed, by its number: its title is somebody's own words."""
    place = ground.viewer.services[ground.service]
    return [
        Dated(
            uid=f"action/{action.id}/deadline",
            kind=f"Deadline of action {action.number}",
            place=place,
            at=date.fromisoformat(action.fields.deadline),
            address=f"/actions/{action.id}",
        )
        for action in _open(ground)
    ]


def _open(ground: Ground) -> list[Action]:
    actions = read_actions(ground.connection, ground.scope(Permission.READ_ACTIONS))
    return [action for action in actions if action.status != "closed"]


def _overdue(service: str) -> str:
    return RegisterQuery(service=service, overdue=True).address("/actions")
