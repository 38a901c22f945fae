"""M11: controls that hold, and incidents that came again."""

from datetime import date

from server.measures.counting import Count
from server.measures.facts import ControlCheck, ControlDue
from server.measures.periods import month_of
from server.measures.series import count
from tests.server.measures.made import (
    LATER,
    MARCH,
    USUAL,
    at,
    common,
    facts,
    incident,
)

MAY = month_of(date(2026, 5, 1))


DUE = ControlDue(
    **common("control/c/2026-05-08", "2026-05-01T10:00:00Z", unit=""), control="c",
    due_at=at("2026-05-08T16:00:00Z"),
)  # fmt: skip


def found(*checks: tuple[str, str], as_of: str = LATER) -> Count:
    rows = [
        ControlCheck(**common(f"r{number}/controls.c", happened), control="c", holds=holds)  # type: ignore[arg-type]
        for number, (happened, holds) in enumerate(checks)
    ]
    return count("M11", facts(as_of, control_checks=rows, controls_due=[DUE]), MAY, USUAL)


def test_each_look_counts_and_a_look_in_time_is_not_counted_again() -> None:
    counted = found(("2026-05-02T10:00:00Z", "met"), ("2026-05-08T16:00:00Z", "partly"))
    assert (counted.met, counted.unmet) == (("r0/controls.c",), ("r1/controls.c",))


def test_a_look_that_was_due_and_did_not_come_is_unmet() -> None:
    late = found(("2026-05-08T16:01:00Z", "met"))
    assert (late.met, late.unmet) == (("r0/controls.c",), ("control/c/2026-05-08",))


def test_until_then_it_is_not_yet_due() -> None:
    assert found(as_of="2026-05-08T16:00:00Z").not_yet_due == ("control/c/2026-05-08",)
    assert found(as_of="2026-05-08T16:00:01Z").unmet == ("control/c/2026-05-08",)


def test_what_could_not_be_seen_leaves_the_count() -> None:
    counted = found(("2026-05-02T10:00:00Z", "not_seen"), ("2026-05-03T10:00:00Z", ""))
    assert (counted.denominator, len(counted.left_out)) == (0, 2)


def test_incidents_that_came_again_are_a_number() -> None:
    falls = [
        incident("before", "2026-02-20T10:00:00Z"),
        incident("a", "2026-05-02T10:00:00Z"),
        incident("b", "2026-05-25T10:00:00Z"),
        incident("leak", "2026-05-03T10:00:00Z", kind="equipment"),
        incident("x", "2026-05-03T10:00:00Z", kind="other"),
    ]
    found = count("M11-recurrences", facts(incidents=falls), MAY, USUAL)
    assert (found.met, found.unmet) == (("a", "b"), ("leak",))
    assert found.value == 2
    assert [id for id, _ in found.left_out] == ["x"]


def test_after_more_than_ninety_days_it_is_the_first_again() -> None:
    apart = incident("a", "2026-02-01T10:00:00Z"), incident("b", "2026-05-03T10:00:00Z")
    assert count("M11-recurrences", facts(incidents=apart), MAY, USUAL).met == ()
    assert count("M11-recurrences", facts(incidents=apart), MARCH, USUAL).denominator == 0
