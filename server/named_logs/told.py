"""Records of a log with everything that a column may ask of them. Jobs for `Database.read`.

The answers are those kept beside the record and the words those of its own form version, by the functions of the
record's page, so that both say the same.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence

import msgspec

from observation_forms import Catalogue, Definition, Value
from server.evidence.evidence_query import COLUMNS
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names
from server.evidence.record_answers import AnsweredGroup, answers_as_kept
from server.form_words import in_words
from server.identity.scope import Scope

_HIDDEN = ("hidden_answer", "unknown_question")


class Told(msgspec.Struct, frozen=True):
    """One record with everything that a column may ask of it. `answers` are as they are kept, by key."""

    row: Row
    definition: Definition
    answers: Mapping[str, Value]
    groups: Sequence[AnsweredGroup]
    decided: str


def read_told(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    seqs: Collection[int],
    names: Names,
) -> dict[int, Told]:
    """These entries of the ledger that are in `scope` and of a form that is known, by their number."""
    seen, allowed = scope.records("v")
    among = msgspec.json.encode(sorted(seqs)).decode()
    rows = connection.execute(
        f"SELECT {COLUMNS}, v.form_hash FROM record_version v "  # noqa: S608
        f"WHERE v.seq IN (SELECT value FROM json_each(?)) AND {seen}",
        (among, *allowed),
    ).fetchall()
    answers = _answers(connection, among)
    hidden, concerns = _of_entries(connection, _FINDINGS, among), _of_entries(connection, _CONCERNS, among)
    decided = _decisions(connection, scope, among)
    found: dict[int, Told] = {}
    for row, shown in zip(rows, to_rows(connection, rows, names), strict=True):
        definition = _worded(catalogue, row["form_hash"], names.words)
        if definition is None:
            continue
        given = _values(definition, answers.get(shown.seq, {}))
        sections = answers_as_kept(
            definition, given, hidden.get(shown.seq, set()), concerns.get(shown.seq, set()), names
        )
        groups = [group for section in sections for group in section.groups]
        found[shown.seq] = Told(shown, definition, given, groups, decided.get(shown.seq, ""))
    return found


def why_not_needed(told: Told) -> str:
    """The reason that a record of A2 gives, in words."""
    said = {answer.question: ", ".join(answer.chosen) for group in told.groups for answer in group.answers}
    return "; ".join(said[name] for name in ("reason", "words") if name in said)


_FINDINGS = f"""
    SELECT seq, question FROM finding
    WHERE seq IN (SELECT value FROM json_each(?)) AND code IN ({", ".join(f"'{code}'" for code in _HIDDEN)})
"""  # noqa: S608
_CONCERNS = "SELECT seq, question FROM concern WHERE seq IN (SELECT value FROM json_each(?))"
# Of the record itself, and of the concern that was raised from it
_DECIDED = """
    SELECT v.seq, a.decision FROM record_version v JOIN record_version c ON c.record = v.record AND c.current = 1
    JOIN concern_acknowledged a ON a.record = c.record
    WHERE v.seq IN (SELECT value FROM json_each(?)) AND {seen}
    UNION ALL
    SELECT v.seq, a.decision FROM record_version v CROSS JOIN record_version c INDEXED BY current_by_cause
        ON c.spawned_by >= v.record || '/' AND c.spawned_by < v.record || '0' AND c.current = 1 AND c.spawned_by <> ''
    JOIN concern_acknowledged a ON a.record = c.record
    WHERE v.seq IN (SELECT value FROM json_each(?)) AND {seen}
"""


def _decisions(connection: sqlite3.Connection, scope: Scope, among: str) -> dict[int, str]:
    seen, allowed = scope.records("c")
    rows = connection.execute(_DECIDED.format(seen=seen), (among, *allowed, among, *allowed))
    found: dict[int, list[str]] = {}
    for seq, decision in rows:
        found.setdefault(seq, []).append(decision)
    return {seq: " ".join(said) for seq, said in found.items()}


def _of_entries(connection: sqlite3.Connection, sql: str, among: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for seq, question in connection.execute(sql, (among,)):
        found.setdefault(seq, set()).add(question)
    return found


def _answers(connection: sqlite3.Connection, among: str) -> dict[int, dict[str, list[Value]]]:
    found: dict[int, dict[str, list[Value]]] = {}
    for seq, question, value in connection.execute(
        "SELECT seq, question, value FROM answer WHERE seq IN (SELECT value FROM json_each(?)) "
        "ORDER BY seq, question, position",
        (among,),
    ):
        found.setdefault(seq, {}).setdefault(question, []).append(value)
    return found


def _values(definition: Definition, kept: Mapping[str, Sequence[Value]]) -> dict[str, Value]:
    """Answers as a record has them: rows of a repeat, and several of a list, as a list."""
    found: dict[str, Value] = {}
    for key, values in kept.items():
        question = definition.question_at(key)
        several = len(values) > 1 or (question is not None and question.kind == "repeat")
        found[key] = [str(value) for value in values] if several else values[0]
    return found


def _worded(catalogue: Catalogue, hash: str, words: Mapping[str, str]) -> Definition | None:
    """A form version in the words of a service: made once, for there are few of both."""
    key = hash, tuple(sorted(words.items()))
    if key not in _WORDED:
        form = catalogue.form(hash)
        if form is None:
            return None
        _WORDED[key] = in_words(form.definition, words)
    return _WORDED[key]


_WORDED: dict[tuple[str, tuple[tuple[str, str], ...]], Definition] = {}
