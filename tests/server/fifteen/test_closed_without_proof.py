"""S0E3, weak action closure (domain/1 1.2; source 000, example 3)."""

from typing import Any

from tests.server.closure.road import SAW, Steps
from tests.server.evidence.arranged import send_action, words_of
from tests.server.fifteen.refused import another, cadence, record_all, refuse
from tests.server.fifteen.telling import Telling
from tests.server.world import World

PLAN = {
    "title": "Nothing of high risk is closed without proof",
    "themes": ["OV"],
    "source": "inspection",
    "baseline": "From May to October 2026 leaders marked 9 of 12 high-risk actions complete with nothing to show.",
    "baseline_numerator": "3",
    "baseline_denominator": "12",
    "baseline_period": "May to October 2026",
    "expected": "A high-risk action is closed when an audit, feedback or an observation shows that practice changed.",
    "measure_1": "M03",
    "how_1": "",
    "target_1": "100",
    "window_start_1": "2026-11-16",
    "window_end_1": "2027-01-15",
    "risk": "high",
    "owner": "ben",
    "review_route": "Closures reviewed each week",
    "deadline": "2027-02-26",
    "evidence_kinds": ["audit", "observation"],
    "changed_on": "2026-11-16",
    "changed_what": "Each closure names the records that prove it, and a third person signs.",
}
AUDITS: dict[str, Any] = {
    "title": "Audits that lead somewhere",
    "themes": ["OV"],
    "measure_1": "M05",
    "how_1": "",
    "target_1": "90",
    "window_start_1": "2026-10-26",
    "window_end_1": "2026-11-14",
    "risk": "high",
    "owner": "ben",
    "deadline": "2027-03-31",
    "evidence_kinds": ["observation", "audit"],
    "changed_on": "2026-10-26",
    "changed_what": "Two members of staff do each audit and say how its difference is checked.",
}
FOUND = ("sample_audit", "2026-10-20T10:00", "no_impact_check", "")
PROOF = (
    *[("sample_audit", f"2026-11-0{day}T10:00", "a_sound_audit", "") for day in range(2, 8)],
    ("practice_observation", "2026-11-10T09:00", "", "", {"shift": "day"}),
    ("practice_observation", "2026-11-12T23:00", "", "", {"shift": "night"}),
)
# The same question again, weeks after the action about it was closed
AGAIN = (
    ("sample_audit", "2026-12-15T10:00", "no_impact_check", ""),
    ("sample_audit", "2027-01-12T10:00", "no_impact_check", ""),
)
DONE = "Two members of staff do each audit now, and its difference is checked a month later."
ASKED = "Show six audits of November and two observations on different shifts."
OVERSIGHT = {
    "summary": "Closures of high risk, held against what was there to prove them.",
    "confidence": "The register names each closure and its gaps.",
    "remains": "Actions are called complete before anyone has looked.",
    "escalations": "Evidence standards, a sample of each, and a signature of the nominated individual.",
    "question_1": "What shows that audits lead somewhere now?",
    "answer_1": "Nothing that could be shown in the meeting.",
    "change_1": "Nothing of high risk is closed without a record from after the change.",
    "owner_1": "ben",
}
NOTE = "Each closure names the records that prove it, and a third person signs every one of high risk."
WHY = "One closure is too few to tell, and what it was about was found again within three weeks."
CHECKS = (
    "Sample five closures of high risk against records.",
    "Ask two teams what changed after each of them.",
)


def test_one_proven_closure_is_no_proof_that_closing_is_safe(world: World) -> None:
    """The target is evidence behind every high-risk closure; it is refused at one of one, which slipped."""
    with world.sql() as sql:
        sql.execute("UPDATE service SET kind = 'homecare' WHERE id = 'alder'")
    told = Telling(world)
    told.plan(**PLAN)
    page = told.action_page("dana")
    assert "3 of 12 (25%) May to October 2026" in page
    assert "At least 100% M03 " in page
    claim = a_claim_without_proof_is_refused(told)
    the_proof_is_shown_and_it_is_closed(told, claim)
    the_same_gap_comes_again(told, claim)
    told.on("2027-01-18T10:00")
    record_all(told, *AGAIN[1:])
    assert "1 of 1 (100%) Too few" in told.figure("M03", "dana")
    assert "1 of 1 (100%), the whole window Too few" in told.on_map("dana")
    told.walk_to_decision(NOTE, "What was closed since was closed with proof.", agree="no")
    fails = {
        2: "1 of 1 (100%) is too little to tell, at least 5 are needed",
        3: "There is nothing dated after Mon 16 Nov 2026 of observations of practice",
        4: "Most of audits contradicts it. No kind of evidence supports it.",
        5: "No observation and no record of live practice",
        7: "Found again since the change: “Is it said how the difference will be checked?”",
        9: "In 2 of 2 of the sample, tracker, record and audit do not agree",
    }
    refuse(told, WHY, CHECKS, fails, "Not supported")


def a_claim_without_proof_is_refused(told: Telling) -> Steps:
    """Steps 1 to 4. Early warning: a closure proposed without evidence. Trigger: no owner is refused at once."""
    assert 'id="owner-error"' in send_action(told.desk(), **AUDITS | {"owner": ""}).text
    claim = Steps(told.world, another(told, **AUDITS))
    bear_on(told, claim.action, FOUND)
    assert 'id="note-error"' in claim.propose(note="All done.").text
    told.taken(claim.propose(note=DONE))
    assert told.signs(who="dana") == ["A closure is proposed without evidence or in few words"]
    assert "1 closure waits for a sample" in told.today("ivo")
    page = told.words(f"/actions/{claim.action}/closure", "ivo")
    assert "Not supported" in page
    assert "There is no evidence dated after Mon 26 Oct 2026" in page
    assert "Rule 3: there is no evidence from after the change to draw from." in words_of(claim.draw())
    told.taken(claim.refuse("dana", ASKED))
    minutes = told.hold_review("provider_oversight", **OVERSIGHT, action_1=claim.action)
    assert OVERSIGHT["escalations"] in told.words(f"/reviews/{minutes}")
    told.hold_review("closure", "chidi", **OVERSIGHT, action_1=claim.action)
    told.change(expected=f"{PLAN['expected']} The nominated individual signs it.")
    told.answer("W08", "changed")
    assert told.signs() == []
    assert "Nothing counted yet" in told.figure("M03")
    assert "Closure refused" in told.words("/closures", "ivo")
    return claim


def the_proof_is_shown_and_it_is_closed(told: Telling, claim: Steps) -> None:
    """Step 5: the owner completes the check; the decision is revised. Cadence: a week without a look shows."""
    told.on("2026-11-30T10:00")
    assert cadence(told, "Closures reviewed").endswith(
        "Every week S0E3 Mon 16 Nov 2026 Sun 29 Nov 2026 Overdue"
    )
    assert "1 meeting is overdue" in told.today("chidi")
    bear_on(told, claim.action, *PROOF)
    claim.build()
    assert 'id="answered-error"' in claim.propose(note=DONE).text
    told.taken(claim.propose(note=DONE, answered="Six audits and two observations are there."))
    told.taken(claim.draw())
    told.taken(claim.look())
    assert "1 closure waits for a signature" in told.today("dana")
    told.taken(claim.sign())
    assert AUDITS["title"] not in told.on_map()
    assert "1 of 1 (100%) Too few Met so far." in told.figure("M03", "dana")


def the_same_gap_comes_again(told: Telling, claim: Steps) -> None:
    """Early warning: an audit gap again after its action was closed. It does not hold, and is opened again."""
    told.on("2026-12-30T10:00")
    record_all(told, *AGAIN[:1])
    assert told.signs(who="dana") == ["The same gap after its action was closed"]
    assert "1 closed action is to be looked at again" in told.today("dana")
    held = words_of(claim.send("ben", "check", held="yes", check_reason=SAW))
    assert "It cannot be said that it holds." in held
    assert "Rule 7: Found again since the change: “Is it said how the difference will be checked?”" in held
    told.taken(claim.send("ben", "check", held="no", check_reason="The same question fell short again."))
    told.taken(claim.send("ivo", "reopening", reopen_reason="It slipped at the first check."))
    told.answer("W09", "changed", action=claim.action)
    assert told.signs() == []
    assert f"{AUDITS['title']} High risk Reopened" in told.on_map("dana")


def bear_on(told: Telling, action: str, *rows: tuple[Any, ...]) -> None:
    """Records that bear on another action than that of the story."""
    told.floor.action = action
    record_all(told, *rows)
    told.floor.action = told.action
