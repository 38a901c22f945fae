"""What the ten rules are told, and what each of them says (domain/3 1.9). Pure."""

from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from server.closure.counted import ByHand
from server.evidence.actions import ActionFields
from server.triangulation.sentence import Figure

State = Literal["pass", "fail", "later"]
Record = tuple[str, int]
"""A record and the version of it that was looked at."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One record that bears on the action, as it stands. `day` is the London day it happened on."""

    record: str
    version: int
    kind: str
    bearing: str
    author: str
    day: date
    unit: str = ""
    shift: str = ""

    @property
    def behind(self) -> Record:
        """The record as what stands behind a rule."""
        return self.record, self.version


class HeldTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One target, the last day of its window, and what it comes to; of one that a person counts `figure` is None and
    `by_hand` what they counted.
    """

    what: str
    ends: date
    figure: Figure | None
    by_hand: ByHand | None = None
    records: tuple[Record, ...] = ()


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is open or recent: `words` say what; a concern has the record it is, a signal has none."""

    words: str
    records: tuple[Record, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a sample that was not met. `linked`: the sheet bears on the action; `words`: what was asked."""

    question: str
    words: str = ""
    unit: str
    day: date
    record: str
    version: int
    linked: bool


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What the manager who recommends it wrote. `checker` will see whether it holds; `checker_here`: works there."""

    who: str
    note: str
    checker: str
    checker_here: bool = True


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the sample, and whether tracker, record and audit agree (None = nobody has looked yet)."""

    record: str
    version: int
    agrees: bool | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Who drew the sample, and what was drawn."""

    who: str
    drawn: tuple[Drawn, ...]

    @property
    def looked_at(self) -> bool:
        """Whether each was looked at."""
        return bool(self.drawn) and all(one.agrees is not None for one in self.drawn)


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Who decides. `may_sign_high`: is the nominated individual, or the deputy named for it; `may_sign`: any other."""

    who: str
    may_sign: bool
    may_sign_high: bool


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the rules are told, read at one moment.

    `units`: those of the service when the action is about all of it. `pieces` are of any day. `gap` is that of audits
    and people's experience in points (M12-gap). What has not happened yet (proposal, sample, signer) is None.
    """

    fields: ActionFields
    owner_here: bool
    today: date
    changed_on: date | None
    targets: tuple[HeldTarget, ...] = ()
    pieces: tuple[Piece, ...] = ()
    units: tuple[str, ...] = ()
    gap: Fraction | None = None
    gap_points: int = 15
    current_days: int = 31
    open_days: int = 14
    concerns: tuple[Warned, ...] = ()
    signals: tuple[Warned, ...] = ()
    findings: tuple[Finding, ...] = ()
    proposal: Proposal | None = None
    sample: Sample | None = None
    signer: Signer | None = None

    @property
    def since(self) -> tuple[Piece, ...]:
        """The pieces dated after the day of the change, and not in the future."""
        if self.changed_on is None:
            return ()
        return tuple(one for one in self.pieces if self.changed_on < one.day <= self.today)

    @property
    def authors(self) -> frozenset[str]:
        """Who recorded what came after the change."""
        return frozenset(one.author for one in self.since)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says. "later": it asks about a step that nobody has taken yet. `records` stand behind it."""

    rule: int
    code: str
    state: State
    reason: str
    records: tuple[Record, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """What a rule gives back: whether it passes, why in plain words, and the records behind it."""

    state: State
    reason: str
    records: tuple[Record, ...] = ()


def passed(reason: str, records: tuple[Record, ...] = ()) -> Said:
    """The rule is kept."""
    return Said("pass", reason, records)


def failed(reason: str, records: tuple[Record, ...] = ()) -> Said:
    """The rule is broken."""
    return Said("fail", reason, records)


def later(reason: str) -> Said:
    """The rule asks about something that has not happened yet."""
    return Said("later", reason)


def behind(pieces: tuple[Piece, ...] | list[Piece]) -> tuple[Record, ...]:
    """The records of these pieces, each once, in a steady order."""
    return tuple(sorted({one.behind for one in pieces}))
