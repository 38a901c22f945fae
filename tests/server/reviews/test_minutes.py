"""What minutes must say before they are signed, and how much of a summary stood in the one before."""

from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reviews.form import read_minutes, typed_again
from server.reviews.minutes import Minutes, Row, Shown, faults_of, is_challenge, missing_of, overlap

TODAY = date(2026, 11, 16)
STRONG = Row(
    question="How do we know it holds?",
    answer="Six audits say so.",
    assurance="strong",
    why="They agree with what we saw.",
)
WEAK = Row(
    question="Why is the night so thin?",
    answer="Two left, and nobody came.",
    assurance="weak",
    change="Agency cover for four weeks.",
    owner="ben",
    review_on="2026-12-01",
)
GOOD = Minutes(
    kind="leadership",
    held_on="2026-11-16",
    since="2026-10-16",
    attendees="Chidi Okafor, Ben Carter",
    summary="Night staffing and the bells.",
    confidence="Bells are answered in time.",
    remains="Nights at the weekend are thin.",
    rows=(STRONG, WEAK),
)


def test_good_minutes_may_be_signed() -> None:
    assert missing_of(GOOD, TODAY) == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": "2026-11-17"}, "held_on"),
        ({"held_on": ""}, "held_on"),
        ({"since": "2026-11-17"}, "since"),
        ({"attendees": ""}, "attendees"),
        ({"summary": "Short"}, "summary"),
        ({"confidence": ""}, "confidence"),
        ({"remains": ""}, "remains"),
        ({"rows": (msgspec.structs.replace(STRONG, question=""),)}, "question_1"),
        ({"rows": (STRONG, msgspec.structs.replace(STRONG, answer=""))}, "answer_2"),
        ({"rows": (msgspec.structs.replace(STRONG, assurance=""),)}, "assurance_1"),
        ({"rows": (msgspec.structs.replace(STRONG, why=""),)}, "why_1"),
        ({"rows": (msgspec.structs.replace(WEAK, change=""),)}, "change_1"),
        ({"rows": (msgspec.structs.replace(WEAK, owner=""),)}, "owner_1"),
        ({"rows": (msgspec.structs.replace(WEAK, review_on="2026-11-15"),)}, "review_on_1"),
    ],
)
def test_what_is_missing_is_named_by_its_field(changed: dict[str, Any], field: str) -> None:
    assert list(missing_of(msgspec.structs.replace(GOOD, **changed), TODAY)) == [field]


def test_minutes_may_be_kept_half_written_but_not_with_a_day_to_come() -> None:
    half = Minutes(kind="leadership", held_on="2026-11-16", rows=(Row(question="Why?"),))
    assert faults_of(half, TODAY) == {}
    assert missing_of(half, TODAY)
    assert list(faults_of(msgspec.structs.replace(half, held_on="2027-01-01"), TODAY)) == ["held_on"]


def test_a_challenge_has_somebody_and_a_day() -> None:
    assert is_challenge(WEAK)
    assert not is_challenge(STRONG)
    assert not is_challenge(msgspec.structs.replace(WEAK, owner=""))


def test_shown_is_current_for_the_days_before_the_meeting() -> None:
    for day, current in (
        ("2026-10-16", True),
        ("2026-10-15", False),
        ("2026-11-16", True),
        ("2026-11-17", False),
    ):
        assert Shown(kind="audits", dated=day).is_current(TODAY, 31) == current


@given(st.lists(st.sampled_from(["night", "bells", "staff", "two"]), max_size=8).map(" ".join))
def test_a_summary_stands_wholly_in_itself(text: str) -> None:
    assert overlap(text, text) == (1 if text else 0)


def test_how_much_of_a_summary_is_new() -> None:
    assert overlap("a b c d e", "a b c d x") == Fraction(4, 5)
    assert overlap("one two", "three four") == 0


def test_what_was_typed_is_typed_again() -> None:
    sources = {"audits": Shown(kind="audits", dated="2026-11-10")}
    minutes = msgspec.structs.replace(
        GOOD, evidence=tuple(sources.values()), safeguarding=True, learning=("i1",)
    )
    assert read_minutes(typed_again(minutes), "leadership", sources, {"i1": "x"}) == minutes
