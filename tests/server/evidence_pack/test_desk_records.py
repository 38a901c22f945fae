"""What the desk wrote down is in a pack (domain/3 1.10): cases, complaints, minutes, staffing, summaries, learning; as
it stood on the last day, without names, without what few may see.
"""

import csv
import io

import pytest

from tests.server.cases.steps import act, open_case
from tests.server.complaints import test_complaints as complaints
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.evidence_pack.packing import make, unzipped
from tests.server.reviews import test_reviews as reviews
from tests.server.staffing_weeks.test_staffing_weeks import short_one
from tests.server.summaries import test_summaries as summaries
from tests.server.world import Browser, World

pytestmark = pytest.mark.usefixtures("no_pdf")
LATER = "Written after the last day"
Files = dict[str, bytes]


def rows(files: Files, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"csv/{name}.csv"].decode("utf-8-sig"))))


def packed(browser: Browser, /, **changed: object) -> Files:
    return unzipped(browser.get(f"{make(browser, **changed)}/file").content)


def test_a_case_is_in_it_with_facts_apart_from_assumptions_as_it_stood_on_the_last_day(world: World) -> None:
    record = Shift(world).record("incident_record", "2026-11-16T08:00:00Z")
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        action = make_action(chidi, themes=["SG"])
        case = open_case(chidi, record=record, recognised_by="Amina Yusuf, on shift")
        for what in (
            "fact",
            "assumption",
            "assessed",
            "control",
            "check_planned",
            "decided",
            "candour_assessed",
        ):
            act(chidi, case, what)
        act(chidi, case, "action_linked", action=action)
        act(chidi, case, "learning")
        open_case(dana, service="alder", title="What the manager said", about_manager="yes")
        plain = open_case(chidi, title="Nothing to do with safeguarding", kind="concern")
        themed = packed(chidi, themes=["SG"])
    world.clock.move(days=2)
    with world.signed_in("chidi") as chidi:
        act(chidi, case, "said", note=LATER)
        act(chidi, plain, "said", note="Nothing.")
        files = packed(chidi)
        earlier = packed(chidi, since="2026-11-01", until="2026-11-15")
        now = packed(chidi, until="2026-11-18")
    (first, second) = rows(files, "cases")
    assert first["Case"] == "Case 1: Fall in the lounge"
    assert (first["Kind"], first["How far"]) == ("Incident", "Isolated")
    assert first["By whom, how"].startswith("Staff ")
    stands = rows(files, "case-standing")[0]
    assert (stands["Seriousness"], stands["Records it holds"]) == ("Serious", "1")
    assert stands["Duty of candour"] == "Does not apply"
    assert second["Case"] == "Case 2: Nothing to do with safeguarding"
    known = [(row["Which"], row["What"]) for row in rows(files, "case-facts")]
    assert known == [
        ("Fact", "The lounge floor was wet at 08:20."),
        ("Thought, not certain", "The mop bucket leaked."),
    ]
    kept = [row["Which"] for row in rows(files, "case-controls")]
    assert kept == ["Immediate control", "Medium-term action", "Sustained check"]
    clocks = {(row["Case"], row["What"]): row["In time"] for row in rows(files, "case-clocks")}
    assert clocks["Case 1: Fall in the lounge", "Decision, the day the desk had it"] == "In time"
    late = (
        "Case 2: Nothing to do with safeguarding",
        "Decision, the day the desk had it: late, and not done.",
    )
    assert late in [(row["About"], row["What is missing"]) for row in rows(files, "gaps")]
    assert [row for row in rows(themed, "gaps") if row["What kind"] == "Case"] == []
    done = [row["What was done"] for row in rows(files, "case-history")]
    assert done.count("Opened") == 2
    assert "Decided" in done
    assert [row["From"] for row in rows(files, "learning-messages")] == ["Case 1"]
    for body in files.values():
        for words in (LATER, "Amina", "What the manager said"):
            assert words.encode() not in body, words
    assert [row["Case"] for row in rows(themed, "cases")] == ["Case 1: Fall in the lounge"]
    assert rows(earlier, "cases") == []
    assert LATER in now["pack.html"].decode()


def test_complaints_minutes_staffing_and_summaries_are_in_it(world: World) -> None:
    short_one(Shift(world))
    month = "/summaries/safeguarding/2026-10"
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben:
        one = complaints.add(ben, title="Ben did not ring")
        complaints.act(ben, one, "responded")
        complaints.act(chidi, one, "marked")
        for what in ("learning", "plan", "message"):
            complaints.act(ben, one, what)
        complaints.add(ben, repeat_of=complaints.id_of(one), received_on="2026-11-12")
        complaints.add(ben, title="About the manager", about_manager="yes")
        complaints.add(ben, title="Thank you", kind="compliment", theme="ST", communication="no")
        review = reviews.signed(chidi)
        reviews.send(
            chidi, reviews.begin(chidi, "quality"), **reviews.FORM | {"summary": "Not signed by anybody."}
        )
        added = chidi.post(f"/reviews/{review}/additions", data={"words": "The agency came on time."})
        assert added.status_code == 200
        summaries.send(
            chidi, month, "judgement", judgement="Ben and the team write more of what they see now."
        )
        assert summaries.send(chidi, month, "signature").status_code == 303
        files = packed(chidi, since="2026-10-01")
    listed = {row["Which"].partition(":")[0]: row for row in rows(files, "complaints")}
    first, second = listed["Complaint 1"], listed["Complaint 2"]
    assert (first["Who said it"], first["Repeats"], first["Answer defensive"]) == ("Family", "None", "Yes")
    assert second["Repeats"] == first["Which"]
    assert len(listed) == 3
    (learned,) = rows(files, "complaint-learning")
    assert (learned["Care plans"], learned["In plans by"]) == ("1", "Mon 11 Jan 2027")
    assert {row["Complaints"] + row["Compliments"] for row in rows(files, "complaint-themes")} == {"20", "01"}
    (meeting,) = rows(files, "meetings")
    assert meeting["Meeting"] == "Leadership review, Mon 16 Nov 2026"
    assert [row["What"] for row in rows(files, "meeting-additions")] == ["The agency came on time."]
    (question,) = rows(files, "challenge")
    assert (question["Question"], question["Decision"]) == ("Why is the night so thin?", "Assurance is weak")
    assert question["Who does it"].startswith("Staff ")
    (week,) = rows(files, "staffing-weeks")
    assert (week["Short"], week["Not reviewed with risk assessed"]) == ("1", "1")
    (summary,) = rows(files, "summaries")
    assert summary["Summary"] == "Safeguarding theme summary, October 2026"
    assert len(rows(files, "summary-figures")) == 2
    missing = {(row["What kind"], row["About"]) for row in rows(files, "gaps")}
    assert {("Staffing", "Alder House, 2026-W47"), ("Summaries", "Alder House, October 2026")} <= missing
    said = files["pack.html"].decode() + files["pack.json"].decode()
    assert "write more of what they see now" in said
    for words in ("Ben", "Carter", "CP-17", "About the manager", "Not signed by anybody", "Chidi"):
        assert words not in said, words
