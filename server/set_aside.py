"""The records that were kept but do not count as evidence: held for a reason, or in conflict with another
body.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from server.evidence.people import Names, read_names
from server.evidence.signed_words import Signed, signed_words
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from sync import HELD_REASONS
from sync.held import RECEIPT_STATUSES
from sync.judging import RESTRICTING
from sync.signatures import Verdict
from sync.signed_entries import read_verdicts

PAGE = 25
# A page is for reading; the whole body is in the ledger
LONGEST_SHOWN = 20_000


# A body that was not counted is in no projection: it is asked itself, where it can be read
_IS_RESTRICTED = """
    coalesce(CASE WHEN json_valid(CAST(body AS TEXT)) THEN
        (SELECT count(*) FROM (SELECT ? AS form, ? AS question, ? AS answer) one
            WHERE json_extract(CAST(body AS TEXT), '$.form') = one.form
            AND json_extract(CAST(body AS TEXT), '$.answers.' || one.question) = one.answer)
    END, 0)
"""


# Where a body that was not counted belongs: the unit that it names, or, where it names none or cannot be read, that of
# its tablet. Of a row `entry`
UNIT_OF_ENTRY = """
    coalesce(
        CASE WHEN json_valid(CAST(entry.body AS TEXT)) THEN
            nullif(CAST(json_extract(CAST(entry.body AS TEXT), '$.unit') AS TEXT), '') END,
        (SELECT sent.unit FROM tablet sent WHERE sent.id = entry.sender_tablet), '')
"""


class SetAside(msgspec.Struct, frozen=True):
    """One entry of the ledger that a person must look at. `body` is its text as it arrived, cut at
    `LONGEST_SHOWN`.
    """

    seq: int
    standing: str
    record: str
    version: int
    tablet: str
    tablet_name: str
    service_name: str
    received_at: str
    sha256: str
    reason: str
    findings: tuple[str, ...]
    body: str
    cut: bool
    other: str
    signed: tuple[Signed, ...]


def read_set_aside(connection: sqlite3.Connection, viewer: Viewer, before: int) -> tuple[list[SetAside], int]:
    """The newest entries below number `before` (0 = all) of the places whose held records the viewer may see, and the
    number to ask for next (0 = there are no more).
    """
    condition, allowed = _waiting(viewer)
    rows = connection.execute(
        f"""
        SELECT entry.seq, standing, entry.record, entry.version, sender_tablet AS tablet, tablet.name AS
        tablet_name,
            service.name AS service_name, entry.received_at, entry.sha256, held_for, findings,
            CASE WHEN json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), '$.author') END AS author,
            entry.tablet AS made_on, substr(body, 1, ?) AS body, length(body) AS bytes,
            EXISTS (SELECT 1 FROM record_current WHERE record_current.record = entry.record) AS counted
        FROM entry JOIN service ON service.id = sender_service LEFT JOIN tablet ON tablet.id = sender_tablet
        WHERE {condition} AND (? = 0 OR entry.seq < ?)
        ORDER BY entry.seq DESC LIMIT ?
        """,  # noqa: S608 conditions of our own
        (LONGEST_SHOWN, *allowed, before, before, PAGE + 1),
    ).fetchall()
    verdicts = read_verdicts(connection, [row["seq"] for row in rows[:PAGE]])
    names = read_names(connection, viewer.scope(Permission.READ_HELD))
    page = [_entry(row, verdicts.get(row["seq"], []), names) for row in rows[:PAGE]]
    return page, page[-1].seq if len(rows) > PAGE else 0


def count_set_aside(
    connection: sqlite3.Connection, viewer: Viewer, since: str = "", until: str = "9"
) -> tuple[int, str]:
    """How many there are in all, received from `since` on and before `until`; when the oldest of them was."""
    condition, allowed = _waiting(viewer)
    row = connection.execute(
        f"""
        SELECT count(*), coalesce(min(entry.received_at), '') FROM entry
        WHERE {condition} AND entry.received_at >= ? AND entry.received_at < ?
        """,  # noqa: S608 conditions of our own
        (*allowed, since, until),
    ).fetchone()
    return int(row[0]), str(row[1])


def _waiting(viewer: Viewer) -> tuple[str, list[object]]:
    """A condition on a row of `entry`: it does not count as evidence, and the viewer may see it; and its values."""
    seen, allowed = viewer.scope(Permission.READ_HELD).places("sender_service", UNIT_OF_ENTRY)
    trusted, few = viewer.scope(Permission.READ_RESTRICTED).places("sender_service", UNIT_OF_ENTRY)
    condition = f"""
        standing <> 'stored' AND entry.seq NOT IN (SELECT seq FROM destroyed) AND {seen}
        AND ({trusted} OR NOT ({_IS_RESTRICTED}
            OR EXISTS (SELECT 1 FROM record_current r WHERE r.record = entry.record AND r.restricted = 1)))
    """  # noqa: S608
    return condition, [*allowed, *few, *RESTRICTING]


def _entry(row: sqlite3.Row, verdicts: Sequence[Verdict], names: Names) -> SetAside:
    findings = msgspec.json.decode(row["findings"])
    reason = (
        HELD_REASONS.get(row["held_for"], "") if row["standing"] == "held" else RECEIPT_STATUSES["conflict"]
    )
    return SetAside(
        seq=row["seq"],
        standing=row["standing"],
        record=row["record"],
        version=row["version"],
        tablet=row["tablet"],
        tablet_name=row["tablet_name"] or row["tablet"],
        service_name=row["service_name"],
        received_at=row["received_at"],
        sha256=row["sha256"],
        reason=reason,
        findings=tuple(str(finding["message"]) for finding in findings),
        body=row["body"].decode("utf-8", "replace"),
        cut=row["bytes"] > LONGEST_SHOWN,
        other=row["record"] if row["counted"] else "",
        signed=_signed(row, verdicts, names),
    )


def _signed(row: sqlite3.Row, verdicts: Sequence[Verdict], names: Names) -> tuple[Signed, ...]:
    """Nothing of a body that cannot be read: nobody can be said to have signed it."""
    if not verdicts:
        return ()
    author = names.one_of_staff(row["author"]) if isinstance(row["author"], str) else ""
    held_for = row["held_for"] or row["standing"]
    return tuple(signed_words(verdicts, names.one_of_staff, names.tablet(row["made_on"]), author, held_for))
