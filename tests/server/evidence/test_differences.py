"""What changed between two versions, also in rows of a repeat and in what was left out."""

import json

from observation_forms import Form, Value, load_catalogue
from server.evidence.differences import Change, difference
from server.evidence.people import Names
from sync import Body, read_body
from tests.sync.bodies import make_body, seal

HANDOVER: Form = load_catalogue().current("handover_check")
NAMES = Names({}, {}, {}, {"staff-amina": "Amina"}, {"p1": "AB, 1", "p2": "CD, 2"}, {})


def body(answers: dict[str, Value], **more: object) -> Body:
    made = make_body(load_catalogue(), form="handover_check", answers=answers, **more)
    return read_body(seal(json.loads(json.dumps(made))))


def changes(before: dict[str, Value], after: dict[str, Value], **more: object) -> list[Change]:
    pair = (body(before), HANDOVER), (body(after, version=2, reason="Again", **more), HANDOVER)
    return difference(*pair, NAMES, {"a1": "Action 1"}).changes


def test_each_row_of_a_repeat_is_named() -> None:
    before: dict[str, Value] = {"changed": ["1"], "changed.1.changed_person": "p1"}
    after: dict[str, Value] = {**before, "changed": ["1", "2"], "changed.2.changed_person": "p2"}
    rows, person = changes(before, after)
    assert (rows.before, rows.after) == ("1", "1, 2")
    assert person.row.endswith(" 2")
    assert (person.before, person.after) == ("", "CD, 2")


def test_the_tenth_row_comes_after_the_second() -> None:
    names = [str(number) for number in range(1, 11)]
    before: dict[str, Value] = {
        "changed": names,
        **{f"changed.{name}.changed_person": "p1" for name in names},
    }
    after: dict[str, Value] = {**before, "changed.10.changed_person": "p2", "changed.2.changed_person": "p2"}
    assert [one.row.split()[-1] for one in changes(before, after)] == ["2", "10"]


def test_an_answer_no_question_asks_for_is_told_too() -> None:
    (strange,) = changes({"odd": ["a", "b"]}, {"odd": 7})
    assert (strange.ask, strange.before, strange.after) == ("odd", "a, b", "7")


def test_a_key_with_thousands_of_digits_is_told_like_any_other() -> None:
    (strange,) = changes({}, {f"changed.{'7' * 5_000}.changed_person": "p1"})
    assert strange.after


def test_what_stands_beside_the_answers_is_told_first() -> None:
    found = changes(
        {}, {"odd": 1}, bearings=[{"action": "a1", "themes": [], "bearing": "supports"}], withdrawn=1
    )
    assert [one.ask for one in found] == ["Says about actions", "Stands", "odd"]
    assert found[0].after == "Action 1: Supports"


def test_the_same_answers_have_no_difference() -> None:
    assert changes({"odd": 1}, {"odd": 1}) == []
