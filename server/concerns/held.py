"""Immediate concerns that arrived but are held, or in conflict: nobody may miss one because its tablet was revoked.

They are in no projection, so each body is asked itself. Their id here is `held-` and the number of their entry.
"""

import sqlite3

import msgspec

from observation_forms.answers import instant_or_none
from server.concerns.schema import FORM
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.set_aside import UNIT_OF_ENTRY
from sync import HELD_REASONS
from sync.held import RECEIPT_STATUSES
from sync.judging import RESTRICTING

PREFIX = "held-"
# As a tablet writes it. A quotation mark inside an answer has a stroke before it, so no answer can look like this
_MARK = f'"form":"{FORM}"'.encode()


class HeldConcern(msgspec.Struct, frozen=True):
    """One such entry: why it is `held`, what could be read of its answers, who acknowledged it ("" = nobody)."""

    seq: int
    version: int
    service: str
    held: str
    author: str
    unit: str
    happened_at: str
    recorded_at: str
    received_at: str
    answers: dict[str, str]
    restricted: bool
    at: str
    who: str
    decision: str

    @property
    def id(self) -> str:
        """What it is called beside the ids of records."""
        return f"{PREFIX}{self.seq}"


def read_held(connection: sqlite3.Connection, viewer: Viewer) -> list[HeldConcern]:
    """Those the viewer may see, the newest first."""
    seen, allowed = viewer.scope(Permission.ANSWER_CONCERNS).places("entry.sender_service", UNIT_OF_ENTRY)
    trusted = viewer.scope(Permission.READ_RESTRICTED)
    rows = connection.execute(
        f"""
        SELECT entry.seq, entry.version, sender_service AS service, standing, held_for, entry.received_at, entry.body,
            {UNIT_OF_ENTRY} AS place,
            EXISTS (SELECT 1 FROM record_current r WHERE r.record = entry.record AND r.restricted = 1) AS hushed,
            coalesce(a.at, '') AS at, coalesce(a.who, '') AS who, coalesce(a.decision, '') AS decision
        FROM entry LEFT JOIN concern_acknowledged a ON a.record = '{PREFIX}' || entry.seq
        WHERE standing <> 'stored' AND {seen} AND instr(entry.body, ?) > 0
        ORDER BY entry.seq DESC
        """,  # noqa: S608 conditions of our own
        (*allowed, _MARK),
    ).fetchall()
    found = [(_read(row), row["place"]) for row in rows]
    return [one for one, place in found if not one.restricted or trusted.shows_place(one.service, place)]


def _read(row: sqlite3.Row) -> HeldConcern:
    said = _body(row["body"])
    given = said.get("answers")
    answers = given if isinstance(given, dict) else {}
    form, question, answer = RESTRICTING
    is_held = row["standing"] == "held"
    return HeldConcern(
        seq=row["seq"],
        version=row["version"],
        service=row["service"],
        held=HELD_REASONS.get(row["held_for"], "") if is_held else RECEIPT_STATUSES["conflict"],
        author=_text(said, "author"),
        unit=_text(said, "unit"),
        happened_at=_instant(said, "happened_at") or row["received_at"],
        recorded_at=_instant(said, "recorded_at") or row["received_at"],
        received_at=row["received_at"],
        answers={str(key): value for key, value in answers.items() if isinstance(value, str)},
        restricted=bool(row["hushed"]) or (said.get("form"), answers.get(question)) == (form, answer),
        at=row["at"],
        who=row["who"],
        decision=row["decision"],
    )


def _body(raw: bytes) -> dict[str, object]:
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _text(said: dict[str, object], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _instant(said: dict[str, object], key: str) -> str:
    text = _text(said, key)
    return text if instant_or_none(text) else ""
