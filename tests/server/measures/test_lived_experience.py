"""M12: what people say, and how far audits are from it."""

from fractions import Fraction

from server.measures.counting import Count
from server.measures.facts import (
    AuditSheet,
    ExperienceAnswer,
    Voice,
)
from server.measures.series import count
from tests.server.measures.made import MARCH, USUAL, common, counted, facts


def voices(*changes: str) -> Count:
    many = [
        Voice(**common(f"v{n}", "2026-03-10T10:00:00Z"), change=change) for n, change in enumerate(changes)
    ]
    return counted("M12", voices=many)


def test_better_less_worse_of_all_who_could_say() -> None:
    found = voices("better", "better", "same", "worse", "dont_know")
    assert (found.numerator, found.denominator) == (1, 4)
    assert found.value == 25


def test_more_who_say_worse_is_below_nought() -> None:
    assert voices("worse", "worse", "better").value == Fraction(-100, 3)


def test_nobody_heard_is_undefined() -> None:
    assert voices("dont_know").value is None


def gap(sheets: list[tuple[int, int]], said: list[str]) -> Count:
    return counted(
        "M12-gap",
        audit_sheets=[
            AuditSheet(**common(f"s{n}", "2026-03-10T10:00:00Z"), met=met, scored=scored)
            for n, (met, scored) in enumerate(sheets)
        ],
        experience=[
            ExperienceAnswer(
                **common(f"e/{n}", "2026-03-10T10:00:00Z"),
                question="6.07",
                answer=answer,  # type: ignore[arg-type]
            )
            for n, answer in enumerate(said)
        ],
    )


def test_the_gap_is_exact_in_points() -> None:
    found = gap([(9, 10), (10, 10)], ["met", "partly", "not_met", "not_seen"])
    assert found.value == 95 - Fraction(100, 3)
    assert (found.met, found.unmet) == (("s0", "s1"), ("e",))


def test_without_audits_or_without_voices_there_is_no_gap() -> None:
    assert gap([], ["met"]).value is None
    assert gap([(1, 1)], ["not_seen"]).value is None


def test_only_those_asked_about_the_topic() -> None:
    asked = Voice(**common("a", "2026-03-10T10:00:00Z"), change="better", topic="bells")
    other = Voice(**common("b", "2026-03-10T10:00:00Z"), change="worse", topic="food")
    found = facts(voices=[asked, other]).about("bells")
    assert count("M12", found, MARCH, USUAL).value == 100
