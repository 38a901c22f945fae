"""The kinds of evidence on one action side by side, and the plain sentence (domain/3 1.9; S3E3).

The page of an action and the recovery map say the same, for both are told by these functions.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from server.charts.words import figure
from server.evidence.action_evidence import NEVER
from server.evidence.action_facts import Gathered, since_change
from server.evidence.actions import Action
from server.evidence.people import Names
from server.evidence.times import start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.facts import Facts
from server.measures.periods import ONE_DAY, window
from server.measures.series import count
from server.review.standing import COUNTS
from server.triangulation.agreement import agreement_words
from server.triangulation.sentence import Figure, Picture, sentence
from server.triangulation.standing import Asked, Seen, Standing, stand

_GAP = "M12-gap"
_HEARD = ("lived_experience", "provider_visit")


class Triangulated(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows of it. `gap` is "" where audits and people cannot be compared."""

    stands: list[Standing]
    agreement: str
    sentence: str
    gap: str
    since: date
    changed: bool

    @property
    def disconnected(self) -> list[Standing]:
        """The kinds with which something is wrong."""
        return [one for one in self.stands if one.disconnected]


def triangulated(
    action: Action,
    seen: Sequence[Seen],
    gathered: Gathered,
    names: Names,
    figures: Sequence[Figure],
    gap: Fraction | None,
) -> Triangulated:
    """All of it. `gap`: what audits and people say that bears on the action, since its change (`gap_of`)."""
    asked = asked_of(action, gathered, names)
    stands = stand(seen, asked)
    picture = Picture(
        stands=stands,
        asked=asked,
        figures=figures,
        gap=gap,
        gap_points=gathered.number("alignment_gap_points"),
    )
    return Triangulated(
        stands=stands,
        agreement=agreement_words(stands),
        sentence=sentence(picture),
        gap=gap_words(gap),
        since=asked.since,
        changed=asked.changed,
    )


def asked_of(action: Action, gathered: Gathered, names: Names) -> Asked:
    """What the action asks of its evidence, by the settings of today."""
    since, changed = since_change(action)
    units = [unit for unit, service in names.unit_service.items() if service == action.service]
    anywhere = not action.fields.unit and is_whole(names.scope, action.service)
    return Asked(
        needed=action.fields.evidence_kinds,
        since=since,
        today=gathered.today,
        changed=changed,
        nights=gathered.settings.value(action.service, "night_observed", gathered.now) == "yes",
        units=tuple(units) if anywhere else (),
        current_days=gathered.number("evidence_current_days"),
    )


def is_whole(scope: Scope, service: str) -> bool:
    """Whether everything of a service is in scope, but for what few may see: else figures are of a part of it."""
    return any(
        part.service == service and not (part.unit or part.forms or part.actions or part.since or part.until)
        for part in scope.parts
    )


def may_compare(seen: Sequence[Seen], audits: Collection[str]) -> bool:
    """Whether both audits and people's experience bear on an action, so that they can be compared at all."""
    forms = {one.form for one in seen}
    return not forms.isdisjoint(audits) and not forms.isdisjoint(_HEARD)


def gap_of(gathered: Gathered, since: date, records: Collection[str]) -> Fraction | None:
    """M12-gap over the records that bear on the action, since the change; None while it is undefined."""
    if not records or since > gathered.today:
        return None
    facts = compared_facts(gathered.facts, records)
    return count(_GAP, facts, window(since, gathered.today), gathered.settings).value


def compared_facts(facts: Facts, records: Collection[str]) -> Facts:
    """What audits and people say in these records alone."""
    return msgspec.structs.replace(
        facts,
        experience=tuple(one for one in facts.experience if one.record in records),
        audit_sheets=tuple(one for one in facts.audit_sheets if one.record in records),
    )


def gap_words(gap: Fraction | None) -> str:
    """ "Audits found 22.5 points more met than people say." """
    if gap is None:
        return ""
    if not gap:
        return "Audits and people say exactly the same."
    more, less = ("Audits", "people") if gap > 0 else ("People", "audits")
    points = figure(abs(gap), "difference")
    return f"{more} say better than {less} do, by {points} {'point' if abs(gap) == 1 else 'points'}."


def read_compared(
    connection: sqlite3.Connection,
    scope: Scope,
    audits: Collection[str],
    since: Mapping[str, date],
    until: date | None = None,
) -> dict[str, set[str]]:
    """By action, the records of audits (F7) and of people's experience (F6, F11) that bear on it from its day on, up to
    the end of another.
    """
    found: dict[str, set[str]] = {id: set() for id in since}
    if not since:
        return found
    asked = [
        {"id": id, "since": write_instant(start_of_day(day)).removesuffix("Z")} for id, day in since.items()
    ]
    closes = NEVER if until is None else write_instant(start_of_day(until + ONE_DAY)).removesuffix("Z")
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT a.id AS action, b.record FROM json_each(?) asked CROSS JOIN action a ON a.id = asked.value ->> 'id'
        CROSS JOIN bearing b INDEXED BY bearing_by_action
            ON b.action = a.id AND b.happened_at >= (asked.value ->> 'since') AND b.happened_at < ?
        CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
        WHERE v.form IN (SELECT value FROM json_each(?)) AND {COUNTS} AND {seen}
        """,  # noqa: S608
        (json.dumps(asked), closes, json.dumps([*audits, *_HEARD]), *allowed),
    )
    for row in rows:
        found[row["action"]].add(row["record"])
    return found
