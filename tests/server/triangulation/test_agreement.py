"""Agreement and contradiction, named."""

from server.triangulation.agreement import agreement_words, contradiction, joined
from server.triangulation.standing import Seen, stand
from tests.server.triangulation.made import asked, seen


def said(*groups: Seen) -> str:
    return agreement_words(stand(groups, asked("audit", "observation")))


def test_nothing_is_nothing_to_compare() -> None:
    assert said() == "Nothing to compare yet."


def test_one_kind_alone_tells_little() -> None:
    assert said(seen("audit")) == "Audits support it. One kind alone tells little."
    assert said(seen("feedback", "contradicts")) == "Feedback contradicts it. One kind alone tells little."


def test_kinds_that_say_the_same_agree() -> None:
    assert said(seen("audit"), seen("record"), seen("feedback")) == (
        "Records, audits and feedback support it. They agree."
    )
    assert said(seen("audit", "contradicts"), seen("feedback", "contradicts")) == (
        "Audits and feedback contradict it. They agree."
    )


def test_kinds_that_say_the_opposite_do_not_agree() -> None:
    groups = seen("audit"), seen("feedback", "contradicts", records=2), seen("feedback")
    assert said(*groups) == "Audits support it; feedback contradicts it. They do not agree."
    assert contradiction(stand(groups, asked()))


def test_what_is_divided_or_inconclusive_is_named_and_is_no_contradiction() -> None:
    groups = (
        seen("audit"),
        seen("observation"),
        seen("observation", "contradicts"),
        seen("feedback", "inconclusive"),
    )
    assert said(*groups) == (
        "Audits support it; observations are divided on it; feedback is inconclusive on it. "
        "One kind alone tells little."
    )
    assert not contradiction(stand(groups, asked()))


def test_a_list_in_words() -> None:
    assert [joined(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
