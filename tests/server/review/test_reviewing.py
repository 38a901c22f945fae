"""What a manager makes of a record: kept for ever, shown, and counted or not."""

import sqlite3

import pytest

from server.evidence.action_evidence import read_tallies
from server.identity.scope import of_services
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.review.reviewing import hidden, review, send_review, words_of
from tests.server.world import Browser, World


@pytest.fixture
def record(floor: Floor) -> str:
    return floor.record()


def test_a_record_is_new_until_someone_says_otherwise(chidi: Browser, record: str) -> None:
    for _ in range(2):
        assert "New" in words_of(chidi.get(f"/evidence/{record}").text, "review")
    answer = review(chidi, record, "read")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/evidence/{record}#review")
    said = words_of(chidi.get(f"/evidence/{record}").text, "review")
    assert "Read" in said
    assert "Chidi Okafor" in said


@pytest.mark.parametrize(
    ("state", "words"),
    [("question", "Write what you want to know"), ("set_aside", "Write why it should not")],
)
def test_a_question_and_setting_aside_need_words(chidi: Browser, record: str, state: str, words: str) -> None:
    answer = review(chidi, record, state, "  ")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "New" in words_of(chidi.get(f"/evidence/{record}").text, "review")


def test_what_was_typed_is_still_there_after_a_fault(floor: Floor, ben: Browser) -> None:
    answer = review(ben, floor.record(author="ben"), "accepted", "It is <well> seen.")
    assert "Someone else must accept it" in answer.text
    assert "It is &lt;well&gt; seen.</textarea>" in answer.text


def test_every_act_is_kept_with_who_when_and_why(
    world: World, chidi: Browser, ben: Browser, record: str
) -> None:
    review(chidi, record, "set_aside", "It names the wrong unit.")
    world.clock.move(minutes=9)
    assert review(ben, record, "accepted").status_code == 422
    review(ben, record, "accepted", "The unit was put right.")
    said = words_of(ben.get(f"/evidence/{record}").text, "review")
    assert said.index("The unit was put right.") < said.index("It names the wrong unit.")
    assert "Mon 16 Nov 2026, 09:09, Ben Carter" in said
    assert "Mon 16 Nov 2026, 09:00, Chidi Okafor" in said
    with world.sql() as sql:
        for statement in ("UPDATE review_act SET reason = ''", "DELETE FROM review_act"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                sql.execute(statement)


def test_two_managers_do_not_overrule_each_other_unseen(chidi: Browser, ben: Browser, record: str) -> None:
    before = hidden(ben.get(f"/evidence/{record}").text)
    review(chidi, record, "set_aside", "Wrong person.")
    answer = send_review(ben, record, before, "accepted", "Fine.")
    assert answer.status_code == 422
    assert "changed while you had it open" in answer.text
    assert "Set aside" in words_of(answer.text, "review")


def test_pressing_the_button_twice_is_one_act(world: World, chidi: Browser, record: str) -> None:
    fields = hidden(chidi.get(f"/evidence/{record}").text)
    for _ in range(2):
        assert send_review(chidi, record, fields, "set_aside", "Wrong person.").status_code == 303
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM review_act").fetchone()[0] == 1


def test_a_correction_makes_a_record_new_again(floor: Floor, chidi: Browser) -> None:
    sealed = floor.seal()
    record = floor.send(sealed)
    review(chidi, record, "accepted")
    floor.send(floor.tablet.correct(sealed, "Wrong time", unit="alder-1", author="amina"))
    said = words_of(chidi.get(f"/evidence/{record}").text, "review")
    assert said.split("What do you make")[0].strip().endswith("New")
    assert "Accepted as evidence, version 1" in said


def test_a_correction_does_not_undo_setting_aside(floor: Floor, chidi: Browser) -> None:
    sealed = floor.seal()
    record = floor.send(sealed)
    review(chidi, record, "set_aside", "Seen by nobody.")
    floor.send(floor.tablet.correct(sealed, "Wrong time", unit="alder-1", author="amina"))
    assert "It was corrected since: look at it again." in words_of(
        chidi.get(f"/evidence/{record}").text, "review"
    )


def test_what_is_set_aside_counts_for_no_action_and_stays_in_sight(
    world: World, floor: Floor, chidi: Browser
) -> None:
    action = make_action(chidi)
    kept, aside = (floor.record(bearings=[bearing(action, "inconclusive")]) for _ in range(2))
    assert "2 records" in words_of(chidi.get(f"/evidence?action={action}").text)
    review(chidi, aside, "set_aside", "Written for somebody else.")
    page = chidi.get(f"/actions/{action}").text
    assert f"/evidence/{kept}" in page
    assert f"/evidence/{aside}" in page
    assert "Set aside Counts for nothing." in words_of(page)
    with world.sql() as sql:
        assert read_tallies(sql, [action], of_services(["alder"]))[action].total == 1
    assert "None of this counts now" in chidi.get(f"/evidence/{aside}").text
    review(chidi, aside, "read", "It was right after all.")
    with world.sql() as sql:
        assert read_tallies(sql, [action], of_services(["alder"]))[action].total == 2


def test_the_list_can_be_held_to_one_state(floor: Floor, chidi: Browser) -> None:
    read, aside, new = (floor.record() for _ in range(3))
    review(chidi, read, "read")
    review(chidi, aside, "set_aside", "Wrong unit.")
    for state, expected in (("read", read), ("set_aside", aside), ("new", new), ("accepted", "")):
        page = chidi.get(f"/evidence?review={state}").text
        assert {record for record in (read, aside, new) if record in page} == {expected} - {""}, state
    assert "is not a review anything has" in chidi.get("/evidence?review=odd").text


@pytest.mark.parametrize("name", ["hana", "fay", "amina", "gus"])
def test_who_may_not_review_finds_nothing_there(world: World, chidi: Browser, record: str, name: str) -> None:
    fields = hidden(chidi.get(f"/evidence/{record}").text)
    with world.signed_in(name) as other:
        assert send_review(other, record, fields, "read").status_code == 404
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM review_act").fetchone()[0] == 0


def test_a_visitor_reads_the_review_and_has_no_form(world: World, chidi: Browser, record: str) -> None:
    review(chidi, record, "read", "Seen at the meeting.")
    with world.signed_in("hana") as hana:
        page = hana.get(f"/evidence/{record}").text
    assert "Seen at the meeting." in page
    assert "review-form" not in page
