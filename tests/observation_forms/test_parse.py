"""A slip in a form file is refused by file, question and remedy."""

import pytest

from observation_forms import FormError, Source, parse

from .forms import HEADER, question, small

_TWO = "options = [{ code = 'a', label = 'A' }, { code = 'b', label = 'B', themes = ['CO'] }]"


def test_a_question_has_the_words_and_limits_it_was_given() -> None:
    found = small(question("ml", "integer", "number = '1.1'\nunit = 'ml'\nminimum = 0")).by_id["ml"]
    assert (found.number, found.unit, found.minimum, found.maximum, found.required) == (
        "1.1",
        "ml",
        0,
        None,
        True,
    )
    assert found.messages == {"too_small": "Write 0 or more."}


def test_a_standard_question_is_followed_by_its_facts() -> None:
    definition = small(question("kind", "standard"))
    ids = [each.id for each in definition.sections[1].questions]
    assert ids == ["kind", "kind_facts"]
    facts = definition.by_id["kind_facts"]
    assert facts.facts_for == "kind"
    assert facts.min_length == 10
    assert facts.show_when == ["one_of", "kind", "partly", "not_met"]
    assert facts.required_when == ["one_of", "kind", "not_met"]


def test_facts_can_be_switched_off() -> None:
    definition = small(question("kind", "standard", "facts = false"))
    assert "kind_facts" not in definition.by_id


def test_every_form_begins_and_ends_with_the_header() -> None:
    definition = small(question("rough"))
    assert [section.id for section in definition.sections] == ["header", "only", "close"]


@pytest.mark.parametrize(
    ("body", "part", "remedy"),
    [
        (
            question("a", "yes_no", "shwo_when = 'answered(shift)'"),
            "question 'a'",
            "Did you mean 'show_when'",
        ),
        (question("a", "yesno"), "question 'a'", "Did you mean 'yes_no'"),
        (question("a", "yes_no", "minimum = 1"), "question 'a'", "What can stand here"),
        (question("a", "yes_no", "required = 'yes'"), "question 'a'", "Write true or false"),
        (question("a", "integer", "minimum = true"), "question 'a'", "Write a whole number"),
        (question("a", "integer", "minimum = 3\nmaximum = 2"), "question 'a'", "No answer could be right"),
        (question("a", "text", "max_length = 0"), "question 'a'", "write 1 or more"),
        (question("a", "text", "hint = ''"), "question 'a'", "take the line out"),
        (question("a", "choice"), "question 'a'", "Write options ="),
        (question("a", "choice", _TWO.replace("'b'", "'a'", 1)), "question 'a'", "Give one another code"),
        (question("a", "choice", _TWO.replace("'CO'", "'XX'")), "question 'a'", "Themes are"),
        (question("a", "choices", _TWO + "\nexclusive = 'c'"), "question 'a'", "Options are a, b"),
        (question("a", "standard", "concern = ['not_mt']"), "question 'a'", "Did you mean 'not_met'"),
        (question("a", "standard", "labels = { unseen = 'x' }"), "question 'a'", "Did you mean 'not_seen'"),
        (question("a", "standard", "themes = ['SG', 'SG']"), "question 'a'", "Take one out"),
        (
            question("a", "yes_no", "messages = { too_short = 'x' }"),
            "question 'a'",
            "This question can raise",
        ),
        (
            question("a", "yes_no", "required = true\nrequired_when = 'answered(shift)'"),
            "question 'a'",
            "Keep one",
        ),
        (question("a", "information"), "question 'a'", "Add body"),
        (question("A"), "section 'only'", "Use small letters"),
        (question("in"), "section 'only'", "Choose another"),
        (question("count"), "question 'count'", "Choose another id"),
        (question("a_facts"), "question 'a_facts'", "Choose another id"),
        (question("a") + question("a"), "question 'a'", "Give one another name"),
        (question("shift"), "question 'shift'", "Give one another name"),
        ("", "section 'only'", "Add [[sections.questions]]"),
        (question("a", "yes_no", "show_when = 'a == yes'"), "question 'a'", "above it"),
        (question("a", "yes_no", "show_when = 'answered(b)'") + question("b"), "question 'a'", "move 'b' up"),
        (
            question("a", "yes_no", "show_when = 'theme(CO)'") + question("b", "choice", _TWO),
            "question 'a'",
            "move 'b' up",
        ),
        (question("b", "choice", _TWO + "\nshow_when = 'theme(CO)'"), "question 'b'", "above it"),
        (
            question("a", "yes_no", "show_when = 'fell_short()'") + question("b", "standard"),
            "question 'a'",
            "move 'b'",
        ),
        (
            question("a", "yes_no", "show_when = 'shft == day'"),
            "question 'a', show_when",
            "Did you mean 'shift'",
        ),
        (question("a", "yes_no", "required_when = 'shift'"), "question 'a', required_when", "shift == day"),
        (
            question("a")
            + "[[checks]]\ncode = 'required'\nquestion = 'a'\nmust = 'answered(a)'\nmessage = 'x'",
            "check 'required'",
            "Choose another code",
        ),
        (
            question("a") + "[[checks]]\ncode = 'x'\nquestion = 'shft'\nmust = 'answered(a)'\nmessage = 'x'",
            "check 'x'",
            "Did you mean 'shift'",
        ),
        (
            question("a") + "[[examples]]\nid = 'x'\ntitle = 'X'\nrecorded_at = ''",
            "example 'x'",
            "Write some text, or take the line out",
        ),
    ],
)
def test_a_slip_is_named_with_its_place_and_a_remedy(body: str, part: str, remedy: str) -> None:
    with pytest.raises(FormError) as caught:
        small(body)
    assert caught.value.file == "small/1.toml"
    assert part in caught.value.part
    assert remedy in caught.value.remedy


def test_two_questions_cannot_show_one_another() -> None:
    with pytest.raises(FormError, match="which comes after it"):
        small(question("a", rest="show_when = 'b == yes'") + question("b", rest="show_when = 'a == yes'"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'id = "a', "the file is not TOML"),
        (b"id = 'a'\nid = 'b'", "the file is not TOML"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
        (b"", "'header' is missing"),
        (b"header = 3", "'header' cannot be 3"),
        (b"header = 'header/1'\nsections = 'none'", "'sections' cannot be 'none'"),
        (b"header = 'header/1'\nsections = ['none']", "'sections' must hold only a table"),
    ],
)
def test_a_file_that_is_no_form_is_one_clear_sentence(content: bytes, problem: str) -> None:
    with pytest.raises(FormError) as caught:
        parse(Source("broken/1.toml", content), HEADER)
    assert str(caught.value).startswith(f"broken/1.toml: {problem}")
    assert "\n" not in str(caught.value)


def test_a_header_must_have_words_for_what_its_forms_can_say() -> None:
    header = Source("header/1.toml", HEADER.content.replace(b"too_long =", b"too_lang ="))
    with pytest.raises(FormError, match="Did you mean 'too_long'"):
        parse(Source("small/1.toml", b""), header)
