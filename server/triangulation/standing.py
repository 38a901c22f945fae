"""Each kind of evidence by itself: how much for and against, how fresh, from where and when. Pure.

The kinds are those that an action asks for (domain/4, closing table). domain/2 D8 puts staffing beside them: shift
reviews and samples of busy shifts are shown apart as well, and are weighed once, under their own kind.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

import msgspec

from server.evidence import words
from server.evidence.times import day_in_london

STAFFING = "staffing"
NAMES = {**words.EVIDENCE_KINDS, STAFFING: "Staffing"}
# Which forms say how a shift was staffed (F4, F7-HP)
STAFFING_FORMS = frozenset({"shift_review", "sample_pressure"})


class Seen(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """`records` records that say the same, the newest of which happened at `latest` (UTC).

    All of them lie on one side of every bound that is asked about, so that `latest` tells the side of them all.
    """

    kind: str
    bearing: str
    latest: datetime
    shift: str = ""
    unit: str = ""
    form: str = ""
    records: int = 1

    @cached_property
    def day(self) -> date:
        """The London day of the newest: asked for by each kind, and by the weeks."""
        return day_in_london(self.latest)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an action asks of its evidence. `since` is the day practice changed; not `changed`: nobody wrote that down,
    and it is the day its first window began. `units`: where it must be seen, when that is more than one place.
    `current_days`: evidence older than that is not current (domain/3 1.9.3). `nights`: practice must be seen at night.
    """

    needed: tuple[str, ...]
    since: date
    today: date
    changed: bool = True
    nights: bool = True
    units: tuple[str, ...] = ()
    current_days: int = 31


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One kind: what it says since the change, and the newest of it from any day (None = there is none).

    `units` and `shifts` are where and when those that support it were recorded since the change.
    """

    code: str
    needed: bool
    supports: int = 0
    contradicts: int = 0
    inconclusive: int = 0
    at_night: int = 0
    units: tuple[str, ...] = ()
    shifts: tuple[str, ...] = ()
    newest: date | None = None
    age: int = 0
    current: bool = False

    @property
    def name(self) -> str:
        """The kind in words."""
        return words.named(NAMES, self.code)

    @property
    def total(self) -> int:
        """All of it since the change."""
        return self.supports + self.contradicts + self.inconclusive

    @property
    def says(self) -> str:
        """What most of it says, by exact numbers: a bearing, "divided" (as many for as against), or "" for none."""
        if not self.total:
            return ""
        if self.supports == self.contradicts:
            return "divided" if self.supports else "inconclusive"
        return "supports" if self.supports > self.contradicts else "contradicts"

    @property
    def missing(self) -> bool:
        """Whether it is asked for, and there is none since the change."""
        return self.needed and not self.total

    @property
    def stale(self) -> bool:
        """Whether there is some since the change, but none that is current."""
        return bool(self.total) and not self.current

    @property
    def disconnected(self) -> bool:
        """Whether something is wrong with it: missing, not current though asked for, or speaking against."""
        return self.missing or (self.needed and self.stale) or self.says in ("contradicts", "divided")


def stand(seen: Iterable[Seen], asked: Asked) -> list[Standing]:
    """Each kind that is asked for or was seen, in their order; staffing last, where there is any."""
    groups = list(seen)
    found = [
        _standing(code, [one for one in groups if one.kind == code], asked) for code in words.EVIDENCE_KINDS
    ]
    staffing = _standing(STAFFING, [one for one in groups if one.form in STAFFING_FORMS], asked)
    return [one for one in (*found, staffing) if one.needed or one.newest is not None]


def weighed(stands: Iterable[Standing]) -> list[Standing]:
    """Those that are held against each other: staffing was counted under another kind before."""
    return [one for one in stands if one.code != STAFFING]


def _standing(code: str, groups: list[Seen], asked: Asked) -> Standing:
    since = [one for one in groups if one.day >= asked.since]
    count = {
        bearing: sum(one.records for one in since if one.bearing == bearing) for bearing in words.BEARINGS
    }
    newest = max((one.day for one in groups), default=None)
    age = (asked.today - newest).days if newest else 0
    return Standing(
        code=code,
        needed=code in asked.needed,
        **count,
        at_night=sum(one.records for one in since if one.shift == "night"),
        units=_named(one.unit for one in since if one.bearing == "supports"),
        shifts=_named(one.shift for one in since if one.bearing == "supports"),
        newest=newest,
        age=max(age, 0),
        current=newest is not None and age <= asked.current_days,
    )


def _named(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({code for code in codes if code}))
