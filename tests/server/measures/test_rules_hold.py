"""Rules that must hold of whatever happened: each thing counted once, and linked as plainly as the words say."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.measures.facts import Concern
from server.measures.in_force import InForce
from server.measures.periods import london_day, weeks, window
from server.measures.series import count, series
from tests.server.measures.made import USUAL, at, concern, entry, facts

# Both nights on which the clocks change, and the weeks between
FIRST, LAST = date(2026, 3, 23), date(2026, 11, 1)
MOMENTS = st.datetimes(datetime(2026, 3, 22), datetime(2026, 11, 3), timezones=st.just(UTC))
SOON = st.timedeltas(timedelta(), timedelta(minutes=90))


def text(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


@given(st.lists(st.tuples(MOMENTS, SOON), max_size=30))
def test_every_entry_counts_in_exactly_one_week(told: list[tuple[datetime, timedelta]]) -> None:
    entries = [entry(f"e{n}", text(when - after), text(when)) for n, (when, after) in enumerate(told)]
    read = facts(oversight_entries=entries)
    whole = count("M04-all", read, window(FIRST, LAST), USUAL)
    points = series("M04-all", read, weeks(FIRST, LAST), USUAL)
    assert sum(point.count.numerator for point in points) == whole.numerator
    assert sum(point.count.denominator for point in points) == whole.denominator
    counted = [id for point in points for id in (*point.count.met, *point.count.unmet)]
    assert sorted(counted) == sorted((*whole.met, *whole.unmet))


@given(st.lists(st.tuples(MOMENTS, SOON), max_size=20))
def test_an_entry_is_in_time_by_the_minutes_that_really_passed(
    told: list[tuple[datetime, timedelta]],
) -> None:
    entries = [entry(f"e{n}", text(when - after), text(when)) for n, (when, after) in enumerate(told)]
    found = count(
        "M04-all", facts(oversight_entries=entries), window(date(2026, 3, 20), date(2026, 11, 5)), USUAL
    )
    in_time = {
        one.id
        for one in entries
        if one.noticed_at and one.told_at and one.told_at - one.noticed_at < timedelta(minutes=61)
    }
    assert set(found.met) == in_time
    assert found.denominator == len(entries)


CONCERNS = st.lists(
    st.tuples(
        MOMENTS, st.sampled_from(("", "p", "q")), st.sampled_from(("", "u", "v")), st.sampled_from("ab")
    ),
    max_size=12,
)
DAYS = st.integers(1, 120)


@given(CONCERNS, DAYS, DAYS, MOMENTS)
def test_repeated_concerns_are_those_that_plain_pairs_link(
    raised: list[tuple[datetime, str, str, str]], first: int, then: int, changed: datetime
) -> None:
    """Against every pair there is, also where the setting changed on the way."""
    settings = InForce(
        {**USUAL.defaults, "repeat_concern_days": str(first)},
        {("alder", "repeat_concern_days"): ((at(text(changed)), str(then)),)},
    )
    concerns = [
        concern(f"c{n:02}", text(when), person=person, unit=unit, category=category)
        for n, (when, person, unit, category) in enumerate(raised)
    ]
    period = window(date(2026, 6, 1), date(2026, 11, 5))
    found = count("M01b", facts(concerns=concerns), period, settings)
    groups = by_pairs([one for one in concerns if one.happened_at < period.closes_at], settings)
    expected = [
        group[0].id for group in groups if any(period.holds(again.happened_at) for again in group[1:])
    ]
    assert sorted(found.unmet) == sorted(expected)


def by_pairs(concerns: Iterable[Concern], settings: InForce) -> list[list[Concern]]:
    groups: list[list[Concern]] = []
    for one in sorted(concerns, key=lambda each: (each.happened_at, each.id)):
        linked = [group for group in groups if any(repeats(one, before, settings) for before in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([*sorted((c for g in linked for c in g), key=lambda c: (c.happened_at, c.id)), one])
    return [group for group in groups if len(group) > 1]


def repeats(one: Concern, before: Concern, settings: InForce) -> bool:
    within = settings.number("alder", "repeat_concern_days", one.happened_at)
    near = (london_day(one.happened_at) - london_day(before.happened_at)).days <= within
    same = (one.person and one.person == before.person) or (one.unit and one.unit == before.unit)
    return near and bool(same) and one.category == before.category
