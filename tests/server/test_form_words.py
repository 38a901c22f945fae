"""A form's answers and times in words, and its texts in the words of a service."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from observation_forms import load_catalogue
from server.form_words import answer_words, duration_words, in_words, quick_words
from server.identity.organisation import WORDS
from tests.pwa.kinds_form import kinds_form

DEFINITION = load_catalogue().current("practice_observation").definition
KINDS = kinds_form().definition
TABLET = Path(__file__).resolve().parents[2] / "pwa/js"


def test_people_are_named_and_unknown_ids_shown_as_they_are() -> None:
    staff = DEFINITION.by_id["staff_observed"]
    assert answer_words(staff, ["s1", "s2"], {"s1": "Amina"}) == "Amina, s2"


def test_a_time_that_is_none_is_shown_as_it_stands() -> None:
    happened = DEFINITION.by_id["happened_at"]
    assert answer_words(happened, "soon", {}) == "soon"
    assert answer_words(happened, "2026-07-01T12:05:00Z", {}) == "1 July 2026, 13:05"
    for instant in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert answer_words(happened, instant, {})


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ("took", 85, "1 h 25 min"),
        ("in_time", "late", "Late"),
        ("changed", ["none"], "None this shift"),
        ("message", "m1", "Check the chart first"),
        ("message", "none_due", "None was due"),
        ("accepts", "ben", "Ben Carter"),
    ],
)
def test_answers_of_every_kind_have_words(question: str, value: str | int | list[str], words: str) -> None:
    names = {"m1": "Check the chart first", "ben": "Ben Carter"}
    assert answer_words(KINDS.by_id[question], value, names) == words


def test_minutes_are_said_alike_at_the_desk_and_on_the_tablet() -> None:
    minutes = [0, 5, 59, 60, 85, 120, 1440, 2879, 2880, 3065, 100_000, -1, -90]
    script = f"""
    const {{ durationWords }} = await import({json.dumps(str(TABLET / "durations.mjs"))});
    console.log(JSON.stringify({minutes}.map(durationWords)));
    """
    node = compute_driver_executable()[0]
    run = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, check=True)
    assert json.loads(run.stdout) == [duration_words(each) for each in minutes]
    assert duration_words(3065) == "2 days 3 h 5 min"


def test_the_buttons_beside_a_time_say_what_they_set() -> None:
    assert [quick_words(each) for each in (-90, -15, 0, 60)] == [
        "1 h 30 min ago",
        "15 min ago",
        "Now",
        "In 1 h",
    ]


def test_a_form_is_said_in_the_words_of_the_service() -> None:
    tenants = in_words(KINDS, WORDS["supported_living"])
    changed = tenants.by_id["changed"]
    assert (changed.ask, changed.row_title) == ("Which tenants changed this shift?", "Tenant")
    assert tenants.by_id["person"].special[0].label == "No one tenant"
    assert (tenants.hash, tenants.messages) == (KINDS.hash, KINDS.messages)
