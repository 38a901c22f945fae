"""A case and its records years later: an open one keeps them, a closed one loses its words with the last of them."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from server import commands
from tests.server.cases.steps import act, open_case
from tests.server.complaints import test_complaints as complaints
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.retention.years import SECRET, Years, destroy, hold
from tests.server.world import PASSWORD, World

WORDS = "quillmarmot"
TABLES = ("desk_record", "desk_act", "desk_said", "case_record")


def id_of(address: str) -> str:
    """The id at the end of an address."""
    return address.rpartition("/")[2]


def rows_of(world: World, asked: str) -> list[tuple[object, ...]]:
    """What the database holds."""
    with world.sql() as sql:
        return [tuple(row) for row in sql.execute(asked)]


def close(years: Years, case: str) -> None:
    """Do with a case what closing it asks for."""
    with years.world.signed_in("chidi") as chidi:
        for what in ("decided", "candour_assessed", "outcome_set", "outcome", "closed"):
            act(chidi, case, what, **({"by": "2026-11-30"} if what == "outcome_set" else {}))


def test_an_open_case_keeps_its_records_from_being_destroyed(years: Years) -> None:
    record = years.about()
    with years.world.signed_in("chidi") as chidi:
        open_case(chidi, record=record, kind="concern")
    years.person_leaves()
    years.pass_by(8.1)
    destroy(years.desk(), record)
    assert years.gone() == []


def test_the_words_of_a_closed_case_go_with_the_last_of_its_records(years: Years) -> None:
    first, second = years.about(), years.about()
    with years.world.signed_in("chidi") as chidi:
        case = open_case(chidi, record=first, kind="concern", title=f"The {WORDS}")
        act(chidi, case, "record_added", record=second)
        act(chidi, case, "said", note=f"A {WORDS} again.")
        plain = open_case(chidi, title="Another case, without records")
    close(years, case)
    years.person_leaves()
    years.pass_by(8.1)
    desk = years.desk()
    destroy(desk, first)
    assert WORDS in desk.get(case).text
    destroy(desk, second)
    page = words_of(desk.get(case))
    assert WORDS not in page
    assert SECRET not in page
    assert "What was written was destroyed under a retention rule" in page
    assert "Chidi Okafor, registered manager" in page
    assert "Another case, without records" in desk.get(plain).text


def test_words_of_what_holds_no_record_end_under_a_rule_and_decisions_stay(years: Years) -> None:
    """A complaint after 10 years, a serious case after 20, both from the day they were closed; an open one never."""
    world = years.world
    with world.signed_in("ben") as ben, world.signed_in("chidi") as chidi:
        complaint = complaints.add(ben, title=f"A {WORDS} was lost")
        complaints.add(ben, title="One that stays open")
        for what in ("responded", "learning", "closed"):
            complaints.act(ben, complaint, what)
        case = open_case(chidi, title=f"The {WORDS}", person="alder-1-a")
        act(chidi, case, "became_concern", why="It was no incident after all.")
        act(chidi, case, "assessed")
        held = complaints.add(ben, title="Soup was cold", kind="feedback")
        complaints.act(ben, held, "closed")
    close(years, case)
    years.person_leaves()
    of = {one: f"desk/{one.rpartition('/')[2]}" for one in (complaint, case, held)}
    years.pass_by(9.9)
    years.desk()
    assert years.listed() == {}
    years.pass_by(0.2)
    desk = years.desk()
    assert years.listed() == {of[complaint]: "complaint/10", of[held]: "complaint/10"}
    assert f'href="{complaint}"' in desk.get("/retention").text
    assert WORDS not in desk.get("/retention").text
    assert hold(desk, "staff/ben/alder").status_code == 303
    destroy(desk, rule="complaint", subject=[of[complaint]])
    assert WORDS in desk.get(complaint).text
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="rule alone"):
        sql.execute("DELETE FROM desk_said")
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="legal hold"):
        sql.execute("INSERT INTO desk_destroyed SELECT id, '', 'chidi', '', '' FROM desk_record")
    (id,) = rows_of(world, "SELECT id FROM legal_hold")[0]
    desk.post(f"/retention/holds/{id}/lift", data={"lift_why": "The claim is settled.", "password": PASSWORD})
    destroy(desk, rule="complaint", subject=[of[complaint]])
    page = words_of(desk.get(complaint))
    assert WORDS not in page
    assert "What was written was destroyed under a retention rule" in page
    assert "Ben Carter" in page
    told = "SELECT about, details FROM identity_audit WHERE what = 'record_destroyed'"
    assert rows_of(world, told) == [(id_of(complaint), "rule: complaint/10")]
    years.pass_by(10)
    desk = years.desk()
    assert years.listed()[of[case]] == "incident/20"
    destroy(desk, rule="incident", subject=[of[case]])
    page = words_of(desk.get(case))
    assert WORDS not in page
    assert "Changed its kind to concern" in page
    assert "Concern" in desk.get("/cases?state=&kind=concern").text
    assert rows_of(world, "SELECT max(destroyed) FROM retention_swept") == [(2,)]


def test_a_rebuild_leaves_every_case_as_it_was(tmp_path: Path) -> None:
    def kept(world: World) -> dict[str, list[tuple[object, ...]]]:
        with world.sql() as sql:
            return {table: [tuple(row) for row in sql.execute(f"SELECT * FROM {table}")] for table in TABLES}

    world = World(tmp_path)
    with world, world.signed_in("chidi") as chidi:
        record = Shift(world).record("incident_record", "2026-11-16T08:00:00Z")
        act(chidi, open_case(chidi, record=record), "fact")
    before = kept(world)
    asyncio.run(commands.rebuild(world.settings.database))
    assert all(before.values())
    assert kept(world) == before
