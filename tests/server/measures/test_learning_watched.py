"""M14b: learning watched in practice within seven days."""

from datetime import date

from server.measures.counting import Count
from server.measures.facts import LearningItem, PracticeSeen
from server.measures.periods import month_of
from server.measures.series import count
from tests.server.measures.made import (
    LATER,
    USUAL,
    at,
    common,
    facts,
)

MAY = month_of(date(2026, 5, 1))


def found(*seen: str, as_of: str = LATER, not_needed: bool = False) -> Count:
    item = LearningItem(
        **common("learning/m", "2026-05-04T22:59:59Z"), cause="learning/m",
        learned_at=at("2026-05-04T22:59:59Z"), not_needed=not_needed,
    )  # fmt: skip
    practice = [
        PracticeSeen(
            **common(f"f{number}", happened), reason="after_incident", complaint="", cause="learning/m",
            updated_guidance="", temporary_control="",
        )
        for number, happened in enumerate(seen)
    ]  # fmt: skip
    return count("M14b", facts(as_of, learning=[item], practice=practice), MAY, USUAL)


def test_within_seven_days_of_the_day_it_was_given() -> None:
    assert found("2026-05-11T22:59:59Z").met == ("learning/m",)
    assert found("2026-05-11T23:00:00Z").unmet == ("learning/m",)
    assert found("2026-05-20T10:00:00Z", "2026-05-06T10:00:00Z").met == ("learning/m",)


def test_unwatched_it_is_not_yet_due_and_then_failed() -> None:
    assert found(as_of="2026-05-11T22:59:59Z").not_yet_due == ("learning/m",)
    assert found(as_of="2026-05-11T23:00:00Z").unmet == ("learning/m",)


def test_what_need_not_be_watched_is_left_out() -> None:
    assert [id for id, _ in found(not_needed=True).left_out] == ["learning/m"]
