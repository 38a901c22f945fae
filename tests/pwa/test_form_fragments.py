"""A form version as HTML to fill in: for every form of the library, and for one with every kind in it."""

import re
from html.parser import HTMLParser

import pytest

from observation_forms import Definition, load_catalogue
from observation_forms.definition import Question
from server.form_fragments import fragment
from tests.pwa.kinds_form import kinds_form

FORMS = [*load_catalogue().forms(), kinds_form()]


@pytest.fixture(params=FORMS, ids=lambda form: f"{form.definition.form} {form.definition.version}")
def definition(request: pytest.FixtureRequest) -> Definition:
    found: Definition = request.param.definition
    return found


def key_of(question: Question) -> str:
    """Where the fragment says that the answer stands; a row yet to be made is "~"."""
    return f"{question.in_repeat}.~.{question.id}" if question.in_repeat else question.id


def keys_and_kinds(question: Question) -> list[tuple[str, str]]:
    return [(key_of(question), question.kind), *((cell.id, cell.kind) for cell in question.cells)]


def test_every_question_is_in_the_fragment_once_with_its_kind(definition: Definition) -> None:
    html = fragment(definition).decode()
    asked = re.findall(r'data-question="([^"]+)" data-kind="([^"]+)"', html)
    assert asked == [pair for question in definition.questions() for pair in keys_and_kinds(question)]


def test_every_option_is_in_the_fragment(definition: Definition) -> None:
    html = fragment(definition).decode()
    for question in definition.questions():
        for option in question.options if question.kind != "worked_out" else ():
            assert f'name="{key_of(question)}" value="{option.code}"' in html


def test_ids_are_unique_and_every_reference_finds_its_element(definition: Definition) -> None:
    html = fragment(definition).decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    named = re.findall(r'\s(?:aria-describedby|aria-labelledby|for)="([^"]+)"', html)
    assert {id for names in named for id in names.split()} <= set(ids)


def test_the_fragment_is_well_formed_and_holds_no_script(definition: Definition) -> None:
    html = fragment(definition).decode()
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=|x-data|https?:", html) == []
    open_tags = _Tags()
    open_tags.feed(html)
    assert open_tags.open == []


def test_the_fragment_is_one_line_without_white_space_between_its_tags(definition: Definition) -> None:
    html = fragment(definition).decode()
    assert "\n" not in html
    assert re.findall(r">\s\s|\s\s<", html) == []


def test_the_fragment_names_its_form_and_is_always_the_same(definition: Definition) -> None:
    html = fragment(definition)
    assert f'data-form="{definition.hash}"'.encode() in html
    assert html == fragment(definition)


def test_words_that_stand_apart_stay_apart() -> None:
    html = fragment(load_catalogue().current("practice_observation").definition).decode()
    assert '</span> <span class="question-star">Key question</span>' in html


def test_cards_have_a_face_for_every_score_and_the_words_beside_it() -> None:
    html = fragment(kinds_form().definition).decode()
    cards = re.findall(
        r'<input type="radio" name="safe" value="(\w+)">(<svg.*?</svg>)<span>(.+?)</span>', html
    )
    assert [(code, words) for code, _, words in cards] == [
        ("yes", "Yes"),
        ("mostly", "Mostly"),
        ("no", "No"),
        ("could_not_say", "Could not say"),
    ]
    assert len({face for _, face, _ in cards}) == 4


def test_times_have_a_button_for_each_likely_one() -> None:
    html = fragment(kinds_form().definition).decode()
    buttons = re.findall(r'data-quick="(-?\d+)">([^<]+)<', html)
    assert buttons[:3] == [("-60", "1 h ago"), ("-15", "15 min ago"), ("0", "Now")]


class _Tags(HTMLParser):
    """Which elements are still open."""

    VOID = frozenset({"input", "br", "link", "meta", "path", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
