"""The audit trail: one line for each thing that matters, in the log too, for those who answer for the service."""

import csv
import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from observation_forms import load_catalogue
from server.identity import audit
from server.identity.audit import EVENTS, statement_of
from server.seen import LOOKED_AT
from sync import DatabaseError
from tests.server.due.shift import Shift
from tests.server.evidence.floor import Floor, make_action
from tests.server.review.reviewing import review
from tests.server.routes_of import routes_of
from tests.server.world import PASSWORD, Browser, World, sign_in

Row = dict[str, Any]


def trail(world: World, *kinds: str) -> list[Row]:
    with world.sql() as sql:
        rows = [dict(row) for row in sql.execute("SELECT * FROM identity_audit ORDER BY id")]
    return [row for row in rows if not kinds or row["what"] in kinds]


def said(world: World, *kinds: str) -> list[tuple[str, str, str, str]]:
    return [(row["what"], row["who"], row["about"], row["details"]) for row in trail(world, *kinds)]


def shown(desk: Browser, query: str = "") -> list[Row]:
    """What the file says; it holds what the page shows, in the same order."""
    found: list[Row] = json.loads(desk.get(f"/audit.json{query}").text)["events"]
    return [event for event in found if event["what"] != "exported"]


@pytest.fixture
def floor(world: World) -> Floor:
    return Floor(world, load_catalogue())


@pytest.fixture
def dana(world: World) -> Browser:
    return world.signed_in("dana")


def test_every_event_has_words_and_no_other_can_be_noted(world: World) -> None:
    assert all(words[0].isupper() and not words.endswith(".") for words in EVENTS.values())
    with world.sql() as sql, pytest.raises(ValueError, match="no event called 'gossip'"):
        audit.note(sql, "gossip", world.clock())


def test_each_event_is_a_leaf_of_the_log(world: World, chidi: Browser, oak: Browser) -> None:
    chidi.get("/evidence?person=alder-1-a")
    columns = ("id", "at", "what", "who", "about", "address", "tablet", "details", "service")
    with world.sql() as sql:
        leaves = {row["ref"]: row for row in sql.execute("SELECT * FROM log_leaf WHERE kind = 'audit'")}
        rows = trail(world)
    assert [row["id"] for row in rows] == [int(ref) for ref in leaves]
    for row, leaf in zip(rows, leaves.values(), strict=True):
        assert row["position"] == leaf["position"]
        statement = statement_of({name: row[name] for name in columns})
        assert json.loads(leaf["statement"]) == {"kind": "audit", **statement}


@pytest.mark.parametrize("change", ["UPDATE identity_audit SET who = 'fay'", "DELETE FROM identity_audit"])
def test_no_event_is_changed_or_deleted(world: World, chidi: Browser, change: str) -> None:
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="the audit trail is never"):
        sql.execute(change)


def test_a_look_at_a_named_person_is_noted_once_in_five_minutes(world: World, chidi: Browser) -> None:
    for _ in range(3):
        chidi.get("/evidence?person=alder-1-a&author=amina")
    assert said(world, "person_viewed", "staff_viewed") == [
        ("person_viewed", "chidi", "alder-1-a", "in the evidence"),
        ("staff_viewed", "chidi", "amina", "as author, in the evidence"),
    ]
    world.clock.move(minutes=6)
    chidi.get("/evidence?person=alder-1-a&author=amina")
    assert len(said(world, "person_viewed")) == 2


def test_a_look_is_noted_for_each_person_and_each_viewer(world: World, chidi: Browser, ben: Browser) -> None:
    chidi.get("/evidence?person=alder-1-a")
    chidi.get("/evidence?person=alder-2-a")
    ben.get("/evidence?person=alder-1-a")
    assert [row[1:3] for row in said(world, "person_viewed")] == [
        ("chidi", "alder-1-a"),
        ("chidi", "alder-2-a"),
        ("ben", "alder-1-a"),
    ]


@pytest.mark.parametrize("query", ["person=birch-1-a", "person=nobody", "author=nobody", "text=alder-1-a"])
def test_what_shows_nobody_is_no_look_at_anybody(world: World, chidi: Browser, query: str) -> None:
    chidi.get(f"/evidence?{query}")
    assert said(world, "person_viewed", "staff_viewed") == []


def test_the_page_of_a_record_is_a_look_at_the_person_it_names(world: World, chidi: Browser) -> None:
    record = Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"person": "alder-1-a"})
    chidi.get(f"/evidence/{record}")
    assert said(world, "person_viewed") == [("person_viewed", "chidi", "alder-1-a", f"record {record}")]


def test_ones_own_observations_are_a_look_at_oneself(world: World) -> None:
    with world.signed_in("amina") as amina:
        amina.get("/me/observations")
    assert said(world, "staff_viewed") == [
        ("staff_viewed", "amina", "amina", "what was observed about themselves")
    ]


def test_every_page_that_is_watched_for_looks_exists_or_is_to_come(world: World) -> None:
    addresses = {address for _, address, _ in routes_of(world.app)}
    for template in LOOKED_AT:
        filled = re.sub(r"\{\w+\}", "none-such", template)
        assert filled in addresses, template


def test_what_may_not_be_seen_is_noted_without_what_was_typed(world: World, chidi: Browser) -> None:
    chidi.get("/evidence/somebodys-name-typed-here")
    with world.signed_in("gus") as gus:
        gus.get("/evidence")
    assert said(world, "refused") == [
        ("refused", "chidi", "", "GET /evidence/{record}"),
        ("refused", "gus", "", "GET /evidence"),
    ]


def test_refusals_are_noted_ten_times_a_minute_at_most(world: World, chidi: Browser, ben: Browser) -> None:
    for _ in range(25):
        chidi.get("/evidence/nothing")
        sign_in(world.client(), "nobody", "wrong")
    ben.get("/evidence/nothing")
    noted = said(world, "refused")
    assert [row[1] for row in noted] == ["chidi"] * 10 + ["ben"]
    assert noted[9][3] == "GET /evidence/{record}; more within this minute were left out"
    assert noted[8][3] == "GET /evidence/{record}"
    assert len(said(world, "sign_in_refused")) == 5  # After which each must wait, and is not looked at
    world.clock.move(minutes=2)
    chidi.get("/evidence/nothing")
    assert len(said(world, "refused")) == 12


def test_a_strangers_try_costs_no_more_after_years_of_the_trail(world: World) -> None:
    """Everything of the trail that names nobody would be read at each try, while records wait to be written."""
    with world.sql() as sql:
        sql.executemany(
            """
            INSERT INTO identity_audit (at, what, who, about, address)
            VALUES ('2020-01-01T00:00:00Z', 'sign_in_refused', '', '', '203.0.113.9')
            """,
            [()] * 5_000,
        )
        steps: list[None] = []
        sql.set_progress_handler(lambda: steps.append(None), 100)
        audit.note_some(sql, "sign_in_refused", world.clock(), address="203.0.113.9")
    assert len(steps) * 100 < 5_000


def test_another_sites_attempt_is_noted(world: World, stranger: Browser) -> None:
    stranger.post("/sign-in", data={"email": "x"}, headers={"origin": "https://evil.example"})
    assert said(world, "refused") == [("refused", "", "", "POST /sign-in from another site")]


def test_strangers_and_unknown_addresses_fill_nothing(world: World, stranger: Browser) -> None:
    for address in ("/nowhere", "/evidence", "/audit", "/%2e%2e/etc/passwd"):
        stranger.get(address)
    assert trail(world) == []


def test_a_copy_is_noted_before_it_is_given_out(world: World, floor: Floor, chidi: Browser) -> None:
    floor.record()
    chidi.get("/evidence.csv?text=Mrs+Private&unit=alder-1")
    chidi.get("/evidence.json")
    chidi.get("/actions.csv")
    chidi.get("/audit.csv?about=Mrs+Private")
    assert [row[3] for row in said(world, "exported")] == [
        "evidence.csv; 0 rows; text (words); unit alder-1",
        "evidence.json; 1 row",
        "actions.csv; 0 rows",
        "audit.csv; 0 rows; about (words)",
    ]


def full_disk(*_: object, **__: object) -> None:
    raise DatabaseError("disk_full", Path("sightline.db"))


def test_on_a_full_disk_people_read_on_but_take_no_copies(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "note", full_disk)
    assert chidi.get("/evidence?person=alder-1-a").status_code == 200
    assert chidi.get("/evidence/nothing").status_code == 404
    assert chidi.get("/evidence.csv").json()["code"] == "database_full"


def test_decisions_are_noted_with_what_was_decided(world: World, floor: Floor, chidi: Browser) -> None:
    record = floor.record()
    review(chidi, record, "set_aside", "It names the wrong unit.")
    action = make_action(chidi)
    chidi.post(
        "/settings/family_urgent", data={"service": "alder", "value": "60", "why": "Agreed on Monday."}
    )
    kinds = ("record_reviewed", "action_changed", "setting_changed")
    assert said(world, *kinds) == [
        ("record_reviewed", "chidi", record, "version 1: set aside"),
        ("action_changed", "chidi", action, "made"),
        ("setting_changed", "chidi", "family_urgent", "60 from 2026-11-16T09:00:01Z"),
    ]
    assert {row["service"] for row in trail(world, *kinds)} == {"alder"}


def test_a_manager_sees_their_own_service_and_no_other(world: World, chidi: Browser, dana: Browser) -> None:
    with world.signed_in("fay") as fay, world.tablet("birch-1", "Elm"):
        assert {event["service"] for event in shown(fay)} == {"birch"}
    assert {event["service"] for event in shown(chidi)} == {"alder"}
    assert {event["service"] for event in shown(dana)} == {"alder", "birch", ""}
    assert "Fay Hughes" not in chidi.get("/audit").text


def test_a_manager_reads_of_every_code_that_lets_a_tablet_into_their_service(
    world: World, chidi: Browser
) -> None:
    form = {"name": "Yew", "unit": "alder-1"}
    assert world.signed_in("gus").post("/tablets/codes", data=form).status_code == 201
    assert [row["who"] for row in shown(chidi, "?what=code_made")] == ["gus"]
    assert shown(world.signed_in("fay"), "?what=code_made") == []


def test_what_belongs_to_no_service_is_for_the_nominated_individual(
    world: World, stranger: Browser, chidi: Browser, dana: Browser
) -> None:
    sign_in(stranger, "nobody", "wrong")
    sign_in(stranger, "ben", "wrong")
    with world.signed_in("ivo") as ivo:
        for desk in (chidi, ivo):
            assert [event["about"] for event in shown(desk, "?what=sign_in_refused")] == ["ben"]
    assert [event["about"] for event in shown(dana, "?what=sign_in_refused")] == ["ben", ""]


def test_a_look_into_a_concern_about_a_manager_is_not_for_that_manager(
    world: World, chidi: Browser, dana: Browser
) -> None:
    chosen = {"about_manager": "yes", "person": "alder-1-a"}
    record = Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen=chosen)
    dana.get(f"/evidence/{record}")
    dana.get("/evidence?author=chidi")
    dana.post(f"/concerns/{record}/acknowledgement", data={"decision": "Spoken to the safeguarding team."})
    mine = [event for event in shown(dana) if event["who"] == "dana"]
    assert {"person_viewed", "staff_viewed", "concern_acknowledged"} <= {event["what"] for event in mine}
    assert not [event for event in shown(chidi) if event["who"] == "dana"]
    assert record not in chidi.get("/audit").text
    assert record not in chidi.get("/audit.csv").text


@pytest.mark.parametrize("name", ["amina", "ben", "eli", "gus", "hana"])
def test_the_trail_is_not_there_for_others(world: World, name: str) -> None:
    with world.signed_in(name) as desk:
        assert [desk.get(f"/audit{kind}").status_code for kind in ("", ".csv", ".json")] == [404] * 3


def test_the_trail_is_filtered_by_who_what_about_and_days(world: World, chidi: Browser, oak: Browser) -> None:
    chidi.get("/evidence?person=alder-1-a")
    world.clock.move(hours=26)
    world.signed_in("ben")
    desk = world.signed_in("chidi")

    def kinds(query: str) -> list[str]:
        return [event["what"] for event in shown(desk, query)]

    assert kinds("?who=ben") == ["signed_in"]
    assert kinds("?what=tablet_enrolled") == ["tablet_enrolled"]
    assert kinds("?about=AB,+1") == ["person_viewed"]
    assert kinds("?about=alder-1-a") == ["person_viewed"]
    assert kinds("?about=oak") == ["tablet_enrolled"]
    assert kinds("?about=%25") == kinds("?about=nothing+at+all") == []
    assert kinds("?since=2026-11-17") == ["signed_in", "signed_in"]
    assert kinds("?until=2026-11-16&what=signed_in") == ["signed_in"]
    page = desk.get("/audit?what=gossip&since=yesterday").text
    assert "There is no such kind of event" in page
    assert "This is not a date" in page


def test_the_trail_is_read_page_by_page(world: World, chidi: Browser) -> None:
    with world.sql() as sql:
        for number in range(120):
            audit.note(sql, "signed_out", world.clock(), who="ben", details=f"number {number}.")
    seen: list[str] = []
    address = "/audit?who=ben"
    while address:
        page = chidi.get(address).text
        seen += [line.split("<")[0] for line in page.split('soft small">number ')[1:]]
        links = page.split('aria-label="Pages"')[-1]
        older = links.split('">Older')[0].rsplit('href="', 1)[-1] if ">Older<" in links else ""
        address = older.replace("&amp;", "&")
    assert seen == [f"{number}." for number in reversed(range(120))]


def test_no_cell_of_the_file_can_be_a_formula(world: World, chidi: Browser) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE staff SET name = '=HYPERLINK(1)' WHERE id = 'ben'")
        audit.note(sql, "signed_out", world.clock(), who="ben", about="@cmd", details="+1")
    lines = list(csv.DictReader(io.StringIO(chidi.get("/audit.csv?who=ben").text.removeprefix("\ufeff"))))
    assert (lines[0]["who_name"], lines[0]["about"], lines[0]["details"]) == (
        "'=HYPERLINK(1)",
        "'@cmd",
        "'+1",
    )


WRITTEN = (
    "Mrs Quillfeather cried at the window",
    "Ask her daughter Philippa Vantongeren",
    "Moved to a safe room by Zebedee",
    "Agreed with Ottoline on Monday",
    "Searching for Wilhelmina",
    "typed-as-an-email-by-mistake",
    "wrong password nobody should keep",
)


def type_everywhere(world: World, floor: Floor, chidi: Browser, stranger: Browser) -> None:
    """Everything that somebody may type somewhere, typed somewhere."""
    note, why, decision, reason, search, email, password = WRITTEN
    record = floor.record(chosen={"context_note": note})
    concern = Shift(world).record(
        "immediate_concern", "2026-11-16T08:50:00Z", chosen={"person": "alder-1-a", "what_you_saw": note}
    )
    review(chidi, record, "set_aside", why)
    review(chidi, record, "question", why)
    chidi.post(f"/concerns/{concern}/acknowledgement", data={"decision": decision})
    make_action(chidi, baseline=f"{note} {note} in October.", expected=why)
    chidi.post("/settings/family_urgent", data={"service": "alder", "value": "60", "why": reason})
    for path in ("/evidence", "/evidence.csv", "/audit.csv"):
        chidi.get(path, params={"text": search, "about": search, "person": search, "author": search})
    chidi.get(f"/evidence/{search}")
    chidi.get(f"/evidence/{concern}")
    stranger.post("/sign-in", data={"email": email, "password": password})
    chidi.post("/me/account/password", data={"password": password, "new": password, "again": password})


def test_nothing_that_anybody_wrote_is_in_the_trail_or_the_log(
    world: World, floor: Floor, chidi: Browser, stranger: Browser
) -> None:
    type_everywhere(world, floor, chidi, stranger)
    with world.sql() as sql:
        kept = json.dumps([dict(row) for row in sql.execute("SELECT * FROM identity_audit")])
        kept += "".join(row[0] for row in sql.execute("SELECT statement FROM log_leaf"))
        everything = "\n".join(sql.iterdump())
    happened = {row["what"] for row in trail(world)}
    assert {
        "signed_in", "record_reviewed", "concern_acknowledged", "action_changed", "setting_changed",
        "exported", "refused", "person_viewed", "sign_in_refused", "password_refused",
    } <= happened  # fmt: skip
    for words in WRITTEN[:4]:
        assert words in everything, words
    for words in (*WRITTEN, PASSWORD, "Quillfeather", "Philippa", "Wilhelmina"):
        assert words not in kept, words
