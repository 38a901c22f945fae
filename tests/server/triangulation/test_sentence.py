"""The plain sentence: each clause by its own rule, all of them in one order."""

from fractions import Fraction

import pytest

from server.triangulation import sentence as rules
from server.triangulation.sentence import CLAUSES, Figure, Picture, sentence
from tests.server.triangulation.made import picture, seen

GOOD = (seen("observation"), seen("observation", shift="night", unit="alder-2"))
UNMET = Figure(code="M04", state="unmet", count="31 of 40", target="At least 95%")


def test_the_documents_own_example() -> None:
    shown = picture(
        seen("record"),
        seen("observation", days_ago=2),
        seen("feedback", "contradicts"),
        needed=("record", "observation", "feedback"),
        nights=True,
    )
    assert sentence(shown) == (
        "Not enough yet: no night-shift observation since the change; feedback says worse."
    )


def test_without_any_record_it_says_nothing_more() -> None:
    assert sentence(picture()) == "Nothing yet: no record speaks to it since the change."
    old = picture(seen("observation", days_ago=60), changed=False)
    assert sentence(old) == "Nothing yet: no record speaks to it since the action began."
    assert sentence(picture(figures=[UNMET])) == (
        "Nothing yet: no record speaks to it since the change; M04 stands at 31 of 40, and its target is at least 95%."
    )


def test_when_nothing_is_open_it_names_what_supports_it_and_no_more() -> None:
    assert sentence(picture(*GOOD, nights=True)) == (
        "It agrees so far: observations support it since the change."
    )
    both = picture(*GOOD, seen("feedback"), needed=("observation", "feedback"))
    assert sentence(both) == "It agrees so far: observations and feedback support it since the change."
    assert sentence(picture(seen("feedback"), needed=())) == (
        "It agrees so far: feedback supports it since the change."
    )


@pytest.mark.parametrize(
    ("rule", "shown", "said"),
    [
        (
            rules.no_day_of_change,
            picture(*GOOD, changed=False),
            ["nobody has written down the day practice changed"],
        ),
        (rules.no_day_of_change, picture(*GOOD), []),
        (
            rules.kinds_missing,
            picture(*GOOD, needed=("audit", "feedback", "observation")),
            ["no audit and no feedback since the change"],
        ),
        (
            rules.kinds_missing,
            picture(*GOOD, needed=("oversight",), changed=False),
            ["no oversight or minutes since the action began"],
        ),
        (rules.kinds_missing, picture(*GOOD), []),
        (
            rules.not_at_night,
            picture(seen("observation"), nights=True),
            ["no night-shift observation since the change"],
        ),
        (rules.not_at_night, picture(*GOOD, nights=True), []),
        (rules.not_at_night, picture(seen("observation")), []),
        (rules.not_at_night, picture(seen("audit"), nights=True), []),
        (
            rules.seen_in_one_place,
            picture(seen("observation"), units=("alder-1", "alder-2")),
            ["practice was seen in one unit on one shift alone"],
        ),
        (rules.seen_in_one_place, picture(*GOOD, units=("alder-1", "alder-2")), []),
        (rules.seen_in_one_place, picture(seen("observation"), units=("alder-1",)), []),
        (
            rules.kinds_inconclusive,
            picture(seen("feedback", "inconclusive"), seen("audit", "inconclusive")),
            ["audits are inconclusive", "feedback is inconclusive"],
        ),
        (rules.kinds_inconclusive, picture(seen("audit"), seen("audit", "inconclusive", records=9)), []),
        (
            rules.kinds_not_current,
            picture(seen("observation", days_ago=40)),
            ["the newest observation is 40 days old"],
        ),
        (rules.kinds_not_current, picture(seen("observation", days_ago=31)), []),
        (rules.kinds_not_current, picture(seen("audit", days_ago=40)), []),
        (
            rules.nothing_counted,
            picture(
                figures=[
                    Figure(code="M08", state="nothing"),
                    Figure(code="M14", state="nothing"),
                    Figure(code="M04", state="few", count="3 of 3", minimum=10),
                ]
            ),
            [
                "nothing to count yet for M08 and M14",
                "M04 rests on too little: 3 of 3, and at least 10 are needed",
            ],
        ),
        (
            rules.nothing_counted,
            picture(figures=[Figure(code="M10", state="apart")]),
            ["M10 cannot be held against its target"],
        ),
        (rules.nothing_counted, picture(figures=[UNMET]), []),
        (
            rules.kinds_against,
            picture(
                seen("record", "contradicts"), seen("feedback", "contradicts"), seen("oversight", "contradicts")
            ),
            ["records contradict it", "feedback says worse", "oversight contradicts it"],
        ),
        (rules.kinds_against, picture(seen("record"), seen("record", "contradicts")), []),
        (
            rules.kinds_divided,
            picture(seen("feedback"), seen("feedback", "contradicts")),
            ["feedback is divided"],
        ),
        (rules.kinds_divided, picture(*GOOD, seen("observation", "contradicts")), []),
        (
            rules.audits_and_people_apart,
            picture(gap=Fraction(151, 10)),
            ["audits say better than people do, by 15 points"],
        ),
        (
            rules.audits_and_people_apart,
            picture(gap=Fraction(-40)),
            ["people say better than audits do, by 40 points"],
        ),
        (rules.audits_and_people_apart, picture(gap=Fraction(15)), []),
        (rules.audits_and_people_apart, picture(gap=Fraction(16), gap_points=20), []),
        (rules.audits_and_people_apart, picture(), []),
        (
            rules.targets_not_met,
            picture(figures=[UNMET]),
            ["M04 stands at 31 of 40, and its target is at least 95%"],
        ),
        (rules.targets_not_met, picture(figures=[Figure(code="M04", state="met")]), []),
    ],
)  # fmt: skip
def test_each_clause_has_its_rule(rule: object, shown: Picture, said: list[str]) -> None:
    assert rule in CLAUSES
    assert rule(shown) == said


def test_every_clause_is_tried_above() -> None:
    marks = vars(test_each_clause_has_its_rule)["pytestmark"]
    (mark,) = (one for one in marks if one.name == "parametrize")
    spoke = {rule for rule, _, said in mark.args[1] if said}
    assert spoke == set(CLAUSES)


def test_all_clauses_stand_in_one_order() -> None:
    shown = picture(
        seen("record", "inconclusive", days_ago=40),
        seen("observation"),
        seen("observation", "contradicts"),
        seen("feedback", "contradicts"),
        needed=("record", "audit", "observation"),
        changed=False,
        nights=True,
        units=("alder-1", "alder-2"),
        figures=[Figure(code="M08", state="nothing"), UNMET],
        gap=Fraction(22),
    )
    assert sentence(shown) == (
        "Not enough yet: nobody has written down the day practice changed; no audit since the action began; "
        "no night-shift observation since the action began; practice was seen in one unit on one shift alone; "
        "records are inconclusive; the newest record is 40 days old; nothing to count yet for M08; "
        "feedback says worse; observations are divided; audits say better than people do, by 22 points; "
        "M04 stands at 31 of 40, and its target is at least 95%."
    )


@pytest.mark.parametrize(
    ("shown", "begins"),
    [
        (picture(*GOOD, needed=("audit",)), "Not enough yet: "),
        (picture(*GOOD, seen("feedback", "contradicts")), "The evidence is mixed: "),
        (picture(*GOOD, gap=Fraction(30)), "The evidence is mixed: "),
        (picture(seen("observation", "contradicts")), "The evidence speaks against it: "),
        (picture(*GOOD, figures=[UNMET]), "Not there yet: "),
    ],
)
def test_a_gap_weighs_first(shown: Picture, begins: str) -> None:
    assert sentence(shown).startswith(begins)


def test_no_sentence_says_that_an_action_may_be_closed() -> None:
    for shown in (picture(), picture(*GOOD), picture(*GOOD, figures=[Figure(code="M04", state="met")])):
        assert "clos" not in sentence(shown)
