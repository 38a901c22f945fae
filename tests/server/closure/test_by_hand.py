"""A target that a person counts: typed by one, counted again by another from what they name, and judged exactly."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.closure.counted import ByHand, HandCount, Recount
from server.closure.facts import Facts, HeldTarget
from server.closure.ten_rules import may_close, work_out
from server.closure.verifying import check_closures
from server.evidence.actions import Target
from tests.server.closure.made import GOOD, PROPOSAL, SAMPLE, TODAY
from tests.server.closure.road import SAW, Road
from tests.server.evidence.arranged import words_of
from tests.server.world import World

replace = msgspec.structs.replace
TARGET = Target(
    measure="", variant="", how="Bells timed by hand", comparator="at_least", hundredths=9500, unit="percent",
    start="2026-10-01", end="2026-11-10",
)  # fmt: skip
COUNT = HandCount(target=1, numerator=38, denominator=40, since="2026-10-01", until="2026-11-10")
AGAIN = Recount(target=1, numerator=38, denominator=40, source="The bell log of October and November.")
WHOLE = ByHand(
    target=TARGET, minimum=10, counted=COUNT, counted_by="chidi", counted_on=date(2026, 11, 12),
    recounted=AGAIN, recounted_by="ivo",
)  # fmt: skip
TYPED = {
    "count_top_1": "38", "count_of_1": "40", "count_since_1": "2026-10-01", "count_until_1": "2026-11-14",
}  # fmt: skip
RECOUNTED = {"recount_top_1": "38", "recount_of_1": "40", "recount_from_1": AGAIN.source}


def of(hand: ByHand, **more: Any) -> Facts:
    """The good action with a target that a person counts beside the one that records count."""
    held = HeldTarget(what="Bells", ends=date.fromisoformat(hand.target.end), figure=None, by_hand=hand)
    return replace(GOOD, **{"targets": (*GOOD.targets, held), **more})


def rule_two(hand: ByHand, **more: Any) -> tuple[str, str]:
    said = work_out(of(hand, **more))[1]
    return said.state, said.reason


def test_counted_and_counted_again_it_is_met() -> None:
    state, reason = rule_two(WHOLE)
    assert state == "pass"
    assert "Bells: 38 of 40 (95%), met; counted by hand, and again by another." in reason
    assert may_close(work_out(of(WHOLE)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"counted": None}, "nobody typed what was counted"),
        ({"counted": replace(COUNT, numerator=37)}, "37 of 40 (92.5%), counted by hand, and the target is at least"),
        ({"counted": replace(COUNT, numerator=9, denominator=9)}, "too little to tell, at least 10 are needed"),
        ({"counted": replace(COUNT, numerator=41)}, "more of them than were looked at"),
        ({"counted": replace(COUNT, denominator=0)}, "whole numbers"),
        ({"counted": replace(COUNT, since="2026-10-02")}, "count the whole window"),
        ({"counted": replace(COUNT, until="2026-11-09")}, "count the whole window"),
        ({"counted_on": date(2026, 11, 10)}, "typed before its window ended"),
        ({"recounted": None}, "nobody has counted it again"),
        ({"recounted": replace(AGAIN, numerator=37)}, "counted again it is 37 of 40 (92.5%)"),
        ({"recounted": replace(AGAIN, numerator=76, denominator=80)}, "counted again it is 76 of 80 (95%)"),
        ({"recounted": replace(AGAIN, source="  ")}, "from anything that is named"),
        ({"recounted_by": "chidi"}, "may not be who counts it again"),
        ({"counted_by": "ben", "recounted_by": "ben"}, "may not be who counts it again"),
        ({"target": replace(TARGET, end="2026-11-16")}, "its window runs until"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_a_count_fails_rule_two_and_is_named(
    changed: Mapping[str, Any], words: str
) -> None:
    hand = replace(WHOLE, **changed)
    state, reason = rule_two(hand)
    assert (state, words in reason) == ("fail", True), reason
    assert not may_close(work_out(of(hand)))


def test_whoever_owns_the_action_does_not_count_it_again() -> None:
    fields = replace(GOOD.fields, owner="ivo")
    assert rule_two(WHOLE, fields=fields)[0] == "fail"


def test_before_each_step_it_is_still_to_come_and_closes_nothing() -> None:
    before: list[dict[str, Any]] = [
        {"proposal": None, "sample": None, "signer": None},
        {"sample": None, "signer": None},
        {"sample": replace(SAMPLE, drawn=(replace(SAMPLE.drawn[0], agrees=None),)), "signer": None},
    ]
    for missing in before:
        hand = replace(WHOLE, recounted=None)
        assert rule_two(hand, **missing)[0] == "later"
        assert not may_close(work_out(of(hand, **missing)))
    assert rule_two(replace(WHOLE, counted=None), proposal=PROPOSAL, sample=None)[0] == "fail"


@given(
    top=st.integers(0, 60), of_=st.integers(0, 60), target=st.integers(0, 10_000), minimum=st.integers(1, 20)
)
def test_it_passes_on_exact_counts_and_on_enough_alone(top: int, of_: int, target: int, minimum: int) -> None:
    count = replace(COUNT, numerator=top, denominator=of_)
    again = replace(AGAIN, numerator=top, denominator=of_)
    hand = replace(
        WHOLE, target=replace(TARGET, hundredths=target), minimum=minimum, counted=count, recounted=again
    )
    met = of_ > 0 and top <= of_ and of_ >= minimum and Fraction(100 * top, of_) >= Fraction(target, 100)
    assert (rule_two(hand)[0] == "pass") is met


def test_a_number_is_counted_among_what_was_looked_at() -> None:
    target = replace(TARGET, comparator="at_most", hundredths=200, unit="count")
    hand = replace(
        WHOLE,
        target=target,
        counted=replace(COUNT, numerator=2),
        recounted=replace(AGAIN, numerator=2),
    )
    assert "Bells: 2, of 40 that were looked at, met" in rule_two(hand)[1]
    assert rule_two(replace(hand, counted=replace(COUNT, numerator=3)))[0] == "fail"
    assert TODAY.isoformat() > target.end


def test_it_is_typed_counted_again_and_kept(world: World) -> None:
    road = Road(world, measure_1="own", how_1="Bells timed by hand", target_1="95")
    page = words_of(world.signed_in("chidi").get(f"/actions/{road.action}/closure"))
    assert "a person counts this one, and types the count when closing is proposed" in page
    assert "Counted by hand: Bells timed by hand" in page
    for wrong in ({"count_top_1": "41"}, {"count_of_1": "forty"}, {"count_since_1": "2026-10-02"}):
        answer = road.propose("chidi", **{**TYPED, **wrong})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert road.propose("chidi", **TYPED).status_code == 303
    with world.sql() as sql:
        sql.execute("UPDATE action SET owner = 'ivo' WHERE id = ?", (road.action,))
    assert "Rule 2: whoever owns the action does not count it again" in words_of(road.draw())
    with world.sql() as sql:
        sql.execute("UPDATE action SET owner = 'ben' WHERE id = ?", (road.action,))
    assert road.draw().status_code == 303
    blind = words_of(world.signed_in("ivo").get(f"/actions/{road.action}/closure"))
    assert "Count again: Bells timed by hand" in blind
    assert "is shown once whoever samples has counted it again" in blind
    assert "38 of 40" not in blind
    assert "Count it again, and type what you found" in words_of(road.look())
    assert road.look(**{**RECOUNTED, "recount_from_1": "The log"}).status_code == 422
    assert road.look(**{**RECOUNTED, "recount_top_1": "37"}).status_code == 303
    said = words_of(road.sign())
    assert "Rule 2: Bells timed by hand: 38 of 40 (95%) was typed, and counted again it is 37 of 40" in said
    assert road.refuse().status_code == 303
    road.build()
    assert road.propose("chidi", answered=SAW).status_code == 303
    assert (road.draw().status_code, road.look(**RECOUNTED).status_code) == (303, 422)
    assert road.look().status_code == 303
    assert "Rule 2: Bells timed by hand: a person counts this one, and nobody typed" in words_of(road.sign())
    assert road.refuse().status_code == 303
    road.build()
    assert road.propose("chidi", answered=SAW, **TYPED).status_code == 303
    assert (road.draw().status_code, road.look(**RECOUNTED).status_code) == (303, 303)
    assert road.sign().status_code == 303
    page = words_of(world.signed_in("dana").get(f"/actions/{road.action}/closure"))
    assert (
        "Counted by hand, target 1: 38 of 40 that were looked at, Thu 1 Oct 2026 to Sat 14 Nov 2026" in page
    )
    assert f"Counted again, target 1: 38 of 40, from: {AGAIN.source}" in page
    found: list[tuple[str, str]] = []
    with world.sql() as sql:
        check_closures(sql, lambda where, what: found.append((where, what)))
        kept = [
            json.loads(row["said"])["words"]
            for row in sql.execute("SELECT said FROM closure_decision ORDER BY version DESC")
        ]
    assert found == []
    assert [one["counts"][0]["numerator"] for one in kept if "counts" in one] == [38, 38]
    assert [one["recounts"][0]["numerator"] for one in kept if "recounts" in one] == [38, 37]
