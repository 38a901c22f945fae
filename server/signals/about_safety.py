"""Signs about safeguarding, incidents and the controls put in place after them (domain/3 1.7; S0E1, S3E2, S4E1)."""

from datetime import datetime, timedelta

from server.measures.repeated_concerns_acted_on import NO_KIND
from server.signals.rule import Given, many
from server.signals.signal import Signal
from server.signals.telling import Event, event_of, often, one_by_one


def repeated_theme(code: str, given: Given) -> list[Signal]:
    """The same kind of concern ≥ 2 times in 30 days in one service."""
    events = [
        Event(
            id=concern.id,
            service=concern.service,
            about=concern.category,
            unit=concern.unit,
            at=concern.happened_at,
            person=concern.person,
        )
        for concern in given.facts.concerns
        if concern.category not in NO_KIND
    ]
    return often(
        code,
        events,
        given.enough("signal_theme_count", "signal_theme_days"),
        lambda count, days: f"{many(count, 'concern')} of one kind within {many(days, 'day')}.",
        given.now,
        given.covered,
    )


def sent_back(code: str, given: Given) -> list[Signal]:
    """≥ 2 times sent back for detail, on one record."""
    events = [event_of(one, one.record) for one in given.facts.sent_back]
    return often(
        code,
        events,
        # However long it took
        lambda event: (given.number("signal_sent_back_count", event), 100_000),
        lambda count, days: f"The author was asked for more {many(count, 'time')}.",
        given.now,
        given.covered,
    )


def control_overdue(code: str, given: Given) -> list[Signal]:
    """A temporary control that was to be looked at again, and was not."""
    checks: dict[tuple[str, str], list[datetime]] = {}
    for check in given.facts.control_checks:
        checks.setdefault((check.service, check.control), []).append(check.happened_at)
    events = []
    for due in given.facts.controls_due:
        looks = sorted(at for at in checks.get((due.service, due.control), ()) if at >= due.happened_at)
        if not looks or looks[0] > due.due_at:
            events.append(
                Event(
                    id=due.id,
                    service=due.service,
                    about=due.control,
                    unit=due.unit,
                    at=due.due_at + timedelta(seconds=1),
                    until=looks[0] if looks else None,
                )
            )
    return one_by_one(
        code,
        events,
        lambda event: "A temporary control was to be looked at again, and was not by then.",
        given.now,
        given.covered,
    )


def incident_not_followed(code: str, given: Given) -> list[Signal]:
    """No observation or sample linked to an incident 14 days after it; not of one that has nothing to teach."""
    events = []
    for incident in given.facts.incidents:
        late = incident.happened_at + timedelta(days=given.number("signal_follow_up_days", incident))
        followed = incident.followed_at
        if incident.to_learn_from and (followed is None or followed > late):
            events.append(
                Event(
                    id=incident.id,
                    service=incident.service,
                    about=incident.id,
                    unit=incident.unit,
                    at=late + timedelta(seconds=1),
                    until=followed,
                )
            )
    return one_by_one(
        code,
        events,
        lambda event: "Nobody watched practice or sampled records because of it.",
        given.now,
        given.covered,
    )
