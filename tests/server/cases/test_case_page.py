"""A case through its pages: opened, filled act by act, signed by who may, refused, closed."""

import re

import pytest

from tests.server.cases.steps import ACTS, act, open_case, send_case, try_act, version_of
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, words_of
from tests.server.world import World


def test_a_case_goes_from_what_was_seen_to_its_closing(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        action = make_action(chidi)
        case = open_case(chidi, kind="safeguarding")
        act(chidi, case, "fact")
        act(chidi, case, "assumption")
        assumption = str(int(version_of(chidi, case)))
        act(chidi, case, "assumption_settled", assumption=assumption)
        act(chidi, case, "assessed")
        act(chidi, case, "control")
        control = version_of(chidi, case)
        act(chidi, case, "control_moved", control=control)
        act(chidi, case, "action_linked", action=action)
        act(chidi, case, "check_planned")
        check = version_of(chidi, case)
        for what in (
            "decided",
            "referral",
            "reviewed",
            "followed_up",
            "candour_assessed",
            "learning",
            "said",
        ):
            act(chidi, case, what)
        act(chidi, case, "outcome_set")
        refused = try_act(chidi, case, "closed")
        assert refused.status_code == 422
        for words in ("Review the outcome first", "End each immediate control", "Make each sustained check"):
            assert words in refused.text
        act(chidi, case, "check_done", check=check)
        act(chidi, case, "control_ended", control=control)
        act(chidi, case, "outcome")
        act(chidi, case, "closed")
        page = words_of(chidi.get(case))
        assert "The bucket was found cracked." in page
        assert "Was an assumption" in page
        assert "Answer call bells at night" in page
        assert try_act(chidi, case, "fact").status_code == 422
        act(chidi, case, "reopened")
        act(chidi, case, "fact", fact="The floor was wet once more.")


def test_an_assumption_that_was_not_so_is_struck_through_and_stays(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        act(chidi, case, "assumption")
        act(
            chidi, case, "assumption_settled", assumption="2", turned_out="not_so", why="The bucket is whole."
        )
        page = chidi.get(case).text
        assert re.search(r"<s>The mop bucket leaked\.</s>", page)
        assert "The bucket is whole." in page
        assert try_act(chidi, case, "assumption_settled", assumption="2").status_code == 422


@pytest.mark.parametrize("what", ["decided", "referral", "reviewed", "candour_assessed", "closed"])
def test_a_deputy_writes_and_only_the_manager_signs_decisions(world: World, what: str) -> None:
    with world.signed_in("ben") as ben, world.signed_in("ivo") as ivo:
        case = open_case(ben)
        act(ben, case, "fact")
        act(ivo, case, "assumption")
        for browser in (ben, ivo):
            assert try_act(browser, case, what).status_code == 404
            assert f"/acts/{what}" not in browser.get(case).text


def test_the_floor_the_visitor_and_another_home_see_no_case(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
    for name in ("amina", "hana", "fay", "gus", "eli"):
        with world.signed_in(name) as other:
            assert other.get(case).status_code == 404
            assert try_act(other, case, "fact", version="1").status_code == 404


def test_a_case_about_a_manager_goes_past_the_manager(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        answer = send_case(chidi, about_manager="yes", title="Rough words from the office")
        assert answer.headers["location"] == "/cases"
        assert "Rough words" not in chidi.get("/cases").text
        assert "Rough words" not in chidi.get("/due").text
        assert chidi.get("/cases.json").json() == {"cases": []}
        page = dana.get("/cases").text
        assert "Rough words" in page
        assert "Restricted case 1" in page
        (case,) = set(re.findall(r"/cases/[0-9a-f-]{36}", page))
        assert chidi.get(case).status_code == 404
        assert "Case 1" in chidi.get(open_case(chidi)).text
        with world.sql() as sql:
            noted = sql.execute("SELECT service FROM identity_audit WHERE what = 'case_changed' ORDER BY id")
            assert [row["service"] for row in noted] == ["", "alder"]


def test_a_record_opens_one_case_and_can_be_added_to_another(world: World) -> None:
    shift = Shift(world)
    record = shift.record("incident_record", "2026-11-16T08:00:00Z")
    with world.signed_in("chidi") as chidi:
        form = chidi.get(f"/cases/new?record={record}")
        assert 'value="2026-11-16T08:00"' in form.text
        assert '"incident" selected' in form.text
        first = open_case(chidi, record=record)
        assert open_case(chidi, record=record, title="The same again") == first
        assert chidi.get(f"/cases/new?record={record}", follow_redirects=False).headers["location"] == first
        assert f"/evidence/{record}" in chidi.get(first).text
        assert first in chidi.get(f"/evidence/{record}").text
        second = open_case(chidi, title="Another")
        act(chidi, second, "record_added", record=f"http://127.0.0.1:8000/evidence/{record}?version=1")
        assert f"/evidence/{record}" in chidi.get(second).text
        assert try_act(chidi, second, "record_added", record="none-such").status_code == 422


def test_a_record_that_few_may_see_opens_a_case_that_few_may_see(world: World) -> None:
    record = Shift(world).record(
        "immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "yes", "person": "alder-1-a"}
    )
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        assert chidi.get(f"/cases/new?record={record}").status_code == 404
        assert send_case(chidi, record=record).status_code == 404
        plain = open_case(chidi)
        assert try_act(chidi, plain, "record_added", record=record).status_code == 422
        assert try_act(dana, plain, "record_added", record=record).status_code == 422
        case = open_case(dana, service="alder", record=record)
        assert chidi.get(case).status_code == 404
        assert dana.get(case).status_code == 200


def test_sending_twice_opens_one_and_does_one(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        id = "0a4c7c1e-5c55-4d0c-9d0f-3b8f2c9f0a11"
        case = open_case(chidi, id=id)
        assert open_case(chidi, id=id) == case
        assert send_case(chidi, id=id, title="Something else").status_code == 422
        act(chidi, case, "fact", version="1")
        act(chidi, case, "fact", version="1")
        assert chidi.get(case).text.count("Confirmed a fact") == 1
        late = try_act(chidi, case, "assumption", version="1")
        assert late.status_code == 409
        assert "The mop bucket leaked." in late.text


def test_a_control_goes_to_the_tablets_and_comes_back_as_looked_at(world: World) -> None:
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        act(chidi, case, "control")
        ((id, body),) = shift.feed("control").items()
        assert body["title"] == ACTS["control"]["control"]
        assert body["recheck_by"] == "2026-11-18"
        assert shift.due()[f"control/{id}/2026-11-18"]
        act(chidi, case, "control_moved", control="2")
        assert shift.feed("control")[id]["recheck_by"] == "2026-11-20"
        check = shift.record(
            "shift_review",
            "2026-11-16T08:55:00Z",
            chosen={"controls": [id], f"controls.{id}.control_holds": "met"},
        )
        page = chidi.get(case).text
        assert f"/evidence/{check}" in page
        assert "in place and known" in page
        act(chidi, case, "control_ended", control="2")
        assert not shift.feed("control")


def test_candour_is_decided_before_its_steps_and_all_are_asked_for(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        assert try_act(chidi, case, "candour_step").status_code == 422
        act(chidi, case, "candour_assessed", applies="yes")
        act(chidi, case, "candour_step")
        page = words_of(chidi.get(case))
        assert "Still to do: An apology was given; Support was offered" in page
        assert "Take each step of the duty of candour first" in try_act(chidi, case, "closed").text


@pytest.mark.parametrize(
    ("what", "changed", "words"),
    [
        ("fact", {"fact": ""}, "Write something here."),
        ("decided", {"rationale": "Because"}, "10 letters or more"),
        ("decided", {"decision": "maybe"}, "Choose one of these."),
        ("control", {"recheck_by": "2026-11-15"}, "has passed"),
        ("referral", {"at": "2026-11-17T09:00"}, "still to come"),
        ("referral", {"at": "yesterday"}, "Give the day and the time."),
        ("outcome", {}, "Set the day of the outcome review first."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    world: World, what: str, changed: dict[str, str], words: str
) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        answer = try_act(chidi, case, what, **changed)
        assert answer.status_code == 422
        assert words in answer.text
        assert chidi.get(case).text.count("<li><p>Opened") == 1


def test_files_hold_codes_and_counts_and_no_words(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi, title="Mrs Brown fell")
        act(chidi, case, "fact")
        (line,) = chidi.get("/cases.json").json()["cases"]
        assert (line["called"], line["kind"], line["facts"], line["late"]) == ("Case 1", "Incident", 1, 0)
        for address in ("/cases.json", "/cases.csv"):
            assert "Brown" not in chidi.get(address).text
            assert "wet" not in chidi.get(address).text
        with world.sql() as sql:
            noted = sql.execute("SELECT details FROM identity_audit WHERE what = 'exported' ORDER BY id")
            assert [row["details"] for row in noted][:1] == ["cases.json; 1 row"]


def test_nothing_that_was_done_can_be_changed_or_deleted(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        act(
            chidi,
            open_case(chidi, record=Shift(world).record("incident_record", "2026-11-16T08:00:00Z")),
            "fact",
        )
    with world.sql() as sql:
        for table, column in (
            ("desk_record", "kind"),
            ("desk_act", "who"),
            ("desk_said", "said"),
            ("case_record", "at"),
        ):
            for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}"):
                with pytest.raises(Exception, match=r"never changed|under a retention rule"):
                    sql.execute(statement)
