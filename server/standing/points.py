"""Measures put together from kept parts; what is missing is worked out from the records of those days alone.

`server/measures/parts.py` says which measures these are. Of several days that are missing one after another the records
are read once.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from observation_forms import Catalogue
from server.dated_settings.setting import LONGEST_COUNT
from server.evidence.action_facts import Asked
from server.measures.catalogue import MEASURES
from server.measures.counting import Count
from server.measures.facts import Facts, RecordingAnswer
from server.measures.in_force import InForce
from server.measures.parts import (
    IN_PARTS,
    JUDGED_BY_BEFORE,
    Cut,
    Part,
    count_part,
    cut,
    late_of,
    missing_of,
    put_together,
    runs,
)
from server.measures.periods import ONE_DAY, Period
from server.measures.reading import READERS
from server.measures.reading_records import Days, Source
from server.measures.reading_shifts import earlier_findings
from server.standing.facts import KeptFacts
from server.standing.parts import Parts

Stretch = tuple[date, date]
_LOOKED_BACK = LONGEST_COUNT + 1


class KeptPoints:
    """`Points` of one service (`evidence/action_facts.py`)."""

    def __init__(self, parts: Parts, catalogue: Catalogue, now: datetime) -> None:
        self.days: Days = KeptFacts(parts)
        self._parts = parts
        self._catalogue = catalogue
        self._now = now
        self._known: dict[str, dict[Stretch, Part]] = {}
        self._counts: dict[Asked, Count] = {}

    def holds(self, code: str) -> bool:
        """Whether it is one that is put together."""
        return code in IN_PARTS

    def fill(self, asked: Collection[Asked], settings: InForce) -> None:
        """Read what is kept of these, and work out the rest."""
        self._known |= self._parts.read({_what(*one) for one in asked} - self._known.keys(), Part)
        cuts: dict[tuple[str, str], dict[Asked, list[Cut]]] = {}
        for one in asked:
            cuts.setdefault(one[:2], {})[one] = self._cuts(one)
        for (code, unit), of in sorted(cuts.items()):
            missing = missing_of(of, {one: self._known[_what(*one)] for one in of})
            for run in runs(missing):
                self._work_out(code, unit, run, missing, settings)

    def count(self, code: str, unit: str, period: Period) -> Count:
        """One that was asked: put together once, however many actions name it."""
        key = code, unit, period
        if key not in self._counts:
            self._counts[key] = put_together(code, self._of(key))
        return self._counts[key]

    def late(self, code: str, unit: str, period: Period) -> tuple[str, ...]:
        """The records of it that came or were corrected after the period had ended."""
        return late_of(self._of((code, unit, period)), period)

    def _of(self, one: Asked) -> list[Part]:
        known = self._known[_what(*one)]
        return [known[days.first, days.last] for days in self._cuts(one)]

    def _cuts(self, one: Asked) -> list[Cut]:
        return cut(one[2], self._parts.today)

    def _work_out(
        self, code: str, unit: str, run: Sequence[Cut], of: dict[Cut, list[Asked]], settings: InForce
    ) -> None:
        first, last = run[0].first, max(days.last for days in run)
        read = read_stretch(self._parts, self._catalogue, MEASURES[code].needs, first, last, self._now)
        facts = read.of_unit(unit) if unit else read
        # M10: what periods that began before these days are judged by, and those that began in them
        before: dict[date, Facts] = {}
        for days in run:
            for one in of[days]:
                opened = one[2].start
                if code == JUDGED_BY_BEFORE:
                    since = min(opened, first)
                    if since not in before:
                        before[since] = self._with_findings(read, since, unit)
                    facts = before[since]
                what = _what(*one)
                known = self._known[what]
                if (days.first, days.last) in known:
                    continue
                part = count_part(code, facts, days.period, settings, one[2].opens_at)
                known[days.first, days.last] = part
                looked = timedelta(days=_LOOKED_BACK if code == JUDGED_BY_BEFORE else 0)
                rests_from = (opened if code == JUDGED_BY_BEFORE else days.first) - looked
                self._parts.add(what, days, part, rests_from)

    def _with_findings(self, read: Facts, since: date, unit: str) -> Facts:
        """The answers that were read, with the newest finding of each question in each unit before that day."""
        what = "newest findings"
        days = Cut(since - timedelta(days=_LOOKED_BACK), since - ONE_DAY, running=False)
        kept = self._parts.read([what], tuple[RecordingAnswer, ...])[what]
        found = kept.get((days.first, days.last))
        if found is None:
            source = Source(self._parts.connection, self._parts.scope, self._catalogue, since, self._now)
            found = tuple(earlier_findings(source.earlier(_LOOKED_BACK)))
            self._parts.add(what, days, found, days.first)
        answers = (*found, *read.recording_answers)
        told = msgspec.structs.replace(read, recording_answers=answers)
        return told.of_unit(unit) if unit else told


def read_stretch(
    parts: Parts, catalogue: Catalogue, kinds: Collection[str], first: date, last: date, now: datetime
) -> Facts:
    """These lists, of the records that happened from the first day to the last alone."""
    source = Source(parts.connection, parts.scope, catalogue, first, now, until=last)
    read: dict[str, Any] = {kind: READERS[kind](source) for kind in sorted(kinds)}
    return Facts(as_of=now, services=parts.scope.services, readable=frozenset(READERS), **read)


def _what(code: str, unit: str, period: Period) -> str:
    """What a part is of: of M10, by the day on which the whole period began."""
    opened = period.start.isoformat() if code == JUDGED_BY_BEFORE else ""
    return f"count {code} {unit} {opened}".rstrip()
