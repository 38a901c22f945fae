"""Nobody sees, counts or guesses what belongs to another service, whatever a tablet says."""

import pytest

from server.evidence import evidence_query, live
from server.evidence.evidence_filter import Filter
from server.identity.scope import of_services
from tests.server.evidence.arranged import make_action, send_record, words_of
from tests.server.world import Browser, World
from tests.sync.bodies import make_record_id

TITLE = "Row upon Birch only"
MISSING = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def fay(world: World) -> Browser:
    return world.signed_in("fay")


@pytest.fixture
def foreign(fay: Browser) -> str:
    """An action of Birch Row."""
    return make_action(fay, title=TITLE, owner="fay")


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.2)


def test_what_a_tablet_says_of_another_services_action_does_not_count_there(
    oak: Browser, fay: Browser, foreign: str
) -> None:
    mark = words_of(fay.get(f"/actions/{foreign}"))
    send_record(oak, foreign)
    (line,) = fay.get("/actions.json").json()["actions"]
    assert (line["supports"], line["newest_evidence"]) == (0, "")
    assert words_of(fay.get(f"/actions/{foreign}")) == mark
    assert "event: changed" not in fay.get(f"/actions/{foreign}/live?mark={_mark(fay, foreign)}").text


def test_the_sender_does_not_see_the_other_services_action(
    oak: Browser, chidi: Browser, foreign: str
) -> None:
    record = send_record(oak, foreign)
    for address in ("/evidence", "/evidence.json", "/evidence.csv", f"/evidence/{record}"):
        assert TITLE not in chidi.get(address).text, address
    assert chidi.get("/evidence.json").json()["records"][0]["actions"] == []
    for limits in (f"action={foreign}", f"action={foreign}&text=staff", f"action={foreign}&bearing=supports"):
        assert chidi.get(f"/evidence.json?{limits}").json()["records"] == [], limits


def test_a_bearing_on_ones_own_action_counts_and_shows(oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi)
    record = send_record(oak, action)
    (line,) = chidi.get("/actions.json").json()["actions"]
    weighed = line["supports"] + line["contradicts"] + line["inconclusive"]
    assert (weighed, line["newest_evidence"]) == (1, "2026-11-16T08:00:00Z")
    (found,) = chidi.get("/evidence.json").json()["records"]
    (said,) = found["actions"]
    assert (said["id"], said["number"], line["number"]) == (action, 1, 1)
    for limits in (f"action={action}&bearing={said['bearing']}", f"bearing={said['bearing']}"):
        (found,) = chidi.get(f"/evidence.json?{limits}").json()["records"]
        assert found["record"] == record


def test_every_address_about_anothers_record_or_action_is_404_as_if_it_were_not_there(
    oak: Browser, chidi: Browser, fay: Browser
) -> None:
    action = make_action(chidi)
    record = send_record(oak, action)
    for theirs, none in (
        (f"/evidence/{record}", f"/evidence/{MISSING}"),
        (f"/evidence/{record}?version=1", f"/evidence/{MISSING}?version=1"),
        (f"/actions/{action}", f"/actions/{MISSING}"),
        (f"/actions/{action}/live", f"/actions/{MISSING}/live"),
        (f"/actions/{action}/edit", f"/actions/{MISSING}/edit"),
    ):
        answer, nothing = fay.get(theirs), fay.get(none)
        assert (answer.status_code, answer.text) == (404, nothing.text), theirs
    assert fay.post(f"/actions/{action}/edit", data={"version": "1", "title": "mine"}).status_code == 404


def test_no_list_or_download_of_anothers_names_a_thing(oak: Browser, chidi: Browser, fay: Browser) -> None:
    action = make_action(chidi)
    record = send_record(oak, action)
    hidden = (record, action, "Alder", "Amina", "Answer call bells", "Oak")
    limits = ("", "?service=alder", f"?action={action}", "?author=amina", "?unit=alder-1", "?text=staff")
    for path in ("/evidence", "/evidence.csv", "/evidence.json", "/actions", "/actions.csv", "/actions.json"):
        for query in limits:
            shown = fay.get(path + query).text
            asked = {"Alder" if query else "", action if query.startswith("?action") else ""}
            assert not [word for word in hidden if word in shown and word not in asked], path + query
    for query in limits:
        stream = fay.get(f"/evidence/live{query}")
        assert (stream.status_code, "event: changed" in stream.text) == (200, False), query


def test_who_has_no_role_finds_nothing_anywhere(world: World, oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi)
    record = send_record(oak, action)
    eli = world.signed_in("eli")
    for address in (
        "/evidence",
        "/evidence.csv",
        "/evidence.json",
        "/evidence/live",
        f"/evidence/{record}",
        "/actions",
        "/actions.csv",
        "/actions.json",
        "/actions/new",
        f"/actions/{action}",
        f"/actions/{action}/live",
        f"/actions/{action}/edit",
    ):
        assert eli.get(address).status_code == 404, address


def test_a_new_action_goes_to_ones_own_service_only(chidi: Browser, fay: Browser) -> None:
    answer = fay.post("/actions/new", data={"service": "alder"}, follow_redirects=False)
    assert answer.status_code == 404
    assert chidi.get("/actions.json").json()["actions"] == []


def test_a_search_is_limited_after_its_other_limits(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_query, "SEARCHED", 2)
    oak, birch = world.tablet(), world.tablet("birch-1", "Elm")
    own = send_record(oak)
    for minute in range(4):
        happened = f"2026-11-16T08:1{minute}:00Z"
        send_record(
            birch,
            service="birch",
            unit="birch-1",
            author="fay",
            tablet_seq=minute + 1,
            record=make_record_id(happened),
            happened_at=happened,
            recorded_at=happened,
        )
    assert [row["record"] for row in chidi.get("/evidence.json?text=staff").json()["records"]] == [own]
    assert "Very many records" not in words_of(chidi.get("/evidence?text=staff"))
    assert chidi.get("/evidence.json?text=staff").json()["cut"] == ""
    everywhere = world.signed_in("dana")
    for limits in ("text=staff", "text=staff&service=birch"):
        assert "Very many records have these words" in words_of(everywhere.get(f"/evidence?{limits}"))
        found = everywhere.get(f"/evidence.json?{limits}").json()
        assert len(found["records"]) == 2
        assert found["cut"].startswith("More records have these words.")
        last = everywhere.get(f"/evidence.csv?{limits}").text.splitlines()[-1]
        assert last.strip('"') == found["cut"]
    assert "Very many records" not in words_of(everywhere.get("/evidence?text=staff&service=alder"))


def test_an_empty_filter_of_no_services_finds_nothing(world: World) -> None:
    with world.sql() as sql:
        assert evidence_query.read_rows(sql, Filter(), of_services([]), 10) == []
        assert not evidence_query.search_is_cut(sql, Filter(text="staff"), of_services([]))


def _mark(browser: Browser, action: str) -> str:
    return browser.get(f"/actions/{action}").text.split('/live" data-mark="')[1].split('"')[0]
