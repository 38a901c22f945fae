"""M14-b: incident learning at the next review."""

from datetime import date

from server.measures.counting import Count
from server.measures.periods import month_of
from server.measures.series import count
from tests.server.measures.made import (
    LATER,
    USUAL,
    facts,
    incident,
    review,
)

MAY = month_of(date(2026, 5, 1))


def found(*reviews: object, as_of: str = LATER) -> Count:
    taught = incident("i", "2026-05-05T10:00:00Z", learning=True)
    rest = incident("j", "2026-05-05T10:00:00Z", learning=False)
    return count("M14-b", facts(as_of, incidents=[taught, rest], reviews=reviews), MAY, USUAL)


def test_the_next_review_must_have_it() -> None:
    with_it = review("r1", "2026-05-20T10:00:00Z", "quality", learning=frozenset({"i"}))
    without = review("r2", "2026-05-20T10:00:00Z", "quality")
    sooner = review("r0", "2026-05-10T10:00:00Z", "quality")
    assert found(with_it).met == ("i",)
    assert found(without).unmet == ("i",)
    assert found(with_it, sooner).unmet == ("i",)


def test_without_a_review_since_it_is_not_yet_due() -> None:
    before = review("r", "2026-05-01T10:00:00Z", "quality", learning=frozenset({"i"}))
    assert found().not_yet_due == found(before).not_yet_due == ("i",)
