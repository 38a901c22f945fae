"""Signed monthly summaries against the audit trail: for `sightline verify`.

The trail itself is held against the signed log (`server.log.verify_audit`), so what agrees with it is as it was signed.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping

import server.summaries.schema  # noqa: F401 the tables
from server.summaries.content import digest_of
from server.summaries.store import ADDED, SIGNED, details_of, words_digest

Say = Callable[[str, str], None]
# An event of the audit trail: what, about, service, details
_Line = tuple[str, str, str, str]
_JUDGED = ("words", "judged_by", "judged_as", "judged_at", "who", "role", "at")
_KINDS: Mapping[str, str] = {SIGNED: "its signature", ADDED: "what was added to it"}


def check_summaries(connection: sqlite3.Connection, say: Say) -> None:
    """Say every signed summary that was changed, put in or taken out, and the same of what was added to one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'summary_signed'").fetchone():
        return
    told = {
        (row["what"], row["about"], row["service"], row["details"])
        for row in connection.execute(
            "SELECT what, about, service, details FROM identity_audit WHERE what IN (?, ?)", (SIGNED, ADDED)
        )
    }
    kept = {_as_told(one, told) for one in (*_signed(connection, say), *_added(connection))}
    for what, about, _, _ in sorted(kept - told):
        say(f"summary {about}", f"{_KINDS[what]} is not what the audit trail tells of")
    for what, about, _, _ in sorted(told - kept):
        say(f"summary {about}", f"{_KINDS[what]} is missing or changed: the audit trail tells of another")


def _as_told(one: _Line, told: Collection[_Line]) -> _Line:
    """The line as the trail has it where it was written before the words were in it: until then it ended sooner."""
    what, about, service, details = one
    before = what, about, service, details.partition(", ")[0]
    return before if one not in told and before in told else one


def _signed(connection: sqlite3.Connection, say: Say) -> list[_Line]:
    found = []
    for row in connection.execute(
        """
        SELECT s.*, j.judgement AS words, j.who AS judged_by, j.role AS judged_as, j.at AS judged_at
        FROM summary_signed s JOIN summary_judgement j
            ON (j.kind, j.service, j.month, j.version) = (s.kind, s.service, s.month, s.judgement)
        """
    ):
        about = f"{row['kind']}/{row['month']}"
        if digest_of(row["content"].encode()) != row["digest"]:
            say(f"summary {about}", "changed: its content is not what was signed")
        judged = words_digest(*(row[name] for name in _JUDGED))
        details = details_of(row["digest"], row["judgement"], judged)
        found.append((SIGNED, about, row["service"], details))
    return found


def _added(connection: sqlite3.Connection) -> list[_Line]:
    return [
        (
            ADDED,
            f"{row['kind']}/{row['month']}",
            row["service"],
            f"addition {row['place']}, sha256 {words_digest(row['words'], row['who'], row['role'], row['at'])}",
        )
        for row in connection.execute("SELECT * FROM summary_addition")
    ]
