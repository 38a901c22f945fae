"""One record as a line of a list, a card, a row of CSV: read once, worded once, the same everywhere it is shown."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from server.evidence import words
from server.evidence.people import Names
from server.evidence.schema import ARRIVED_LATE_SECONDS, NOTED_LATE_SECONDS
from server.evidence.signed_words import Signed, signed_words
from server.evidence.times import clock_words, day_words, difference_words, in_london
from server.identity.scope import Scope
from server.review.standing import STATES
from sync.signatures import Verdict
from sync.signed_entries import read_verdicts


class Bearing(msgspec.Struct, frozen=True):
    """What the record says about one action of its own service."""

    action: str
    number: int
    title: str
    bearing: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A record in a list. Codes stand beside their words; instants are UTC, `day` and `time` London."""

    seq: int
    record: str
    version: int
    code: str
    title: str
    form: str
    form_version: int
    happened_at: str
    recorded_at: str
    received_at: str
    day: str
    time: str
    weekend: bool
    noted: str
    arrived: str
    service: str
    unit: str
    person: str
    author: str
    tablet: str
    tablet_seq: int
    shift: str
    result: str
    computed_result: str
    lowered_reason: str
    review: str
    reason: str
    withdrawn: int
    restricted: int
    bearings: tuple[Bearing, ...]
    flags: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    names: Names

    @property
    def signed(self) -> list[Signed]:
        """Who signed it, in words."""
        return signed_words(self.verdicts, self.names.one_of_staff, self.tablet_name, self.author_name)

    @property
    def unit_name(self) -> str:
        """The unit in words."""
        return self.names.unit(self.unit)

    @property
    def person_name(self) -> str:
        """The person's initials and place; "" when the record is about nobody in particular."""
        return self.names.person(self.person) if self.person else ""

    @property
    def author_name(self) -> str:
        """The author's name."""
        return self.names.one_of_staff(self.author)

    @property
    def tablet_name(self) -> str:
        """The tablet's name."""
        return self.names.tablet(self.tablet)

    @property
    def service_name(self) -> str:
        """The service's name."""
        return self.names.services.get(self.service, self.service)

    @property
    def result_name(self) -> str:
        """The result in words."""
        return words.named(words.RESULTS, self.result)

    @property
    def shift_name(self) -> str:
        """The shift in words, "" when none was given."""
        return words.named(words.SHIFTS, self.shift)

    @property
    def review_name(self) -> str:
        """Where its review stands, in words."""
        return words.named(STATES, self.review)

    @property
    def counts(self) -> bool:
        """Whether it counts for or against the actions it speaks to."""
        return not self.withdrawn and self.review != "set_aside"


def to_rows(connection: sqlite3.Connection, found: Sequence[sqlite3.Row], names: Names) -> list[Row]:
    """The rows of `record_version` in words, with what each says about which action."""
    bearings = _bearings(connection, [row["record"] for row in found], names.scope)
    verdicts = read_verdicts(connection, [row["seq"] for row in found])
    return [
        _row(row, tuple(bearings.get(row["record"], ())), tuple(verdicts.get(row["seq"], ())), names)
        for row in found
    ]


def flags_of(row: sqlite3.Row) -> tuple[str, ...]:
    """The codes of `words.FLAGS` that this row of `record_version` carries."""
    late = row["noted_late_seconds"] > NOTED_LATE_SECONDS or row["late_seconds"] > ARRIVED_LATE_SECONDS
    carried = {
        "concern": row["concerns_count"],
        "findings": row["findings_count"],
        "late": late,
        "corrected": row["corrected"],
        "lowered": row["lowered"],
        "clock": row["clock_doubtful"],
        "withdrawn": row["withdrawn"],
    }
    return tuple(flag for flag in words.FLAGS if carried[flag])


def is_weekend(happened_at: str) -> bool:
    """Whether it was Saturday or Sunday in London."""
    return in_london(happened_at).weekday() >= 5


def _row(row: sqlite3.Row, bearings: tuple[Bearing, ...], verdicts: tuple[Verdict, ...], names: Names) -> Row:
    same = {name: row[name] for name in _SAME}
    return Row(
        **same,
        day=day_words(in_london(row["happened_at"]).date()),
        time=clock_words(row["happened_at"]),
        weekend=is_weekend(row["happened_at"]),
        noted=difference_words(row["happened_at"], row["recorded_at"], "recorded"),
        arrived=difference_words(row["recorded_at"], row["received_at"], "received"),
        bearings=bearings,
        flags=flags_of(row),
        verdicts=verdicts,
        names=names,
    )


_SAME = [
    "seq",
    "record",
    "version",
    "code",
    "title",
    "form",
    "form_version",
    "happened_at",
    "recorded_at",
    "received_at",
    "service",
    "unit",
    "person",
    "author",
    "tablet",
    "tablet_seq",
    "shift",
    "result",
    "computed_result",
    "lowered_reason",
    "review",
    "reason",
    "withdrawn",
    "restricted",
]


def _bearings(
    connection: sqlite3.Connection, records: Iterable[str], scope: Scope
) -> dict[str, list[Bearing]]:
    """By record. What a tablet says about another service's action, or one nobody has, is on the record's page only."""
    wanted = tuple(records)
    rows = connection.execute(
        f"""
        SELECT b.record, b.action, b.bearing, action.number, action.title, action.service FROM bearing b
        CROSS JOIN record_version v ON v.seq = b.seq
        CROSS JOIN action ON action.id = b.action AND action.service = v.service
        WHERE b.record IN ({", ".join("?" * len(wanted))}) ORDER BY action.number
        """,  # noqa: S608
        wanted,
    )
    found: dict[str, list[Bearing]] = {}
    for row in rows:
        if scope.shows_action(row["action"], row["service"]):
            bearing = Bearing(row["action"], row["number"], row["title"], row["bearing"])
            found.setdefault(row["record"], []).append(bearing)
    return found
