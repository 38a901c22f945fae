"""What measures count by is set at the desk, from a day on, with a reason."""

import pytest

from observation_forms import load_catalogue
from server.dated_settings.known import OWN, known_settings
from server.dated_settings.setting import MEASURES
from server.identity.scope import Part, Scope
from server.measures.reading import read_settings
from tests.server.evidence.arranged import words_of
from tests.server.test_dated_settings import set_value
from tests.server.world import Browser, World

PROPOSED = {
    "measure_minimum": "10",
    "measure_minimum_small": "5",
    "measure_minimum_months": "3",
    "measure_baseline": "4",
    "repeat_concern_days": "90 days",
    "repeat_finding_days": "365 days",
    "evidence_current_days": "31 days",
    "alignment_gap_points": "15 points",
    "learning_update_days": "56 days",
    "complaint_answer_days": "28 days",
    "incident_review_days": "5 days",
}


def test_every_value_of_domain_3_that_is_a_proposal_is_a_setting() -> None:
    known = known_settings(load_catalogue())
    assert {name: known[name].words(known[name].default) for name in PROPOSED} == PROPOSED
    assert {OWN[name].group for name in PROPOSED} == {MEASURES}


def test_a_manager_sees_and_sets_them(world: World, chidi: Browser) -> None:
    assert "What measures count by" in words_of(chidi.get("/settings"))
    assert set_value(chidi, "repeat_concern_days", "60") == 303
    world.clock.move(seconds=1)
    with world.sql() as sql:
        settings = read_settings(sql, Scope((Part(service="alder"),)), load_catalogue())
    assert settings.number("alder", "repeat_concern_days", world.clock()) == 60
    assert "60 days" in words_of(chidi.get("/settings"))


@pytest.mark.parametrize("typed", ["0", "-1", "367", "ten", "1.5", "", "٣"])
def test_what_is_no_number_of_days_is_refused(chidi: Browser, typed: str) -> None:
    assert set_value(chidi, "learning_update_days", typed) == 422
