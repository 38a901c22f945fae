"""Working a summary out from the records, for a whole service and one month. Jobs for `Database.read`.

As for signals (README, "Signals"): of the whole service whoever looks, without the records that few may see; or two
people would sign two summaries of one month.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from observation_forms import Catalogue
from server.charts.method import method_in_force
from server.charts.reading import data_of, subject_of
from server.charts.store import for_chart, read_notes, standing_on
from server.complaints.received import count_received, read_items
from server.coverage.coverage import floor_forms
from server.coverage.reading import read_seen
from server.evidence import words
from server.evidence.action_counting import counted_words
from server.evidence.action_register import RegisterQuery
from server.evidence.action_store import all_of
from server.evidence.form_kinds import kinds_of_forms
from server.evidence.people import Names, read_names
from server.evidence.recovery_map import read_map
from server.evidence.recovery_map_query import MapQuery
from server.evidence.times import day_in_london
from server.identity.scope import Scope, of_services
from server.measures.catalogue import COMPARED, MEASURES, missing
from server.measures.counting import Measure, Point
from server.measures.periods import Period, before
from server.measures.reading import read_facts, read_people, read_settings
from server.measures.reading_records import Record, Source, read_records
from server.measures.series import series
from server.signals.listing import Line, read_list
from server.signals.signs import SIGNS
from server.signals.store import ANSWERS
from server.summaries.catalogue import PARTS, SummaryKind
from server.summaries.content import (
    ActionLine,
    Content,
    Drawn,
    FormCount,
    Measured,
    PartHeld,
    Side,
    Sign,
)
from server.triangulation.agreement import agreement_words
from server.triangulation.reading import read_seen_by_hour
from server.triangulation.standing import Asked, Standing, stand, weighed

CHARTED = 12
"""Months of a chart, the one of the summary last."""
MOST_ACTIONS = 20
# F4 A, B, C and D
_SHIFT_REVIEW = {
    "rota_gaps": "staff_worked",
    "dependency_changes": "more_help",
    "missed_care": "missed_support",
    "staff_feedback": "staff_feeling",
}
_ROWS_OF_SHIFT_REVIEW = tuple(f"{question}.*" for question in _SHIFT_REVIEW.values())
# F7-HP beside what shift reviews say; F6 beside the register of complaints (D4)
_OTHER_PARTS = (
    ("missed_care", "sample_pressure", "busy-shift sample"),
    ("complaints", "lived_experience", "lived-experience check"),
)


def read_summary(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    kind: SummaryKind,
    service: str,
    month: Period,
    now: datetime,
) -> Content:
    """What the summary of a month comes to now."""
    scope = of_services([service])
    names = read_names(connection, scope)
    forms = _count_forms(connection, scope, catalogue, kind, month)
    measures = _measure(connection, scope, catalogue, kind, month, now, names)
    stands = _stand(connection, scope, catalogue, kind, month, now)
    actions, more = _actions(connection, scope, catalogue, kind, now)
    parts = _parts(connection, scope, catalogue, kind, month, now)
    return Content(
        kind=kind.code,
        service=service,
        month=month.label,
        forms=forms,
        measures=measures,
        signs=_signs(connection, scope, catalogue, kind, month, now),
        sides=tuple(_side(one) for one in stands),
        agreement=agreement_words(stands),
        actions=actions,
        more_actions=more,
        parts=parts,
        gaps=tuple(_gaps(forms, measures, stands, parts)),
    )


def months_until(month: Period, count: int) -> list[Period]:
    """So many months, the last of them `month`, in order."""
    found = [month]
    while len(found) < count:
        found.insert(0, before(found[0]))
    return found


def _count_forms(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, kind: SummaryKind, month: Period
) -> tuple[FormCount, ...]:
    known = floor_forms(catalogue)
    wanted = {code: name for code, name in known.items() if not kind.forms or code in kind.forms}
    earlier = before(month)
    counts = [
        Counter(
            one.form
            for one in read_seen(connection, scope, wanted, period.start, period.end)
            if period.holds(one.happened_at)
        )
        for period in (month, earlier)
    ]
    return tuple(
        FormCount(form=code, name=name, count=counts[0][code], before=counts[1][code])
        for code, name in wanted.items()
    )


def _measure(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    kind: SummaryKind,
    month: Period,
    now: datetime,
    names: Names,
) -> tuple[Measured, ...]:
    periods = months_until(month, CHARTED)
    service = scope.services[0]
    needs = {need for code in kind.measures for need in MEASURES[code].needs}
    facts = read_facts(connection, scope, catalogue, needs, [before(periods[0]), *periods], now)
    settings = read_settings(connection, scope, catalogue)
    minimum = settings.minimum(service, now, read_people(connection, service))
    notes = read_notes(connection, scope)
    method = method_in_force(settings, service, now)
    found = []
    for code in kind.measures:
        measure, waits = MEASURES[code], missing(MEASURES[code], facts)
        # Of a measure that compares, each month is held against the one before it
        points = (
            [series(code, facts, [period], settings)[0] for period in periods]
            if code in COMPARED
            else series(code, facts, periods, settings)
        )
        drawn = None
        if not waits and any(point.count.value is not None for point in points):
            drawn = Drawn(
                subject=subject_of(measure, id=f"summary-{code}".lower(), step="month"),
                data=tuple(data_of(points, minimum)),
                notes=tuple(for_chart(standing_on(notes, service, code), names)),
                method=method,
            )
        found.append(_measured(measure, waits, points[-1], minimum, drawn))
    return tuple(found)


def _measured(measure: Measure, waits: str, point: Point, minimum: int, drawn: Drawn | None) -> Measured:
    count = point.count
    return Measured(
        code=measure.code,
        name=measure.name,
        question=measure.question,
        counted="" if waits else counted_words(count),
        waits=waits,
        few=count.unit in ("percent", "difference") and count.denominator > 0 and count.few(minimum),
        not_yet_due=len(count.not_yet_due),
        left_out=len(count.left_out),
        late=len(point.late),
        drawn=drawn,
    )


def _signs(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    kind: SummaryKind,
    month: Period,
    now: datetime,
) -> tuple[Sign, ...]:
    found = read_list(connection, scope, catalogue, now).lines
    return tuple(
        _sign(line)
        for line in sorted(found, key=lambda line: (line.signal.fired_at, line.signal.id))
        if month.holds(line.signal.fired_at)
        and (not kind.themes or set(kind.themes) & set(SIGNS[line.signal.code].themes))
    )


def _sign(line: Line) -> Sign:
    signal = line.signal
    return Sign(
        id=signal.id,
        code=signal.code,
        name=SIGNS[signal.code].name,
        says=signal.says,
        shown_at=day_in_london(signal.fired_at).isoformat(),
        state=line.state,
        answer=ANSWERS[line.answer.answer] if line.answer else "",
    )


def _stand(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    kind: SummaryKind,
    month: Period,
    now: datetime,
) -> list[Standing]:
    """The kinds of evidence on the actions of the themes, of the month alone."""
    actions = [
        action.id
        for action in all_of(connection, scope.services)
        if not kind.themes or set(kind.themes) & set(action.fields.themes)
    ]
    until = min(now, month.closes_at)
    seen = read_seen_by_hour(connection, scope, kinds_of_forms(catalogue), actions, until, month.start)
    asked = Asked(needed=(), since=month.start, today=min(day_in_london(now), month.end), nights=False)
    return weighed(stand([one for one in seen if one.latest < month.closes_at], asked))


def _side(one: Standing) -> Side:
    return Side(
        code=one.code,
        name=one.name,
        supports=one.supports,
        contradicts=one.contradicts,
        inconclusive=one.inconclusive,
        says=one.says,
    )


def _actions(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, kind: SummaryKind, now: datetime
) -> tuple[tuple[ActionLine, ...], int]:
    """The open actions of the themes as the recovery map has them, the highest risk first, and how many more."""
    today = day_in_london(now)
    found: dict[str, ActionLine] = {}
    total: set[str] = set()
    for theme in kind.themes or ("",):
        limits = RegisterQuery(service=scope.services[0], theme=theme)
        asked = MapQuery(limits=limits, since=today, usual_since=today)
        page = read_map(connection, scope, asked, catalogue, now)
        total |= {action.id for action in page.every if not theme or theme in action.fields.themes}
        for row in (row for group in page.groups for row in group.rows):
            found[row.action.id] = ActionLine(
                id=row.action.id,
                number=row.action.number,
                title=row.action.fields.title,
                risk=words.named(words.RISKS, row.action.fields.risk),
                state=row.state_words,
                overdue=row.overdue,
                sentence=row.told.sentence,
            )
    order = list(words.RISKS.values())
    lines = sorted(found.values(), key=lambda line: (order.index(line.risk), line.number))[:MOST_ACTIONS]
    return tuple(lines), len(total) - len(lines)


def _parts(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    kind: SummaryKind,
    month: Period,
    now: datetime,
) -> tuple[PartHeld, ...]:
    """Each part that the summary must hold, with the records of the month that it rests on (M07, S2E1)."""
    if not kind.parts:
        return ()
    source = Source(connection, scope, catalogue, month.start, now)
    reviews = [
        record
        for record in read_records(
            source, ["shift_review"], [*_SHIFT_REVIEW.values(), *_ROWS_OF_SHIFT_REVIEW]
        )
        if month.holds(record.happened_at)
    ]
    rests = {
        part: _records_words(sum(_answers(record, question) for record in reviews), "shift review")
        for part, question in _SHIFT_REVIEW.items()
    }
    for part, form, name in _OTHER_PARTS:
        count = sum(
            month.holds(record.happened_at) for record in read_records(source, [form], ["happened_at"])
        )
        rests[part] = ", ".join(filter(None, (rests.get(part, ""), _records_words(count, name))))
    received = count_received(read_items(connection, scope.services[0]), month)
    rests["complaints"] = ", ".join(filter(None, (rests["complaints"], received.words)))
    return tuple(PartHeld(code=part, name=PARTS[part], rests_on=rests[part]) for part in kind.parts)


def _answers(record: Record, question: str) -> bool:
    return any(key == question or key.startswith(f"{question}.") for key in record.answers)


def _records_words(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}" if count else ""


def _gaps(
    forms: Sequence[FormCount],
    measures: Sequence[Measured],
    sides: Sequence[Standing],
    parts: Sequence[PartHeld],
) -> list[str]:
    """What is not there, stated plainly (S4: it does not pretend that everything is fixed)."""
    empty = [form.name for form in forms if not form.count]
    gaps = [f"No record this month: {'; '.join(empty)}."] if empty else []
    gaps += [f"{one.code}: {one.waits}" for one in measures if one.waits]
    gaps += [f"{one.code}: nothing was counted." for one in measures if not one.waits and not one.counted]
    gaps += [f"{one.code}: {one.counted}, which is too few to tell." for one in measures if one.few]
    there = {side.code for side in sides if side.total}
    absent = [name.lower() for code, name in words.EVIDENCE_KINDS.items() if code not in there]
    gaps += [f"Nothing that bears on an action came from: {', '.join(absent)}."] if absent else []
    return gaps + [f"Part not there: {part.name.lower()}." for part in parts if not part.rests_on]
