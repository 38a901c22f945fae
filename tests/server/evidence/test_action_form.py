"""What can be typed into an action's form, and the sentence for each thing that needs another look."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence.action_form import Choices, blank, read_fields, typed_again
from server.evidence.actions import baseline_words, target_words
from tests.server.evidence.floor import ACTION

CHOICES = Choices(units={"alder-1"}, owners={"ben"}, today=date(2026, 11, 21))


def typed(**changed: str | list[str]) -> dict[str, tuple[str, ...]]:
    raw = ACTION | changed
    return {name: tuple(value) if isinstance(value, list) else (value,) for name, value in raw.items()}


def faults(**changed: str | list[str]) -> dict[str, str]:
    return read_fields(typed(**changed), CHOICES)[1]


def test_a_full_form_has_no_faults() -> None:
    fields, found = read_fields(typed(), CHOICES)
    assert found == {}
    assert fields is not None
    assert (fields.themes, fields.baseline_numerator) == (("CO", "CP"), 11)
    assert baseline_words(fields) == "11 of 20 (55%)"
    (target,) = fields.targets
    assert (target.measure, target.hundredths, target_words(target)) == ("M08", 9_500, "At least 95%")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("themes", []),
        ("themes", ["XX"]),
        ("source", "rumour"),
        ("unit", "birch-1"),
        ("baseline", "Care records need improvement"),
        ("expected", "Better."),
        ("baseline_numerator", "-1"),
        ("baseline_numerator", "٣"),
        ("baseline_numerator", "21"),
        ("baseline_denominator", "0"),
        ("baseline_denominator", ""),
        ("baseline_period", ""),
        ("target_1", "lots"),
        ("target_1", "101"),
        ("target_1", "95.555"),
        ("comparator_1", "about"),
        ("target_unit_1", "stones"),
        ("window_start_1", "2026-02-30"),
        ("window_end_1", "2026-10-31"),
        ("deadline", "2026-10-01"),
        ("risk", ""),
        ("owner", "fay"),
        ("review_route", ""),
        ("evidence_kinds", []),
        ("title", "x" * 2_001),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(field: str, value: str | list[str]) -> None:
    found = faults(**{field: value})
    assert set(found) == {field}
    assert found[field].endswith(".")


def test_a_high_risk_needs_two_kinds_of_evidence() -> None:
    assert "two kinds" in faults(risk="high")["evidence_kinds"]
    assert faults(risk="high", evidence_kinds=["observation", "audit"]) == {}


def test_a_measure_is_picked_or_written() -> None:
    assert set(faults(measure_1="")) == {"measure_1"}
    assert set(faults(measure_1="M99")) == {"measure_1"}
    assert set(faults(measure_1="own")) == {"how_1"}
    assert faults(measure_1="own", how_1="Drinks in reach, counted at ten at night.") == {}
    assert faults(measure_1="M14/a") == {}


def test_the_baseline_needs_no_figure() -> None:
    assert faults(baseline_numerator="", baseline_denominator="", baseline_period="") == {}


def test_an_empty_form_names_everything_that_is_needed_at_once() -> None:
    fields, found = read_fields(blank("id", date(2026, 11, 21)), CHOICES)
    assert fields is None
    needed = {"title", "themes", "source", "baseline", "expected", "measure_1", "target_1", "window_end_1"}
    assert set(found) == needed | {"risk", "owner", "review_route", "deadline", "evidence_kinds"}


def test_a_share_is_cut_and_never_rounded_up() -> None:
    fields, _ = read_fields(typed(baseline_numerator="1899", baseline_denominator="2000"), CHOICES)
    assert fields is not None
    assert baseline_words(fields) == "1899 of 2000 (94.9%)"


@given(
    target=st.integers(0, 10_000),
    title=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(
        lambda text: text.strip()
    ),
)
def test_what_was_read_can_be_typed_again(target: int, title: str) -> None:
    fields, found = read_fields(typed(target_1=f"{target / 100:.2f}", title=title), CHOICES)
    assert found == {}
    assert fields is not None
    assert fields.targets[0].hundredths == target
    assert read_fields(typed_again(fields), CHOICES) == (fields, {})
