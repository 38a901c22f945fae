"""Making and editing an action: every fault in words, nothing typed lost, nobody's words overwritten unseen."""

import sqlite3
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from observation_forms import load_catalogue
from server.evidence import words
from server.evidence.action_form import Choices, read_fields
from tests.server.evidence.arranged import FIELDS, edit_action, make_action, send_action, words_of
from tests.server.world import Browser, World

CHOICES = Choices({"alder-1"}, {"chidi"}, date(2026, 11, 16))


def faults_of(**changed: Any) -> dict[str, str]:
    typed = {
        name: tuple(value) if isinstance(value, list | tuple) else (value,)
        for name, value in {**FIELDS, **changed}.items()
    }
    fields, faults = read_fields(typed, CHOICES)
    assert (fields is None) == bool(faults)
    return faults


def test_a_form_filled_in_has_no_faults() -> None:
    assert faults_of() == {}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "Write a short title"),
        ("title", "x" * 2001, "Make this shorter: it has 2001 characters"),
        ("themes", [], "Tick at least one theme"),
        ("themes", ["XX"], "Tick at least one theme"),
        ("unit", "birch-1", "Choose a unit of this service"),
        ("source", "", "Choose where this action comes from"),
        ("source", "xyz", "Choose where this action comes from"),
        ("baseline", "", "Write what is wrong now: who, what and when."),
        ("baseline", "Not good enough.", "You have written 16 of 30 characters."),
        ("baseline_numerator", "", "Fill in both numbers"),
        ("baseline_numerator", "45", "The first number is a part of the second"),
        ("baseline_numerator", "-1", "Write a whole number from 0"),
        ("baseline_denominator", "", "Fill in both numbers"),
        ("baseline_denominator", "0", "Write a whole number from 1"),
        ("baseline_denominator", "²", "Write a whole number from 1"),
        ("baseline_period", "", "Say which period the numbers are for"),
        ("expected", "", "Write what people will see in daily care"),
        ("expected", "Better.", "You have written 7 of 20 characters."),
        ("measure_1", "", "Choose a measure from the list"),
        ("how_1", "", "Say how you will measure it"),
        ("comparator_1", "near", "Choose how the target is compared"),
        ("target_1", "", "Write the target as a number"),
        ("target_1", "most", "Write the target as a number"),
        ("target_1", "1e3", "Write the target as a number"),
        ("target_1", "100.5", "cannot be more than 100"),
        ("target_unit_1", "", "Choose per cent or a number"),
        ("window_start_1", "", "Give the day the window starts"),
        ("window_start_1", "2026-W47-1", "Write a real date"),
        ("window_end_1", "", "Give the day the window ends"),
        ("window_end_1", "2026-02-30", "Write a real date"),
        ("window_end_1", "2201-01-01", "Write a real date"),
        ("window_end_1", "2026-11-16", "The window must end after it starts"),
        ("window_end_1", "2026-11-15", "The window must end after it starts"),
        ("risk", "", "Choose how high the risk is"),
        ("owner", "", "Choose the one person who owns this action"),
        ("owner", "fay", "Choose the one person who owns this action"),
        ("review_route", "", "Say which meeting reviews it"),
        ("deadline", "", "Give the day the action must be done by"),
        ("deadline", "0999-01-01", "Write a real date"),
        ("deadline", "2026-11-15", "The deadline cannot be before the window starts"),
        ("evidence_kinds", [], "Tick at least one kind of evidence"),
    ],
)
def test_each_fault_is_said_at_its_field(field: str, typed: Any, said: str) -> None:
    assert said in faults_of(**{field: typed})[field]


@pytest.mark.parametrize("kinds", [["record"], ["record", "record"], ["record", "xyz"]])
def test_high_risk_needs_two_kinds_of_evidence(kinds: list[str]) -> None:
    said = faults_of(risk="high", evidence_kinds=kinds)
    assert said == {"evidence_kinds": "Tick at least two kinds of evidence: this action is high risk."}
    assert faults_of(risk="high", evidence_kinds=["record", "audit"]) == {}


def test_an_empty_form_says_every_fault_at_once_with_a_link_to_each(chidi: Browser) -> None:
    answer = chidi.post("/actions/new", data={"service": "alder"}, follow_redirects=False)
    assert answer.status_code == 422
    for field in (
        "title",
        "themes",
        "source",
        "baseline",
        "expected",
        "target_1",
        "risk",
        "owner",
        "deadline",
    ):
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}-error"' in answer.text, field


def test_nothing_typed_is_lost_when_something_is_wrong(chidi: Browser) -> None:
    typed = {**FIELDS, "title": "Bells & <doors>", "target_1": "most", "baseline": "Two\nlines & short"}
    page = unescape(chidi.post("/actions/new", data=typed, follow_redirects=False).text)
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            assert one in page, name
    for code in ("SG", "DE"):
        assert f'name="themes" value="{code}" checked' in page
    assert '<option value="chidi" selected>' in page


def test_an_action_is_kept_as_it_was_typed(chidi: Browser) -> None:
    action = make_action(chidi)
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert (line["id"], line["number"], line["title"]) == (action, 1, FIELDS["title"])
    (measure,) = line["measures"]
    assert (measure["window_start"], line["deadline"], line["risk"]) == ("2026-11-16", "2026-12-30", "Low")
    assert chidi.get(f"/actions/{action}/edit").text.count(" checked>") == 4


def test_the_same_form_sent_twice_makes_one_action(chidi: Browser) -> None:
    id = str(uuid4())
    assert make_action(chidi, id=id) == make_action(chidi, id=id) == id
    assert len(chidi.get("/actions.json").json()["actions"]) == 1


def test_another_text_under_the_same_id_is_not_lost_without_a_word(chidi: Browser) -> None:
    id = str(uuid4())
    make_action(chidi, id=id)
    again = send_action(chidi, id=id, title="A second thought")
    assert again.status_code == 409
    assert "This form was sent before, with other words" in words_of(again)
    assert f'href="/actions/{id}"' in again.text
    assert 'value="A second thought"' in again.text
    other = again.text.split('name="id" value="')[1].split('"')[0]
    assert other != id
    assert make_action(chidi, id=other, title="A second thought") == other
    titles = {line["title"] for line in chidi.get("/actions.json").json()["actions"]}
    assert titles == {FIELDS["title"], "A second thought"}


def test_anothers_id_tells_nothing_of_their_action(world: World, chidi: Browser) -> None:
    id = make_action(chidi, title="Alder alone")
    answer = send_action(world.signed_in("fay"), id=id, owner="fay")
    assert answer.status_code == 409
    assert "Alder" not in answer.text
    assert id not in answer.text


def test_the_second_editor_is_told_what_changed_and_keeps_their_words(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    ben = world.signed_in("ben")
    assert edit_action(ben, action, 1, risk="medium", deadline="2027-01-15").status_code == 303
    stale = edit_action(chidi, action, 1, title="My own title")
    assert stale.status_code == 409
    told = words_of(stale)
    assert "Someone else changed this action while you were writing" in told
    assert "Ben Carter" in told
    assert "Risk: from “Low” to “Medium”" in told
    assert "Deadline: from “Wed 30 Dec 2026” to “Fri 15 Jan 2027”" in told
    assert 'value="My own title"' in stale.text
    assert 'name="version" value="2"' in stale.text
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert (line["title"], line["risk"]) == (FIELDS["title"], "Medium")
    assert edit_action(chidi, action, 2, title="My own title", risk="medium").status_code == 303


def test_a_fault_in_an_edit_keeps_what_was_typed_and_its_version(chidi: Browser) -> None:
    action = make_action(chidi)
    answer = edit_action(chidi, action, 1, title="", expected="A text of one's own, long enough.")
    assert answer.status_code == 422
    assert "A text of one&#39;s own, long enough." in answer.text
    assert 'name="version" value="1"' in answer.text


def test_saving_without_a_change_makes_no_version(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    assert edit_action(chidi, action, 1).status_code == 303
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM action_history").fetchone()[0] == 1


def test_every_edit_is_in_the_history_in_words(chidi: Browser) -> None:
    action = make_action(chidi)
    edit_action(chidi, action, 1, themes=["DE"], unit="alder-1")
    shown = words_of(chidi.get(f"/actions/{action}"))
    assert "Chidi Okafor" in shown
    assert "Change in health and getting help" in shown
    assert "Alder House 1" in shown


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE action_history SET changed = '{}'",
        "UPDATE action_history SET who = 'ben'",
        "DELETE FROM action_history",
        "DELETE FROM action",
    ],
)
def test_the_history_only_grows(world: World, chidi: Browser, statement: str) -> None:
    edit_action(chidi, make_action(chidi), 1, risk="medium")
    with world.sql() as sql:
        before = [tuple(row) for row in sql.execute("SELECT * FROM action_history")]
        with pytest.raises(sqlite3.IntegrityError, match=r"never (changed|deleted)"):
            sql.execute(statement)
        assert [tuple(row) for row in sql.execute("SELECT * FROM action_history")] == before
        assert len(before) == 2


def test_a_theme_has_the_name_the_forms_give_it(chidi: Browser) -> None:
    names = load_catalogue().current("practice_observation").definition.theme_names
    assert words.themes() == names
    action = make_action(chidi)
    for address in ("/actions", "/actions?group=theme", "/actions/new", f"/actions/{action}", "/actions.csv"):
        shown = unescape(chidi.get(address).text)
        assert names["DE"] in shown, address
        assert "Deterioration and escalation" not in shown, address
