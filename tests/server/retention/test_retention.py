"""What reaches its end comes onto a list, and goes only when somebody decides, with a reason and their password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.log.verifying import verify
from server.retention.rules import RULES
from tests.server.evidence.floor import Floor
from tests.server.retention.years import SECRET, WHY, Years, destroy
from tests.server.world import World


def test_a_record_comes_onto_the_list_years_after_its_person_left(years: Years) -> None:
    record = years.about()
    years.about("alder-2-a")
    years.person_leaves()
    years.pass_by(7.9)
    years.desk()
    assert years.listed() == {}
    years.pass_by(0.2)
    page = years.desk().get("/retention").text
    assert years.listed() == {f"record/{record}": "person/8"}
    assert f"/evidence/{record}" in page
    assert years.gone() == []


def test_nothing_goes_by_itself(years: Years) -> None:
    years.about()
    years.person_leaves()
    for _ in range(5):
        years.pass_by(20)
        years.desk()
    assert years.gone() == []


def test_a_record_about_nobody_ends_by_its_own_day_and_one_about_staff_when_they_left(
    years: Years, floor: Floor
) -> None:
    nobody = floor.record(chosen={"staff_observed": []})
    watched = floor.record(chosen={"staff_observed": ["ben"]})
    years.pass_by(8.1)
    years.desk()
    assert years.listed() == {f"record/{nobody}": "other/8"}
    years.staff_leaves("ben")
    years.pass_by(6.1)
    years.desk()
    assert years.listed() == {f"record/{nobody}": "other/8", f"record/{watched}": "staff/6"}


def test_a_setting_moves_the_end_and_keeps_its_history(years: Years) -> None:
    record = years.about()
    years.person_leaves()
    years.pass_by(8.1)
    desk = years.desk()
    form = {"service": "alder", "value": "12", "why": "Our own schedule says twelve."}
    assert desk.post("/settings/keep_person_years", data=form, follow_redirects=False).status_code == 303
    years.world.clock.move(minutes=2)
    assert "not_reached=1" in destroy(desk, record).headers["location"]
    assert years.gone() == []
    years.pass_by(4)
    years.desk()
    assert years.listed() == {f"record/{record}": "person/12"}


def test_the_settings_page_lists_how_long_each_kind_is_kept(world: World) -> None:
    page = world.signed_in("chidi").get("/settings").text
    for rule in RULES.values():
        assert f"/settings/{rule.setting}?service=alder" in page


def test_destroying_takes_the_words_everywhere_and_leaves_who_when_and_why(
    years: Years, world: World
) -> None:
    record = years.about()
    manager = world.signed_in("chidi")
    for state, reason in (("question", f"Which {SECRET}?"), ("accepted", f"It was the {SECRET}.")):
        act = 0 if state == "question" else 1
        form = {"state": state, "reason": reason, "version": "1", "newest_act": str(act)}
        answer = manager.post(f"/evidence/{record}/review", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text
    years.person_leaves()
    years.pass_by(8.1)
    desk = years.desk()
    assert SECRET in everything_in(world.settings.database)
    answer = destroy(desk, record)
    assert answer.headers["location"] == "/retention?destroyed=1"
    assert SECRET not in everything_in(world.settings.database)
    assert SECRET not in bytes_of(world.settings.database)
    page = desk.get(f"/evidence/{record}").text
    assert "Destroyed on" in page
    assert "Records about a person supported: kept for 8 years from the day the person left" in page
    assert "by Chidi Okafor" in page
    assert WHY in page
    with world.sql() as sql:
        events = sql.execute(
            "SELECT who, about, details FROM identity_audit WHERE what = 'record_destroyed'"
        ).fetchall()
    assert [tuple(event) for event in events] == [("chidi", record, "rule: person/8")]


def test_what_was_said_and_decided_of_it_goes_as_well(years: Years, world: World, floor: Floor) -> None:
    seen = {"what": "abuse", "what_you_saw": f"A {SECRET}.", "what_you_did": SECRET, "person": "alder-1-a"}
    concern = floor.record(form="immediate_concern", answers=seen)
    watched = years.about(chosen={"staff_observed": ["ben"]})
    form = {"decision": f"We moved the {SECRET}."}
    desk = world.signed_in("chidi")
    assert (
        desk.post(f"/concerns/{concern}/acknowledgement", data=form, follow_redirects=False).status_code
        == 303
    )
    form = {"stance": "disagreed", "words": f"It was no {SECRET}."}
    view = f"/me/observations/{watched}/view"
    assert world.signed_in("ben").post(view, data=form, follow_redirects=False).status_code == 303
    years.person_leaves()
    years.staff_leaves("ben")
    years.pass_by(21)
    desk = years.desk()
    rules = years.listed()
    assert rules.keys() == {f"record/{concern}", f"record/{watched}"}
    for subject, rule in rules.items():
        destroy(desk, subject.removeprefix("record/"), rule=rule.split("/")[0])
    assert set(years.gone()) == {concern, watched}
    assert SECRET not in everything_in(world.settings.database)
    assert SECRET not in bytes_of(world.settings.database)


def test_a_destroyed_record_looks_like_nothing_to_another_service(years: Years) -> None:
    record = years.about()
    years.person_leaves()
    years.pass_by(8.1)
    destroy(years.desk(), record)
    assert years.desk("fay").get(f"/evidence/{record}").status_code == 404
    assert years.desk("dana").get(f"/evidence/{record}").status_code == 200


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"password": "not the right one"}, "That is not your password"),
        ({"password": ""}, "Type your password"),
        ({"why": "short"}, "in ten letters or more"),
        ({"decision": ""}, "Choose what is to happen"),
        ({"decision": "keep", "until": "2026-01-01"}, "Choose a day after today"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_destroyed(
    years: Years, changed: dict[str, str], fault: str
) -> None:
    record = years.about()
    years.person_leaves()
    years.pass_by(8.1)
    answer = destroy(years.desk(), record, **changed)
    assert answer.status_code == 422
    assert fault in answer.text
    assert years.gone() == []


def test_what_is_kept_longer_comes_back_on_its_day(years: Years) -> None:
    record = years.about()
    years.person_leaves()
    years.pass_by(8.1)
    desk = years.desk()
    until = f"{years.world.clock().year + 2}-01-01"
    assert destroy(desk, record, decision="keep", until=until).headers["location"] == "/retention?kept=1"
    assert "not_reached" not in destroy(desk, record).headers["location"]
    assert years.gone() == []
    years.pass_by(1)
    years.desk()
    assert years.listed() == {}
    years.pass_by(2)
    assert "destroyed=1" in destroy(years.desk(), record).headers["location"]


def test_all_under_a_rule_go_in_one_decision(years: Years) -> None:
    records = {years.about() for _ in range(45)}
    years.about("alder-2-a")
    years.person_leaves()
    years.pass_by(8.1)
    answer = destroy(years.desk(), every="yes")
    assert answer.headers["location"] == "/retention?destroyed=45"
    assert "45 destroyed." in years.desk().get(answer.headers["location"]).text
    assert set(years.gone()) == records


def test_everything_still_verifies_once_some_was_destroyed(years: Years, world: World) -> None:
    gone = [years.about() for _ in range(5)]
    years.about("alder-2-a")
    years.person_leaves()
    years.pass_by(8.1)
    destroy(years.desk(), *gone)
    # Read beside a server that stands still, as whoever looks after it would
    world.__exit__(None, None, None)
    found = verify(world.settings.database, world.settings.keys, [], lambda *_: None)
    assert found.faults == []
    with world.sql() as sql:
        sql.execute("DROP TRIGGER destroyed_refuses_delete")
        sql.execute("DELETE FROM destroyed WHERE seq = 1")
    again = verify(world.settings.database, world.settings.keys, [], lambda *_: None)
    assert any("destroyed" in str(fault) for fault in again.faults)


def test_what_is_not_on_the_list_cannot_be_destroyed(years: Years) -> None:
    record = years.about()
    assert destroy(years.desk(), record).headers["location"] == "/retention?"
    assert years.gone() == []


def test_a_deputy_sees_no_retention(years: Years) -> None:
    assert years.world.signed_in("ben").get("/retention").status_code == 404
    assert destroy(years.world.signed_in("ben"), "x").status_code == 404


def everything_in(path: Path) -> str:
    """Every value of every table, as text."""
    with closing(sqlite3.connect(path)) as sql:
        tables = [row[0] for row in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for table in tables for row in sql.execute(f"SELECT * FROM {table}"))


def bytes_of(path: Path) -> str:
    """The database's files, byte for byte."""
    files = (Path(f"{path}{end}") for end in ("", "-wal", "-shm"))
    return "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())
