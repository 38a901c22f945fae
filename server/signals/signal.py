"""One early-warning sign that showed: which, about what, fired by which records, when, and until when it held.

Decided: a signal is the same one as long as its sign, what it is about and the first thing that fired it are. What was
answered for is taken out before anything is counted, so a signal never comes back for the same records, and comes anew
when new ones alone make it again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["record", "action", "control", "complaint", "review"]
Covered = Mapping[tuple[str, str, str], frozenset[str]]
"""By sign, service and what it is about: the ids that somebody answered for."""
NOTHING_COVERED: Covered = {}


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """`fired_by` are ids in the order of time, each of a `Kind` that its sign names; a part of one follows a "/".

    `about` is the person, unit, kind of concern, record, action or control that it is about, "" for the whole service;
    `units` are those of everything that fired it ("" among them for what belongs to none). `until` is when it ceased to
    hold, None while nothing says that it does. `says` are our own words.
    """

    code: str
    service: str
    about: str
    units: tuple[str, ...]
    person: str
    fired_by: tuple[str, ...]
    fired_at: datetime
    until: datetime | None
    says: str

    @property
    def id(self) -> str:
        """The same for as long as it is the same signal."""
        parts = "\n".join((self.code, self.service, self.about, self.fired_by[0]))
        return hashlib.sha256(parts.encode()).hexdigest()[:24]

    @property
    def mark(self) -> str:
        """Another one as soon as something else fires it."""
        return hashlib.sha256("\n".join(self.fired_by).encode()).hexdigest()[:12]

    @property
    def place(self) -> tuple[str, str, str]:
        """What answers are kept under."""
        return self.code, self.service, self.about

    def holds(self, as_of: datetime) -> bool:
        """Whether it is still so."""
        return self.until is None or as_of < self.until
