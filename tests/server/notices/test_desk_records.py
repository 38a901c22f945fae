"""What cases and complaints ask of whom: on the page of today, in the digest, in the calendar; no words, no names."""

from tests.server.cases.steps import act, open_case
from tests.server.complaints import test_complaints as complaints
from tests.server.due.shift import Shift
from tests.server.notices.test_calendar import events, make_address
from tests.server.notices.test_today import cells, lines, says
from tests.server.world import World

CANDOUR = "in which the duty of candour is to be decided, or a step of it to be taken"


def test_a_case_asks_the_manager_to_decide_and_others_to_follow_it_up(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben, world.signed_in("dana") as dana:
        case = open_case(chidi, kind="safeguarding", title="Quillmarmot in the lounge")
        incident = open_case(chidi)
        open_case(dana, service="alder", about_manager="yes")
        found = {words: when for _, words, when in lines(chidi)}
        assert found["2 cases wait for their decision of the same day"] == "Today"
        assert found["1 incident waits for its review"] == "When you can"
        assert found[f"2 cases {CANDOUR}"] == "Today"
        assert not any("decision" in words for words in says(ben))
        assert "3 cases wait for their decision of the same day" in says(dana)
        act(chidi, case, "decided")
        act(chidi, case, "candour_assessed", applies="yes")
        act(chidi, case, "outcome_set", by="2026-11-19")
        act(chidi, incident, "check_planned", by="2026-11-18")
        act(chidi, incident, "learning")
        address, trail = make_address(chidi), make_address(dana)
        kinds = {event.value("SUMMARY"): event for event in events(world, address)}
        for wanted in (
            "Decision\\, the day the desk had it\\, Case 2",
            "Review of the incident\\, Case 2",
            "Outcome review\\, Case 1",
            "Sustained check\\, Case 2",
        ):
            assert wanted in kinds, sorted(kinds)
        assert kinds["Outcome review\\, Case 1"].value("URL") == f"http://127.0.0.1:8000{case}"
        every = "".join(
            one for event in events(world, trail) for one in (event.value("SUMMARY"), event.value("URL"))
        )
        assert "Decision\\, the day the desk had it\\, Case" in every
        for words in ("Quillmarmot", "Restricted", "lounge"):
            assert words not in every
        assert cells(chidi, "/digest?week=2026-W47", "Concerns, incidents, safeguarding") == [
            ("", "2"), ("", "1"), ("/cases?service=alder", "2"), ("", "0"),
        ]  # fmt: skip
    world.clock.move(days=4)
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben:
        found = {words: when for _, words, when in lines(chidi)}
        assert found["1 case waits for its decision of the same day"] == "Now"
        assert found["1 case waits for its outcome review"] == "Today"
        assert f"2 cases {CANDOUR}" in found
        assert "1 sustained check of a case is due" in says(ben)
        assert "1 follow-up of open safeguarding is due" in says(ben)
        page = chidi.get("/today").text
        assert "Quillmarmot" not in page


def test_a_complaint_asks_for_its_answer_for_its_learning_and_for_an_observation(world: World) -> None:
    Shift(world)
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben:
        one = complaints.add(ben, received_on="2026-10-20")
        complaints.add(ben, kind="compliment", received_on="2026-10-20")
        assert "1 complaint is to be answered" in says(ben)
        complaints.act(ben, one, "learning")
        complaints.act(ben, one, "message")
        address = make_address(chidi)
        found = {event.value("SUMMARY"): event for event in events(world, address)}
        assert "Answer to a complaint\\, Complaint 1" in found
        assert "A care plan says what was learned\\, Complaint 1" in found
        with world.sql() as sql:
            (due,) = sql.execute("SELECT due_at FROM due_item WHERE origin = 'learning'").fetchone()
        assert due[:10] == "2026-11-23"
        assert due in {f"{event.starts:%Y-%m-%dT%H:%M:%SZ}" for event in events(world, address)}
        complaints.act(ben, one, "responded", sent_on="2026-11-14")
        assert "complaint is to be answered" not in "".join(says(ben))
    world.clock.move(days=50)
    with world.signed_in("ben") as ben:
        assert "1 complaint has learning that no care plan says yet" in says(ben)
    with world.signed_in("dana") as dana, world.signed_in("gus") as gus:
        assert "1 complaint has learning that no care plan says yet" in says(dana)
        assert not any("complaint" in words for words in says(gus))
