"""Keeping what people write about a month, and the summary as it was signed. Jobs for `Database.write` and `.read`."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

import server.summaries.schema  # noqa: F401 the tables
from server.evidence.times import write_instant
from server.identity import audit
from server.summaries.content import Content, digest_of, read_content, write_content

SIGNED, ADDED = "summary_signed", "summary_added_to"


class Place(msgspec.Struct, frozen=True):
    """Which summary: its kind, its service, its month ("2026-10")."""

    kind: str
    service: str
    month: str

    @property
    def about(self) -> str:
        """What the audit trail calls it."""
        return f"{self.kind}/{self.month}"


class By(msgspec.Struct, frozen=True):
    """Who writes or signs, in which role, and when."""

    who: str
    role: str
    now: datetime


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote: a judgement (`version` from 1 on) or an addition (its place)."""

    version: int
    words: str
    who: str
    role: str
    at: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signed summary: its content as it was, the judgement that was signed, and by whom."""

    content: Content
    judgement: int
    digest: str
    who: str
    role: str
    at: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of one summary: every judgement, the signature (None = not signed), what was added."""

    judgements: list[Said]
    signed: Signed | None
    additions: list[Said]

    @property
    def judgement(self) -> Said | None:
        """The one that was signed, else the last one written."""
        if self.signed is not None:
            return self.judgements[self.signed.judgement - 1]
        return self.judgements[-1] if self.judgements else None

    @property
    def version(self) -> int:
        """How many judgements were written."""
        return len(self.judgements)


class Overtaken(Exception):
    """Somebody else wrote, or signed, since the page was opened."""


class NothingToSign(Exception):
    """Nobody has written a judgement yet."""


def read_kept(connection: sqlite3.Connection, place: Place) -> Kept:
    """All that is kept of it. Raises `ValueError` when a signed content is not what its digest says."""
    key = msgspec.structs.astuple(place)
    where = "WHERE kind = ? AND service = ? AND month = ?"
    judgements = connection.execute(
        f"SELECT version, judgement AS words, who, role, at FROM summary_judgement {where} ORDER BY version",  # noqa: S608
        key,
    )
    additions = connection.execute(
        f"SELECT place AS version, words, who, role, at FROM summary_addition {where} ORDER BY place",  # noqa: S608
        key,
    )
    row = connection.execute(f"SELECT * FROM summary_signed {where}", key).fetchone()  # noqa: S608
    return Kept(
        judgements=[Said(**dict(one)) for one in judgements],
        signed=_signed(row) if row else None,
        additions=[Said(**dict(one)) for one in additions],
    )


def write_judgement(
    connection: sqlite3.Connection, place: Place, began_from: int, words: str, by: By
) -> None:
    """Keep a judgement that was begun when there were `began_from`. The same one sent twice is kept once.

    Raises `Overtaken`.
    """
    kept = read_kept(connection, place)
    last = kept.judgements[-1] if kept.judgements else None
    if last and (last.words, last.who, last.version) == (words, by.who, began_from + 1):
        return
    if kept.signed is not None or kept.version != began_from:
        raise Overtaken(place.about)
    connection.execute(
        "INSERT INTO summary_judgement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*msgspec.structs.astuple(place), began_from + 1, words, by.who, by.role, write_instant(by.now)),
    )
    _note(connection, "summary_judged", place, by, f"version {began_from + 1}")


def sign(connection: sqlite3.Connection, place: Place, began_from: int, content: Content, by: By) -> None:
    """Freeze the content with the judgement that was read, the `began_from`-th. Twice by one person is once.

    Raises `NothingToSign`, `Overtaken`.
    """
    kept = read_kept(connection, place)
    if kept.signed is not None:
        if (kept.signed.who, kept.signed.judgement) != (by.who, began_from):
            raise Overtaken(place.about)
        return
    if not kept.judgements:
        raise NothingToSign(place.about)
    if kept.version != began_from:
        raise Overtaken(place.about)
    written = write_content(content)
    connection.execute(
        "INSERT INTO summary_signed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *msgspec.structs.astuple(place),
            began_from,
            written.decode(),
            digest_of(written),
            by.who,
            by.role,
            write_instant(by.now),
        ),
    )
    judged = kept.judgements[began_from - 1]
    judgement = words_digest(
        judged.words, judged.who, judged.role, judged.at, by.who, by.role, write_instant(by.now)
    )
    # The digests are in the signed log with it: no later change of a row agrees with them
    _note(connection, SIGNED, place, by, details_of(digest_of(written), began_from, judgement))


def add(connection: sqlite3.Connection, place: Place, words: str, by: By) -> None:
    """Add something to a signed summary; the same words of one person twice are kept once. Raises `NothingToSign`."""
    kept = read_kept(connection, place)
    if kept.signed is None:
        raise NothingToSign(place.about)
    last = kept.additions[-1] if kept.additions else None
    if last and (last.words, last.who) == (words, by.who):
        return
    connection.execute(
        "INSERT INTO summary_addition VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *msgspec.structs.astuple(place),
            len(kept.additions) + 1,
            words,
            by.who,
            by.role,
            write_instant(by.now),
        ),
    )
    digest = words_digest(words, by.who, by.role, write_instant(by.now))
    _note(connection, ADDED, place, by, f"addition {len(kept.additions) + 1}, sha256 {digest}")


def words_digest(*parts: str) -> str:
    """SHA-256 of what somebody wrote, and of who wrote and signed it, in which role, when."""
    return sha256("\n".join(parts).encode()).hexdigest()


def details_of(content: str, judgement: int, judged: str) -> str:
    """What the audit trail says of a signature: the digest of the content, which judgement, and the digest of that
    and of the signature.
    """
    return f"sha256 {content}, judgement {judgement}, sha256 {judged}"


def read_states(
    connection: sqlite3.Connection, services: Sequence[str]
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """By kind, service and month, of every summary that somebody has judged: who signed it and when, "" = nobody."""
    rows = connection.execute(
        f"""
        SELECT DISTINCT j.kind, j.service, j.month, coalesce(s.who, '') AS who, coalesce(s.at, '') AS at
        FROM summary_judgement j LEFT JOIN summary_signed s USING (kind, service, month)
        WHERE j.service IN ({", ".join("?" * len(services))})
        """,  # noqa: S608
        tuple(services),
    )
    return {(row["kind"], row["service"], row["month"]): (row["who"], row["at"]) for row in rows}


def _signed(row: sqlite3.Row) -> Signed:
    written = row["content"].encode()
    if digest_of(written) != row["digest"]:
        raise ValueError(f"the summary {row['kind']} of {row['month']} is not what was signed")
    return Signed(
        content=read_content(written),
        judgement=row["judgement"],
        digest=row["digest"],
        who=row["who"],
        role=row["role"],
        at=row["at"],
    )


def _note(connection: sqlite3.Connection, what: str, place: Place, by: By, details: str) -> None:
    audit.note(
        connection, what, by.now, who=by.who, about=place.about, details=details, service=place.service
    )
