"""Which records stand behind a count, with their addresses, and which were left out and why. A job for `Database.read`.

A count names records, rows of them, months, weeks and entries of lists: what is no record is named in words.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from server.evidence.people import Names
from server.evidence.times import day_words, moment_words
from server.identity.scope import Scope
from server.measures.counting import Count
from server.measures.parts import LISTED as SHOWN


class Link(msgspec.Struct, frozen=True):
    """One of what was counted: in words, and where it is ("" = nowhere to go)."""

    words: str
    address: str


class Behind(msgspec.Struct, frozen=True):
    """Some that came to the same. `more`: how many are not listed."""

    label: str
    links: list[Link]
    more: int

    @property
    def total(self) -> int:
        """All of them."""
        return len(self.links) + self.more


def behind(
    connection: sqlite3.Connection,
    scope: Scope,
    names: Names,
    form_names: Mapping[str, str],
    counts: Iterable[Count],
) -> list[list[Behind]]:
    """For each count what is behind it, in one query for all of them."""
    listed = [_lists(count) for count in counts]
    shown = {id for lists in listed for _, ids, _ in lists for id in ids[:SHOWN]}
    known = _read(connection, scope, {id.partition("/")[0] for id in shown}, form_names)
    return [
        [
            Behind(label, [_link(id, known, names) for id in ids[:SHOWN]], len(ids[SHOWN:]) + more)
            for label, ids, more in lists
        ]
        for lists in listed
    ]


def _lists(count: Count) -> list[tuple[str, Sequence[str], int]]:
    """What a count is made of, under headings, and how many more there are; those left out by their reasons."""
    more = dict(count.more)
    why: dict[str, list[str]] = {}
    for id, words in count.left_out:
        why.setdefault(words, []).append(id)
    lists: list[tuple[str, Sequence[str], int]] = [
        ("Counted as met", count.met, more.get("met", 0)),
        ("Counted as not met", count.unmet, more.get("unmet", 0)),
        ("Not yet due", count.not_yet_due, 0),
        *((f"Left out. {words}", why[words], more.get(words, 0)) for words in sorted(why)),
    ]
    return [(label, ids, many) for label, ids, many in lists if ids]


def _read(
    connection: sqlite3.Connection, scope: Scope, records: Iterable[str], form_names: Mapping[str, str]
) -> dict[str, str]:
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT v.record, v.form, v.happened_at FROM json_each(?) asked
        CROSS JOIN record_version v ON v.record = asked.value AND v.current = 1 WHERE {seen}
        """,  # noqa: S608
        (json.dumps(sorted(records)), *allowed),
    )
    return {
        row["record"]: f"{form_names.get(row['form'], row['form'])}, {moment_words(row['happened_at'])}"
        for row in rows
    }


def _link(id: str, known: Mapping[str, str], names: Names) -> Link:
    record, _, row = id.partition("/")
    if record in known:
        part = f", row {row.rpartition('.')[2]}" if row.rpartition(".")[2].isdecimal() else ""
        return Link(f"{known[record]}{part}", f"/evidence/{record}")
    return Link(
        _period_words(id) or names.listed.get(row) or names.listed.get(record) or "An entry of a list", ""
    )


def _period_words(id: str) -> str:
    """ "2026-W12" as "Week of Mon 16 Mar 2026", "2026-03" as "March 2026"; "" for anything else."""
    year, _, rest = id.partition("-")
    try:
        if rest.startswith("W"):
            return f"Week of {day_words(date.fromisocalendar(int(year), int(rest[1:]), 1))}"
        if len(id) == len("2026-03"):
            return f"{date.fromisoformat(f'{id}-01'):%B %Y}"
    except ValueError:
        return ""
    return ""
