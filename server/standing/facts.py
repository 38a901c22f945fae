"""Facts of days that are over, kept; of days that moved they are read from their records again.

For measures that are counted whole (`server/measures/parts.py`): what they say of a record may hang on others, but the
facts themselves do not, and to read a year of them takes far longer than to count them.
"""

from collections.abc import Callable, Sequence
from datetime import date
from types import GenericAlias
from typing import cast

import msgspec

from server.evidence.times import start_of_day
from server.measures.fact import AnyFact, happened_in
from server.measures.parts import Cut, cut, runs
from server.measures.periods import ONE_DAY, monday_of, window
from server.measures.reading_records import Source
from server.standing.parts import Parts

Stretch = tuple[date, date]


class KeptFacts:
    """`Days` of one service (`measures/reading_records.py`)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def read(
        self, source: Source, reader: Callable[[Source], tuple[AnyFact, ...]], kind: type[AnyFact]
    ) -> tuple[AnyFact, ...]:
        """What `reader` reads, by id: whole weeks, so that it is kept once from whichever day on it is asked for."""
        today, what = self._parts.today, f"facts {reader.__name__}"
        monday = monday_of(source.since)
        cuts = cut(window(monday, today), today) if monday <= today else []
        several = cast("type[tuple[AnyFact, ...]]", GenericAlias(tuple, (kind, ...)))
        kept = self._parts.read([what], several, monday)[what]
        for run in runs(one for one in cuts if (one.first, one.last) not in kept):
            kept |= self._worked_out(source, reader, run)
        opens = start_of_day(source.since)
        known = [fact for one in cuts for fact in kept[one.first, one.last] if fact.happened_at >= opens]
        ahead = reader(msgspec.structs.replace(source, since=max(source.since, today + ONE_DAY), days=None))
        return tuple(sorted((*known, *ahead), key=lambda fact: fact.id))

    def _worked_out(
        self, source: Source, reader: Callable[[Source], tuple[AnyFact, ...]], run: Sequence[Cut]
    ) -> dict[Stretch, tuple[AnyFact, ...]]:
        """Of days that follow each other, from their records, which are read once; and to be kept."""
        last = max(one.last for one in run)
        found = reader(msgspec.structs.replace(source, since=run[0].first, until=last, days=None))
        of = {(one.first, one.last): happened_in(found, one.period) for one in run}
        for one in run:
            self._parts.add(f"facts {reader.__name__}", one, of[one.first, one.last], one.first)
        return {days: tuple(facts) for days, facts in of.items()}
