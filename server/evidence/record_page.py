"""The page of one record: what was asked and answered, its three times, who and which tablet, every version of it."""

import sqlite3

import msgspec

from observation_forms import Catalogue, Definition, Value
from server.evidence import words
from server.evidence.differences import Difference
from server.evidence.evidence_query import COLUMNS
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import read_names
from server.evidence.record_answers import AnsweredSection, answers_as_asked
from server.evidence.record_context import context_of
from server.evidence.record_versions import Version, read_difference, read_versions
from server.evidence.times import difference_words, gap_words, moment_words
from server.form_words import in_words
from server.identity.scope import Scope
from server.set_aside import UNIT_OF_ENTRY
from sync.judging import WORKED_OUT
from sync.ledger import read_entry
from sync.record_row import OBSERVED
from sync.wire import Body

_read_body = msgspec.json.Decoder(Body).decode


class Moment(msgspec.Struct, frozen=True):
    """One of the three times: its name, the time in London words, how it lies to the one before, its UTC instant."""

    name: str
    words: str
    difference: str
    instant: str


class Weight(msgspec.Struct, frozen=True):
    """What the record says about one action: what counts, what the answers make of it, what the author said."""

    action: str
    number: int
    title: str
    bearing: str
    computed: str
    claimed: str

    @property
    def lowered(self) -> bool:
        """Whether the author put it as weaker evidence than the answers do."""
        return self.bearing != self.computed

    @property
    def raised(self) -> bool:
        """Whether the author put it as better evidence than the answers allow (which then does not count)."""
        return self.claimed != self.bearing


class Found(msgspec.Struct, frozen=True):
    """Something about the record that a person should look at."""

    severity: str
    number: str
    ask: str
    message: str


class Clock(msgspec.Struct, frozen=True):
    """What is known of the tablet's clock; `doubt` is "" when there is none."""

    doubt: str
    offset: str


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    row: Row
    current: bool
    reason: str
    withdrawn: bool
    begun_by: str
    audit: str
    form_hash: str
    moments: list[Moment]
    clock: Clock
    backdated: str
    sections: list[AnsweredSection]
    weights: list[Weight]
    findings: list[Found]
    concerns: list[str]
    lowered_from: str
    score: str
    staff_observed: list[str]
    versions: list[Version]
    difference: Difference | None
    conflicts: int
    held: int
    digest: str
    leaf: str
    entry: int
    app: str
    attachments: int


def read_record_page(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    scope: Scope,
    record: str,
    version: int | None = None,
    against: int | None = None,
) -> RecordPage | None:
    """The page of a record, or of one of its versions; None when there is none within `scope`.

    With what changed since version `against`, or else since the version before.
    """
    found = _find(connection, scope, record, version)
    if found is None:
        return None
    entry = read_entry(connection, found["seq"])
    form = catalogue.form(found["form_hash"])
    if entry is None or form is None:
        return None
    body = _read_body(entry.body)
    names = read_names(connection, scope.within([found["service"]]))
    context = context_of(connection, body, entry.received_at)
    answers = _settled_answers(connection, entry.seq, form.definition, body)
    versions = read_versions(connection, record, found["version"], names, scope)
    definition = in_words(form.definition, names.words)
    return RecordPage(
        row=to_rows(connection, [found], names)[0],
        current=bool(found["current"]),
        reason=body.reason,
        withdrawn=bool(body.withdrawn),
        begun_by=names.one_of_staff(body.begun_by) if body.begun_by not in ("", body.author) else "",
        audit=body.audit,
        form_hash=body.form_hash,
        moments=_moments(body.happened_at, body.recorded_at, entry.received_at),
        clock=_clock(found),
        backdated=_text(body.answers.get("backdated_reason")),
        sections=answers_as_asked(definition, answers, context, names),
        weights=_weights(connection, found, body, scope),
        findings=[
            Found(
                row["severity"],
                *_asked(definition, row["question"]),
                row["message"],
            )
            for row in connection.execute(
                "SELECT question, severity, message FROM finding WHERE seq = ? ORDER BY position",
                (entry.seq,),
            )
        ],
        concerns=[
            _asked(definition, row["question"])[1] or row["question"]
            for row in connection.execute("SELECT question FROM concern WHERE seq = ?", (entry.seq,))
        ],
        lowered_from=words.named(words.RESULTS, found["computed_result"]) if found["lowered"] else "",
        score=_score(found["points"], found["scored"]),
        staff_observed=[
            names.one_of_staff(one)
            for question in definition.questions()
            if question.id == OBSERVED
            for one in _list(body.answers.get(question.id))
        ],
        versions=versions,
        difference=read_difference(connection, catalogue, versions, (body, form), names, against),
        conflicts=found["conflicts_count"],
        held=_held(connection, scope, record),
        digest=entry.sha256,
        leaf=entry.leaf,
        entry=entry.seq,
        app=body.app,
        attachments=len(body.attachments),
    )


def _asked(definition: Definition, key: str) -> tuple[str, str]:
    question = definition.question_at(key)
    return (question.number or "", question.ask) if question else ("", "")


def _settled_answers(
    connection: sqlite3.Connection, seq: int, definition: Definition, body: Body
) -> dict[str, Value]:
    """The answers as given; what is worked out, as the server had it when the record came."""
    worked = {
        row["question"]: row["value"]
        for row in connection.execute(
            "SELECT question, value FROM answer WHERE seq = ? AND position = 0", (seq,)
        )
        if _is_worked_out(definition, row["question"])
    }
    return {key: value for key, value in body.answers.items() if not _is_worked_out(definition, key)} | worked


def _is_worked_out(definition: Definition, key: str) -> bool:
    question = definition.question_at(key)
    return question is not None and question.kind in WORKED_OUT


def _held(connection: sqlite3.Connection, scope: Scope, record: str) -> int:
    """How many bodies that say they are of this record wait for a person to look at them."""
    seen, allowed = scope.places("entry.sender_service", UNIT_OF_ENTRY)
    (count,) = connection.execute(
        f"SELECT count(*) FROM entry WHERE record = ? AND standing = 'held' AND {seen} "  # noqa: S608
        "AND seq NOT IN (SELECT seq FROM destroyed)",
        (record, *allowed),
    ).fetchone()
    return int(count)


_MORE = "v.current, v.form_hash, v.points, v.scored, v.skew_ms, v.skew_bound_ms, v.skew_age_ms"


def _find(
    connection: sqlite3.Connection,
    scope: Scope,
    record: str,
    version: int | None,
) -> sqlite3.Row | None:
    seen, allowed = scope.records("v", any_version=True)
    which = "v.current = 1" if version is None else "v.version = ?"
    found: sqlite3.Row | None = connection.execute(
        f"SELECT {COLUMNS}, {_MORE} FROM record_version v "  # noqa: S608
        f"WHERE v.record = ? AND {which} AND {seen}",
        (record, *([] if version is None else [version]), *allowed),
    ).fetchone()
    return found


def _moments(happened_at: str, recorded_at: str, received_at: str) -> list[Moment]:
    return [
        Moment("Happened", moment_words(happened_at), "as the author gave it", happened_at),
        Moment(
            "Recorded",
            moment_words(recorded_at),
            difference_words(happened_at, recorded_at, "recorded"),
            recorded_at,
        ),
        Moment(
            "Received",
            moment_words(received_at),
            difference_words(recorded_at, received_at, "received"),
            received_at,
        ),
    ]


def _clock(found: sqlite3.Row) -> Clock:
    offset = ""
    if found["skew_ms"] is not None:
        seconds = abs(found["skew_ms"]) // 1000
        way = "slow" if found["skew_ms"] > 0 else "fast"
        bound = max(1, -(-abs(found["skew_bound_ms"]) // 1000))
        offset = f"{gap_words(seconds)} {way}" if seconds >= 60 else f"within {max(seconds, bound)} s"
    if not found["clock_doubtful"]:
        return Clock("", offset or "not compared with the server before this record")
    doubt = "The tablet's clock did not agree with the server's, so the first two times may be wrong."
    return Clock(doubt, offset or "ahead of the server: the record came in before the time it gives")


def _weights(connection: sqlite3.Connection, found: sqlite3.Row, body: Body, scope: Scope) -> list[Weight]:
    """What counts is kept for the version that stands; any other says what its author said then."""
    numbers = {
        row["id"]: (row["number"], row["title"])
        for row in connection.execute(
            "SELECT id, number, title FROM action WHERE service = ?", (found["service"],)
        )
    }
    if not found["current"] or found["withdrawn"] or found["restricted"]:
        kept = [(claim.action, claim.bearing, claim.bearing, claim.bearing) for claim in body.bearings]
    else:
        kept = [
            (row["action"], row["bearing"], row["computed"], row["claimed"])
            for row in connection.execute("SELECT * FROM bearing WHERE record = ?", (found["record"],))
        ]
    return [
        Weight(action, *numbers.get(action, (0, "")), bearing, computed, claimed)
        for action, bearing, computed, claimed in sorted(kept, key=lambda one: numbers.get(one[0], (0, "")))
        if scope.shows_action(action, found["service"])
    ]


def _score(points: int, scored: int) -> str:
    """ "17.5 of 20 points" """
    return f"{points / 100:g} of {scored} points" if scored else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []
