"""The ten rules on plain facts: each broken alone, in pairs and in every other way; and where each of them lies."""

import itertools
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from server.closure.facts import Drawn, Facts, HeldTarget, Outcome, Proposal, Sample, Signer, Warned
from server.closure.ten_rules import MIXED, NOT_SUPPORTED, READY, RULES, broken, may_close, verdict, work_out
from tests.server.closure.made import (
    BREAKERS,
    CHANGED,
    FIELDS,
    GOOD,
    NOTE,
    PROPOSAL,
    SAMPLE,
    TODAY,
    break_rules,
    figure,
    finding,
    piece,
    with_fields,
    with_pieces,
)

replace = msgspec.structs.replace
PAIRS = list(itertools.combinations(BREAKERS, 2))
TARGET = FIELDS.targets[0]


def numbers(facts: Facts) -> set[int]:
    """The rules that are broken."""
    return {one.rule for one in broken(work_out(facts))}


def said(facts: Facts, rule: int) -> Outcome:
    return work_out(facts)[rule - 1]


def test_there_are_ten_and_all_pass_on_a_good_action() -> None:
    assert [rule.number for rule in RULES] == list(range(1, 11)) == list(BREAKERS)
    outcomes = work_out(GOOD)
    assert [one.state for one in outcomes] == ["pass"] * 10
    assert may_close(outcomes)
    assert verdict(outcomes, GOOD) == READY == "Ready to propose"


@pytest.mark.parametrize("rule", BREAKERS)
def test_one_broken_rule_stops_it_and_is_the_one_that_is_named(rule: int) -> None:
    facts = break_rules([rule])
    assert numbers(facts) == {rule}
    assert said(facts, rule).reason.endswith((".", "!"))
    assert not may_close(work_out(facts))
    assert verdict(work_out(facts), facts) != READY


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_broken_rules_stop_it_and_both_are_named(one: int, other: int) -> None:
    facts = break_rules([one, other])
    assert numbers(facts) == {one, other}
    assert not may_close(work_out(facts))


def test_no_set_of_broken_rules_hides_one_of_them() -> None:
    for size in range(1, 11):
        for chosen in itertools.combinations(BREAKERS, size):
            facts = break_rules(chosen)
            assert numbers(facts) == set(chosen)
            assert not may_close(work_out(facts))


def test_a_rule_that_is_still_to_come_stops_it_too() -> None:
    before: list[dict[str, Any]] = [
        {"signer": None},
        {"signer": None, "sample": None},
        {"signer": None, "sample": None, "proposal": None},
        {"sample": replace(SAMPLE, drawn=(Drawn(record="o1", version=1),))},
    ]
    for missing in before:
        facts = replace(GOOD, **missing)
        assert numbers(facts) == set()
        assert verdict(work_out(facts), facts) == READY
        assert not may_close(work_out(facts))


def test_all_ten_must_be_there() -> None:
    outcomes = work_out(GOOD)
    assert not may_close(outcomes[:9])
    assert not may_close([])
    assert not may_close([outcomes[0]] * 10)


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({"baseline": "Care records need work."}, "what was wrong at the start"),
        ({"targets": ()}, "a measure"),
        ({"targets": (replace(TARGET, measure="", how=" "),)}, "a measure"),
        ({"targets": (replace(TARGET, comparator=""),)}, "a target"),
        ({"targets": (replace(TARGET, end=TARGET.start),)}, "a window"),
        ({"owner": ""}, "an owner"),
    ],
)
def test_the_plan_must_be_whole(changed: dict[str, Any], lacking: str) -> None:
    one = said(with_fields(GOOD, **changed), 1)
    assert (one.state, lacking in one.reason) == ("fail", True)


@pytest.mark.parametrize(
    ("state", "count", "words"),
    [
        ("unmet", "37 of 40 (92.5%)", "37 of 40 (92.5%), and the target is at least 95%"),
        ("few", "3 of 3 (100%)", "3 of 3 (100%) is too little to tell, at least 10 are needed"),
        ("nothing", "", "nothing was counted"),
        ("apart", "4", "cannot be held against"),
    ],
)
def test_a_target_is_met_on_exact_counts_and_on_enough(state: str, count: str, words: str) -> None:
    held = replace(GOOD.targets[0], figure=figure(state, count))
    one = said(replace(GOOD, targets=(GOOD.targets[0], held)), 2)
    assert (one.state, words in one.reason) == ("fail", True)


def test_a_window_that_still_runs_is_not_met_though_its_count_is() -> None:
    for ends, state in (
        (TODAY - timedelta(days=1), "pass"),
        (TODAY, "fail"),
        (TODAY + timedelta(days=9), "fail"),
    ):
        assert said(replace(GOOD, targets=(replace(GOOD.targets[0], ends=ends),)), 2).state == state


def test_a_target_that_a_person_counts_is_shown_by_no_record() -> None:
    held = HeldTarget(what="Bells timed by hand", ends=date(2026, 11, 1), figure=None)
    assert said(replace(GOOD, targets=(held,)), 2).state == "fail"
    assert said(replace(GOOD, targets=()), 2).state == "fail"


def test_evidence_is_current_for_thirty_one_days_and_dated_after_the_change() -> None:
    for age, state in ((31, "pass"), (32, "fail")):
        facts = with_pieces(GOOD, lambda one, age=age: replace(one, day=TODAY - timedelta(days=age)))  # type: ignore[misc]
        assert said(facts, 3).state == state
    facts = replace(GOOD, changed_on=TODAY - timedelta(days=4))
    assert "nothing dated after Thu 12 Nov 2026 of audits" in said(facts, 3).reason
    facts = replace(GOOD, changed_on=TODAY - timedelta(days=3))
    assert "there is no evidence dated after" in said(facts, 3).reason.lower()


def test_evidence_of_tomorrow_is_no_evidence() -> None:
    facts = with_pieces(GOOD, lambda one: replace(one, day=TODAY + timedelta(days=1)))
    assert said(facts, 3).state == said(facts, 5).state == "fail"


def test_without_the_day_of_the_change_nothing_is_dated_after_it() -> None:
    facts = replace(GOOD, changed_on=None)
    assert {3, 4, 5} <= numbers(facts)
    assert "Nobody has written down the day" in said(facts, 3).reason


def test_records_and_audits_that_are_met_do_not_outvote_people_who_say_otherwise() -> None:
    facts = replace(
        GOOD,
        pieces=(
            *GOOD.pieces,
            *(piece(f"r{number}", "record") for number in range(20)),
            piece("f1", "feedback", "contradicts"),
        ),
    )
    one = said(facts, 4)
    assert (
        one.reason
        == "Most of feedback contradicts it, and most of records, audits and observations of practice supports it."
    )
    assert verdict(work_out(facts), facts) == MIXED == "Evidence mixed — keep open"


@pytest.mark.parametrize(
    ("kinds", "risk", "state"),
    [
        (["observation"], "high", "fail"),
        (["record", "oversight"], "high", "fail"),
        (["record", "observation"], "high", "pass"),
        (["feedback", "audit"], "high", "pass"),
        (["record"], "medium", "pass"),
        (["record"], "low", "pass"),
    ],
)
def test_a_high_risk_needs_two_kinds_and_one_of_the_three(kinds: list[str], risk: str, state: str) -> None:
    facts = with_fields(GOOD, risk=risk)
    assert said(replace(facts, pieces=tuple(piece(kind, kind) for kind in kinds)), 4).state == state


@pytest.mark.parametrize("risk", ["high", "medium", "low"])
def test_as_much_against_as_for_is_no_agreement_whatever_the_risk(risk: str) -> None:
    facts = with_fields(replace(GOOD, pieces=(*GOOD.pieces, piece("a2", "audit", "contradicts"))), risk=risk)
    assert "as much contradicts it as supports it" in said(facts, 4).reason


def test_inconclusive_records_alone_support_nothing() -> None:
    facts = with_pieces(GOOD, lambda one: replace(one, bearing="inconclusive"))
    assert "No kind of evidence supports it" in said(facts, 4).reason
    facts = replace(break_rules([2], facts))
    assert verdict(work_out(facts), facts) == NOT_SUPPORTED == "Not supported"


def test_audits_and_people_may_lie_fifteen_points_apart_and_no_more() -> None:
    for gap, state in ((Fraction(15), "pass"), (Fraction(31, 2), "fail"), (Fraction(-31, 2), "fail")):
        assert said(replace(GOOD, gap=gap), 4).state == state


def test_practice_is_seen_and_not_only_read_about() -> None:
    facts = replace(GOOD, pieces=(piece("a1", "audit"), piece("f1", "feedback")))
    assert said(facts, 5).state == "fail"
    against, unsure = piece("o1", bearing="contradicts"), piece("o2", bearing="inconclusive", unit="alder-2")
    assert said(replace(GOOD, pieces=(against, unsure)), 5).state == "fail"


@pytest.mark.parametrize(
    ("units", "places", "state"),
    [
        (("alder-1", "alder-2"), [("alder-1", "day"), ("alder-1", "day")], "fail"),
        (("alder-1", "alder-2"), [("alder-1", "day"), ("alder-1", "night")], "pass"),
        (("alder-1", "alder-2"), [("alder-1", "day"), ("alder-2", "day")], "pass"),
        ((), [("alder-1", "day")], "pass"),
    ],
)
def test_of_several_units_practice_is_seen_in_two_places(
    units: tuple[str, ...], places: list[tuple[str, str]], state: str
) -> None:
    pieces = tuple(piece(f"o{at}", unit=unit, shift=shift) for at, (unit, shift) in enumerate(places))
    assert said(replace(GOOD, units=units, pieces=pieces), 5).state == state


def test_what_waits_for_an_answer_is_named() -> None:
    facts = replace(GOOD, signals=(Warned(words="The warning “Tired staff” waits for an answer"),))
    assert "“Tired staff”" in said(facts, 6).reason


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([finding("s1", 100)], "pass"),
        ([finding("s1", 10)], "pass"),
        ([finding("s1", 100), finding("s2", 10)], "fail"),
        ([finding("s1", 100), finding("s2", 10, unit="alder-2")], "pass"),
        ([finding("s1", 100), finding("s2", 10, question="sample_recording.other")], "pass"),
        ([finding("s1", 100, linked=False), finding("s2", 10)], "pass"),
        ([finding("s1", 100), finding("s2", 10, linked=False)], "fail"),
        ([finding("s1", 20), finding("s2", 10)], "fail"),
        ([finding("s1", (TODAY - CHANGED).days), finding("s2", 10)], "fail"),
        ([finding("s1", 20, linked=False), finding("s2", 10, linked=False)], "pass"),
    ],
)
def test_a_finding_repeats_one_of_the_same_question_and_unit(findings: list[Any], state: str) -> None:
    assert said(replace(GOOD, findings=tuple(findings)), 7).state == state


@pytest.mark.parametrize(
    ("note", "state"),
    [
        (NOTE, "pass"),
        (NOTE[:39], "fail"),
        ("Two staff share night rounds of the bell" + " " * 9, "pass"),
        ("Two staff share night rounds of the bel" + " " * 9, "fail"),
        ("We have done everything that was planned and it all works well now.", "fail"),
        ("The rounds have been talked about again and again in every meeting.", "fail"),
    ],
)
def test_the_note_has_forty_letters_and_names_what_changed(note: str, state: str) -> None:
    facts = replace(GOOD, proposal=replace(PROPOSAL, note=note))
    assert said(facts, 8).state == state


def test_no_note_names_what_the_action_does_not_say() -> None:
    assert said(with_fields(GOOD, changed_what=""), 8).state == "fail"


def hands(proposer: str, sampler: str, signer: str, **may: bool) -> Facts:
    rights = {"may_sign": True, "may_sign_high": True, **may}
    return replace(
        GOOD,
        proposal=Proposal(who=proposer, note=NOTE, checker="ben"),
        sample=Sample(who=sampler, drawn=(Drawn(record="o1", version=1, agrees=True),)),
        signer=Signer(who=signer, **rights),
    )


def test_one_person_takes_one_step() -> None:
    for three in itertools.product(("chidi", "ivo", "dana"), repeat=3):
        assert (said(hands(*three), 9).state == "pass") == (len(set(three)) == 3)


def test_nobody_closes_what_they_alone_evidenced() -> None:
    for author, state in (("chidi", "fail"), ("dana", "fail"), ("amina", "pass")):
        facts = hands("chidi", "ivo", "dana")
        theirs = tuple(replace(one, author=author) for one in facts.pieces)
        assert said(replace(facts, pieces=theirs), 9).state == state
    two = replace(GOOD, pieces=(*GOOD.pieces, piece("o3", author="chidi")))
    assert said(two, 9).state == "pass"


@pytest.mark.parametrize(
    ("risk", "may_sign", "may_sign_high", "state"),
    [
        ("high", True, False, "fail"),
        ("high", True, True, "pass"),
        ("high", False, True, "pass"),
        ("medium", True, False, "pass"),
        ("low", True, False, "pass"),
        ("low", False, False, "fail"),
    ],
)
def test_a_high_risk_is_signed_by_who_may(risk: str, may_sign: bool, may_sign_high: bool, state: str) -> None:
    facts = hands("chidi", "ivo", "dana", may_sign=may_sign, may_sign_high=may_sign_high)
    assert said(with_fields(facts, risk=risk), 9).state == state


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ((), "empty"),
        ((Drawn(record="o1", version=1, agrees=False),), "In 1 of 1 of the sample"),
        ((Drawn(record="o1", version=2, agrees=True),), "since it was drawn"),
        ((Drawn(record="gone", version=1, agrees=True),), "since it was drawn"),
    ],
)
def test_the_sample_agrees_and_is_of_what_still_stands(drawn: tuple[Drawn, ...], words: str) -> None:
    one = said(replace(GOOD, sample=Sample(who="ivo", drawn=drawn)), 9)
    assert (one.state, words in one.reason) == ("fail", True)


def test_who_looks_again_works_there() -> None:
    facts = replace(GOOD, proposal=replace(PROPOSAL, checker_here=False))
    assert said(facts, 10).state == "fail"
