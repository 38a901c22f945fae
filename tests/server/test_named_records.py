"""The table of the 75 named records in server/README.md is true: each name stands on its pages, each test exists."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from observation_forms import load_catalogue
from server.cases.kinds import KINDS as CASES
from server.identity.permissions import Permission, Role
from server.named_logs.catalogue import BY_CODE
from server.named_records.catalogue import RECORDS
from server.reviews.kinds import KINDS as MEETINGS
from server.summaries.catalogue import KINDS as SUMMARIES
from tests.observation_forms.test_records_table import rows as rows_of_the_floor
from tests.server.cases.steps import open_case
from tests.server.evidence.arranged import make_action, words_of
from tests.server.reviews.test_reviews import signed
from tests.server.world import Browser, World

TESTS = Path(__file__).resolve().parents[1]
README = (TESTS.parent / "server" / "README.md").read_text("utf-8")
CODES = {form.definition.code: form.definition.form for form in load_catalogue().current_forms()}
MAY = {*(role.value for role in Role), *(permission.value for permission in Permission)}


class Row(msgspec.Struct, frozen=True):
    """One row of the table, cell by cell."""

    number: str
    name: str
    source: str
    where: str
    written: str
    read: str
    proof: str

    @property
    def addresses(self) -> list[str]:
        """The pages that hold it."""
        return re.findall(r"`(/[^`]*)`", self.where)

    @property
    def forms(self) -> list[str]:
        """The codes of the forms that capture it."""
        return re.findall(r"\bF\d+(?:-[A-Z]+)?", re.sub(r"`[^`]*`", "", self.where))


def _rows() -> list[Row]:
    table = README.split("## The 75 records")[1].split("\n## ")[0]
    lines = re.findall(r"^\| ((?:\d+|–) \|.*) \|$", table, re.MULTILINE)
    return [Row(*(cell.strip() for cell in line.split("|"))) for line in lines]


ROWS = _rows()


@pytest.fixture(scope="module")
def chidi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The registered manager, in a world of this module's own."""
    with World(tmp_path_factory.mktemp("records")) as world, world.signed_in("chidi") as browser:
        yield browser


def test_all_seventy_five_stand_in_order_and_no_cell_is_empty() -> None:
    assert [row.number for row in ROWS] == [*map(str, range(1, 76)), "–"]
    assert [row.number for row in ROWS for cell in msgspec.structs.astuple(row) if not cell] == []
    assert [row.number for row in ROWS if not (row.addresses or row.forms)] == []


def test_the_table_says_what_the_page_says() -> None:
    for row, record in zip(ROWS, RECORDS, strict=True):
        assert row.name == record.name + (f" ({record.more})" if record.more else ""), row.number
        assert row.source == record.source
        assert row.forms == list(record.forms), row.number
        assert row.addresses == list(dict.fromkeys(place.address for place in record.places)), row.number
        assert row.written.startswith(f"{record.by}: "), row.number
        given = {one.value for one in record.writes} | ({Role.FLOOR.value} if record.forms else set())
        assert set(re.findall(r"`(\w+)`", row.written)) == given, row.number
        assert re.findall(r"`(\w+)`", row.read) == [one.value for one in record.sees], row.number
        assert given <= MAY


def test_names_and_sources_are_those_of_the_documents() -> None:
    floor = {int(number): (name, source, form) for number, name, source, form, _ in rows_of_the_floor()}
    for record in RECORDS[:-1]:
        name, source, form = floor[record.number]
        assert name.lower().startswith(record.name.lower()), record.number
        assert source == record.source
        captured = re.findall(r"\bF\d+(?:-[A-Z]+)?", form.partition("desk: the")[0])
        assert set(captured) <= set(record.forms), record.number
        assert set(record.forms) <= CODES.keys()


def test_a_record_that_has_a_log_or_a_summary_names_it() -> None:
    at = {record.number: {place.path for place in record.places} for record in RECORDS}
    words = {record.number: " ".join(place.words for place in record.places) for record in RECORDS}
    assert all(f"/logs/{log.code}" in at[number] for log in BY_CODE.values() for number, _ in log.records)
    assert all(kind.name in words[number] for kind in SUMMARIES.values() for number in kind.rows)


@cache
def _tests_of(file: str) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)", (TESTS / file).read_text("utf-8"), re.MULTILINE))


def test_each_proof_is_a_test_that_there_is() -> None:
    for row in ROWS:
        named = re.findall(r"`(\S+\.py)::(test_\w+)`", row.proof)
        assert len(named) == row.proof.count("`") // 2 > 0, row.number
        assert [name for file, name in named if name not in _tests_of(file)] == [], row.number


def test_each_name_stands_on_each_of_its_pages_and_on_the_page_of_all(chidi: Browser) -> None:
    index = chidi.get("/records")
    words = words_of(index)
    for record in RECORDS:
        assert record.name.replace("'", "&#39;") in words, record.number
        for place in record.places:
            assert f'<a href="{place.address}">' in index.text
            assert record.name.replace("'", "&#39;") in _page(chidi, place.address), (
                record.number,
                place.address,
            )


@cache
def _page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return words_of(answer)


def test_minutes_of_every_kind_of_meeting_are_signed_and_listed(chidi: Browser) -> None:
    for code, kind in MEETINGS.items():
        review = signed(chidi, code)
        page = chidi.get("/reviews").text
        row = page.split(f'<a href="/reviews/{review}">')[1].split("</tr>")[0]
        assert row.startswith(f"{kind.name}, ")
        assert ">Signed<" in row
        assert "Agency cover for four weeks." in chidi.get(f"/reviews/{review}").text


def test_each_tracker_holds_the_actions_that_it_is_named_for(chidi: Browser) -> None:
    made = {theme: make_action(chidi, themes=[theme]) for theme in ("SG", "DE", "CO", "RE", "IL")}
    made["high"] = make_action(chidi, themes=["MD"], risk="high", evidence_kinds=["observation", "audit"])
    trackers = {
        urlsplit(one).query for row in ROWS for one in row.addresses if urlsplit(one).path == "/actions"
    }
    assert trackers == {
        "",
        "overdue=yes",
        "risk=high",
        *(f"theme={theme}" for theme in made if theme != "high"),
    }
    for query in trackers - {"overdue=yes"}:
        asked = query.partition("=")[2]
        page = chidi.get(f"/actions?{query}").text
        shown = {theme for theme, action in made.items() if f"/actions/{action}" in page}
        assert shown == ({asked} if asked else set(made)), query


def test_each_kind_of_case_is_in_the_register_it_is_named_for(chidi: Browser) -> None:
    opened = {kind: open_case(chidi, kind=kind) for kind in CASES}
    for kind in CASES:
        page = chidi.get(f"/cases?kind={kind}").text
        assert {one for one, case in opened.items() if case in page} == {kind}


def test_who_may_not_open_a_page_is_given_no_link_to_it(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        with world.signed_in("hana") as visitor:
            page = visitor.get("/records").text
            assert '<a href="/logs/senior-oversight">' in page
            assert 'href="/reviews"' not in page
            assert "Leadership review meeting minutes" in page
        with world.signed_in("amina") as floor:
            assert floor.get("/records").status_code == 404
