"""One row of `record_version`: what a list of evidence shows and sorts by."""

from datetime import timedelta
from typing import NamedTuple

from observation_forms import Form, Question
from sync import instants
from sync.judging import Judged
from sync.ledger import Entry
from sync.wire import Body, Value

# A published form never changes, so what its questions are is worked out once for each hash
_BY_FORM: dict[str, tuple[list[str], list[str], list[str]]] = {}

# Other questions name staff too: who was told, who owns a finding. Only here was somebody watched at work
OBSERVED = "staff_observed"

# SYNC.md 2: a clock more than two minutes out is shown to a person
DOUBTFUL_CLOCK_MS = 120_000

COLUMNS = (
    "seq",
    "record",
    "version",
    "current",
    "reason",
    "form",
    "form_version",
    "form_hash",
    "code",
    "title",
    "service",
    "unit",
    "author",
    "tablet",
    "tablet_seq",
    "app",
    "shift",
    "person",
    "happened_at",
    "recorded_at",
    "received_at",
    "noted_late_seconds",
    "late_seconds",
    "skew_ms",
    "skew_bound_ms",
    "skew_age_ms",
    "recorded_estimate",
    "clock_doubtful",
    "result",
    "computed_result",
    "lowered",
    "lowered_reason",
    "points",
    "scored",
    "findings_count",
    "errors_count",
    "concerns_count",
    "attachments_count",
    "conflicts_count",
    "corrected",
    "spawned_by",
    "flagged",
    "withdrawn",
    "begun_by",
    "audit",
    "restricted",
)


class Facts(NamedTuple):
    """What the answers say that lists filter by: shift, person, staff observed, and the words to search."""

    shift: str
    person: str
    staff: list[str]
    words: str


class _Clock(NamedTuple):
    """What the tablet's clock claimed, and beside it what the server makes of that."""

    noted_late_seconds: int
    late_seconds: int
    skew_ms: int | None
    bound_ms: int | None
    age_ms: int | None
    estimate: str
    doubtful: bool


def facts_of(form: Form, body: Body) -> Facts:
    """Read the facts from the answers, by the kinds of the form's questions."""
    people, staff, texts = _questions(form)
    answers = body.answers
    rows = _answers_in_rows(form, body)
    written = (
        *(answers.get(question) for question in texts),
        *(answers[key] for key, question in rows if question.kind == "text"),
        body.reason,
        body.lowered_reason,
    )
    named = (
        *(answers.get(question) for question in staff),
        *(answers[key] for key, question in rows if question.id == OBSERVED),
    )
    return Facts(
        shift=_text(answers.get("shift")),
        person=next((_text(answers[question]) for question in people if question in answers), ""),
        staff=[name for value in named for name in _names(value)],
        words="\n".join(text for text in written if isinstance(text, str) and text),
    )


def row(entry: Entry, body: Body, judged: Judged, facts: Facts, *, current: bool) -> tuple[object, ...]:
    """The values of `COLUMNS` for one stored entry. A conflict can only come later, so it counts none."""
    clock = _clock(entry, body)
    lowered = judged.result != judged.computed_result
    corrected = body.version > 1
    errors = sum(found.severity == "error" for found in judged.findings)
    # What was taken back raises nothing any more
    concerns = 0 if body.withdrawn else len(judged.concerns)
    flagged = bool(judged.findings or concerns or lowered or corrected or clock.doubtful or body.withdrawn)
    return (
        entry.seq,
        body.record,
        body.version,
        int(current),
        body.reason,
        body.form,
        body.form_version,
        body.form_hash,
        judged.form.definition.code,
        judged.form.definition.title,
        body.service,
        body.unit,
        body.author,
        body.tablet,
        body.tablet_seq,
        body.app,
        facts.shift,
        facts.person,
        body.happened_at,
        body.recorded_at,
        entry.received_at,
        clock.noted_late_seconds,
        clock.late_seconds,
        clock.skew_ms,
        clock.bound_ms,
        clock.age_ms,
        clock.estimate,
        int(clock.doubtful),
        judged.result,
        judged.computed_result,
        int(lowered),
        body.lowered_reason,
        judged.points,
        judged.scored,
        len(judged.findings),
        errors,
        concerns,
        len(body.attachments),
        0,
        int(corrected),
        body.spawned_by,
        int(flagged),
        body.withdrawn,
        body.begun_by,
        body.audit,
        int(judged.restricted),
    )


def _clock(entry: Entry, body: Body) -> _Clock:
    happened, recorded = instants.parse(body.happened_at), instants.parse(body.recorded_at)
    late = int((instants.parse(entry.received_at) - recorded).total_seconds())
    noted_late = int((recorded - happened).total_seconds())
    received_too_early = late * 1000 < -DOUBTFUL_CLOCK_MS
    if not body.clock.offset:
        return _Clock(noted_late, late, None, None, None, "", received_too_early)
    skew, bound, age = body.clock.offset
    doubtful = received_too_early or abs(skew) - abs(bound) > DOUBTFUL_CLOCK_MS
    return _Clock(noted_late, late, skew, bound, age, shifted(body.recorded_at, skew), doubtful)


def shifted(recorded_at: str, skew_ms: int) -> str:
    """An instant of a body as the server's clock would have had it; "" for one that no calendar has."""
    try:
        return instants.to_milliseconds(instants.parse(recorded_at) + timedelta(milliseconds=skew_ms))
    except OverflowError:
        return ""


def _questions(form: Form) -> tuple[list[str], list[str], list[str]]:
    found = _BY_FORM.get(form.hash)
    if found is None:
        questions = [question for section in form.definition.sections for question in section.questions]
        found = _BY_FORM[form.hash] = (
            # The one called "person" is whom the record is about, wherever it stands
            sorted(
                (question.id for question in questions if question.kind == "person"),
                key=lambda id: id != "person",
            ),
            [question.id for question in questions if question.id == OBSERVED],
            [question.id for question in questions if question.kind == "text"],
        )
    return found


def _answers_in_rows(form: Form, body: Body) -> list[tuple[str, Question]]:
    """The answers given in the rows of repeats, by key, each with its question."""
    found = ((key, form.definition.question_at(key)) for key in body.answers if "." in key)
    return [(key, question) for key, question in found if question is not None]


def _names(value: Value | None) -> list[str]:
    return value if isinstance(value, list) else []


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""
