"""The evidence list at the desk: who sees what, downloads that say what the screen says, nothing taken for markup."""

import csv
import io
import re

import pytest

from observation_forms import Catalogue
from server.evidence.evidence_export import csv_lines
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.world import Browser, World

SHORT = {"follows_plan": "partly", "follows_plan_facts": "The cup stood out of reach at first."}


def shown(desk: Browser, query: str = "") -> list[str]:
    """The ids of the records on a page, from top to bottom."""
    page = desk.get(f"/evidence?{query}")
    assert page.status_code == 200
    return re.findall(r'class="evidence-what"><a href="/evidence/([0-9a-f-]{36})"', page.text)


def test_a_record_is_seen_in_its_own_service_and_nowhere_else(world: World, floor: Floor) -> None:
    record = floor.record()
    for name in ("ben", "chidi", "dana", "hana", "ivo"):
        desk = world.signed_in(name)
        assert shown(desk) == [record]
        assert desk.get(f"/evidence/{record}").status_code == 200
    fay = world.signed_in("fay")
    assert shown(fay) == []
    assert fay.get(f"/evidence/{record}").status_code == 404
    assert record not in fay.get("/evidence.csv").text
    assert record not in fay.get("/evidence.json").text
    assert shown(fay, "service=alder") == []
    for name in ("eli", "amina", "gus"):
        desk = world.signed_in(name)
        for address in (
            "/evidence",
            "/evidence.csv",
            "/evidence.json",
            "/evidence/live",
            f"/evidence/{record}",
        ):
            assert desk.get(address).status_code == 404


def test_the_menus_offer_nothing_of_other_services(world: World, floor: Floor) -> None:
    page = world.signed_in("fay").get("/evidence").text
    assert "Alder House" not in page
    assert "Amina Yusuf" not in page


def test_the_downloads_hold_exactly_what_the_screen_shows(
    world: World, ben: Browser, catalogue: Catalogue, floor: Floor
) -> None:
    id = make_action(ben)
    for number in range(3):
        floor.record(
            happened_at=f"2026-11-16T0{number}:00:00Z",
            recorded_at=f"2026-11-16T0{number}:05:00Z",
            bearings=[bearing(id)],
        )
    late = floor.record(chosen=SHORT, happened_at="2026-11-16T01:30:00Z", recorded_at="2026-11-16T07:00:00Z")
    elsewhere = Floor(world, catalogue, unit="alder-2")
    elsewhere.record(happened_at="2026-11-16T04:00:00Z", recorded_at="2026-11-16T04:09:00Z")
    assert shown(ben, "flag=late") == [late]
    for query in (
        "",
        "unit=alder-1",
        f"action={id}",
        "result=partly",
        "flag=late",
        "text=cup",
        "since=2026-11-12",
    ):
        ids = shown(ben, query)
        lines = list(
            csv.DictReader(io.StringIO(ben.get(f"/evidence.csv?{query}").content.decode("utf-8-sig")))
        )
        assert [line["record"] for line in lines] == ids
        found = ben.get(f"/evidence.json?{query}").json()["records"]
        assert [one["record"] for one in found] == ids
        for line, one in zip(lines, found, strict=True):
            assert line["result"] == one["result"] in ("Met", "Partly met")
            assert line["unit"] == one["unit"]
    assert "Action 1: supports" in ben.get(f"/evidence.csv?action={id}").text


def test_a_download_has_every_page_and_says_which_limits_it_kept(ben: Browser, floor: Floor) -> None:
    ids = {floor.record() for _ in range(30)}
    assert len(shown(ben)) == 25
    document = ben.get("/evidence.json?unit=alder-1").json()
    assert {one["record"] for one in document["records"]} == ids
    assert document["filter"] == {"unit": ["alder-1"]}
    answer = ben.get("/evidence.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence.csv"'
    assert len(answer.text.splitlines()) == 31


def test_older_and_newer_lead_through_the_whole_list_and_back(ben: Browser, floor: Floor) -> None:
    for _ in range(60):
        floor.record()
    whole = [one["record"] for one in ben.get("/evidence.json").json()["records"]]
    first = ben.get("/evidence").text
    assert "60 records" in first
    assert "Newer" not in first
    older = re.search(r'href="(/evidence\?after=[^"]+)" rel="next"', first)
    assert older is not None
    second = ben.get(older[1].replace("&amp;", "&")).text
    assert (
        shown(ben) + re.findall(r'evidence-what"><a href="/evidence/([0-9a-f-]{36})"', second) == whole[:50]
    )
    newer = re.search(r'href="(/evidence\?before=[^"]+)" rel="prev"', second)
    assert newer is not None
    assert shown(ben, newer[1].replace("&amp;", "&").partition("?")[2]) == whole[:25]


@pytest.mark.parametrize(
    "place", ["nonsense", "2026-11-16T10:00:00Z", "2026-11-16T10:00:00Z~'; DROP", "9" * 500]
)
def test_a_place_that_is_none_is_the_top_of_the_list(ben: Browser, floor: Floor, place: str) -> None:
    record = floor.record()
    assert shown(ben, f"after={place}") == shown(ben, f"before={place}") == [record]


def test_a_script_in_a_record_stays_text_everywhere(ben: Browser, floor: Floor) -> None:
    script = "<script>alert('note')</script> and <img src=x onerror=alert(1)>"
    chosen = {
        **SHORT,
        "follows_plan_facts": script,
        "went_well": script,
        "note": script,
        "must_change": script,
    }
    sealed = floor.seal(chosen=chosen, lowered_to="not_met", lowered_reason=script, app=script)
    record = floor.send(sealed)
    floor.send(floor.tablet.correct(sealed, script, unit="alder-1", author="amina"))
    for address in (
        "/evidence",
        f"/evidence/{record}",
        f"/evidence/{record}?version=1",
        "/evidence?text=%3Cscript%3E&unit=%3Cscript%3E&since=%3Cscript%3E",
    ):
        page = ben.get(address).text
        assert "<script>alert" not in page, address
        assert "<img" not in page, address
        assert "<script>&unit" not in page
    assert "&lt;script&gt;alert" in ben.get(f"/evidence/{record}").text


def test_a_cell_is_never_a_formula_and_the_file_is_read_back_as_it_was() -> None:
    cells = ["=cmd()", "+1", "-1", "@x", "\tx", "plain", 'quote"d', "two\nlines", "é", 7]
    lines = csv_lines([cells]).decode()
    (read,) = csv.reader(io.StringIO(lines))
    assert read[:5] == ["'=cmd()", "'+1", "'-1", "'@x", "'\tx"]
    assert read[5:] == ["plain", 'quote"d', "two\nlines", "é", "7"]


def test_the_limits_in_force_are_named_and_can_be_taken_off(ben: Browser, floor: Floor) -> None:
    floor.record()
    page = ben.get("/evidence?unit=alder-1&flag=late&since=2026-11-01").text
    for words in ("Unit: Alder House 1", "Recorded or arrived late", "From Sun 1 Nov 2026"):
        assert words in page
    assert 'href="/evidence?unit=alder-1&amp;flag=late"' in page
    assert "Nothing to show" in page


def test_the_form_of_the_filter_shows_a_fault_beside_its_field(ben: Browser) -> None:
    page = ben.get("/evidence?until=soon").text
    assert 'id="filter-until-error"' in page
    assert 'aria-describedby="filter-until-error"' in page
