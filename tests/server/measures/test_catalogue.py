"""Every measure of domain/3 is there, says what it needs, and is found by what an action names."""

import msgspec
import pytest

from server.evidence.words import MEASURES as NAMED
from server.measures.catalogue import COMPARED, COUNTED, MEASURES, measures_of, missing
from server.measures.desk_facts import Complaint
from server.measures.facts import KINDS
from server.measures.reading import READERS
from server.measures.series import count, series
from tests.server.measures.made import MARCH, USUAL, at, complaint, facts

# domain/3 1.6, with the variants of the text beside the table
ALL = (
    "M01a M01b M02-strict M02-managed M03 M04 M04-all M05 M06 M06b M07 M07b M08 M08b M09 M09b M10 M10-met M11 "
    "M11-recurrences M12 M12-experience M12-gap M13 M14-a M14-b M14b M15"
)


def test_every_measure_is_there_in_order_and_each_is_counted() -> None:
    assert list(MEASURES) == ALL.split()
    assert sorted([*COUNTED, *COMPARED]) == sorted(MEASURES)


def test_every_measure_needs_facts_that_there_are_and_names_its_relations() -> None:
    for measure in MEASURES.values():
        assert measure.needs
        assert set(measure.needs) <= set(KINDS)
        assert set(measure.variants) <= set(MEASURES) - {measure.code}
        assert measure.code[:3] in measure.source


def test_every_list_of_facts_is_needed_by_some_measure() -> None:
    assert {kind for measure in MEASURES.values() for kind in measure.needs} == set(KINDS)


def test_an_action_finds_each_measure_it_may_name() -> None:
    assert {measure.code for code in NAMED for measure in measures_of(code)} == set(MEASURES)
    assert [measure.code for measure in measures_of("M02")] == ["M02-strict", "M02-managed"]


@pytest.mark.parametrize(
    ("measure", "variant", "code"),
    [
        ("M01", "a", "M01a"),
        ("M01", "b", "M01b"),
        ("M02", "strict", "M02-strict"),
        ("M04", "sampled", "M04"),
        ("M04", "all", "M04-all"),
        ("M06", "b", "M06b"),
        ("M12", "gap", "M12-gap"),
        ("M14", "a", "M14-a"),
        ("M14", "b", "M14-b"),
        ("M14", "observed", "M14b"),
    ],
)
def test_a_variant_is_one_measure(measure: str, variant: str, code: str) -> None:
    assert [found.code for found in measures_of(measure, variant)] == [code]


def test_what_is_no_measure_of_the_list_finds_none() -> None:
    assert measures_of("", "") == measures_of("M99", "a") == measures_of("M04", "weekly") == ()


def test_what_nothing_keeps_yet_counts_nothing_and_is_never_nought_per_cent() -> None:
    none_kept = msgspec.structs.replace(facts(), readable=frozenset(READERS))
    for code, measure in MEASURES.items():
        found = count(code, none_kept, MARCH, USUAL)
        assert found.numerator == 0
        if missing(measure, none_kept):
            assert (found.value, found.unmet, found.unit) == (None, (), measure.unit)
    waiting = {code for code, measure in MEASURES.items() if missing(measure, none_kept)}
    assert waiting <= {"M07"}


def test_it_says_in_words_what_it_needs() -> None:
    none_kept = msgspec.structs.replace(facts(), readable=frozenset(READERS) - {"reviews"})
    assert (
        missing(MEASURES["M01a"], none_kept) == "Nothing to count yet: it needs signed reviews and minutes."
    )
    assert missing(MEASURES["M04"], none_kept) == ""


def test_no_measure_makes_anything_of_nothing() -> None:
    for code in MEASURES:
        assert series(code, facts(), [], USUAL) == []
        assert count(code, facts(), MARCH, USUAL).met == ()


def test_a_correction_that_came_after_the_month_is_named_as_late() -> None:
    late: Complaint = msgspec.structs.replace(
        complaint("c", "2026-03-05T10:00:00Z", repeat_of="x"), received_at=at("2026-04-01T10:00:00Z")
    )
    (point,) = series("M06", facts(complaints=[late]), [MARCH], USUAL)
    assert (point.period, point.start, point.end, point.late) == (
        "2026-03",
        "2026-03-01",
        "2026-03-31",
        ("c",),
    )
