"""What a summary holds: plain values that can be written down and read again as they were.

No word of a record is in it: counts, our own words, titles of actions. So it can be kept for good.
"""

from fractions import Fraction
from hashlib import sha256
from typing import Any

import msgspec

from server.charts.chart import Chart, Note, Subject, read_chart
from server.charts.xmr import Datum, Method


class FormCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many records of a form there are, of the month and of the month before."""

    form: str
    name: str
    count: int
    before: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """All that a chart is drawn from."""

    subject: Subject
    data: tuple[Datum, ...]
    notes: tuple[Note, ...]
    method: Method

    @property
    def chart(self) -> Chart:
        """The chart as it was: worked out from the same values by the same rules."""
        return read_chart(self.subject, self.data, self.notes, self.method)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: what it came to in the month, in words; `waits` says what it needs before it can be counted."""

    code: str
    name: str
    question: str
    counted: str
    waits: str
    few: bool
    not_yet_due: int
    left_out: int
    late: int
    drawn: Drawn | None


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One early-warning signal that showed in the month, and what was answered ("" = nothing yet)."""

    id: str
    code: str
    name: str
    says: str
    shown_at: str
    state: str
    answer: str


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of evidence said about the actions of the themes in the month."""

    code: str
    name: str
    supports: int
    contradicts: int
    inconclusive: int
    says: str


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the themes, and what its evidence says since the change."""

    id: str
    number: int
    title: str
    risk: str
    state: str
    overdue: bool
    sentence: str


class PartHeld(msgspec.Struct, frozen=True, kw_only=True):
    """One of the parts that the summary must hold, and on what it rests ("" = nothing: the part is not there)."""

    code: str
    name: str
    rests_on: str


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one summary but what a person writes. `month` is "2026-10", instants are text."""

    kind: str
    service: str
    month: str
    forms: tuple[FormCount, ...]
    measures: tuple[Measured, ...]
    signs: tuple[Sign, ...]
    sides: tuple[Side, ...]
    agreement: str
    actions: tuple[ActionLine, ...]
    more_actions: int
    parts: tuple[PartHeld, ...]
    gaps: tuple[str, ...]

    @property
    def holds(self) -> frozenset[str]:
        """The parts that are in it."""
        return frozenset(part.code for part in self.parts if part.rests_on)


def write_content(content: Content) -> bytes:
    """The content as it is kept: the same bytes for the same content."""
    return msgspec.json.encode(content, enc_hook=_write, order="deterministic")


def read_content(kept: bytes) -> Content:
    """The content as it was written down. Raises `msgspec.ValidationError` for anything else."""
    return msgspec.json.decode(kept, type=Content, dec_hook=_read)


def digest_of(kept: bytes) -> str:
    """What says that nothing in it was changed."""
    return sha256(kept).hexdigest()


def _write(value: Any) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"a summary holds no {type(value).__name__}")


def _read(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError(f"a summary holds no {kind.__name__}")
