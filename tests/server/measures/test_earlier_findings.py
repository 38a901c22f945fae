"""Of the year before the periods that are asked about, the newest finding of each question is read: M10 is the same."""

import random
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from observation_forms import load_catalogue
from server.identity.scope import Part, Scope
from server.measures import reading_shifts
from server.measures.facts import Facts
from server.measures.periods import Period, weeks, window
from server.measures.reading import read_facts, read_settings
from server.measures.reading_records import Source
from server.measures.series import series
from tests.server.due.shift import Shift
from tests.server.world import World

CATALOGUE = load_catalogue()
ALDER = Scope((Part(service="alder"),))
FIRST, LAST = date(2025, 8, 1), date(2026, 11, 15)
# Answered in every worked example of F7-RE
QUESTIONS = ("factual_words", "timeline_clear")


def recorded(world: World, seed: int) -> None:
    """Samples and live checks of two units over fifteen months, in no order; some withdrawn."""
    dice = random.Random(seed)
    shifts = [Shift(world, unit, unit) for unit in ("alder-1", "alder-2")]
    for _ in range(45):
        shift = dice.choice(shifts)
        day = FIRST + timedelta(days=dice.randrange((LAST - FIRST).days))
        at = f"{datetime(day.year, day.month, day.day, dice.randrange(24), tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
        if dice.random() < 0.3:
            shift.record("live_record_check", at)
            continue
        chosen = {question: dice.choice(("met", "partly", "not_met")) for question in QUESTIONS}
        record = shift.record("sample_recording", at, chosen=chosen)
        if dice.random() < 0.2:
            shift.record(
                "sample_recording", at, chosen=chosen, record=record, version=2, reason="Twice", withdrawn=1
            )


def in_full(world: World, periods: list[Period], facts: Facts) -> Facts:
    """The same facts with every answer of the year before."""
    with world.sql() as sql:
        source = Source(sql, ALDER, CATALOGUE, periods[0].start - timedelta(days=400), world.clock())
        return msgspec.structs.replace(facts, recording_answers=reading_shifts.recording_answers(source))


@pytest.mark.parametrize("seed", [1, 2])
def test_findings_are_found_again_as_if_every_answer_had_been_read(world: World, seed: int) -> None:
    recorded(world, seed)
    repeats = 0
    for first in (date(2026, 3, 2), date(2026, 8, 3), date(2026, 10, 12)):
        for periods in (weeks(first, LAST), [window(first, LAST)]):
            with world.sql() as sql:
                facts = read_facts(sql, ALDER, CATALOGUE, ["recording_answers"], periods, world.clock())
                settings = read_settings(sql, ALDER, CATALOGUE)
            every = in_full(world, periods, facts)
            assert len(facts.recording_answers) < len(every.recording_answers)
            for code in ("M10", "M10-met"):
                counted = series(code, facts, periods, settings)
                assert counted == series(code, every, periods, settings)
                repeats += sum(point.count.numerator for point in counted if code == "M10")
    assert repeats
