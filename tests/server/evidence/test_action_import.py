"""A register brought in from a file: looked through row by row, all of it or nothing, and again it is nothing."""

import csv
import io
import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.evidence import action_export, action_store
from server.evidence.action_import import MADE, UNCHANGED, Room, plan
from server.evidence.action_register import RegisterQuery, read_register
from server.evidence.actions import ActionFields, Target
from server.evidence.csv_reading import read_table
from server.evidence.people import read_names
from server.evidence.times import day_in_london, write_instant
from server.identity.scope import of_services
from tests.server.evidence.arranged import FIELDS, make_action, words_of
from tests.server.evidence.test_downloads import in_full_bytes
from tests.server.world import ORIGIN, START, Browser, World

ROW: dict[str, str] = {
    "title": "Drinks in reach at night",
    "themes": "Safeguarding; Recording",
    "tags": "S3; kloe/draft-9/K-S2",
    "unit": "Alder House 1",
    "risk": "Low",
    "source": "Audit",
    "baseline": "In October, night staff left 9 of 20 people without a drink in reach.",
    "expected": "Everyone has a drink they can reach.",
    "measure_1": "own",
    "how_1": "Drinks in reach, counted at ten at night",
    "comparator_1": "At least",
    "target_1": "95%",
    "target_unit_1": "per cent",
    "window_start_1": "2026-11-01",
    "window_end_1": "31/12/2026",
    "owner": "Ben Carter",
    "review_route": "Monthly quality meeting",
    "deadline": "31/12/2026",
    "evidence_kinds": "Observations of practice; audit",
}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def file_of(*rows: dict[str, str], separator: str = ",") -> bytes:
    head = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, head, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def hand_in(browser: Browser, raw: bytes) -> Response:
    return browser.post("/actions/import", files={"register": ("register.csv", raw, "text/csv")})


def outcomes(page: Response) -> list[str]:
    return re.findall(r'mark-import-([a-z]+)"', page.text)


def hidden(page: Response) -> dict[str, str]:
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="(register|mark)" value="([^"]*)"', page.text)
    }


def bring_in(browser: Browser, raw: bytes) -> Response:
    """Hand a file in, look at the rows, and say yes."""
    looked = hand_in(browser, raw)
    assert looked.status_code == 200, words_of(looked)
    done = browser.post("/actions/import/applied", data=hidden(looked))
    assert done.status_code == 200, words_of(done)
    assert outcomes(done) == outcomes(looked)
    return done


def actions_of(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/actions.json").json()["actions"]
    return found


def test_nothing_is_made_until_every_row_was_looked_at_and_somebody_said_so(chidi: Browser) -> None:
    looked = hand_in(chidi, file_of(ROW, ROW | {"title": "Bells at night"}))
    assert looked.status_code == 200
    assert outcomes(looked) == ["made", "made"]
    assert "Bring in all 2 rows" in words_of(looked)
    assert actions_of(chidi) == []
    done = chidi.post("/actions/import/applied", data=hidden(looked))
    assert "2 made, 0 changed" in words_of(done)
    assert [line["title"] for line in actions_of(chidi)] == [ROW["title"], "Bells at night"]


def test_a_row_is_kept_as_the_form_would_keep_it(chidi: Browser) -> None:
    bring_in(chidi, file_of(ROW))
    (line,) = actions_of(chidi)
    assert line["unit"] == "Alder House 1"
    assert line["tags"] == "kloe/draft-9/K-S2; qs/2023/S3"
    assert line["deadline"] == "2026-12-31"
    (measure,) = line["measures"]
    assert (measure["target"], measure["target_unit"], measure["window_end"]) == (
        "95",
        "per cent",
        "2026-12-31",
    )
    page = words_of(chidi.get(f"/actions/{line['id']}"))
    assert "Ben Carter" in page
    assert "Brought in from a file, line 2." in page


def test_the_same_file_again_changes_nothing(world: World, chidi: Browser) -> None:
    raw = file_of(ROW, ROW | {"title": "Bells at night", "number": "40"})
    bring_in(chidi, raw)
    again = hand_in(chidi, raw)
    assert outcomes(again) == ["unchanged", "unchanged"]
    assert "Nothing to do" in words_of(again)
    assert hidden(again) == {}
    with world.sql() as sql:
        assert sql.execute("SELECT count(*), max(version) FROM action_history").fetchone()[:] == (2, 1)


def test_a_number_that_is_free_is_kept_and_one_that_is_taken_names_its_action(chidi: Browser) -> None:
    done = bring_in(chidi, file_of(ROW, ROW | {"title": "Forty", "number": "1"}, ROW | {"title": "x"}))
    assert outcomes(done) == ["made"] * 3
    assert {line["title"]: line["number"] for line in actions_of(chidi)} == {
        "Forty": 1, ROW["title"]: 2, "x": 3,
    }  # fmt: skip
    changed = bring_in(chidi, file_of({"number": "3", "title": "Three", "risk": "Medium"}))
    assert outcomes(changed) == ["changed"]
    shown = words_of(changed)
    assert "Title: from x → to Three" in shown
    assert "Risk: from Low → to Medium" in shown
    assert [line["title"] for line in actions_of(chidi)][-1] == "Three"


def test_a_column_that_is_missing_leaves_its_field_and_an_empty_cell_empties_it(chidi: Browser) -> None:
    make_action(chidi, changed_on="2026-11-02", changed_what="Two staff share the rounds.", unit="alder-1")
    bring_in(chidi, file_of({"number": "1", "unit": "", "changed_on": "", "changed_what": ""}))
    (line,) = actions_of(chidi)
    assert (line["unit"], line["changed_on"], line["title"]) == ("Whole service", "", FIELDS["title"])
    assert len(line["measures"]) == 1
    refused = hand_in(chidi, file_of({"number": "1", "title": ""}))
    assert outcomes(refused) == ["refused"]


def test_nothing_at_all_is_brought_in_while_one_row_is_refused(world: World, chidi: Browser) -> None:
    looked = hand_in(chidi, file_of(ROW, ROW | {"title": "Bad", "owner": "Fay Hughes"}))
    assert outcomes(looked) == ["made", "refused"]
    assert hidden(looked) == {}
    said = words_of(looked)
    assert "One row needs another look" in said
    assert "owner : “Fay Hughes” is not known here. Write one of:" in said
    sound = hidden(hand_in(chidi, file_of(ROW)))
    bad = hidden(hand_in(chidi, file_of(ROW | {"title": "Other"})))
    mixed = chidi.post("/actions/import/applied", data={"register": sound["register"], "mark": bad["mark"]})
    assert mixed.status_code == 422
    assert actions_of(chidi) == []


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        ({"title": ""}, "title", "Write a short title"),
        ({"themes": "Safeguarding; Weather"}, "themes", "“Weather” is not known here"),
        ({"tags": "S99"}, "tags", "“S99” is not known here"),
        ({"risk": "huge"}, "risk", "Write one of: High; Medium; Low"),
        ({"risk": "high", "evidence_kinds": "audit"}, "evidence_kinds", "at least two kinds"),
        ({"baseline": "Not good"}, "baseline", "8 of 30 characters"),
        ({"deadline": "12/31/2026"}, "deadline", "Write a real date"),
        ({"deadline": "31/12/26"}, "deadline", "Write a real date"),
        ({"measure_1": "M99"}, "measure_1", "“M99” is not known here"),
        ({"target_1": "lots"}, "target_1", "Write the target as a number"),
        ({"unit": "Birch Row 1"}, "unit", "“Birch Row 1” is not known here"),
        ({"service": "Birch Row"}, "service", "Write one of your services: Alder House"),
        ({"number": "0"}, "number", "Write the number of an action"),
        ({"number": "1.0"}, "number", "Write the number of an action"),
        ({"id": "not-an-id"}, "id", "Leave the id empty"),
        ({"expected": "(left out)"}, "expected", "Take out the register with names"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_which_column_and_what_to_do(
    chidi: Browser, changed: dict[str, str], column: str, said: str
) -> None:
    looked = hand_in(chidi, file_of(ROW | changed))
    assert outcomes(looked) == ["refused"]
    assert f"<strong>{column}</strong>" in looked.text
    assert said in words_of(looked)


def test_two_rows_about_one_action_are_not_both_taken(chidi: Browser) -> None:
    make_action(chidi, title="Bells")
    raw = file_of(
        {"number": "1", "title": "Bells"},
        {"number": "", "title": "bells"},
        {"title": "New"},
        {"title": "new"},
    )
    looked = hand_in(chidi, raw)
    assert outcomes(looked)[:2] == ["unchanged", "refused"]
    assert "Line 2 is about the same action" in words_of(looked)
    assert "Line 4 is about the same action" in words_of(looked)
    numbered = file_of(ROW | {"number": "7"}, ROW | {"number": "8"}, ROW | {"number": ""})
    assert outcomes(hand_in(chidi, numbered)) == ["made", "made", "refused"]


def test_two_actions_of_one_title_are_told_apart_by_number(chidi: Browser) -> None:
    make_action(chidi, title="Bells")
    make_action(chidi, title="Bells", deadline="2027-01-31")
    assert "Actions 1, 2 all have this title" in words_of(hand_in(chidi, file_of({"title": "Bells"})))
    assert outcomes(hand_in(chidi, file_of({"title": "Bells", "number": "2"}))) == ["unchanged"]


def test_a_file_closes_nothing_and_says_so(world: World, chidi: Browser) -> None:
    make_action(chidi)
    for row in (ROW | {"status": "Closed"}, {"number": "1", "title": "Bells", "status": "closed"}):
        assert "No file closes an action" in words_of(bring_in(chidi, file_of(row)))
    with world.sql() as sql:
        assert {row[0] for row in sql.execute("SELECT status FROM action")} == {"open"}
    assert "closed" not in "".join(str(line["status"]) for line in actions_of(chidi)).lower()


def test_what_changed_meanwhile_is_looked_at_again(world: World, chidi: Browser) -> None:
    make_action(chidi, title="Bells")
    looked = hand_in(chidi, file_of({"number": "1", "risk": "Medium"}))
    ben = world.signed_in("ben")
    bring_in(ben, file_of({"number": "1", "deadline": "2027-01-31"}))
    late = chidi.post("/actions/import/applied", data=hidden(looked))
    assert late.status_code == 422
    assert "Something changed since the file was looked through" in words_of(late)
    assert actions_of(chidi)[0]["risk"] == "Low"
    assert chidi.post("/actions/import/applied", data=hidden(late)).status_code == 200
    assert actions_of(chidi)[0]["risk"] == "Medium"


def test_a_file_for_several_services_says_which_row_is_for_which(world: World) -> None:
    dana = world.signed_in("dana")
    both = [
        ROW | {"service": "Alder House"},
        ROW | {"service": "birch", "unit": "Birch Row 1", "owner": "Fay Hughes"},
    ]
    bring_in(dana, file_of(*both))
    assert [(line["service"], line["number"]) for line in actions_of(dana)] == [
        ("Alder House", 1),
        ("Birch Row", 1),
    ]
    without = words_of(hand_in(dana, file_of(ROW)))
    assert "Write one of your services: Alder House; Birch Row." in without


def test_anothers_action_is_neither_changed_nor_told_of(world: World, chidi: Browser) -> None:
    fay = world.signed_in("fay")
    id = make_action(fay, title="Birch secret", owner="fay")
    looked = hand_in(chidi, file_of(ROW | {"id": id}))
    assert outcomes(looked) == ["refused"]
    assert "This id cannot be used" in words_of(looked)
    assert "Birch secret" not in looked.text
    assert id not in looked.text


@pytest.mark.parametrize("name", ["amina", "hana", "gus", "eli"])
def test_whoever_may_not_write_actions_finds_no_import(world: World, name: str) -> None:
    with world.signed_in(name) as browser:
        for address in ("/actions/import", "/actions/import/empty.csv"):
            assert browser.get(address).status_code in (403, 404)
        assert hand_in(browser, file_of(ROW)).status_code in (403, 404)
        assert browser.post("/actions/import/applied", data={"register": "x"}).status_code in (403, 404)


def test_another_site_cannot_hand_in_a_file(world: World) -> None:
    chidi = world.signed_in("chidi")
    chidi.headers = {"origin": "https://elsewhere.example"}
    assert ORIGIN not in chidi.headers.values()
    assert hand_in(chidi, file_of(ROW)).json()["code"] == "cross_origin"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Choose a file of actions"),
        (b"title\n", "no row below the headings"),
        (b"\x89PNG\x81\x8d", "not a file of text"),
        (b"title,title\nx,y\n", "stands twice"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_words(chidi: Browser, raw: bytes, said: str) -> None:
    answer = hand_in(chidi, raw)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert 'id="register-error"' in answer.text


@pytest.mark.parametrize("carried", ["", "x", "not base64!", "eJwDAAAAAAE=", "eJzT" * 40])
def test_a_page_that_was_tampered_with_brings_nothing_in(chidi: Browser, carried: str) -> None:
    answer = chidi.post("/actions/import/applied", data={"register": carried, "mark": ""})
    assert answer.status_code == 422
    assert "Choose it again" in words_of(answer)


def test_a_column_nobody_knows_is_named_and_not_read(chidi: Browser) -> None:
    looked = hand_in(chidi, file_of(ROW | {"colour": "blue", "Overdue": "no", "supports": "99"}))
    assert "Not read, for an action has no such field: colour." in words_of(looked)


def test_vague_words_are_remarked_on_and_taken(chidi: Browser) -> None:
    looked = hand_in(chidi, file_of(ROW | {"expected": "Drinks are monitored at night."}))
    assert outcomes(looked) == ["made"]
    assert "“monitored”" in words_of(looked)


def test_the_trail_says_that_a_file_was_brought_in_and_no_word_of_it(world: World, chidi: Browser) -> None:
    bring_in(chidi, file_of(ROW))
    with world.sql() as sql:
        (details, service) = sql.execute(
            "SELECT details, service FROM identity_audit WHERE what = 'register_imported'"
        ).fetchone()
    assert (details, service) == ("1 made, none changed, none unchanged, none refused", "alder")


def test_the_empty_file_has_the_headings_a_row_needs(chidi: Browser) -> None:
    answer = chidi.get("/actions/import/empty.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="empty-register.csv"'
    (head,) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert set(ROW) <= set(head)
    assert "status" not in head


def test_the_download_without_names_is_not_taken_for_one_with_names(chidi: Browser) -> None:
    make_action(chidi)
    looked = hand_in(chidi, chidi.get("/actions.csv").content)
    assert outcomes(looked) == ["refused"]
    assert "Take out the register with names" in words_of(looked)


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_download_with_names_comes_in_again_unchanged(chidi: Browser, separator: str) -> None:
    make_action(chidi, title="=Bells", tags=["qs/2023/S3"], unit="alder-1", learning="+ what\n- was learned")
    make_action(chidi, measure_2="M04", target_2="4", comparator_2="exactly", target_unit_2="count",
                window_start_2="2026-11-16", window_end_2="2026-12-30")  # fmt: skip
    raw = in_full_bytes(chidi, "actions", "csv")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    assert outcomes(hand_in(chidi, out.getvalue().encode("utf-8"))) == ["unchanged", "unchanged"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DAYS = st.dates(START.date(), START.date().replace(year=2199)).map(str)


def clean(text: str) -> str:
    """As a form keeps it."""
    return text.replace("\r\n", "\n").strip()


@st.composite
def targets(draw: st.DrawFn) -> Target:
    start = draw(st.dates(min_value=START.date().replace(year=2020), max_value=START.date()))
    how = clean(draw(TEXT))
    return Target(
        measure="M14" if not how else draw(st.sampled_from(["", "M14"])),
        variant="",
        how=how,
        comparator=draw(st.sampled_from(["at_least", "at_most", "exactly"])),
        hundredths=draw(st.integers(0, 10_000)),
        unit=draw(st.sampled_from(["percent", "count"])),
        start=str(start),
        end=str(start.replace(year=start.year + 1, day=1)),
    )


@st.composite
def written(draw: st.DrawFn) -> ActionFields:
    long = "nobody looked again in July, " * 2
    changed = draw(st.booleans())
    counted = draw(st.booleans())
    return ActionFields(
        title=clean(draw(TEXT)) or "Bells",
        themes=tuple(sorted(draw(st.sets(st.sampled_from(["SG", "DE", "RE", "CO"]), min_size=1)))),
        tags=tuple(sorted(draw(st.sets(st.sampled_from(["qs/2023/S3", "kloe/draft-9/K-S4"]))))),
        unit=draw(st.sampled_from(["", "alder-1", "alder-2"])),
        source=draw(st.sampled_from(["audit", "inspection", "oversight"])),
        baseline=clean(draw(TEXT) + long),
        baseline_numerator=3 if counted else None,
        baseline_denominator=7 if counted else None,
        baseline_period=clean(draw(TEXT)) or ("July" if counted else ""),
        expected=clean(draw(TEXT) + long),
        targets=tuple(draw(st.lists(targets(), min_size=1, max_size=6))),
        risk=draw(st.sampled_from(["high", "medium", "low"])),
        owner=draw(st.sampled_from(["ben", "chidi", "amina"])),
        review_route=clean(draw(TEXT)) or "Meeting",
        deadline=draw(DAYS),
        evidence_kinds=tuple(
            sorted(draw(st.sets(st.sampled_from(["audit", "record", "feedback"]), min_size=2)))
        ),
        changed_on="2026-11-02" if changed else "",
        changed_what=clean(draw(TEXT) + long) if changed else "",
        learning=clean(draw(TEXT)),
    )


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two houses alike."""
    first, second = (World(tmp_path_factory.mktemp("house")) for _ in range(2))
    return first.settings.database, second.settings.database


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(written(), min_size=1, max_size=3))
def test_whatever_was_written_goes_out_and_comes_in_again(
    houses: tuple[Path, Path], several: list[ActionFields]
) -> None:
    here, there = (sqlite3.connect(path, isolation_level=None) for path in houses)
    try:
        for connection in (here, there):
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
        for fields in several:
            action_store.create(here, str(uuid4()), "alder", fields, "chidi", write_instant(START))
        scope, today = of_services(["alder"]), day_in_london(START)
        names = read_names(here, scope)
        lines = read_register(here, scope, RegisterQuery(), names, today)
        table = read_table(action_export.as_csv(lines, names, in_full=True))
        room = Room(("alder",), names, today)
        assert [row.outcome for row in plan(here, table, room).rows] == [UNCHANGED] * len(several)
        again = plan(there, table, room).rows
        assert [row.outcome for row in again] == [MADE] * len(several), again
        assert [row.fields for row in again] == [line.action.fields for line in lines]
    finally:
        here.close()
        there.close()
