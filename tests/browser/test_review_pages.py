"""The desk's pages of reviews, corrections, forms and one's own observations: accessible, and whole at 320 px.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import json
import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from observation_forms import Value, load_catalogue
from tests.browser.chromium import TABLET_SIZE, Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.steps import sign_in
from tests.fire.nursery import QuickServer
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.review.reviewing import review
from tests.server.world import World

OBSERVED: dict[str, Value] = {"staff_observed": ["amina", "ivo"], "person_supported": "alder-1-a"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")


def arrange(folder: Path) -> tuple[Path, dict[str, str]]:
    """A house where one record was corrected and asked about, one set aside, one taken back."""
    with World(folder) as world, world.signed_in("chidi") as chidi:
        floor = Floor(world, load_catalogue())
        action = make_action(chidi)
        same = {"unit": "alder-1", "author": "ben", "recorded_at": "2026-11-15T11:00:00Z"}
        first = floor.seal(author="ben", chosen={**OBSERVED, "note": "The call bell was out of reach."})
        corrected = floor.send(first)
        answers = {"note": "The call bell was out of reach, and nobody had put it back since breakfast."}
        kept = {**_answers(first), **answers, "person_supported": "alder-2-a"}
        second = floor.tablet.correct(first, "I named the wrong resident", answers=kept, **same)
        floor.send(second)
        floor.send(floor.tablet.correct(second, "The note was too short", **same))
        review(chidi, corrected, "read")
        review(chidi, corrected, "question", "Who had put the call bell there?")
        aside = floor.record(author="ben", bearings=[bearing(action, "inconclusive")])
        review(chidi, aside, "set_aside", "It was written about another unit.")
        sealed = floor.seal(author="ben", chosen=OBSERVED, bearings=[bearing(action, "inconclusive")])
        gone = floor.send(sealed)
        floor.send(floor.tablet.correct(sealed, "It was another carer", withdrawn=1, **same))
    return world.settings.database, {"corrected": corrected, "aside": aside, "gone": gone, "action": action}


def _answers(sealed: bytes) -> dict[str, object]:
    answers: dict[str, object] = json.loads(sealed)["answers"]
    return answers


@pytest.mark.parametrize("size", ["desktop", "tablet"])
async def test_the_pages_of_reviews_and_forms_are_for_everyone(
    size: str, tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    database, made = arrange(tmp_path)
    server = QuickServer(database)
    server.start()
    try:
        viewport = (
            {"viewport": TABLET_SIZE} if size == "tablet" else {"viewport": {"width": 1440, "height": 900}}
        )
        context = await desk_context(office, complaints, **viewport)
        page = await context.new_page()
        faults = []
        record = f"/evidence/{made['corrected']}"
        for name, paths in (
            (
                "chidi",
                (
                    "/evidence",
                    "/evidence?review=set_aside",
                    record,
                    f"{record}?version=3&against=1",
                    f"/evidence/{made['aside']}",
                    f"/evidence/{made['gone']}",
                    f"/actions/{made['action']}",
                    "/forms",
                    "/form/practice_observation/1?kind=homecare",
                    "/form/handover_check/1/blank",
                ),
            ),
            ("amina", ("/me/observations", f"/me/observations/{made['corrected']}")),
        ):
            await context.clear_cookies()
            await sign_in(page, server, name)
            for number, path in enumerate(paths):
                await page.goto(f"{server.origin}{path}")
                await expect(page.locator("main h1").first).to_be_visible()
                for scheme in SCHEMES:
                    await page.emulate_media(color_scheme=scheme)
                    faults += [f"{path}, {scheme}: {one}" for one in await accessibility_faults(page)]
                await page.emulate_media(color_scheme="light")
                if size == "desktop":
                    faults += await faults_narrow(page, path, targets=False)
                if PICTURES:
                    await page.screenshot(path=f"{PICTURES}/{size}-{name}-{number}.png", full_page=True)
        assert faults == []
    finally:
        server.kill()
