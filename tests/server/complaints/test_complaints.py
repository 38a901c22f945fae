"""The register of complaints and feedback through its pages, and where it counts."""

import re

import pytest
from httpx import Response

from observation_forms import load_catalogue
from server.identity.scope import of_services
from server.measures.counting import Count
from server.measures.periods import month_of
from server.measures.reading import read_series
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import START, Browser, World

OPENED = {
    "kind": "complaint",
    "title": "Not told of the fall",
    "received_on": "2026-11-10",
    "who": "family",
    "theme": "CM",
    "communication": "yes",
    "about_manager": "no",
}
ACTS = {
    "described": {**OPENED, "why": "It was received a day later."},
    "responded": {"sent_on": "2026-11-14", "how": "A letter by the deputy"},
    "marked": {"defensive": "yes", "why": "It explains and does not hear."},
    "learning": {"to_learn": "yes", "learned_on": "2026-11-16", "what": "Ring on the day of a fall."},
    "plan": {"reference": "CP-17"},
    "message": {"title": "Ring the family the same day", "until": "2026-11-30"},
    "said": {"note": "The family came by."},
    "closed": {"why": "Answered and learned."},
    "reopened": {"why": "They wrote once more."},
}


def send(browser: Browser, /, **changed: str) -> Response:
    """The answer to the form of a new one, redirect not followed."""
    return browser.post("/complaints/new", data={**OPENED, **changed}, follow_redirects=False)


def add(browser: Browser, /, **changed: str) -> str:
    """The address of a new one."""
    answer = send(browser, **changed)
    assert answer.status_code == 303, answer.text[-3000:]
    address: str = answer.headers["location"]
    return address


def try_act(browser: Browser, address: str, what: str, /, **changed: str) -> Response:
    """The answer to the form of an act."""
    page = browser.get(address).text
    typed = {f"{what}-{name}": value for name, value in {**ACTS[what], **changed}.items()}
    typed["version"] = page.partition('name="version" value="')[2].partition('"')[0]
    return browser.post(f"{address}/acts/{what}", data=typed, follow_redirects=False)


def act(browser: Browser, address: str, what: str, /, **changed: str) -> None:
    """Do something that is let through."""
    answer = try_act(browser, address, what, **changed)
    assert answer.status_code == 303, (what, answer.text[-3000:])


def id_of(address: str) -> str:
    """The id in an address."""
    return address.removeprefix("/complaints/")


def counted(world: World, code: str) -> Count:
    """A measure's count of November, as of now."""
    with world.sql() as sql:
        (point,) = read_series(
            sql, of_services(["alder"]), load_catalogue(), code, [month_of(START.date())], world.clock()
        )
    return point.count


def test_a_complaint_goes_from_what_was_received_to_its_closing(world: World) -> None:
    with world.signed_in("ben") as ben, world.signed_in("chidi") as chidi:
        one = add(ben)
        refused = try_act(ben, one, "closed")
        assert refused.status_code == 422
        assert "Answer it first." in refused.text
        act(ben, one, "described", received_on="2026-11-11")
        act(ben, one, "responded")
        assert "Somebody else must look at it" in try_act(ben, one, "marked").text
        act(chidi, one, "marked")
        for what in ("learning", "plan", "message", "said", "closed"):
            act(ben, one, what)
        page = words_of(ben.get(one))
        assert "Wed 11 Nov 2026" in page
        assert "CP-17" in page
        assert "Closed" in page
        assert try_act(ben, one, "said").status_code == 422
        act(ben, one, "reopened")
        act(ben, one, "said")


def test_it_is_on_the_tablets_list_under_its_own_id_and_a_compliment_is_not(world: World) -> None:
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        one = add(chidi)
        add(chidi, kind="compliment", title="Thank you for the party")
        add(chidi, about_manager="yes", title="The manager shouted")
        assert {id: body["title"] for id, body in shift.feed("complaint").items()} == {
            id_of(one): OPENED["title"]
        }
        act(chidi, one, "described", title="Not told of two falls")
        assert shift.feed("complaint")[id_of(one)]["title"] == "Not told of two falls"


def test_one_about_a_manager_is_seen_by_the_nominated_individual_alone(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        assert send(chidi, about_manager="yes").headers["location"] == "/complaints"
        for address in ("/complaints?state=", "/due", "/complaints.json?state=", "/lists", "/signals"):
            assert OPENED["title"] not in chidi.get(address).text
        page = dana.get("/complaints").text
        (one,) = set(re.findall(r"/complaints/[0-9a-f-]{36}", page))
        assert "Restricted complaint 1" in page
        assert chidi.get(one).status_code == 404


@pytest.mark.parametrize("name", ["amina", "hana", "fay", "gus", "eli"])
def test_who_may_not_see_it_is_told_there_is_none(world: World, name: str) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in(name) as other:
        one = add(chidi)
        assert other.get(one).status_code == 404
        assert try_act(other, one, "said").status_code == 404


def test_what_repeats_is_joined_and_never_in_a_ring(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        first = add(chidi)
        second = add(chidi, received_on="2026-11-12", repeat_of=id_of(first), title="Not told again")
        third = add(chidi, received_on="2026-11-13", repeat_of=id_of(second), title="And again")
        for one, others in ((first, (second, third)), (third, (first, second))):
            page = chidi.get(one).text
            assert all(f'href="{other}"' in page for other in others)
        ring = try_act(chidi, first, "described", received_on="2026-11-14", repeat_of=id_of(third))
        assert "That one repeats this one already." in ring.text
        late = send(chidi, received_on="2026-11-09", repeat_of=id_of(first))
        assert "That one was received later" in late.text
        lines = {line["called"]: line for line in chidi.get("/complaints.json").json()["complaints"]}
        assert lines["Complaint 2"]["repeat_of"] == "Complaint 1"
        assert {line["in_its_run"] for line in lines.values()} == {3}
        assert len(chidi.get("/complaints.json?state=repeat").json()["complaints"]) == 2


def test_repeats_about_communication_are_counted_against_the_month_before(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        first = id_of(add(chidi, received_on="2026-10-01"))
        for day in range(5, 13):
            add(chidi, received_on=f"2026-10-{day:02}", repeat_of=first)
        again = [id_of(add(chidi, received_on=f"2026-11-{day:02}", repeat_of=first)) for day in (3, 4)]
        add(chidi, received_on="2026-11-05", repeat_of=first, communication="no")
        add(chidi, received_on="2026-11-06", repeat_of=first, kind="feedback")
    count = counted(world, "M06")
    assert (count.numerator, count.denominator, count.counts_only) == (6, 8, False)
    assert count.unmet == tuple(sorted(again))


def test_a_plan_that_says_it_by_day_56_counts_and_on_day_57_does_not(world: World) -> None:
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        in_time, late, running = (
            add(chidi, title=title) for title in ("In time", "Too late", "Nothing to learn")
        )
        for one in (in_time, late):
            act(chidi, one, "learning", learned_on="2026-11-16")
        act(chidi, running, "learning", to_learn="no")
    assert len(counted(world, "M08").not_yet_due) == 2
    world.clock.move(days=60)
    for one, day in ((in_time, "2027-01-11"), (late, "2027-01-12")):
        shift.record(
            "sample_care_plan",
            "2027-01-14T08:00:00Z",
            chosen={
                "learning_from": "complaint",
                "complaint": id_of(one),
                "plan_updated": "yes",
                "plan_updated_on": day,
            },
        )
    count = counted(world, "M08")
    assert (count.met, count.unmet) == ((id_of(in_time),), (id_of(late),))
    with world.signed_in("chidi") as chidi:
        page = words_of(chidi.get(late))
        assert "The plan says what was learned, since Tue 12 Jan 2027" in page
        assert "Done late" in page
        assert "Done in time" in words_of(chidi.get(in_time))


def test_the_due_list_and_the_register_say_that_a_plan_is_waited_for(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        act(chidi, add(chidi), "learning")
        assert "Complaint 1 A care plan says what was learned Open" in words_of(chidi.get("/due"))
    world.clock.move(days=57)
    with world.signed_in("chidi") as chidi:
        assert "Complaint 1 A care plan says what was learned Late" in words_of(chidi.get("/due?state=late"))
        assert len(chidi.get("/complaints.json?state=late").json()["complaints"]) == 1


def test_practice_that_was_seen_stands_on_its_page(world: World) -> None:
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        one = add(chidi)
        seen = shift.record(
            "practice_observation",
            "2026-11-16T08:30:00Z",
            chosen={"reason": "after_complaint", "complaint": id_of(one), "updated_guidance": "met"},
        )
        page = chidi.get(one).text
        assert f"/evidence/{seen}" in page
        assert "the new guidance was used" in page


def test_a_defensive_answer_shows_as_a_sign_until_it_is_marked_otherwise(world: World) -> None:
    with world.signed_in("ben") as ben, world.signed_in("chidi") as chidi:
        one = add(ben)
        act(ben, one, "responded")
        assert "A reviewer found the answer" not in chidi.get("/signals?sign=W16").text
        act(chidi, one, "marked")
        page = chidi.get("/signals?sign=W16").text
        assert "A reviewer found the answer to a complaint defensive." in page
        assert f'href="{one}"' in page
        assert "Cannot be told yet" not in page.partition("W16, S3E3")[2].partition("</li>")[0]


def test_sending_twice_keeps_one_and_files_hold_no_words(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        id = "0a4c7c1e-5c55-4d0c-9d0f-3b8f2c9f0a12"
        assert add(chidi, id=id) == add(chidi, id=id)
        assert send(chidi, id=id, title="Other words").status_code == 422
        act(chidi, f"/complaints/{id}", "responded")
        for address in ("/complaints.json", "/complaints.csv"):
            text = chidi.get(address).text
            assert OPENED["title"] not in text
            assert "deputy" not in text
    with world.sql() as sql:
        noted = sql.execute("SELECT what, details FROM identity_audit WHERE what = 'complaint_changed'")
        assert [row["details"] for row in noted] == ["opened", "responded"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"received_on": "2026-11-17"}, "still to come"),
        ({"who": ""}, "Choose one of these."),
        ({"title": ""}, "Write something here."),
        ({"repeat_of": "none-such"}, "Choose one of these."),
        ({"unit": "birch-1"}, "Choose one of these."),
    ],
)
def test_what_is_missing_is_said(world: World, changed: dict[str, str], words: str) -> None:
    with world.signed_in("chidi") as chidi:
        answer = send(chidi, **changed)
        assert answer.status_code == 422
        assert words in answer.text
        assert chidi.get("/complaints.json?state=").json() == {"complaints": []}
