"""What a record is about, as the rules of retention ask it: read from all of its versions."""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from server.retention.rules import Facts
from sync import Entry
from sync.judging import RESTRICTING

# Where harm was done or may be: such a record that raised a concern counts as a serious incident [design]
INCIDENT_FORMS = frozenset({"incident_record", "immediate_concern"})


class Known(msgspec.Struct, frozen=True):
    """Id to the day somebody left, "" while they have not; and the ids of the complaints on the lists."""

    people: Mapping[str, str]
    staff: Mapping[str, str]
    complaints: frozenset[str]


def read_known(connection: sqlite3.Connection) -> Known:
    """Everybody the provider knows or knew."""
    return Known(
        {row["id"]: row["left_at"][:10] for row in connection.execute("SELECT id, left_at FROM person")},
        {row["id"]: row["left_at"][:10] for row in connection.execute("SELECT id, left_at FROM staff")},
        frozenset(id for (id,) in connection.execute("SELECT id FROM listed WHERE kind = 'complaint'")),
    )


def facts_of_record(connection: sqlite3.Connection, record: str, known: Known) -> Facts | None:
    """What the versions of a record are about; None when none of them counts."""
    versions = connection.execute(
        "SELECT seq, form, happened_at, concerns_count FROM record_version WHERE record = ? ORDER BY version",
        (record,),
    ).fetchall()
    if not versions:
        return None
    answers = connection.execute(
        """
        SELECT question, value FROM answer
        WHERE seq IN (SELECT seq FROM record_version WHERE record = ?)
        """,
        (record,),
    ).fetchall()
    named = _ids((row["question"], row["value"]) for row in answers)
    observed = connection.execute("SELECT staff FROM staff_observed WHERE record = ?", (record,))
    return Facts(
        happened_on=max(row["happened_at"] for row in versions)[:10],
        people=tuple(sorted(known.people[id] for id in named & known.people.keys())),
        staff=tuple(sorted(known.staff[id] for (id,) in observed if id in known.staff)),
        complaint=bool(named & known.complaints),
        incident=any(row["form"] in INCIDENT_FORMS and row["concerns_count"] for row in versions),
    )


def facts_of_entry(entry: Entry, known: Known) -> Facts:
    """What a body that never counted is about, as far as it can be read. In doubt it is kept for longer."""
    said, answers = _said(entry)
    pairs = answers.items()
    named = _ids(
        (key, one) for key, value in pairs for one in (value if isinstance(value, list) else [value])
    )
    return Facts(
        happened_on=entry.received_at[:10],
        people=tuple(sorted(known.people[id] for id in named & known.people.keys())),
        staff=tuple(sorted(known.staff[id] for id in named & known.staff.keys())),
        complaint=bool(named & known.complaints),
        incident=said.get("form") in INCIDENT_FORMS,
    )


def is_restricted(entry: Entry) -> bool:
    """Whether the body of an entry that never counted is one that few may see."""
    said, answers = _said(entry)
    form, question, answer = RESTRICTING
    return (said.get("form"), answers.get(question)) == (form, answer)


def _said(entry: Entry) -> tuple[dict[str, object], dict[str, object]]:
    """A body and its answers, as far as they can be read."""
    try:
        said = msgspec.json.decode(entry.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}, {}
    answers = said.get("answers") if isinstance(said, dict) else None
    return (said if isinstance(said, dict) else {}), (answers if isinstance(answers, dict) else {})


def _ids(answers: Iterable[tuple[str, object]]) -> set[str]:
    """What may be an id in answers: their values, and the rows they belong to ("followed.<id>.done")."""
    found: set[str] = set()
    for question, value in answers:
        if isinstance(value, str):
            found.add(value)
        if "." in question:
            found.add(question.split(".")[1])
    return found
