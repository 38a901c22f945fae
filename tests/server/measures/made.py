"""Facts as the tests need them, in a line each. Times are UTC ("2026-03-29T00:30:00Z"), days London's."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from observation_forms import load_catalogue
from server.evidence.times import read_instant
from server.measures.counting import Count
from server.measures.desk_facts import Complaint, Evidence, IncidentReview, Review
from server.measures.facts import (
    Concern,
    Facts,
    FamilyUpdate,
    Incident,
    OversightEntry,
    SampledConcern,
    ShiftStaffing,
)
from server.measures.in_force import InForce
from server.measures.periods import Period, month_of
from server.measures.reading import usual_settings
from server.measures.series import count

USUAL = InForce(usual_settings(load_catalogue()))
MARCH = month_of(date(2026, 3, 1))
LATER = "2026-12-31T12:00:00Z"


def at(text: str) -> datetime:
    return read_instant(text)


def facts(as_of: str = LATER, **lists: Any) -> Facts:
    """Everything that was read at `as_of`."""
    read: dict[str, Any] = {name: tuple(many) for name, many in lists.items()}
    return Facts(as_of=at(as_of), services=("alder",), **read)


def common(id: str, happened: str, received: str = "", unit: str = "alder-1") -> dict[str, Any]:
    """What every fact has; received at once unless told otherwise."""
    return {
        "id": id,
        "service": "alder",
        "unit": unit,
        "happened_at": at(happened),
        "received_at": at(received or happened),
    }


def sampled(id: str, minutes: int | None, urgency: str = "urgent", **more: Any) -> SampledConcern:
    """F7-DE of a concern that a senior was told of after so many minutes; None = never."""
    happened, first = (
        more.pop("happened", "2026-03-10T09:00:00Z"),
        at(more.pop("first", "2026-03-09T08:00:00Z")),
    )
    told_at = None if minutes is None else first + timedelta(minutes=minutes)
    usual = {"clock_is_right": True, "reasoned": False, "told": minutes is not None}
    return SampledConcern(
        **common(id, happened, more.pop("received", "")),
        **{
            "first_sign_at": first,
            "told_at": told_at,
            "timescale": f"escalation_{urgency}",
            **usual,
            **more,
        },
    )


def entry(id: str, noticed: str, told: str, urgency: str = "urgent", received: str = "") -> OversightEntry:
    """F8."""
    return OversightEntry(
        **common(id, told, received),
        noticed_at=at(noticed),
        told_at=at(told),
        timescale=f"escalation_{urgency}",
    )


def shift(day: date, name: str = "day", enough: bool | None = True, **more: Any) -> ShiftStaffing:
    """F4."""
    usual = {"reviewed": False, "risk_assessed": False, "pressure": "calm"}
    return ShiftStaffing(
        **common(more.pop("id", f"{day}-{name}"), f"{day}T21:00:00Z"),
        day=day,
        shift=name,
        enough=enough,
        **{**usual, **more},
    )


def full_weeks(monday: date, count: int) -> Iterator[ShiftStaffing]:
    """Every shift of so many weeks, each as planned."""
    for number in range(count * 7):
        for name in ("day", "late", "night"):
            yield shift(monday + timedelta(days=number), name)


def concern(id: str, happened: str, **more: Any) -> Concern:
    """F9 or F12."""
    usual: dict[str, Any] = {"person": "", "category": "poor_care", "actions": frozenset()}
    return Concern(**common(id, happened, unit=more.pop("unit", "alder-1")), **{**usual, **more})


def update(id: str, happened: str, made: str = "yes", **more: Any) -> FamilyUpdate:
    """F3 about something known when it happened; told within 2 hours is in time."""
    usual: dict[str, Any] = {
        "who": "main_contact",
        "known_at": at(more.pop("known", happened)),
        "contacted_at": at(more.pop("contacted", happened)) if made == "yes" else None,
        "promised_by": None,
        "timescale": "family_urgent",
        "family_first": False,
    }
    return FamilyUpdate(
        **common(id, happened, more.pop("received", "")), update_made=made, **{**usual, **more}
    )


def incident(id: str, happened: str, kind: str = "fall", learning: bool | None = None) -> Incident:
    """F10."""
    return Incident(**common(id, happened), kind=kind, learning=learning)


def reviewed(incident: str, happened: str) -> IncidentReview:
    """D3 of one incident."""
    return IncidentReview(**common(f"review-of-{incident}", happened), incident=incident)


def complaint(id: str, happened: str, **more: Any) -> Complaint:
    """D4 about communication."""
    return Complaint(**common(id, happened, unit=""), **{"communication": True, "repeat_of": "", **more})


def review(id: str, happened: str, kind: str, **more: Any) -> Review:
    """D5, signed on the day."""
    return Review(**common(id, happened, unit=""), kind=kind, **{"signed_at": at(happened), **more})


def shown(**dated: str) -> tuple[Evidence, ...]:
    """What was shown: audits="2026-03-01"."""
    return tuple(Evidence(kind, date.fromisoformat(day)) for kind, day in dated.items())


def counted(
    code: str, as_of: str = LATER, period: Period = MARCH, settings: InForce = USUAL, **lists: Any
) -> Count:
    """The measure in March 2026, unless told otherwise."""
    return count(code, facts(as_of, **lists), period, settings)
