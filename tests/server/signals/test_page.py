"""The page of signals: who sees which, how one is answered, and that none goes by itself."""

import csv
import io
import re
import sqlite3
from typing import Any

import pytest

from server.identity.organisation import give_role
from server.identity.permissions import Role
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import FIELDS, edit_action, make_action, words_of
from tests.server.review.reviewing import hidden, review
from tests.server.world import START, Browser, World

LOW = "Small changes in one person add up"
ACCEPTED = {"answer": "accepted", "reason": "The GP looks in every day this week"}


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def three_changes(shift: Shift, day: int = 15) -> list[str]:
    """Small changes of one person, none of them passed on."""
    return [
        shift.record("senior_oversight", f"2026-11-{day}T{hour}:00:00Z", "watch_and_review")
        for hour in ("08", "09", "10")
    ]


def ids_on(desk: Browser, address: str = "/signals") -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/signals/([0-9a-f]{24})"', desk.get(address).text)))


def send(desk: Browser, signal: str, fields: dict[str, str]) -> int:
    form = {**hidden(desk.get(f"/signals/{signal}").text), **fields}
    return desk.post(f"/signals/{signal}/answer", data=form, follow_redirects=False).status_code


def test_the_list_shows_a_signal_with_its_records(shift: Shift, chidi: Browser) -> None:
    records = three_changes(shift)
    page = chidi.get("/signals")
    assert LOW in words_of(page)
    assert all(f"/evidence/{record}" in page.text for record in records)
    assert "1 to be answered" in words_of(page)
    assert 'href="/signals"' in chidi.get("/actions").text


def test_no_sign_waits_for_a_source(chidi: Browser) -> None:
    assert "not kept here yet" not in words_of(chidi.get("/signals"))


def test_an_accepted_signal_keeps_who_when_and_why(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    assert send(chidi, signal, ACCEPTED) == 303
    page = words_of(chidi.get(f"/signals/{signal}"))
    assert "Accepted, with a reason The GP looks in every day this week Chidi Okafor" in page
    assert "1 answered" in words_of(chidi.get("/signals"))
    with world.sql() as sql:
        (row,) = sql.execute(
            "SELECT who, about, details, service FROM identity_audit WHERE what = 'signal_answered'"
        )
    assert tuple(row) == ("chidi", signal, "W01: accepted, with a reason", "alder")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose what came of it."),
        ({"answer": "dismissed", "reason": "Not worth it at all"}, "Choose what came of it."),
        ({"answer": "accepted", "reason": "Too short"}, "in 10 letters or more"),
        ({"answer": "accepted", "reason": "x" * 501}, "at most 500 letters"),
        ({"answer": "created"}, "Choose the action."),
        ({"answer": "changed", "action": "none-such"}, "Choose the action."),
    ],
)
def test_what_is_no_answer_is_refused_with_what_to_do(
    world: World, shift: Shift, chidi: Browser, fields: dict[str, str], says: str
) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    form = {**hidden(chidi.get(f"/signals/{signal}").text), **fields}
    answer = chidi.post(f"/signals/{signal}/answer", data=form)
    assert answer.status_code == 422
    assert says in words_of(answer)
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM signal_answer").fetchone()[0] == 0


def test_a_reason_of_ten_letters_is_enough(shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    assert send(chidi, signal, {"answer": "accepted", "reason": "Looked in."}) == 303


def test_an_action_made_since_answers_it(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    action = make_action(chidi)
    assert send(chidi, signal, {"answer": "changed", "action": action}) == 422
    assert send(chidi, signal, {"answer": "created", "action": action}) == 303
    assert f"/actions/{action}" in chidi.get(f"/signals/{signal}").text


def test_an_older_action_answers_only_once_it_was_changed(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi)
    world.clock.move(days=1)
    three_changes(shift, 16)
    world.clock.move(days=1)
    chidi = world.signed_in("chidi")
    (signal,) = ids_on(chidi)
    assert send(chidi, signal, {"answer": "created", "action": action}) == 422
    assert send(chidi, signal, {"answer": "changed", "action": action}) == 422
    assert (
        edit_action(chidi, action, 1, expected="Bells are answered within four minutes.").status_code == 303
    )
    assert send(chidi, signal, {"answer": "changed", "action": action}) == 303


def test_an_action_of_another_service_answers_nothing(world: World, shift: Shift) -> None:
    three_changes(shift)
    with world.signed_in("dana") as dana:
        (signal,) = ids_on(dana, "/signals?service=alder")
        elsewhere = make_action(
            dana, service="birch", owner="fay", **{k: v for k, v in FIELDS.items() if k != "owner"}
        )
        assert send(dana, signal, {"answer": "created", "action": elsewhere}) == 422


def test_sending_an_answer_twice_keeps_one_and_a_second_one_is_told(
    world: World, shift: Shift, chidi: Browser
) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    fields = hidden(chidi.get(f"/signals/{signal}").text)
    with world.signed_in("ivo") as ivo:
        for desk, wanted in ((chidi, 303), (chidi, 303), (ivo, 409)):
            form = {**fields, **ACCEPTED}
            answer = desk.post(f"/signals/{signal}/answer", data=form, follow_redirects=False)
            assert answer.status_code == wanted
        assert "Somebody answered it meanwhile" in words_of(answer)
    with world.sql() as sql:
        assert [row["who"] for row in sql.execute("SELECT who FROM signal_answer")] == ["chidi"]


def test_an_answer_is_for_what_was_looked_at(shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    fields = hidden(chidi.get(f"/signals/{signal}").text)
    shift.record("senior_oversight", "2026-11-15T11:00:00Z", "watch_and_review")
    answer = chidi.post(f"/signals/{signal}/answer", data={**fields, **ACCEPTED})
    assert answer.status_code == 409
    assert "Something else fires it by now" in words_of(answer)
    assert ACCEPTED["reason"] in answer.text
    assert send(chidi, signal, ACCEPTED) == 303


def test_an_answered_signal_does_not_come_back_and_new_records_make_another(
    shift: Shift, chidi: Browser
) -> None:
    three_changes(shift, 14)
    (signal,) = ids_on(chidi)
    send(chidi, signal, ACCEPTED)
    assert ids_on(chidi, "/signals?state=unanswered") == []
    three_changes(shift)
    (again,) = ids_on(chidi, "/signals?state=unanswered")
    assert again != signal
    assert ACCEPTED["reason"] in words_of(chidi.get(f"/signals/{again}"))


def test_what_was_shown_does_not_go_silently(shift: Shift, chidi: Browser) -> None:
    records = three_changes(shift)
    (signal,) = ids_on(chidi)
    assert review(chidi, records[0], "set_aside", "It is about another home.").status_code == 303
    assert ids_on(chidi, "/signals?state=open") == []
    assert ids_on(chidi, "/signals?state=passed") == [signal]
    assert "No longer so, never answered" in words_of(chidi.get("/signals"))
    assert send(chidi, signal, ACCEPTED) == 303
    assert ids_on(chidi, "/signals?state=unanswered") == []


def test_a_signal_whose_days_have_passed_waits_for_its_answer(
    world: World, shift: Shift, chidi: Browser
) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    world.clock.move(days=200)
    assert ids_on(world.signed_in("chidi"), "/signals?state=passed") == [signal]


def test_the_filters_narrow_the_list(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    for day in (14, 15):
        Shift(world, "alder-2", f"Elm {day}").record(
            "shift_review", f"2026-11-{day}T07:00:00Z", "unsafe_night"
        )
    changes, strain = ids_on(chidi, "/signals?unit=alder-1"), ids_on(chidi, "/signals?unit=alder-2")
    assert (len(changes), len(strain)) == (1, 2)
    assert ids_on(chidi, "/signals?theme=DE") == changes
    assert ids_on(chidi, "/signals?theme=ST") == strain
    assert len(ids_on(chidi, "/signals?sign=W11b")) == 1
    assert ids_on(chidi, "/signals?state=answered") == []
    assert ids_on(chidi, "/signals?service=birch") == []


def test_a_deputy_sees_and_does_not_answer(shift: Shift, chidi: Browser, ben: Browser) -> None:
    three_changes(shift)
    (signal,) = ids_on(ben)
    page = ben.get(f"/signals/{signal}")
    assert '<form method="post" action="/signals' not in page.text
    assert send(ben, signal, ACCEPTED) == 404
    assert send(chidi, signal, ACCEPTED) == 303


@pytest.mark.parametrize("name", ["ivo", "dana"])
def test_the_quality_lead_and_the_nominated_individual_answer(world: World, shift: Shift, name: str) -> None:
    three_changes(shift)
    with world.signed_in(name) as desk:
        (signal,) = ids_on(desk)
        assert send(desk, signal, ACCEPTED) == 303


@pytest.mark.parametrize("name", ["fay", "hana", "gus", "amina"])
def test_others_see_none_of_it(world: World, shift: Shift, chidi: Browser, name: str) -> None:
    three_changes(shift)
    (signal,) = ids_on(chidi)
    with world.signed_in(name) as desk:
        assert desk.get(f"/signals/{signal}").status_code == 404
        assert signal not in desk.get("/signals").text
        assert desk.post(f"/signals/{signal}/answer", data=ACCEPTED).status_code == 404


def test_a_role_in_one_unit_sees_what_is_of_that_unit_alone(
    world: World, shift: Shift, chidi: Browser
) -> None:
    other = Shift(world, "alder-2", "Elm")
    changes = [
        shift.record("senior_oversight", f"2026-11-15T0{n}:00:00Z", "watch_and_review") for n in (6, 7, 8)
    ]
    for unit, day in ((shift, 14), (other, 15)):
        unit.record("family_contact", f"2026-11-{day}T08:00:00Z", chosen={"family_first": "yes"})
    with world.sql() as sql:
        give_role(sql, "eli", Role.REGISTERED_MANAGER, "alder", START, unit="alder-1")
    assert len(ids_on(chidi)) == 2
    with world.signed_in("eli") as eli:
        (signal,) = ids_on(eli)
        assert changes[0] in eli.get(f"/signals/{signal}").text
        assert send(eli, signal, ACCEPTED) == 303


def test_the_file_has_the_lines_on_screen_in_pseudonyms(world: World, shift: Shift, chidi: Browser) -> None:
    chosen: dict[str, Any] = {"person": "alder-1-a"}
    for hour in ("08", "09", "10"):
        shift.record("senior_oversight", f"2026-11-15T{hour}:00:00Z", "watch_and_review", chosen=chosen)
    (signal,) = ids_on(chidi)
    send(chidi, signal, ACCEPTED)
    answer = chidi.get("/signals.csv?state=answered")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["signal"], row["code"], row["state"]) == (signal, "W01", "Answered")
    assert row["person"].startswith("Person ")
    assert row["answered_by"].startswith("Staff ")
    assert ACCEPTED["reason"] not in answer.text
    assert "AB" not in answer.text
    with world.sql() as sql:
        (noted,) = sql.execute("SELECT details FROM identity_audit WHERE what = 'exported'")
    assert noted["details"].startswith("signals.csv; 1 row")


def test_looking_at_a_signal_about_somebody_is_noted(world: World, shift: Shift, chidi: Browser) -> None:
    chosen: dict[str, Any] = {"person": "alder-1-a"}
    for hour in ("08", "09", "10"):
        shift.record("senior_oversight", f"2026-11-15T{hour}:00:00Z", "watch_and_review", chosen=chosen)
    (signal,) = ids_on(chidi)
    chidi.get(f"/signals/{signal}")
    with world.sql() as sql:
        (row,) = sql.execute("SELECT about, details FROM identity_audit WHERE what = 'person_viewed'")
    assert tuple(row) == ("alder-1-a", "in a signal")


def test_answers_are_never_changed_or_deleted(world: World, shift: Shift, chidi: Browser) -> None:
    three_changes(shift)
    send(chidi, ids_on(chidi)[0], ACCEPTED)
    with world.sql() as sql:
        for table in ("signal_shown", "signal_answer"):
            for change in (f"UPDATE {table} SET signal = 'x'", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                    sql.execute(change)
