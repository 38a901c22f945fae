"""The one shape of every view: of what, when, the records newest first, what kinds there are, and what is missing.

Pure. A view never counts by who wrote something: it is about care, and a table of staff would be a league table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from server.coverage.promptness import Promptness
from server.evidence import words
from server.evidence.actions import Action
from server.evidence.evidence_rows import Row
from server.evidence.people import Names
from server.measures.periods import Period
from server.review.standing import STATES
from server.views.address import Link, shift_of


class Section(msgspec.Struct, frozen=True):
    """Some of the records under a heading, in the order in which they are shown. `plain` is a heading without anybody's
    own words, for files, where there are such.
    """

    id: str
    title: str
    rows: list[Row]
    plain: str = ""

    @property
    def in_file(self) -> str:
        """The heading in a file."""
        return self.plain or self.title


class Kind(msgspec.Struct, frozen=True):
    """How many records of one kind of evidence count, and when the last of them happened ("" = there is none)."""

    code: str
    name: str
    count: int
    newest: str


class Weighed(msgspec.Struct, frozen=True):
    """One action, and how many of the view's records say what about it."""

    action: str
    number: int
    title: str
    supports: int
    contradicts: int
    inconclusive: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.supports + self.contradicts + self.inconclusive


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page shows. `rows` are all records, `notes` says more about some, by id; `cut`: there are more.

    `whole`: no record of these places and days is beyond what the viewer may see.
    """

    kind: str
    of: str
    title: str
    above: str
    about: str
    period: Period
    rows: list[Row]
    sections: list[Section]
    kinds: list[Kind]
    missing: list[str]
    reviewed: list[tuple[str, int]]
    actions: list[Weighed]
    soon: Promptness
    links: list[Link]
    shifts: list[Link]
    notes: Mapping[str, str]
    cut: bool
    whole: bool
    named: bool
    names: Names

    @property
    def counted(self) -> int:
        """How many records count."""
        return sum(kind.count for kind in self.kinds)

    @property
    def left_out(self) -> int:
        """How many were withdrawn or set aside."""
        return len(self.rows) - self.counted


def kinds_of(rows: Iterable[Row], kind_of_form: Mapping[str, str]) -> list[Kind]:
    """Each of the five kinds, those without a record too; what is none of them counts as an observation."""
    found: dict[str, list[str]] = {code: [] for code in words.EVIDENCE_KINDS}
    for row in rows:
        if row.counts:
            found[kind_of(row, kind_of_form)].append(row.happened_at)
    return [
        Kind(code, words.EVIDENCE_KINDS[code], len(times), max(times, default=""))
        for code, times in found.items()
    ]


def kind_of(row: Row, kind_of_form: Mapping[str, str]) -> str:
    """Which of the five kinds of evidence a record is."""
    kind = kind_of_form.get(row.form, "")
    return kind if kind in words.EVIDENCE_KINDS else "observation"


def by_kind(rows: Sequence[Row], kind_of_form: Mapping[str, str]) -> list[Section]:
    """A section for each kind that has records, in the order of the kinds."""
    return [
        Section(code, name, among)
        for code, name in words.EVIDENCE_KINDS.items()
        if (among := [row for row in rows if kind_of(row, kind_of_form) == code])
    ]


def reviewed(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """How many records stand where in their review, in words; states without a record are left out."""
    counts = Counter(row.review for row in rows if not row.withdrawn)
    return [(name, counts[state]) for state, name in STATES.items() if counts[state]]


def weighed(rows: Iterable[Row], also: Iterable[Action] = ()) -> list[Weighed]:
    """The actions on which the records bear, and those of `also`, by number; what counts for nothing is left out."""
    known = {action.id: (action.number, action.fields.title) for action in also}
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for one in row.bearings if row.counts else ():
            known[one.action] = (one.number, one.title)
            counts[one.action, one.bearing] += 1
    return sorted(
        (
            Weighed(id, *named, *(counts[id, bearing] for bearing in words.BEARINGS))
            for id, named in known.items()
        ),
        key=lambda one: (one.number, one.action),
    )


def missing_kinds(kinds: Iterable[Kind]) -> str:
    """ "No audits and no feedback in these days."; "" when there is some of each."""
    none = [f"no {kind.name.lower()}" for kind in kinds if not kind.count]
    if not none:
        return ""
    said = f"{', '.join(none[:-1])} and {none[-1]}" if len(none) > 1 else none[0]
    return f"{said[0].upper()}{said[1:]} in these days."


def missing_shifts(rows: Iterable[Row]) -> list[str]:
    """A sentence for nights and weekends of which there is nothing."""
    counted = [row for row in rows if row.counts]
    if not counted:
        return []
    found = []
    if not any(shift_of(row).shift == "night" for row in counted):
        found.append("Nothing was recorded on a night.")
    if not any(row.weekend for row in counted):
        found.append("Nothing was recorded at a weekend.")
    return found


def missing_actions(actions: Iterable[Weighed]) -> list[str]:
    """A sentence for each action about which no record says anything."""
    return [
        f"Nothing recorded in these days says anything about action {one.number}."
        for one in actions
        if not one.total
    ]
