"""Closing actions: what waits for a sample or a signature of whoever looks, and closed actions to look at again."""

from server.closure.listing import ClosureLine, read_closures
from server.closure.store import is_deputy
from server.closure.sustaining import SustainCheck, next_check
from server.dated_settings.signing import signs_closing
from server.evidence.action_states import SAMPLER
from server.evidence.times import day_in_london, start_of_day, write_instant
from server.identity.permissions import Permission, Role
from server.notices.notice import TODAY, Dated, Ground, Notice, counted

ADDRESS = "/closures"


def closures_today(ground: Ground) -> list[Notice]:
    """Three lines at most. Nobody is told of a step that would be their second on the same road."""
    today, lines = day_in_london(ground.now), _lines(ground)
    roles, me = _roles(ground), ground.viewer.staff
    theirs = [line for line in lines if me not in {one.who for one in line.running}]
    steps = [_steps(line) for line in theirs]
    samples = steps.count({"proposed"}) if roles & SAMPLER else 0
    signatures = sum(
        "sampled" in one and "closed" not in one and _signs(ground, line)
        for line, one in zip(theirs, steps, strict=True)
    )
    due = [check for line in lines if (check := next_check(line.checks, today))]
    found = [
        _notice(
            ground, "closures_to_sample", samples, "closure waits for a sample", "closures wait for a sample"
        ),
        _notice(
            ground,
            "closures_to_sign",
            signatures,
            "closure waits for a signature",
            "closures wait for a signature",
        ),
        _notice(
            ground,
            "closures_to_check",
            len(due),
            "closed action is to be looked at again",
            "closed actions are to be looked at again",
            since=write_instant(start_of_day(min(check.due for check in due))) if due else "",
        ),
    ]
    return [one for one in found if one.count]


def closures_dated(ground: Ground) -> list[Dated]:
    """The day of each check that is still to be done, by the number of its action."""
    return [
        Dated(
            uid=f"closure/{line.running[0].id}/{check.number}",
            kind=f"Look again at closed action {line.action.number}",
            place=ground.viewer.services[ground.service],
            at=check.due,
            address=f"/actions/{line.action.id}/closure",
        )
        for line in _lines(ground)
        for check in _undone(line)
    ]


def _lines(ground: Ground) -> list[ClosureLine]:
    scope = ground.scope(Permission.WRITE_ACTIONS).within([ground.service])
    return read_closures(ground.connection, scope, day_in_london(ground.now))


def _signs(ground: Ground, line: ClosureLine) -> bool:
    deputy = is_deputy(ground.connection, ground.service, ground.viewer.staff, day_in_london(ground.now))
    risk = line.action.fields.risk
    return signs_closing(ground.connection, ground.service, risk, _roles(ground), deputy, ground.now)


def _undone(line: ClosureLine) -> list[SustainCheck]:
    return [] if any(one.slipped for one in line.checks) else [one for one in line.checks if one.done is None]


def _steps(line: ClosureLine) -> set[str]:
    return {one.step for one in line.running}


def _roles(ground: Ground) -> set[Role]:
    grants = ground.viewer.grants
    return {grant.role for grant in grants if grant.service == ground.service and not grant.unit}


def _notice(ground: Ground, code: str, count: int, one: str, many: str, since: str = "") -> Notice:
    return Notice(
        code=code,
        says=counted(count, one, many),
        count=count,
        urgency=TODAY,
        address=ADDRESS,
        service=ground.service,
        since=since,
    )
