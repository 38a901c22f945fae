"""How much the forms with a limit ask of a thumb (issue 3; DESIGN 11). All forms: `python -m tests.bench.taps`."""

from pathlib import Path

import pytest

from observation_forms import Form, load_catalogue
from tests.bench.taps import LIMITS, measure, typical_house
from tests.browser.chromium import TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled

WORDS = {"F1": ["went_well"], "F12": ["what_you_saw", "what_you_did"], "F3": []}
"""What the typical use of a form has a person write in words."""
LIMITED = [
    pytest.param(form, id=form.definition.code)
    for form in load_catalogue().current_forms()
    if form.definition.code in LIMITS
]


@pytest.fixture
def house(tmp_path: Path, form: Form) -> Path:
    """The house that the form's typical use speaks of."""
    return typical_house(form, tmp_path)


@pytest.mark.parametrize("form", LIMITED)
async def test_the_typical_use_of_a_form_takes_no_more_taps_than_it_may(
    form: Form, server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    effort = await measure(form, page)
    code = form.definition.code
    assert effort.taps <= LIMITS[code]
    texts = [
        key for key in effort.typed if (asked := form.definition.question_at(key)) and asked.kind == "text"
    ]
    assert texts == WORDS.get(code, texts)


def test_every_limit_is_held_by_a_form() -> None:
    assert {form.id for form in LIMITED} == set(LIMITS)
