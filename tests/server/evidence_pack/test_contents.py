"""What is in a pack: each section of domain/3 1.10 or what it waits for, no names, the same in every form."""

import csv
import io
import json
import re
import sqlite3
from html.parser import HTMLParser

import pytest

from server.evidence_pack.hiding import Hiding
from server.evidence_pack.sections import SECTIONS
from tests.server.evidence_pack.conftest import MadePack

TEXTS = (".html", ".json", ".csv", ".txt", ".py")


@pytest.fixture(scope="module")
def said(made: MadePack) -> dict[str, list[dict[str, object]]]:
    """The blocks of each section by its id."""
    return {one["id"]: one["blocks"] for one in json.loads(made.files["pack.json"])["sections"]}


def rows_of(made: MadePack, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.files[f"csv/{name}.csv"].decode("utf-8-sig"))))


def read(made: MadePack, sql: str) -> list[sqlite3.Row]:
    connection = sqlite3.connect(made.database)
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_every_section_of_the_list_is_there_in_its_order(made: MadePack) -> None:
    found = json.loads(made.files["pack.json"])["sections"]
    assert [one["id"] for one in found] == [section.id for section in SECTIONS]
    html = made.files["pack.html"].decode()
    places = [html.index(f'<h2 id="{section.id}">{section.title}</h2>') for section in SECTIONS]
    assert places == sorted(places)


def test_the_sections_cover_what_the_domain_asks_for() -> None:
    assert {section.id for section in SECTIONS} >= {
        "gaps", "map", "actions", "decisions", "sources", "cases", "complaints", "staffing", "challenge", "summaries",
        "signals", "learning", "sustain", "not-received", "made", "records", "framework",
    }  # fmt: skip


def test_every_action_stands_with_baseline_target_figures_evidence_and_what_remains(made: MadePack) -> None:
    actions = read(made, "SELECT number, title, service FROM action")
    assert len(actions) > 3
    names = {row["Action"] for row in rows_of(made, "actions")}
    assert len(names) == len(actions) == len(rows_of(made, "recovery-map"))
    for action in actions:
        name = next(one for one in names if one.endswith(f"Action {action['number']}: {action['title']}"))
        about = {row["About"] for row in rows_of(made, "actions") if row["Action"] == name}
        assert {"Where it started", "What is to be seen instead", "State", "Learned"} <= about
        for file in ("measures", "evidence-by-kind", "action-history"):
            assert any(row["Action"] == name for row in rows_of(made, file)), (file, name)


def test_the_register_holds_every_record_that_stands_and_its_digest(made: MadePack) -> None:
    rows = read(
        made,
        """
        SELECT v.record, v.version, e.sha256, v.received_at FROM record_version v JOIN entry e ON e.seq = v.seq
        WHERE v.current = 1 AND v.restricted = 0 AND v.form NOT LIKE 'wifi_drill%'
            AND v.happened_at >= '2026-07-31T23:00:00Z' AND v.happened_at < '2026-11-22T00:00:00Z'
        """,
    )
    assert len(rows) > 400
    kept = {(row["record"], row["version"], row["sha256"]) for row in rows}
    listed = json.loads(made.files["records.json"])["records"]
    assert {(one["record"], one["version"], one["sha256"]) for one in listed} == kept
    assert {(row["Record"], int(row["Version"]), row["SHA-256"]) for row in rows_of(made, "register")} == kept
    assert made.pack.records == len(rows)


def test_json_and_csv_say_the_same(made: MadePack, said: dict[str, list[dict[str, object]]]) -> None:
    (register,) = (one for one in said["records"] if one.get("file") == "csv/register.csv")
    rows = [list(row.values()) for row in rows_of(made, "register")]
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == register["rows"]


def test_no_name_of_anybody_is_in_any_file(made: MadePack) -> None:
    staff = [row["name"] for row in read(made, "SELECT name FROM staff")]
    places = [
        f"{row['initials']}, {row['place']}" for row in read(made, "SELECT initials, place FROM person")
    ]
    words = {word for name in staff for word in name.split() if len(word) > 2} | set(staff) | set(places)
    assert len(words) > 20
    found = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, sorted(words))) + r")(?!\w)")
    for name, body in made.files.items():
        if name.endswith(TEXTS):
            assert found.findall(body.decode()) == [], name


def test_the_key_says_whose_every_pseudonym_is(made: MadePack) -> None:
    lines = list(csv.DictReader(io.StringIO(made.key)))
    used = set(re.findall(r"(?:Staff|Person) [A-Z2-7]{5}", made.files["records.json"].decode()))
    key = {line["pseudonym"]: line["name"] for line in lines}
    assert used
    assert used <= set(key)
    names = {row["name"] for row in read(made, "SELECT name FROM staff")}
    assert {name for one, name in key.items() if one.startswith("Staff")} <= names
    assert all(line["pack"] == made.pack.id for line in lines)
    assert not any(made.key.splitlines()[1].split(",")[-1].encode() in body for body in made.files.values())


def test_names_in_free_text_become_pseudonyms() -> None:
    sql = sqlite3.connect(":memory:")
    sql.row_factory = sqlite3.Row
    sql.executescript(
        """
        CREATE TABLE staff (id, name); CREATE TABLE person (id, initials, place);
        CREATE TABLE server_state (name, value); INSERT INTO server_state VALUES ('cursor_key', '00ff');
        INSERT INTO staff VALUES ('a', 'Amina Yusuf'), ('b', 'Ben Carter'), ('c', 'Bea Carter');
        INSERT INTO person VALUES ('p', 'M.T.', 'Room 12'), ('q', 'GP', 'Room 2'), ('r', 'KL', '3');
        """
    )
    hide = Hiding(sql).text
    amina = hide("Amina Yusuf")
    assert re.fullmatch(r"Staff [A-Z2-7]{5}", amina)
    assert hide("amina yusuf told AMINA YUSUF") == f"{amina} told {amina}"
    assert hide("Amina’s shift, with Amina.") == f"{amina}’s shift, with {amina}."
    assert hide("Carter was there") == "[a member of staff] was there"
    assert hide("Benefit, Aminata") == "Benefit, Aminata"
    assert re.fullmatch(r"Person [A-Z2-7]{5} in Room 12; the GP came", hide("M.T. in Room 12; the GP came"))
    assert "KL" not in hide("KL asked")


def test_what_was_not_received_is_said_tablet_by_tablet(made: MadePack) -> None:
    tablets = {row["name"] for row in read(made, "SELECT name FROM tablet")}
    html = made.files["pack.html"].decode()
    section = html[html.index('<h2 id="not-received">') : html.index('<h2 id="made">')]
    assert all(name in section for name in tablets)


def test_who_made_it_when_for_what_and_from_which_versions_is_said(made: MadePack) -> None:
    about = json.loads(made.files["manifest.json"])["about"]
    assert about["Pack"] == made.pack.id
    assert re.fullmatch(r"Staff [A-Z2-7]{5} \(Nominated individual\)", about["Made by"])
    assert about["Made for"] == "For the provider's meeting in November"
    assert about["Made"] == "Sat 21 Nov 2026, 12:00"
    used = {
        (row["form_version"], row["form_hash"])
        for row in read(made, "SELECT * FROM record_current WHERE form NOT LIKE 'wifi%' AND restricted = 0")
    }
    listed = {(int(row["Version"]), row["Hash"]) for row in rows_of(made, "form-versions")}
    assert listed <= used
    assert listed


class Outside(HTMLParser):
    """Every tag, and every address that leads out of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "poster", "srcset") and not (value or "").startswith(
                "#"
            ):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)


def test_the_page_is_one_file_without_script_or_outside_address(made: MadePack) -> None:
    html = made.files["pack.html"].decode()
    seen = Outside()
    seen.feed(html)
    assert not {"script", "link", "iframe", "object", "embed", "form", "img"} & seen.tags
    assert (seen.addresses, seen.handlers) == ([], [])
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'; style-src 'sha256-" in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_charts_stand_with_their_words_and_their_figures(made: MadePack) -> None:
    html = made.files["pack.html"].decode()
    drawn = html.count('<svg class="chart-svg"')
    assert drawn > 2
    assert html.count("<desc id=") == drawn == html.count("<caption>Figures behind the chart")


def test_progress_only_grows_to_the_end(made: MadePack) -> None:
    done = [share for _, share in made.said]
    assert done == sorted(done)
    assert done[-1] == 100
