"""What a form offers beside people, where it asks for a person, is known to the tablet as nobody to hand over."""

import re
from pathlib import Path

from observation_forms import load_catalogue

HANDOVER = Path(__file__).parents[2] / "pwa" / "js" / "handover.mjs"


def test_every_code_that_is_no_person_is_known_to_the_handover() -> None:
    found = re.search(r"NO_PERSON = new Set\(\[(.*)\]\)", HANDOVER.read_text())
    assert found is not None
    known = set(re.findall(r'"(\w+)"', found[1]))
    questions = [
        question
        for form in load_catalogue().current_forms()
        for section in form.definition.sections
        for question in section.questions
    ]
    offered = {
        special.code for question in questions if question.kind == "person" for special in question.special
    }
    assert known == offered
