"""M03: high-risk closures that rest on evidence."""

from datetime import date

from server.measures.counting import Count
from server.measures.desk_facts import Closure
from tests.server.measures.made import common, counted, shown


def closed(risk: str = "high", changed: date | None = date(2026, 2, 1), **dated: str) -> Count:
    closure = Closure(
        **common("a", "2026-03-10T10:00:00Z"), risk=risk, changed_on=changed, evidence=shown(**dated)
    )
    return counted("M03", closures=[closure])


def test_evidence_must_be_from_after_the_day_of_the_change() -> None:
    assert closed(observation="2026-02-02").met == ("a",)
    assert closed(observation="2026-02-01").unmet == ("a",)


def test_records_and_minutes_alone_are_not_enough() -> None:
    assert closed(record="2026-02-02", oversight="2026-02-02").unmet == ("a",)


def test_lower_risks_are_not_asked_for_and_no_date_is_no_verdict() -> None:
    assert closed("medium").denominator == 0
    assert closed(changed=None).left_out
