"""Repeats, grids, pulled lists, signatures and what is worked out: what they hold, and each slip in writing them."""

import msgspec
import pytest

from observation_forms import FormError

from .forms import HEADER, in_row, question, repeat, rounds_form, small

_TWO = "options = [{ code = 'a', label = 'A' }, { code = 'b', label = 'B' }]"
_SCORED = "options = [{ code = 'a', label = 'A', score = 'met' }, { code = 'b', label = 'B' }]"
_WORKED = "options = [{ code = 'a', label = 'A', when = 'answered(shift)' }]"
_GRID = "items = [{ code = 'meals', label = 'Meals' }, { code = 'turns', label = 'Turns' }]"
_CHECK = "[[checks]]\ncode = 'x'\nmessage = 'x'\n"


def test_a_repeat_holds_the_questions_of_its_rows() -> None:
    rows = in_row("who", "person") + in_row("kind", "standard")
    people = small(repeat(rows, "none = 'None'\nrow_title = 'Person'\nadd = 'Add'")).by_id["people"]
    assert [each.id for each in people.questions] == ["who", "kind", "kind_facts"]
    assert {each.in_repeat for each in people.questions} == {"people"}
    assert (people.none, people.row_title, people.add, people.max_rows) == ("None", "Person", "Add", 20)


def test_the_rows_of_a_list_may_be_as_many_as_it_holds() -> None:
    controls = small(repeat(in_row("there"), "rows_from = 'control'\nnone = 'None'")).by_id["people"]
    assert (controls.rows_from, controls.max_rows) == ("control", 100)


def test_a_key_names_one_question() -> None:
    definition = rounds_form()
    cell = definition.question_at("missed.meals")
    assert cell is not None
    assert (cell.kind, cell.ask, cell.minimum, cell.maximum) == ("integer", "Meals", 0, 9)
    person = definition.question_at("changed.1.person")
    assert person is definition.by_id["person"]
    names = ("person", "changed", "changed.1", "changed.none.person", "changed.A.person", "calls.1.person")
    more = ("missed.", "missed.turns", "changed.1.person.x", "lead.1.person", "", ".")
    known = [name for name in (*names, *more) if definition.question_at(name) is not None]
    assert known == ["changed"]


def test_rules_become_trees_that_need_no_definition() -> None:
    third = next(section for section in rounds_form().sections if section.id == "third")
    assert third.show_when == [
        "and",
        ["any_row", "changed", ["==", ["answer", "decision"], "call"]],
        ["not", ["<", 20, ["total", "missed", "meals", "medicines", "constructor"]]],
    ]
    pressure, in_time = (rounds_form().by_id[name] for name in ("pressure", "in_time"))
    assert pressure.options[1].when == ["<", 2, ["cell", "missed", "medicines"]]
    assert in_time.options[0].when == [
        "<=",
        ["answer", "took"],
        ["timescale_of", "what_happened", "fall", "fast", "fast", "slow"],
    ]


def test_rows_can_be_counted_by_a_rule() -> None:
    rule = "show_when = 'rows(people, ok == yes) >= 2 or rows(people) == 0'"
    shown = small(repeat(in_row("ok")) + question("more", rest=rule)).by_id["more"].show_when
    counted = ["rows", "people", ["==", ["answer", "ok"], "yes"]]
    assert shown == ["or", ["<=", 2, counted], ["==", ["rows", "people"], 0]]


def test_what_a_question_begins_with_is_kept_for_the_tablet() -> None:
    body = question("n", "integer", "default = 0") + question(
        "who", "person", "remember = true\nrandom = true"
    )
    body += question("way", "choice", _TWO + "\ndefault = 'b'\ncards = true")
    definition = small(body + question("at", "instant", "quick = [-60, 0]"))
    assert [definition.by_id[name].default for name in ("n", "who", "way")] == ["0", None, "b"]
    who, way, at = (definition.by_id[name] for name in ("who", "way", "at"))
    assert (who.remember, who.random, way.cards, at.quick) == (True, True, True, (-60, 0))


def test_a_duration_is_written_from_and_to() -> None:
    took = rounds_form().by_id["took"]
    assert msgspec.to_builtins(took)["from"] == "first_seen"
    assert (took.from_, took.to, took.required) == ("first_seen", "told_at", False)


def test_facts_are_asked_about_what_is_worked_out_only_when_written() -> None:
    assert {"pressure_facts", "in_time_facts"} & set(rounds_form().by_id) == {"pressure_facts"}


def test_an_older_header_has_no_words_for_the_new_codes() -> None:
    with pytest.raises(FormError) as caught:
        small(repeat(in_row("a")), header=HEADER)
    assert str(caught.value).startswith("header/1.toml, [messages]: 'too_many_rows' has no words.")


@pytest.mark.parametrize(
    ("body", "part", "remedy"),
    [
        (question("a", "repeat"), "question 'a'", "Add [[sections.questions.questions]]"),
        (repeat(in_row("a", "repeat")), "question 'a'", "Move it out of 'people'"),
        (repeat(in_row("a", "counts", _GRID)), "question 'a'", "Move it out of 'people'"),
        (repeat(in_row("a")) + question("a"), "question 'a'", "Give one another name"),
        (repeat(in_row("a"), "min_rows = 3\nmax_rows = 2"), "question 'people'", "No answer could be right"),
        (repeat(in_row("a"), "max_rows = 101"), "question 'people'", "Write 100 or less"),
        (repeat(in_row("a"), "rows_from = 'controls'"), "question 'people'", "Did you mean 'control'"),
        (repeat(in_row("a"), "rows_from = 'control'"), "question 'people'", "Add none ="),
        (repeat(in_row("a"), "rows_from = 'control'\nadd = 'x'"), "question 'people'", "What can stand here"),
        (repeat(in_row("a")) + question("b", rest="show_when = 'a == yes'"), "show_when", "any_row(people"),
        (repeat(in_row("a", rest="show_when = 'b == yes'") + in_row("b")), "question 'a'", "move 'b' up"),
        (
            repeat(in_row("a") + in_row("b", rest="show_when = 'any_row(people, a == yes)'")),
            "question 'b'",
            "Look at this row alone",
        ),
        (
            repeat(in_row("a") + in_row("b", rest="show_when = 'rows(people, a == yes) > 1'")),
            "question 'b'",
            "Look at this row alone",
        ),
        (question("a", rest="show_when = 'rows(people) > 1'") + repeat(in_row("b")), "question 'a'", "move"),
        (repeat(in_row("a")) + question("b", rest="show_when = 'people'"), "show_when", "answered(people)"),
        (
            repeat(in_row("a")) + question("b", rest="show_when = 'people == none'"),
            "show_when",
            "Use rows(), any_row() or answered()",
        ),
        (question("a", rest="show_when = 'rows(shift) > 1'"), "show_when", "of kind repeat"),
        (repeat(in_row("a")) + question("b", rest="show_when = 'rows() > 1'"), "show_when", "rows(repeat)"),
        (question("a", "counts"), "question 'a'", "Write items ="),
        (question("a", "counts", _GRID.replace("turns", "meals")), "question 'a'", "Give one another code"),
        (question("a", "counts", _GRID + "\nmaximum = -1"), "question 'a'", "No answer could be right"),
        (
            question("a", "counts", _GRID) + question("b", rest="show_when = 'a > 1'"),
            "show_when",
            "Use total()",
        ),
        (question("a", "counts", _GRID) + question("b", rest="show_when = 'a'"), "show_when", "total(a) > 0"),
        (
            question("a", "counts", _GRID) + question("b", rest="show_when = 'answered(a)'"),
            "show_when",
            "total(...) >= 0",
        ),
        (
            question("a", "counts", _GRID) + question("b", rest="show_when = 'cell(a, meal) > 1'"),
            "show_when",
            "Did you mean 'meals'",
        ),
        (question("a", rest="show_when = 'total(shift) > 1'"), "show_when", "of kind counts"),
        (question("a", "pick"), "question 'a'", "Add list"),
        (question("a", "pick", "list = 'actions'"), "question 'a'", "Did you mean 'action'"),
        (question("a", "pick", "list = 'action'"), "question 'a'", "Add special ="),
        (question("a", "signer", "special = []"), "question 'a'", "What can stand here"),
        (question("a", "duration", "from = 'happened_at'"), "question 'a'", "Add to"),
        (question("a", "duration", "from = 'happened'\nto = 'happened_at'"), "question 'a'", "'happened_at'"),
        (question("a", "duration", "from = 'shift'\nto = 'happened_at'"), "question 'a'", "of kind instant"),
        (
            question("a", "duration", "from = 'b'\nto = 'happened_at'") + question("b", "instant"),
            "question 'a'",
            "move 'b' up",
        ),
        (
            question("a", "duration", "from = 'x'\nto = 'x'\nrequired = true"),
            "question 'a'",
            "What can stand",
        ),
        (question("a", "worked_out"), "question 'a'", "Write options ="),
        (question("a", "worked_out", _TWO), "question 'a'", "Add when"),
        (question("a", "worked_out", _WORKED.replace("shift", "shft")), "option 'a', when", "'shift'"),
        (
            question("a", "worked_out", _WORKED.replace("shift", "b")) + question("b"),
            "question 'a'",
            "move 'b'",
        ),
        (question("a", "worked_out", _WORKED.replace("shift", "a")), "question 'a'", "above it"),
        (question("a", "worked_out", _WORKED + "\nremember = true"), "question 'a'", "What can stand here"),
        (question("a", "choice", _TWO.replace("'A'", "'A', when = 'x'")), "question 'a'", "What can stand"),
        (question("a", "choice", _SCORED + "\nremember = true"), "question 'a'", "Take out 'remember'"),
        (question("a", "yes_no", "default = 'no'\nconcern = ['yes']"), "question 'a'", "Take out 'remember'"),
        (question("a", "yes_no", "default = 'maybe'"), "question 'a'", "what a yes_no can be answered"),
        (question("a", "integer", "default = 'three'"), "question 'a'", "what a integer can be answered"),
        (question("a", "person", "default = 'amina'"), "question 'a'", "what a person can be answered"),
        (question("a", "text", "default = 3"), "question 'a'", "what a text can be answered"),
        (question("a", "instant", "default = 'now'"), "question 'a'", "What can stand here"),
        (question("a", "instant", "quick = [0, 1, 2, 3, 4]"), "question 'a'", "Keep the likeliest"),
        (question("a", "instant", "quick = ['now']"), "question 'a'", "Look at 'now'"),
        (question("a", "staff", "random = true"), "question 'a'", "What can stand here"),
        (question("a", "yes_no", "cards = true"), "question 'a'", "What can stand here"),
        (question("a", "yes_no", "hint = 'The {persn}'"), "question 'a'", "{person}"),
        (question("a", "yes_no", "labels = { yes = 'A {resident}' }"), "question 'a'", "{person}"),
        (question("a", "choice", _TWO.replace("'A'", "'{}'")), "question 'a'", "{person}"),
        (
            question("a", "yes_no", "messages = { required = 'The {persn}' }") + question("total"),
            "'total'",
            "id",
        ),
        (
            repeat(in_row("a")) + _CHECK + "question = 'shift'\nmust = 'a == yes'",
            "check 'x'",
            "Ask any_row(people",
        ),
    ],
)
def test_a_slip_in_a_new_kind_is_named_with_its_place_and_a_remedy(body: str, part: str, remedy: str) -> None:
    with pytest.raises(FormError) as caught:
        small(body)
    assert caught.value.file == "small/1.toml"
    assert part in caught.value.part
    assert remedy in caught.value.remedy
