"""Each kind of evidence by itself: numbers since the change, freshness, what most of it says."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence import words
from server.triangulation.standing import Seen, Standing, stand, weighed
from tests.server.triangulation.made import CHANGE, TODAY, asked, seen


def of(stands: list[Standing], code: str) -> Standing:
    return next(one for one in stands if one.code == code)


def test_records_count_from_the_day_of_the_change_on() -> None:
    days = (TODAY - CHANGE).days
    (found,) = stand(
        [seen("audit", days_ago=days, records=2), seen("audit", "contradicts", days_ago=days + 1)], asked()
    )
    assert (found.supports, found.contradicts, found.total) == (2, 0, 2)


def test_the_day_of_the_change_is_londons() -> None:
    # 23:30 UTC on the 4th is half past midnight on the 5th while the clocks are forward
    midnight = Seen(kind="audit", bearing="supports", latest=datetime(2026, 10, 4, 23, 30, tzinfo=UTC))
    before = Seen(kind="audit", bearing="supports", latest=datetime(2026, 10, 4, 22, 59, tzinfo=UTC))
    assert stand([midnight], asked())[0].total == 1
    assert stand([before], asked())[0].total == 0


def test_the_kinds_stand_in_their_order_and_those_asked_for_even_when_there_is_nothing() -> None:
    stands = stand([seen("feedback"), seen("record")], asked("audit", "observation"))
    assert [one.code for one in stands] == ["record", "audit", "observation", "feedback"]
    assert [one.code for one in stands if one.missing] == ["audit", "observation"]


def test_what_happened_31_days_ago_is_current_and_32_is_not() -> None:
    assert of(stand([seen("audit", days_ago=31)], asked("audit")), "audit").current
    old = of(stand([seen("audit", days_ago=32)], asked("audit")), "audit")
    assert (old.current, old.stale, old.age, old.newest) == (False, True, 32, date(2026, 10, 15))
    assert of(stand([seen("audit", days_ago=32)], asked("audit", current_days=32)), "audit").current


def test_what_came_before_the_change_is_missing_and_not_stale() -> None:
    found = of(stand([seen("audit", days_ago=60)], asked("audit")), "audit")
    assert (found.missing, found.stale, found.disconnected, found.age) == (True, False, True, 60)


@pytest.mark.parametrize(
    ("supports", "contradicts", "inconclusive", "says"),
    [
        (0, 0, 0, ""),
        (0, 0, 4, "inconclusive"),
        (2, 2, 9, "divided"),
        (3, 2, 9, "supports"),
        (2, 3, 0, "contradicts"),
    ],
)
def test_a_kind_says_what_most_of_it_says(
    supports: int, contradicts: int, inconclusive: int, says: str
) -> None:
    one = Standing(
        code="audit",
        needed=True,
        supports=supports,
        contradicts=contradicts,
        inconclusive=inconclusive,
        newest=TODAY,
        current=True,
    )
    assert one.says == says
    assert one.disconnected is (says in ("", "divided", "contradicts"))


def test_staffing_is_shown_apart_and_weighed_once() -> None:
    stands = stand([seen("feedback", "contradicts", form="shift_review", records=3)], asked("feedback"))
    assert [(one.code, one.contradicts) for one in stands] == [("feedback", 3), ("staffing", 3)]
    assert [one.code for one in weighed(stands)] == ["feedback"]


def test_nights_and_units_are_those_since_the_change() -> None:
    (found,) = stand(
        [
            seen("observation", shift="night", unit="alder-2", days_ago=80),
            seen("observation", shift="night", unit="alder-1"),
            seen("observation", unit=""),
        ],
        asked(),
    )
    assert (found.at_night, found.units) == (1, ("alder-1",))


GROUPS = st.lists(
    st.builds(
        seen,
        st.sampled_from(list(words.EVIDENCE_KINDS)),
        st.sampled_from(list(words.BEARINGS)),
        st.integers(0, 90),
        st.integers(1, 9),
        shift=st.sampled_from(["day", "late", "night", ""]),
    )
)


@given(GROUPS, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_nothing_is_lost(groups: list[Seen], chance: object) -> None:
    shuffled = list(groups)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    wanted = asked("audit")
    assert stand(groups, wanted) == stand(shuffled, wanted)
    since = sum(one.records for one in groups if one.latest.date() >= CHANGE)
    assert sum(one.total for one in stand(groups, wanted)) == since
