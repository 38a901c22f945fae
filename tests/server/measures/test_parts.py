"""A count put together from its parts is the count of the whole, whichever way a period is cut."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.measures.catalogue import MEASURES
from server.measures.counting import NOTHING, Count, LeftOut, tally
from server.measures.facts import (
    Answer,
    AuditSheet,
    CheckedAudit,
    ExperienceAnswer,
    Facts,
    PracticeSeen,
    RecordingAnswer,
    Voice,
)
from server.measures.parts import (
    IN_PARTS,
    LISTED,
    added,
    count_part,
    cut,
    late_of,
    put_together,
    runs,
    shortened,
)
from server.measures.periods import Period, month_of, week_of, window
from server.measures.series import count, late
from tests.server.measures.made import USUAL, entry, facts, sampled

FIRST, DAYS = date(2026, 2, 20), 75
ANSWERS: tuple[Answer, ...] = ("met", "partly", "not_met", "not_seen", "")


def made_up(seed: int, many: int) -> Facts:
    """Facts of every kind that is counted in parts, over the days on which the clocks change; some came late."""
    dice = random.Random(seed)
    lists: dict[str, list[Any]] = {}
    for number in range(many):
        happened = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(
            minutes=dice.randrange(DAYS * 24 * 60)
        )
        received = happened + timedelta(minutes=dice.choice((0, 1, 1500, 15_000)))
        at, came = f"{happened:%Y-%m-%dT%H:%M:%SZ}", f"{received:%Y-%m-%dT%H:%M:%SZ}"
        record = f"record-{number:04}"
        same: dict[str, Any] = {
            "id": f"{record}/row.{number % 3}",
            "service": "alder",
            "unit": dice.choice(("", "alder-1", "alder-2")),
            "happened_at": happened,
            "received_at": received,
        }
        chosen: dict[str, Answer] = {question: dice.choice(ANSWERS) for question in ("one", "two")}
        given: dict[str, Any] = {
            "sampled_concerns": sampled(record, dice.choice((None, 5, 500)), happened=at, received=came),
            "oversight_entries": entry(record, at, dice.choice((at, came)), received=came),
            "checked_audits": CheckedAudit(
                **same,
                findings_clear=chosen["one"],
                each_has_action=chosen["two"],
                owner_and_date="met",
                impact_checked="met",
            ),
            "practice": PracticeSeen(
                **same,
                reason=dice.choice(("after_complaint", "planned")),
                complaint="",
                cause="",
                updated_guidance=chosen["one"],
                temporary_control="",
            ),
            "recording_answers": RecordingAnswer(
                **same,
                question=dice.choice("abc"),
                answer=chosen["one"],
                repeat=dice.random() < 0.1,
            ),
            "voices": Voice(**same, change=dice.choice(("better", "same", "worse", ""))),
            "experience": ExperienceAnswer(**same, question="6.01", answer=chosen["one"]),
            "audit_sheets": AuditSheet(**same, met=dice.randrange(4), scored=4),
        }
        kind = dice.choice(list(given))
        lists.setdefault(kind, []).append(given[kind])
    return facts("2026-05-06T10:00:00Z", **lists)


def periods(dice: random.Random) -> list[Period]:
    start = FIRST + timedelta(days=dice.randrange(DAYS))
    return [
        week_of(start),
        month_of(start),
        window(start, start + timedelta(days=dice.randrange(60))),
        window(FIRST, FIRST + timedelta(days=DAYS)),
    ]


@pytest.mark.parametrize("code", sorted(IN_PARTS))
@pytest.mark.parametrize("many", [60, 1500])
def test_the_parts_of_a_period_come_to_what_the_whole_comes_to(code: str, many: int) -> None:
    told = 0
    for seed in range(3):
        read = made_up(seed, many)
        dice = random.Random(seed)
        for period in periods(dice):
            today = FIRST + timedelta(days=dice.randrange(DAYS + 20))
            cuts = cut(period, today)
            parts = [count_part(code, read, one.period, USUAL, period.opens_at) for one in cuts]
            assert put_together(code, parts) == shortened(count(code, read, period, USUAL))
            assert late_of(parts, period) == late(code, read, period)
            told += put_together(code, parts).denominator != 0
    assert told


@pytest.mark.parametrize("code", sorted(IN_PARTS))
def test_a_measure_counted_in_parts_hangs_on_nothing_that_its_days_do_not_say(code: str) -> None:
    """Else a part that is kept could change while no record of its days does."""
    read = made_up(7, 400)
    period = window(date(2026, 3, 10), date(2026, 3, 16))
    later = facts("2027-01-01T10:00:00Z", **{kind: read.listed(kind) for kind in MEASURES[code].needs})
    opened = period.opens_at
    assert count_part(code, later, period, USUAL, opened) == count_part(code, read, period, USUAL, opened)


def test_a_period_is_cut_by_weeks_and_the_week_of_today_by_days() -> None:
    days = cut(window(date(2026, 3, 4), date(2026, 3, 18)), date(2026, 3, 18))
    assert [(one.first.day, one.last.day, one.running) for one in days] == [
        (4, 8, False),
        (9, 15, False),
        (16, 16, True),
        (17, 17, True),
        (18, 18, True),
    ]
    assert [[one.first.day for one in run] for run in runs([days[4], days[0], days[1], days[3]])] == [
        [4, 9],
        [17, 18],
    ]


def test_what_is_older_than_last_year_is_one_part() -> None:
    days = cut(window(date(1900, 1, 1), date(2025, 1, 9)), date(2026, 3, 18))
    assert [(one.first, one.last) for one in days] == [
        (date(1900, 1, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 1, 5)),
        (date(2025, 1, 6), date(2025, 1, 9)),
    ]


def test_of_many_ids_the_first_are_listed_and_the_others_numbered() -> None:
    unseen = LeftOut("It was not seen")
    halves = [
        tally((f"{number:03}", unseen if number % 2 else "met") for number in range(side, 200, 2))
        for side in (0, 1)
    ]
    both = added([shortened(half) for half in halves])
    assert both.numerator == 100
    assert both.met == tuple(f"{number:03}" for number in range(0, 2 * LISTED, 2))
    assert both.more == (("It was not seen", 60), ("met", 60))
    assert both.all_left_out == 100


def test_what_time_alone_changes_is_no_sum() -> None:
    with pytest.raises(ValueError, match="not the sum"):
        added([NOTHING, Count(numerator=0, denominator=0, met=(), unmet=(), not_yet_due=("a",))])
