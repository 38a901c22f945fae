"""M10: findings about recording."""

from typing import Any

from server.measures.facts import Answer, RecordingAnswer
from tests.server.measures.made import common, counted


def answer(id: str, happened: str, answer: Answer = "not_met", **more: Any) -> RecordingAnswer:
    usual = {"question": "live_record_check.facts_only"}
    unit = more.pop("unit", "alder-1")
    return RecordingAnswer(
        **common(id, f"{happened}T10:00:00Z", unit=unit),
        answer=answer,
        **{**usual, **more},
    )


def test_the_same_question_in_the_same_unit_before_makes_it_a_repeat() -> None:
    before = answer("x", "2026-02-20")
    now = [
        answer("a", "2026-03-02"),
        answer("b", "2026-03-02", question="live_record_check.order_clear"),
        answer("c", "2026-03-02", unit="alder-2"),
        answer("d", "2026-03-02", "partly"),
        answer("e", "2026-03-02", "met"),
    ]
    found = counted("M10", recording_answers=[before, *now])
    assert (found.met, found.unmet) == (("a", "d"), ("b", "c"))


def test_twice_in_one_cycle_is_no_repeat() -> None:
    twice = [answer("a", "2026-03-02"), answer("b", "2026-03-03")]
    assert counted("M10", recording_answers=twice).met == ()


def test_after_more_than_a_year_it_is_new_and_the_sampler_may_say_otherwise() -> None:
    old = answer("x", "2025-03-01")
    assert counted("M10", recording_answers=[old, answer("a", "2026-03-02")]).met == ()
    assert counted("M10", recording_answers=[answer("a", "2026-03-02", repeat=True)]).met == ("a",)
    assert counted("M10", recording_answers=[answer("x", "2025-03-02"), answer("a", "2026-03-02")]).met


def test_how_much_was_met_leaves_out_what_was_not_seen() -> None:
    many = [answer(x, "2026-03-02", x) for x in ("met", "partly", "not_met", "not_seen")]
    found = counted("M10-met", recording_answers=many)
    assert (found.numerator, found.denominator, len(found.left_out)) == (1, 3, 1)
