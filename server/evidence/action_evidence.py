"""What the evidence says about an action so far: how much for and against, of which kinds, where and when.

Counts only: nothing here decides whether the action worked. Rows are grouped by the hour they happened in, so the
day of the week is London's and not UTC's, and a long-lived action costs hours and not records.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from server.evidence import words
from server.evidence.evidence_rows import is_weekend
from server.evidence.people import Names
from server.identity.scope import Scope
from server.review.standing import COUNTS

# Later than any instant as text
NEVER = "A"
BEARINGS = ("supports", "contradicts", "inconclusive")


class Tally(msgspec.Struct, frozen=True):
    """How many records say what about an action, and when the last of them happened ("" = there is none)."""

    supports: int = 0
    contradicts: int = 0
    inconclusive: int = 0
    latest: str = ""

    @property
    def total(self) -> int:
        """All of them."""
        return self.supports + self.contradicts + self.inconclusive


class Kind(msgspec.Struct, frozen=True):
    """One kind of evidence: whether the action asks for it, and how many records of it there are."""

    code: str
    needed: bool
    count: int

    @property
    def name(self) -> str:
        """The kind in words."""
        return words.named(words.EVIDENCE_KINDS, self.code)


class Spread(msgspec.Struct, frozen=True):
    """One unit's line: records by shift, `other` those with no shift given, and how many were at a weekend."""

    unit: str
    day: int
    late: int
    night: int
    other: int
    weekend: int

    @property
    def total(self) -> int:
        """All records of the unit."""
        return self.day + self.late + self.night + self.other


class Standing(msgspec.Struct, frozen=True):
    """Everything the action page says before it lists the evidence itself."""

    tally: Tally
    kinds: list[Kind]
    spread: list[Spread]

    @property
    def missing(self) -> list[Kind]:
        """The kinds the action asks for and nothing has been recorded of."""
        return [kind for kind in self.kinds if kind.needed and not kind.count]


class Group(msgspec.Struct, frozen=True, array_like=True):
    """`records` records that say the same of one action in one place, the newest of which happened at `latest`."""

    form: str
    shift: str
    unit: str
    bearing: str
    weekend: bool
    latest: str
    records: int


# A tablet may name any action: what it says counts for those of the record's own service alone, unless a
# manager set it aside
_ON_ACTION = f"""
    FROM action a CROSS JOIN bearing b ON b.action = a.id
    CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
    WHERE a.id = ? AND {COUNTS}
"""
_COUNTED = f"""
    FROM bearing b CROSS JOIN record_version v ON v.seq = b.seq AND v.service = action.service
    WHERE b.action = action.id AND {COUNTS}
"""


def read_tallies(connection: sqlite3.Connection, actions: Iterable[str], scope: Scope) -> dict[str, Tally]:
    """The tally of each action, by its id: here as below of the records alone that are in `scope`."""
    return {action: _tally(connection, action, scope) for action in actions}


def have_evidence(connection: sqlite3.Connection, actions: Iterable[str]) -> set[str]:
    """Which of these actions some record counts for or against, whoever may see it: it is the action's state."""
    rows = connection.execute(
        f"SELECT id FROM action WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 {_COUNTED})",  # noqa: S608
        (json.dumps(list(actions)),),
    )
    return {id for (id,) in rows}


def read_groups(
    connection: sqlite3.Connection,
    actions: Sequence[str],
    scope: Scope,
    opens: str = "",
    closes: str = NEVER,
) -> dict[str, list[Group]]:
    """By the id of each action what records say of it, by the hour they happened in: all of them, or those from one
    instant on and before another, as text.
    """
    found: dict[str, list[Group]] = {id: [] for id in actions}
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT a.id, v.form, v.shift, v.unit, b.bearing, max(b.happened_at) AS latest, count(*) AS records
        FROM json_each(?) asked CROSS JOIN action a ON a.id = asked.value
        CROSS JOIN bearing b INDEXED BY bearing_by_action
            ON b.action = a.id AND b.happened_at >= ? AND b.happened_at < ?
        CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
        WHERE {COUNTS} AND {seen}
        GROUP BY a.id, v.form, v.shift, v.unit, b.bearing, substr(b.happened_at, 1, 13)
        """,  # noqa: S608
        (json.dumps(list(actions)), opens, closes, *allowed),
    )
    for row in rows:
        found[row["id"]].append(
            Group(
                form=row["form"],
                shift=row["shift"],
                unit=row["unit"],
                bearing=row["bearing"],
                weekend=is_weekend(row["latest"]),
                latest=row["latest"],
                records=row["records"],
            )
        )
    return found


def standing_of(
    groups: Sequence[Group], needed: Sequence[str], kind_of_form: Mapping[str, str], names: Names
) -> Standing:
    """Where the evidence stands of which these are all groups."""
    of_kind: Counter[str] = Counter()
    places: dict[str, Counter[str]] = {}
    for one in groups:
        of_kind[kind_of_form.get(one.form, "observation")] += one.records
        place = places.setdefault(one.unit, Counter())
        place[one.shift if one.shift in words.SHIFTS else "other"] += one.records
        place["weekend"] += one.records if one.weekend else 0
    return Standing(
        tally=_tally_of(groups),
        kinds=[
            Kind(code, code in needed, of_kind[code])
            for code in words.EVIDENCE_KINDS
            if code in needed or of_kind[code]
        ],
        spread=sorted(
            (_spread(unit, place, names) for unit, place in places.items()), key=lambda line: line.unit
        ),
    )


def action_mark(connection: sqlite3.Connection, action: str, scope: Scope) -> int:
    """A number that differs whenever the page of the action would: from its version, its state, its newest evidence.

    A correction replaces evidence by an entry with a higher number, so the sum of the numbers moves too.
    """
    row = connection.execute("SELECT version FROM action WHERE id = ?", (action,)).fetchone()
    source, values = _on_action(action, scope)
    count, entries = connection.execute(
        f"SELECT count(*), coalesce(sum(b.seq), 0) {source}", values
    ).fetchone()
    begun = bool(have_evidence(connection, [action]))
    return zlib.crc32(f"{row['version'] if row else 0} {begun} {count} {entries}".encode())


def _on_action(action: str, scope: Scope) -> tuple[str, tuple[object, ...]]:
    seen, allowed = scope.records("v")
    return f"{_ON_ACTION} AND {seen}", (action, *allowed)


def _tally(connection: sqlite3.Connection, action: str, scope: Scope) -> Tally:
    source, values = _on_action(action, scope)
    rows = connection.execute(
        f"SELECT b.bearing, count(*) AS records, max(b.happened_at) AS latest {source} GROUP BY b.bearing",
        values,
    ).fetchall()
    counts = {row["bearing"]: row["records"] for row in rows if row["bearing"] in BEARINGS}
    return Tally(**counts, latest=max((row["latest"] for row in rows), default=""))


def _tally_of(groups: Sequence[Group]) -> Tally:
    counts: Counter[str] = Counter()
    for one in groups:
        counts[one.bearing] += one.records
    said = {bearing: counts[bearing] for bearing in BEARINGS}
    return Tally(**said, latest=max((one.latest for one in groups), default=""))


def _spread(unit: str, place: Counter[str], names: Names) -> Spread:
    return Spread(
        unit=names.unit(unit),
        day=place["day"],
        late=place["late"],
        night=place["night"],
        other=place["other"],
        weekend=place["weekend"],
    )
