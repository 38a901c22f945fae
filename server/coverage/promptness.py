"""How soon after it happened a record was written: within 15 minutes, within 2 hours, later; by shift, never by who
wrote it (issue 6; Regulation 17, contemporaneous records). Pure: no SQL, no clock.

Decided: both instants are by the tablet's own clock, so a clock that is wrong shifts both and their distance holds.
Where the projections find the clock in doubt, the author may have given the time by another one: left out, and said.
Decided: a correction is written later than the record; what counts is when the first version was.
"""

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from server.coverage.seen import SHIFTS, Seen, within
from server.evidence.schema import NOTED_LATE_SECONDS
from server.measures.periods import Period

SOON_SECONDS = 15 * 60

CLOCK, TURNED_ROUND = "The tablet’s clock was in doubt", "It says that it was written before it happened"


class Promptness(msgspec.Struct, frozen=True):
    """The records of one shift ("" = of all) by id: each is in exactly one of the four."""

    shift: str
    soon: tuple[str, ...]
    two_hours: tuple[str, ...]
    later: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def counted(self) -> int:
        """How many the shares are of."""
        return len(self.soon) + len(self.two_hours) + len(self.later)

    def share(self, part: tuple[str, ...]) -> Fraction | None:
        """The exact share of one of the three; None when nothing was counted."""
        return Fraction(len(part), self.counted) if self.counted else None

    def few(self, minimum: int) -> bool:
        """Whether too few were counted to say anything by themselves."""
        return self.counted < minimum


def promptness(seen: Iterable[Seen], window: Period) -> list[Promptness]:
    """For each shift, and last for all of them."""
    among = within(seen, window)
    by_shift = [_of(shift, [one for one in among if one.worked[1] == shift]) for shift in SHIFTS]
    return [*by_shift, _of("", among)]


def _of(shift: str, among: list[Seen]) -> Promptness:
    left_out = tuple((one.id, why) for one in among if (why := _why_left_out(one)))
    counted = [one for one in among if not _why_left_out(one)]
    return Promptness(
        shift=shift,
        soon=tuple(one.id for one in counted if one.noted_after <= SOON_SECONDS),
        two_hours=tuple(one.id for one in counted if SOON_SECONDS < one.noted_after <= NOTED_LATE_SECONDS),
        later=tuple(one.id for one in counted if one.noted_after > NOTED_LATE_SECONDS),
        left_out=left_out,
    )


def _why_left_out(one: Seen) -> str:
    if one.clock_doubtful:
        return CLOCK
    return TURNED_ROUND if one.noted_after < 0 else ""
