"""Words that say too little are named, with what to write instead, and keep nobody from saving."""

from datetime import date

import pytest

from server.evidence.action_form import Choices, read_fields
from server.evidence.action_wording import Remark, remarks
from tests.server.evidence.arranged import FIELDS, make_action, send_action, words_of
from tests.server.world import Browser, World

CHOICES = Choices({"alder-1"}, {"chidi"}, date(2026, 11, 16))
GOOD = "From June to August, nobody looked again at 9 of 21 care plans after an incident."


def looked_at(**changed: str) -> list[Remark]:
    typed = {
        name: tuple(value) if isinstance(value, list | tuple) else (value,)
        for name, value in {**FIELDS, **changed}.items()
    }
    fields, faults = read_fields(typed, CHOICES)
    assert fields is not None, faults
    return remarks(fields)


def test_a_clear_action_has_nothing_to_look_at() -> None:
    assert looked_at(baseline=GOOD) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Monitor drinks at night on the first floor", "Monitor"),
        ("Staff are reminded to answer bells on the night shift", "reminded"),
        ("Ensure that bells are answered at night", "Ensure"),
        ("Improve the answering of bells at night", "Improve"),
        ("There is improvement in how bells are answered", "improvement"),
        ("Leaders will raise awareness of falls among staff", "raise awareness"),
        ("Records are checked as appropriate by the senior", "as appropriate"),
        ("The senior looks at the notes regularly on each shift", "regularly"),
        ("The concern is told to the manager as soon as possible", "as soon as possible"),
        ("Robust handovers take place on every shift", "Robust"),
        ("The team has addressed these concerns on all shifts", "addressed these concerns"),
    ],
)
def test_vague_words_are_found_wherever_they_stand(text: str, found: str) -> None:
    for field in ("title", "expected"):
        assert [(one.field, one.found) for one in looked_at(**{field: text})] == [(field, found)]
    (remark,) = looked_at(measure_1="own", how_1=text)
    assert (remark.field, remark.found) == ("how_1", found)
    assert len(remark.advice) > 20


@pytest.mark.parametrize(
    "text", ["Improvised meals stopped on night shifts", "The remainder of the staff answer bells"]
)
def test_a_word_that_only_looks_like_one_is_let_be(text: str) -> None:
    assert looked_at(expected=text) == []


@pytest.mark.parametrize(
    ("baseline", "missing"),
    [
        (GOOD, []),
        ("Care records need to be a great deal better than they are.", ["who", "when", "figure"]),
        ("Night staff do not open the chart before medicines are given.", ["when", "figure"]),
        ("The charts were not opened 12 times between June and August.", ["who"]),
        ("In July night staff left people without a drink in reach.", ["figure"]),
    ],
)
def test_a_baseline_that_seems_to_leave_out_who_or_when_or_how_many_is_asked_about(
    baseline: str, missing: list[str]
) -> None:
    about = {"who it is about": "who", "say when": "when", "figure": "figure"}
    none = dict.fromkeys(("baseline_numerator", "baseline_denominator", "baseline_period"), "")
    said = [one.advice for one in looked_at(**none, baseline=baseline) if not one.found]
    assert [name for words, name in about.items() if any(words in one for one in said)] == missing


def test_the_page_shows_them_to_whoever_may_put_them_right_and_saving_is_not_refused(
    world: World, chidi: Browser
) -> None:
    action = make_action(chidi, expected="Staff are reminded to answer bells.")
    page = chidi.get(f"/actions/{action}")
    assert "One wording is worth another look" in words_of(page)
    assert f'href="/actions/{action}/edit#expected"' in page.text
    form = chidi.get(f"/actions/{action}/edit").text
    assert 'id="expected-remarks"' in form
    assert 'aria-describedby="expected-hint expected-remarks"' in form
    assert "worth another look" not in world.signed_in("hana").get(f"/actions/{action}").text


def test_a_form_that_cannot_be_saved_is_remarked_on_so_far_and_an_empty_one_is_not(chidi: Browser) -> None:
    answer = send_action(chidi, title="Improve bells", expected="", baseline="Bells ring for too long.")
    assert answer.status_code == 422
    said = words_of(answer)
    assert "“Improve”" in said
    assert "It does not seem to say who" in said
    empty = chidi.get("/actions/new").text
    assert "-remarks" not in empty


def test_the_form_helps_with_a_good_and_a_bad_example(chidi: Browser) -> None:
    page = words_of(chidi.get("/actions/new"))
    assert "Name who, what and when" in page
    assert "Clear enough to test" in page
    assert "Too loose to test" in page
