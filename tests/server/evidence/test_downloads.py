"""The evidence and the register as files: what is on screen, all of it, and nothing a spreadsheet would run."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.server.evidence.arranged import make_action
from tests.server.evidence.test_list import all_pages, id_of, maker, many, record_of, send
from tests.server.world import PASSWORD, START, Browser, World

FILES = {
    "/evidence.csv": ("text/csv", "evidence.csv"),
    "/evidence.json": ("application/json", "evidence.json"),
    "/actions.csv": ("text/csv", "actions.csv"),
    "/actions.json": ("application/json", "actions.json"),
}
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x","y")']


def csv_of(desk: Browser, address: str) -> list[dict[str, str]]:
    answer = desk.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def json_of(desk: Browser, address: str, name: str = "records") -> list[dict[str, Any]]:
    answer = desk.get(address)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()[name]
    return found


def in_full_bytes(desk: Browser, what: str, ending: str) -> bytes:
    """The file with names and words in it."""
    form = {"format": ending, "why": "To see what it holds.", "password": PASSWORD, "query": ""}
    answer = desk.post(f"/full-export/{what}", data=form)
    assert answer.status_code == 200
    return answer.content


def in_full(desk: Browser, what: str, ending: str) -> Any:
    """The file with names and words in it, as its lines."""
    content = in_full_bytes(desk, what, ending)
    if ending == "json":
        return json.loads(content)["records" if what == "evidence" else "actions"]
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?shift=night",
        "?unit=alder-2&author=ben",
        "?text=knocked&since=2026-11-15",
        "?flag=late",
        "?flag=lowered&flag=findings",
        "?until=2026-11-14",
        "?result=partly",
        "?unit=none-such",
    ],
)
def test_the_files_hold_exactly_the_records_on_every_page_of_the_same_filter(
    oak: Browser, chidi: Browser, query: str
) -> None:
    tablet = maker(oak)
    varied = [
        record_of(
            tablet,
            START - timedelta(hours=2 + one),
            after=5 if one % 3 else 180,
            chosen={"shift": "night" if one % 2 else "day"},
            unit=f"alder-{1 + one % 2}",
            author="ben" if one % 4 == 1 else "amina",
            lowered_to="partly" if one % 5 == 0 else "",
            lowered_reason="It was rushed." if one % 10 == 0 else "",
        )
        for one in range(40)
    ]
    send(oak, *varied, *many(tablet, 30))
    on_screen = all_pages(chidi, f"/evidence{query}")
    assert [row["record"] for row in csv_of(chidi, f"/evidence.csv{query}")] == on_screen
    assert [row["record"] for row in json_of(chidi, f"/evidence.json{query}")] == on_screen


def test_a_line_says_what_the_record_says(oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi, themes=["SG"])
    claims = [{"action": action, "themes": ["SG"], "bearing": "supports"}]
    sealed = record_of(maker(oak), bearings=claims, lowered_to="partly", lowered_reason="Rushed, é “quoted”")
    send(oak, sealed)
    (line,), (document,) = in_full(chidi, "evidence", "csv"), in_full(chidi, "evidence", "json")
    body = json.loads(sealed)
    for found in (line, document):
        assert found["happened_at"] == body["happened_at"]
        assert found["recorded_at"] == body["recorded_at"]
        assert found["unit"] == "Alder House 1"
        assert found["service"] == "Alder House"
        assert found["author"] == "Amina Yusuf"
        assert found["shift"] == "Day"
        assert found["tablet"] == "Oak"
        assert found["lowered_reason"] == "Rushed, é “quoted”"
        assert (found["result"], found["computed_result"]) == ("Partly met", "Met")
        assert found["record"] == id_of(sealed)
    assert line["tablet_record"] == line["version"] == "1"
    assert action in line["actions"] or "Action 1" in line["actions"]
    assert [one["id"] for one in document["actions"]] == [action]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_evidence_can_be_run_as_a_formula(oak: Browser, chidi: Browser, formula: str) -> None:
    claims = [{"action": formula, "themes": ["SG"], "bearing": "inconclusive"}]
    sealed = record_of(
        maker(oak), lowered_to="partly", lowered_reason=formula, chosen={"shift": formula}, bearings=claims
    )
    send(oak, sealed)
    (line,) = in_full(chidi, "evidence", "csv")
    assert line["lowered_reason"] == f"'{formula}"
    assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    (document,) = in_full(chidi, "evidence", "json")
    assert document["lowered_reason"] == formula


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_register_can_be_run_as_a_formula(chidi: Browser, formula: str) -> None:
    make_action(chidi, title=formula, how_1=formula, review_route=formula, baseline=formula * 30)
    (line,) = in_full(chidi, "actions", "csv")
    assert formula.strip() in line["title"]
    assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    (document,) = in_full(chidi, "actions", "json")
    assert document["title"] == formula.strip()


@pytest.mark.parametrize("query", ["", "?risk=high", "?sort=title", "?overdue=yes"])
def test_the_registers_files_hold_the_lines_on_screen_in_their_order(chidi: Browser, query: str) -> None:
    for title, risk in (("Beta", "high"), ("Alpha", "low"), ("Gamma", "high")):
        make_action(chidi, title=title, risk=risk, evidence_kinds=["observation", "audit"])
    page = chidi.get(f"/actions{query}").text
    lines = csv_of(chidi, f"/actions.csv{query}")
    places = [page.index(f'href="/actions/{line["id"]}"') for line in lines]
    assert places == sorted(places)
    assert page.count('class="register-title"') == len(lines)
    assert [one["id"] for one in json_of(chidi, f"/actions.json{query}", "actions")] == [
        line["id"] for line in lines
    ]


@pytest.mark.parametrize("address", FILES)
def test_a_file_says_what_it_is_and_is_saved_under_its_name(chidi: Browser, address: str) -> None:
    media_type, name = FILES[address]
    answer = chidi.get(address)
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", FILES)
def test_a_file_is_for_nobody_who_is_not_signed_in(stranger: Browser, address: str) -> None:
    program = stranger.get(address, headers={"accept": "application/json"}, follow_redirects=False)
    assert program.status_code == 401
    page = stranger.get(address, headers={"accept": "text/html"}, follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize("name", ["amina", "gus"])
def test_a_file_is_not_there_for_a_role_that_may_not_read_it(world: World, address: str, name: str) -> None:
    assert world.signed_in(name).get(address).status_code == 404


@pytest.mark.parametrize("address", FILES)
def test_a_file_is_refused_to_someone_without_any_role(world: World, address: str) -> None:
    assert world.signed_in("eli").get(address).status_code in (403, 404)
