"""A form on paper: room to write every answer, and nothing that only a tablet can do."""

import re

import pytest

from observation_forms import Definition, load_catalogue
from server.app import templates
from server.form_words import in_words
from server.identity.organisation import WORDS
from tests.pwa.kinds_form import kinds_form

FORMS = [*load_catalogue().forms(), kinds_form()]


def on_paper(definition: Definition) -> str:
    page = templates().from_string('{% from "form/paper.html" import paper %}{{ paper(form) }}')
    return page.render(form=in_words(definition, WORDS["residential"]))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.definition.form} {form.definition.version}")
def test_every_question_that_is_asked_is_on_paper(form: object) -> None:
    definition: Definition = form.definition  # type: ignore[attr-defined]
    page = re.sub(r"\s+", " ", on_paper(definition))
    assert "{" not in page
    for question in in_words(definition, WORDS["residential"]).questions():
        if question.kind not in ("worked_out", "duration"):
            asked = re.escape(question.ask).replace("'", "&#39;").replace('"', "&#34;")
            assert re.search(asked.replace("&", "&(?:amp;)?"), page), question.id


def test_a_repeat_has_three_blank_rows_and_a_box_for_none() -> None:
    page = on_paper(kinds_form().definition)
    assert re.findall(r"<h3>(Resident \d)</h3>", page) == ["Resident 1", "Resident 2", "Resident 3"]
    assert page.count("When was a senior told?") == 3
    assert "None this shift" in page


def test_counts_are_a_table_and_the_second_person_signs() -> None:
    page = on_paper(kinds_form().definition)
    assert page.count('<table class="paper-counts">') == 1
    assert '<th scope="row">Call bells</th>' in page
    assert "Signature" in page


def test_what_a_tablet_works_out_is_not_asked_on_paper() -> None:
    assert "Told in time?" not in on_paper(kinds_form().definition)
