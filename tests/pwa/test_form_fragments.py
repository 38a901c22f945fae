"""A form version as HTML: to fill in, to read back, to print."""

import re
from html.parser import HTMLParser

import pytest

from observation_forms import Definition, load_catalogue
from observation_forms.definition import Value
from server.form_fragments import answer_words, answered_sections, fragment

FORMS = load_catalogue().forms()
DEFINITION = load_catalogue().current("practice_observation").definition
ANSWERS: dict[str, Value] = {
    "happened_at": "2026-07-01T12:05:00Z",
    "others_present": 3,
    "follows_plan": "not_met",
}


@pytest.fixture(params=FORMS, ids=lambda form: f"{form.definition.form} {form.definition.version}")
def definition(request: pytest.FixtureRequest) -> Definition:
    found: Definition = request.param.definition
    return found


def test_every_question_is_in_the_fragment_once_with_its_kind(definition: Definition) -> None:
    html = fragment(definition).decode()
    asked = re.findall(r'data-question="([^"]+)" data-kind="([^"]+)"', html)
    assert asked == [(question.id, question.kind) for question in definition.questions()]


def test_every_option_is_in_the_fragment(definition: Definition) -> None:
    html = fragment(definition).decode()
    for question in definition.questions():
        for option in question.options:
            assert f'name="{question.id}" value="{option.code}" id="{question.id}-{option.code}"' in html


def test_ids_are_unique_and_every_reference_finds_its_element(definition: Definition) -> None:
    html = fragment(definition).decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    described = [name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()]
    labelled = re.findall(r'\s(?:aria-labelledby|for)="([^"]+)"', html)
    assert set(described + labelled) <= set(ids)


def test_the_fragment_is_well_formed_and_holds_no_script(definition: Definition) -> None:
    html = fragment(definition).decode()
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=|x-data|https?:", html) == []
    open_tags = _Tags()
    open_tags.feed(html)
    assert open_tags.open == []


def test_the_fragment_names_its_form_and_is_always_the_same(definition: Definition) -> None:
    html = fragment(definition)
    assert f'data-form="{definition.hash}"'.encode() in html
    assert html == fragment(definition)


def test_answers_are_read_back_in_words() -> None:
    sections = answered_sections(DEFINITION, ANSWERS, {})
    rows = {row.question: row for section in sections for row in section.rows}
    assert rows["happened_at"].text == "1 July 2026, 13:05"
    assert rows["others_present"].text == "3 people"
    assert (rows["follows_plan"].text, rows["follows_plan"].score) == ("No", "not_met")
    assert rows["follows_plan"].star


def test_people_are_named_and_unknown_ids_shown_as_they_are() -> None:
    staff = DEFINITION.by_id["staff_observed"]
    assert answer_words(staff, ["s1", "s2"], {"s1": "Amina"}) == "Amina, s2"


def test_answers_the_form_does_not_ask_for_are_not_hidden() -> None:
    [section] = answered_sections(DEFINITION, {"stranger": ["a", "b"]}, {})
    assert section.title == "Answers this form version does not ask for"
    assert section.rows[0].text == "a, b"


def test_a_time_that_is_none_is_shown_as_it_stands() -> None:
    assert answer_words(DEFINITION.by_id["happened_at"], "soon", {}) == "soon"
    for instant in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert answer_words(DEFINITION.by_id["happened_at"], instant, {})


class _Tags(HTMLParser):
    """Which elements are still open."""

    VOID = frozenset({"input", "br", "link", "meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
