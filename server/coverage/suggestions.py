"""What is worth watching next in a unit, and why, in plain words. Pure: no SQL, no clock.

At most three: a shift, a routine, people. It names nobody: who was not heard is counted, and staff are never in it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from server.coverage.coverage import Coverage
from server.coverage.heat import HeatRow
from server.coverage.missed import WATCHES
from server.evidence.times import day_words, days_words

_A_SHIFT = {"day": "a day shift", "late": "a late shift", "night": "a night shift"}
# Where several are empty, the one that is seldom looked at elsewhere too
_ORDER = ("night", "late", "day")
_WEEKEND = {"Saturday", "Sunday"}


class Suggestion(msgspec.Struct, frozen=True):
    """A form of the tablet, what to use it for, and one sentence that says why."""

    form: str
    what: str
    why: str


def suggest(coverage: Coverage, unit: str, words: Mapping[str, str]) -> list[Suggestion]:
    """What to watch next in the unit; [] where nothing was missed. `words` is how the service says person."""
    found = (_shift(coverage, unit), _routine(coverage, unit), _people(coverage, unit, words))
    return [one for one in found if one is not None]


def _shift(coverage: Coverage, unit: str) -> Suggestion | None:
    rows = sorted(
        (row for row in coverage.heat if row.unit == unit and row.empty),
        key=lambda row: _ORDER.index(row.shift),
    )
    if not rows:
        return None
    row = max(rows, key=_how_empty)
    when = _A_SHIFT[row.shift]
    if not row.never:
        when += " at the weekend" if {*row.empty} >= _WEEKEND else f" on a {row.empty[0]}"
    why = f"Nobody looked then in the last {days_words(coverage.window.days)}."
    return Suggestion(WATCHES, f"Care on {when}", why)


def _how_empty(row: HeatRow) -> tuple[bool, bool, int]:
    return row.never, {*row.empty} >= _WEEKEND, len(row.empty)


def _routine(coverage: Coverage, unit: str) -> Suggestion | None:
    missed = next((one for one in coverage.not_watched if one.unit == unit), None)
    if missed is None:
        return None
    # The day, not how long ago: the sentence stays the same until somebody watches
    since = f"since {day_words(missed.last)}" if missed.last else "in the last year"
    return Suggestion(WATCHES, coverage.routines[missed.id], f"Nobody watched it here {since}.")


def _people(coverage: Coverage, unit: str, words: Mapping[str, str]) -> Suggestion | None:
    count = sum(one.unit == unit for one in coverage.not_heard)
    if not count:
        return None
    who = f"{count} {words['person']} has" if count == 1 else f"{count} {words['people']} have"
    why = f"{who} not been heard for {days_words(coverage.unheard)}."
    return Suggestion("lived_experience", "What it is like here", why)


def as_rows(suggestions: Sequence[Suggestion]) -> list[dict[str, str]]:
    """As the tablets' feed carries them."""
    return [msgspec.structs.asdict(one) for one in suggestions]


def says(suggestions: Sequence[Suggestion]) -> str:
    """The first of them as a tablet's home says it; "" for none."""
    return "".join(f"Worth watching next: {one.what}. {one.why}" for one in suggestions[:1])
