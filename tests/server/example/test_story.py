"""The example tells a true story, and its pages say it: one action works, one fails while its audits look good, one
lacks nights. All of it is looked at through the desk's own pages.
"""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from observation_forms import load_catalogue
from server import example
from server.app import create_app
from server.demo import PASSWORD
from server.example.improvement import OWN_MEASURE_NAME, action_id
from server.identity.passwords import set_password
from server.settings import read_settings
from sync import Database, migrate
from tests.server.evidence.arranged import words_of
from tests.server.world import HASHED, ORIGIN
from tests.server.world import PASSWORD as TYPED

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WORKS, FAILS, NO_NIGHT = "S1E1", "S3E3", "S4E1"


class Desk:
    """Dana, who sees both services, at the desk."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client

    def get(self, address: str) -> Response:
        found = self.client.get(address)
        assert found.status_code == 200, address
        return found

    def words(self, address: str) -> str:
        return words_of(self.get(address))

    def action(self, name: str) -> str:
        return self.words(f"/actions/{action_id(name)}")


@pytest.fixture(scope="module", params=[0, 3], ids=["friday", "monday"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same story on a Friday and on a Monday: weeks are whole whatever day it is."""
    now = NOW + timedelta(days=request.param)
    path = tmp_path_factory.mktemp("story") / "sightline.db"
    migrate(path)
    asyncio.run(_load(path, now))
    settings = read_settings({"SIGHTLINE_DATABASE": str(path), "SIGHTLINE_ORIGIN": ORIGIN})
    with TestClient(create_app(settings, lambda: now), base_url=ORIGIN) as client:
        client.headers["origin"] = ORIGIN
        form = {"email": "dana@larkfield.example", "password": TYPED}
        assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
        yield Desk(client)


async def _load(path: Path, now: datetime) -> None:
    assert PASSWORD != TYPED
    database = await Database.open(path)
    try:
        await example.load(database, load_catalogue(), now)
        await database.write(lambda sql: set_password(sql, "dana", HASHED, now))
    finally:
        await database.close()


def test_the_action_that_works_says_so_in_words_and_numbers(desk: Desk) -> None:
    page = desk.action(WORKS)
    assert "It agrees so far: records, observations and feedback support it since the change." in page
    assert "38 of 40 (95%)" in page
    assert "Met so far." in page


def test_its_chart_of_thirteen_weeks_has_limits_that_are_not_trial_and_shows_a_better_run(desk: Desk) -> None:
    page = desk.action(WORKS)
    assert "13 weeks" in page
    assert "Higher than usual, and higher is better" in page
    assert "Trial limits" not in page.partition("38 of 40")[2].partition("all recorded")[0]


def test_the_action_that_fails_has_good_audits_and_worse_feedback(desk: Desk) -> None:
    page = desk.action(FAILS)
    said = re.search(r"The evidence is mixed: [^.]*\.[^.]*\.", page)
    assert said is not None, page[:2000]
    assert "feedback says worse; audits say better than people do, by" in said[0]
    assert "M12 stands at −" in said[0]
    assert "its target is at least 20 points" in said[0]
    assert "Records, audits and observations support it; feedback contradicts it. They do not agree." in page


def test_its_chart_speaks_of_concern_and_of_a_target_out_of_reach(desk: Desk) -> None:
    page = desk.action(FAILS)
    assert "Lower than usual, but higher is better" in page
    assert "Expected to be missed" in page


def test_the_third_action_lacks_nothing_but_night_evidence(desk: Desk) -> None:
    page = desk.action(NO_NIGHT)
    assert "Not enough yet: no night-shift observation since the change." in page
    assert "Records, audits and observations support it. They agree." in page


def test_no_other_action_lacks_nights(desk: Desk) -> None:
    told = desk.words("/map")
    assert told.count("no night-shift observation") == 1


def test_the_map_tells_the_three_stories_in_the_same_sentences(desk: Desk) -> None:
    page = desk.words("/map")
    assert "It agrees so far: records, observations and feedback support it since the change." in page
    assert "The evidence is mixed: feedback says worse;" in page
    assert "Not enough yet: no night-shift observation since the change." in page


def test_coverage_shows_that_nobody_watches_nights_in_quay_house(desk: Desk) -> None:
    page = desk.words("/coverage?service=harbour-living")
    assert re.search(r"Quay House[^.]*[Nn]ight", page), page[:3000]


def test_a_week_that_was_counted_before_a_record_came_says_so(desk: Desk) -> None:
    assert re.search(r"\b[1-9] (record )?came late", desk.action(WORKS)), desk.action(WORKS)[:6000]


def test_charts_carry_what_changed_and_one_has_its_limits_begun_anew(desk: Desk) -> None:
    assert "Two new night staff began" in desk.action(WORKS)
    assert "tea was moved to five" in desk.action(FAILS)
    assert "the old limits say nothing of that" in desk.action("S1E3")


def test_the_home_counts_by_a_measure_of_its_own(desk: Desk) -> None:
    page = desk.action("S3E1")
    assert OWN_MEASURE_NAME in page
    assert re.search(r"\d+ of \d+ \(\d+", page.partition(OWN_MEASURE_NAME)[2])


def test_some_signals_wait_and_some_were_answered(desk: Desk) -> None:
    for service in ("alder-house", "harbour-living"):
        page = desk.words(f"/signals?service={service}")
        assert "To be answered" in page
        assert desk.words(f"/signals?service={service}&state=answered")


def test_every_target_can_be_held_against_what_it_names(desk: Desk) -> None:
    assert "cannot be held against" not in desk.words("/map")
    for plan in example.PLANS:
        assert "they cannot be compared" not in desk.words(f"/actions/{plan.id}"), plan.example
