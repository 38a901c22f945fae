"""S4E3, weak provider oversight (domain/1 1.2; source 004, example 3)."""

from tests.server.evidence.arranged import edit_action
from tests.server.fifteen.refused import FIVE_MONTHS, another, cadence, late, refuse
from tests.server.fifteen.telling import Telling
from tests.server.world import World

PLAN = {
    **FIVE_MONTHS,
    "title": "A visit every month that asks and follows up",
    "baseline": "From May to October 2026 the provider came to Alder House in 2 of 6 months and challenged no audit.",
    "baseline_numerator": "2",
    "baseline_denominator": "6",
    "baseline_period": "May to October 2026",
    "expected": "Each month the provider comes, asks, names who does what, and looks at what was promised.",
    "measure_1": "M15",
    "review_route": "Provider board",
    "evidence_kinds": ["oversight", "audit"],
}
CHANGED = {
    "changed_on": "2026-12-01",
    "changed_what": "The provider visits on a fixed day of the month and writes down what must follow.",
}
HOIST = {
    "title": "A second hoist upstairs",
    "themes": ["OV"],
    "owner": "ben",
    "window_end_1": "2027-01-29",
    "deadline": "2027-01-31",
}
FINDINGS = {
    "findings.1.finding_what": "Weekend staff do not know the new plans of two people on the first floor.",
    "findings.2.finding_what": "Falls are not counted after a change, so nobody can say that there are fewer.",
}
VAGUE = {
    "findings.1.finding_what": "Some corners are untidy.",
    "findings.2.finding_what": FINDINGS["findings.2.finding_what"],
}
BOARD = {
    "summary": "Four visits in four months, the last of them without a finding that anyone could act on.",
    "confidence": "The visits take place, and owners are named.",
    "remains": "What a visit found is not looked at again.",
    "escalations": "The nominated individual comes twice a month until two visits in a row have followed up.",
    "question_1": "Why was the second hoist promised twice?",
    "answer_1": "Nobody looked whether it had been bought.",
    "change_1": "Nothing is closed without evidence that the visitor has seen.",
    "owner_1": "chidi",
    "review_on_1": "2027-03-10",
}
NOTHING_FOLLOWED = {
    "previous.1.proof_seen": "not_seen",
    "previous.1.previous_decision": "keep_open",
    "previous.1.previous_reason": "We had tea with the manager, who is sure that it goes well.",
}
EVIDENCE = (
    ("sample_audit", "2027-05-03T10:00", {"author": "ben"}),
    ("practice_observation", "2027-05-04T10:00", {"shift": "day"}),
    ("practice_observation", "2027-05-05T22:00", {"shift": "night"}),
)
NOTE = "The provider visits on a fixed day each month, and writes down what must follow and who does it."
WHY = "Two of five months have no visit, or one that looked at nothing that was promised."
MORE = {"window_start_1": "2027-04-01", "window_end_1": "2027-06-01", "deadline": "2027-06-30"}
OVERDUE, VAGUE_NOTES = "An action is overdue and nobody says why", "Vague notes of a visit"
CHECKS = (
    "Visit in May and look at the proof of two promises.",
    "Sample three audits against the visit report.",
)


def test_visits_that_ask_nothing_are_not_taken_for_oversight(world: World) -> None:
    """The target is a visit with all four parts in each of five months; it is refused at three of five."""
    told = Telling(world)
    told.plan(**PLAN)
    hoist = another(told, **HOIST)
    page = told.action_page("dana")
    assert "2 of 6 (33.3%) May to October 2026" in page
    assert "At least 100% M15 " in page
    assert "Nothing counted yet" in told.figure("M15", "dana")
    two_visits_find_something(told)
    a_vague_visit_is_taken_to_the_board(told, hoist)
    a_month_without_a_visit_shows(told, hoist)
    a_visit_looks_at_nothing_that_was_promised(told)
    told.walk_to_decision(NOTE, "The visits take place, and each is written down.")
    fails = {
        2: "3 of 5 (60%), and the target is at least 100%",
        4: "Of oversight and minutes as much contradicts",
    }
    refuse(told, WHY, CHECKS, fails, "Evidence mixed — keep open")


def two_visits_find_something(told: Telling) -> None:
    """Steps 1 and 3: November had no visit, December and January have."""
    told.on("2026-12-09T15:00")
    assert late(told, "Provider visit") == 1
    told.change(**CHANGED)
    told.floor.visit("2026-12-09T14:00", "a_good_visit")
    assert late(told, "Provider visit") == 1
    told.on("2027-01-13T16:00")
    told.floor.visit("2027-01-13T15:00", "promises_not_kept", **FINDINGS)
    assert "1 of 1 (100%) Too few" in told.figure("M15", "dana")
    assert told.signs() == []


def a_vague_visit_is_taken_to_the_board(told: Telling, hoist: str) -> None:
    """Early warnings: vague notes, an overdue action. Escalation: the board asks for more visits and for evidence, the
    overdue action gets a senior owner. Both signs go when they are answered or acted on.
    """
    told.on("2027-02-10T16:00")
    told.floor.visit("2027-02-10T15:00", "promises_not_kept", **VAGUE)
    told.floor.sample("audit", "2027-02-10T15:30", "no_impact_check", says="nothing")
    assert set(told.signs(who="dana")) == {OVERDUE, VAGUE_NOTES}
    assert {"1 action is overdue", "2 early-warning signals wait for an answer"} <= set(told.today("dana"))
    assert "Every quarter S2E3, S4E3 Never" in cadence(told, "Provider board")
    minutes = told.hold_review("board", **BOARD, action_1=hoist)
    assert "Every quarter S2E3, S4E3 Wed 10 Feb 2027 Wed 30 Jun 2027" in cadence(told, "Provider board")
    for words in (BOARD["escalations"], f"Weak {BOARD['change_1']} Chidi Okafor"):
        assert words in told.words(f"/reviews/{minutes}")
    told.change(expected=f"{PLAN['expected']} A finding has an example, or it is written again.")
    told.answer("W18c", "changed")
    assert edit_action(told.desk("dana"), hoist, 1, **HOIST | {"owner": "chidi"}).status_code == 303
    assert told.signs() == []
    assert told.signs("passed") == [OVERDUE]


def a_month_without_a_visit_shows(told: Telling, hoist: str) -> None:
    """March: no visit, an audit finding that led to no action, and the same action overdue in silence once more."""
    told.on("2027-04-01T10:00")
    assert late(told, "Provider visit") == 2
    assert "3 of 4 (75%) Target not met Not met so far." in told.figure("M15", "dana")
    assert set(told.signs()) == {"An audit finding without an action", OVERDUE}
    audits = another(told, title="The medicines audit says how it is checked", themes=["OV"], **MORE)
    told.answer("W19", "created", action=audits)
    senior = HOIST | {"owner": "chidi", "review_route": "Provider board", "deadline": "2027-05-31"}
    assert edit_action(told.desk("dana"), hoist, 2, **senior).status_code == 303
    assert told.signs() == []


def a_visit_looks_at_nothing_that_was_promised(told: Telling) -> None:
    """April: tea with the manager. The window ends, and its figure is exact."""
    told.on("2027-04-14T16:00")
    told.floor.visit("2027-04-14T15:00", "a_good_visit", **NOTHING_FOLLOWED)
    told.on("2027-05-10T10:00")
    told.floor.send(told.floor.seal(form, at, **more) for form, at, more in EVIDENCE)
    assert "3 of 5 (60%) Target not met" in told.figure("M15", "dana")
    assert "3 of 5 (60%), the whole window Target not met" in told.on_map("dana")
    assert told.signs("passed") == [OVERDUE, OVERDUE]
