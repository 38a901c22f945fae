"""What changed, and where limits begin anew: said by a person with a reason, kept for good, seen on the chart."""

import sqlite3
from uuid import uuid4

import pytest

from server.charts.chart import Note
from server.charts.store import (
    AlreadyWritten,
    ChartNote,
    NotThere,
    for_chart,
    read_notes,
    standing_on,
    take_back,
    write,
)
from server.evidence.people import read_names
from server.identity.scope import of_services
from tests.server.evidence.arranged import words_of
from tests.server.world import START, Browser, World

WORDS = "Escalation card on every unit"
NEW = {"measure": "M04", "day": "2026-11-02", "kind": "rebase", "words": WORDS}


def note_it(browser: Browser, **more: str) -> int:
    return browser.post(
        "/chart-notes", data=NEW | {"id": str(uuid4())} | more, follow_redirects=False
    ).status_code


def a_note(
    id: str = "n1", service: str = "alder", unit: str = "", rebases: bool = False, **more: str
) -> ChartNote:
    day, words = more.get("day", "2026-11-02"), more.get("words", WORDS)
    return ChartNote(id=id, service=service, unit=unit, measure="M04", day=day, rebases=rebases, words=words)


def test_a_note_stands_on_the_chart_with_name_and_day(world: World, chidi: Browser) -> None:
    assert note_it(chidi) == 303
    with world.sql() as sql:
        scope = of_services(["alder"])
        drawn = for_chart(standing_on(read_notes(sql, scope), "alder", "M04"), read_names(sql, scope))
    assert drawn == [Note(day="2026-11-02", words=WORDS, said="Chidi Okafor, Mon 16 Nov 2026", rebases=True)]


def test_the_page_shows_every_note(chidi: Browser) -> None:
    note_it(chidi)
    shown = words_of(chidi.get("/chart-notes"))
    assert WORDS in shown
    assert "Limits begun anew" in shown


def test_sending_a_note_twice_writes_one(world: World, chidi: Browser) -> None:
    id = str(uuid4())
    assert [note_it(chidi, id=id), note_it(chidi, id=id)] == [303, 303]
    assert note_it(chidi, id=id, words="Something else altogether") == 422
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM chart_note").fetchone()[0] == 1


def test_the_registered_manager_and_the_quality_lead_may_write_and_nobody_else(
    world: World, ben: Browser
) -> None:
    assert note_it(ben) == 404
    assert ben.get("/chart-notes").status_code == 404
    with world.signed_in("ivo") as ivo, world.signed_in("dana") as dana:
        assert note_it(ivo, service="alder") == 303
        assert note_it(dana, service="alder") == 404


def test_no_note_is_written_in_another_service(world: World, chidi: Browser) -> None:
    assert note_it(chidi, service="birch") == 404
    assert note_it(chidi, unit="birch-1") == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "M99"},
        {"measure": ""},
        {"day": "2026-11-17"},
        {"day": "soon"},
        {"day": ""},
        {"kind": ""},
        {"kind": "delete"},
        {"words": "New"},
        {"words": "x" * 501},
        {"words": "A line\x00 with a null in it"},
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    world: World, chidi: Browser, wrong: dict[str, str]
) -> None:
    assert note_it(chidi, **wrong) == 422
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM chart_note").fetchone()[0] == 0


def test_a_reason_is_given_for_today_too(chidi: Browser) -> None:
    assert note_it(chidi, day="2026-11-16") == 303


def test_what_was_typed_is_still_there(chidi: Browser) -> None:
    answer = chidi.post("/chart-notes", data=NEW | {"measure": ""})
    assert WORDS in answer.text
    assert "Choose the measure" in words_of(answer)


def test_a_note_is_taken_back_with_a_reason_and_can_still_be_read(world: World, chidi: Browser) -> None:
    id = str(uuid4())
    note_it(chidi, id=id)
    assert chidi.post(f"/chart-notes/{id}/ending", data={"why": "no"}).status_code == 422
    ending = {"why": "It was the wrong unit"}
    assert chidi.post(f"/chart-notes/{id}/ending", data=ending, follow_redirects=False).status_code == 303
    shown = words_of(chidi.get("/chart-notes"))
    assert WORDS in shown
    assert "It was the wrong unit" in shown
    with world.sql() as sql:
        assert standing_on(read_notes(sql, of_services(["alder"])), "alder", "M04") == []
    assert chidi.post(f"/chart-notes/{id}/ending", data=ending).status_code == 404


def test_a_note_of_another_service_cannot_be_taken_back(world: World, chidi: Browser) -> None:
    with world.sql() as sql:
        write(sql, a_note(service="birch"), "fay", START)
        with pytest.raises(NotThere):
            take_back(sql, "n1", ["alder"], "It was wrong", "chidi", START)
    assert chidi.post("/chart-notes/n1/ending", data={"why": "It was wrong"}).status_code == 404
    assert WORDS not in chidi.get("/chart-notes").text


def test_notes_are_never_changed_or_deleted(world: World) -> None:
    with world.sql() as sql:
        write(sql, a_note(), "chidi", START)
        take_back(sql, "n1", ["alder"], "It was wrong", "chidi", START)
        for table in ("chart_note", "chart_note_taken_back"):
            for change in (f"UPDATE {table} SET who = 'ben'", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError, match="taken back, never changed"):
                    sql.execute(change)


def test_the_same_id_with_other_words_is_not_kept(world: World) -> None:
    with world.sql() as sql:
        write(sql, a_note(), "chidi", START)
        write(sql, a_note(), "chidi", START)
        with pytest.raises(AlreadyWritten):
            write(sql, a_note(words="Something else was done"), "chidi", START)


def test_a_units_chart_has_the_changes_of_its_service_and_limits_of_its_own(world: World) -> None:
    with world.sql() as sql:
        for note in (
            a_note("whole"),
            a_note("whole-limits", rebases=True),
            a_note("unit-limits", unit="alder-1", rebases=True, day="2026-10-01"),
            a_note("other-unit", unit="alder-2"),
            a_note("elsewhere", service="birch"),
        ):
            write(sql, note, "chidi", START)
        notes = read_notes(sql, of_services(["alder", "birch"]))
    assert [note.id for note in standing_on(notes, "alder", "M04", "alder-1")] == ["unit-limits", "whole"]
    assert [note.id for note in standing_on(notes, "alder", "M04")] == ["whole", "whole-limits"]
    assert standing_on(notes, "alder", "M05") == []


def test_the_trail_says_who_began_limits_anew_and_none_of_the_words(world: World, chidi: Browser) -> None:
    id = str(uuid4())
    note_it(chidi, id=id, unit="alder-1")
    chidi.post(f"/chart-notes/{id}/ending", data={"why": "It was the wrong unit"})
    with world.sql() as sql:
        events = [
            tuple(row)
            for row in sql.execute(
                "SELECT what, who, about, details, service FROM identity_audit WHERE what LIKE 'chart_%' ORDER BY id"
            )
        ]
    assert events == [
        ("chart_noted", "chidi", id, "M04, alder-1: limits begun anew from 2026-11-02", "alder"),
        ("chart_note_taken_back", "chidi", id, "M04", "alder"),
    ]
