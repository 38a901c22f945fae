"""What the desk records D2 to D9 will say (domain/2, 1.5). They do not exist before issue 7: nothing reads them yet."""

from datetime import date, datetime

import msgspec

from server.measures.fact import Fact


class Evidence(msgspec.Struct, frozen=True):
    """Something shown at a review or attached to a closure: what it is, and the London day it is dated."""

    kind: str
    dated: date


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the minutes. `kind` "challenge" is a question that was put; "" = no follow-up is named."""

    id: str
    kind: str
    follow_up_owner: str = ""
    follow_up_by: date | None = None


class Review(Fact, frozen=True, kw_only=True):
    """D5: a meeting and what it looked at. `happened_at` is when it was held; `signed_at` None = not signed."""

    kind: str
    signed_at: datetime | None
    safeguarding_summary: bool = False
    evidence: tuple[Evidence, ...] = ()
    rows: tuple[ReviewRow, ...] = ()
    learning: frozenset[str] = frozenset()


class Closure(Fact, frozen=True, kw_only=True):
    """D1, D2: an action that was closed, at `happened_at`. `changed_on` is the day practice was changed."""

    risk: str
    changed_on: date | None
    evidence: tuple[Evidence, ...] = ()


class Complaint(Fact, frozen=True, kw_only=True):
    """D4: a complaint, received at `happened_at`. `repeat_of` = the one it repeats; `learned_on` = what there is to
    learn was decided on.
    """

    communication: bool
    repeat_of: str = ""
    learning: bool = False
    learned_on: date | None = None


class IncidentReview(Fact, frozen=True, kw_only=True):
    """D3: the review of one incident, at `happened_at`."""

    incident: str


class AssuranceSummary(Fact, frozen=True, kw_only=True):
    """D8: the summary of one month, `month` "2026-03". `holds` are the parts that are in it."""

    kind: str
    month: str
    signed_at: datetime | None
    holds: frozenset[str]
