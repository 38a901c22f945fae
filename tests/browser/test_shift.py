"""Twelve hours on the floor: two carers and a deputy share one tablet, and the Wi-Fi is off for five of them.

Six times a form is interrupted. Someone falls, a family has to be called twice, something is unsafe while nobody can
be reached, and the shift is handed over with two people changed. At the end nothing is lost, and nothing is twice.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from observation_forms import load_catalogue
from server.dated_settings.known import OWN
from server.dated_settings.store import set_value
from server.identity import organisation
from server.identity.permissions import Role
from tests.browser.chromium import PATIENCE, Complaints, TabletBrowser
from tests.browser.clocked import ClockedServer
from tests.browser.feeding import CONCERN, INCIDENT, TOLD, put_on_call
from tests.browser.running import RunningServer
from tests.browser.shift_story import DAY, Floor, on_the_day
from tests.browser.steps import check_and_save, example_answers
from tests.browser.store import stored
from tests.server.world import START, World

SCREEN, OTHER_SCREEN = (f"schedule/screen/alder-{unit}/{DAY}/1000" for unit in (1, 2))
HANDOVER = f"schedule/handover/alder/{DAY}/1845"

FALL = INCIDENT | {
    "happened_at": on_the_day("09:05"),
    "senior_told": "yes",
    "senior_told_at": on_the_day("09:08"),
    "learning_likely": "yes",
}
NOT_REACHED: dict[str, Any] = {
    "who": "main_contact",
    "update_made": "not_reached",
    "attempts": ["1"],
    "attempts.1.attempt_at": on_the_day("10:15"),
    "attempts.1.attempt_how": "phone",
}
TOLD_LATE: dict[str, Any] = {
    "happened_at": on_the_day("12:00"),
    "update_made": "yes",
    "contacted_at": on_the_day("12:00"),
    "how": "phone",
    "family_first": "yes",
    "said_clearly": "met",
    "questions_answered": "met",
    "wishes_written": "not_seen",
    "sorry_said": "yes",
    "seemed": "worried",
    "complained": "no",
    "serious_harm": "no",
    "promised": "no",
    "written": "now",
}
HANDED_OVER: dict[str, Any] = {
    "happened_at": on_the_day("18:45"),
    "handover": "day_to_night",
    "staff_due": 4,
    "staff_present": 4,
    "could_hear": "met",
    "everyone_named": "met",
    "special_care": "not_seen",
    "followed_up": "not_seen",
    "changed": ["1", "2"],
    "changed.1.different": ["pain"],
    "changed.1.changed_what": "Fell in the bathroom, and says her hip hurts when she stands.",
    "changed.1.noticed_at": on_the_day("09:05"),
    "changed.1.noticed_by": "care_staff",
    "changed.1.told_senior": "yes",
    "changed.1.told_at": on_the_day("09:08"),
    "changed.1.decision": "extra_checks",
    "changed.1.decision_written": "yes",
    "changed.1.review_at": on_the_day("21:00"),
    "changed.1.review_by": "senior",
    "changed.1.family": "already_told",
    "changed.2.different": ["confused"],
    "changed.2.changed_what": "Did not know where she was, and went to the front door.",
    "changed.2.noticed_at": on_the_day("11:35"),
    "changed.2.noticed_by": "care_staff",
    "changed.2.told_senior": "yes",
    "changed.2.told_at": on_the_day("11:40"),
    "changed.2.decision": "routine",
    "changed.2.decision_written": "yes",
    "changed.2.review_at": on_the_day("22:00"),
    "changed.2.review_by": "senior",
    "changed.2.family": "yes_today",
    "learning_message": "none_due",
    "safeguarding": "not_seen",
    "medicines": "not_seen",
    "appointments": "not_seen",
    "plan_changes": "not_seen",
    "enough_staff": "yes",
    "ended_at": on_the_day("18:55"),
    "acceptance": "accepts",
    "accepted_by": "joan",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Alder House with a second carer, a night lead, a second person upstairs, and shifts of twelve hours."""
    world = World(tmp_path)
    with world.sql() as sql:
        organisation.add_staff(sql, "joan", "Joan Kelly", "joan@example.test")
        for carer in ("eli", "joan"):
            organisation.give_role(sql, carer, Role.FLOOR, "alder", START)
        organisation.add_person(sql, "alder-1-b", "alder-1", "CD", "2")
        set_value(sql, "alder", OWN["handover_times"], "06:15 18:45", "chidi", "Twelve-hour shifts", START)
    return world.settings.database


@pytest.fixture
def server(house: Path) -> Iterator[ClockedServer]:
    """The server of the house, on the day of the shift."""
    running = ClockedServer(house)
    yield running
    running.kill()


async def test_after_twelve_hours_on_the_floor_each_record_is_there_once_and_what_is_due_is_right(
    server: ClockedServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    # Who accepts the last handover has no PIN yet: it is saved without, and says so
    complaints.expected += ("409 (Conflict)",)
    floor = Floor(server, tablet)
    await floor.begins("06:55")
    put_on_call(server)
    page = floor.page

    # The morning round: a call bell, then the telephone
    await floor.taken_by("amina")
    await floor.at("07:35")
    screen = await floor.opens_due(SCREEN)
    await floor.answers("safeguarding_screen", {"notes_of": "unit", "notes_from": on_the_day("06:00")})
    await floor.parks()
    await floor.at("07:50")
    await floor.taken_by("ben")
    await expect(floor.parked(screen)).to_contain_text("Belongs to Amina Yusuf")
    watched = await floor.opens("F1")
    await floor.parks()
    await floor.at("08:10")
    await floor.taken_by("amina")
    await floor.carries_on(screen)
    await floor.answers(
        "safeguarding_screen", {"notes_to": on_the_day("07:30"), "all_read": "yes", "found": ["none"]}
    )
    assert await floor.saves() == screen
    await expect(floor.waiting()).to_have_text("Nothing waiting to send")

    # A fall. Eli is needed at once, and writes the rest a quarter of an hour later
    await floor.at("09:10")
    await floor.taken_by("eli")
    fall = await floor.opens("F10")
    seen = ("happened_at", "written_in", "person", "kind", "place", "facts")
    await floor.answers("incident_record", {key: FALL[key] for key in seen})
    await floor.parks()
    await floor.at("09:25")
    await floor.carries_on(fall)
    await floor.answers("incident_record", {key: FALL[key] for key in FALL if key not in seen})
    assert await floor.saves() == fall
    family, watch_practice = f"{fall}/family_fall", f"{fall}/observe"
    await expect(floor.due(family)).to_contain_text("Family must be told of a fall")
    await expect(floor.waiting()).to_have_text("Nothing waiting to send")

    # The Wi-Fi goes. The daughter does not answer, and the battery dies while Amina writes that down
    await floor.at("09:30")
    await floor.wifi(off=True)
    await floor.at("10:20")
    await floor.taken_by("amina")
    tried = await floor.opens_due(family)
    await floor.answers("family_contact", NOT_REACHED)
    await floor.keeps(tried, "attempts.1.attempt_how")
    await floor.battery_dies("amina")
    page = floor.page
    await floor.carries_on(tried)
    await expect(page.locator('[data-question="attempts.1.attempt_at"] input')).to_have_value(f"{DAY}T10:15")
    await floor.answers("family_contact", {"family_first": "no", "serious_harm": "no", "written": "now"})
    assert await floor.saves() == tried
    again = f"{tried}/try_again"
    await expect(floor.due(again)).to_contain_text("Family has not been told yet")

    # The daughter rings herself, and asks for the deputy: Amina hands him the form she has begun
    await floor.at("11:00")
    told = await floor.opens_due(again)
    await floor.parks()
    await floor.hands_to(told, "ben")

    # Ben goes back to what he watched in the morning. A shout: he raises a concern out of it, and nobody is alerted
    await floor.at("11:40")
    await floor.taken_by("ben")
    await floor.carries_on(watched)
    await page.locator("#raise-concern").click()
    await expect(page.locator("#on-call")).to_contain_text("Nobody has been alerted.")
    await expect(page.locator('[data-on-call="dana-phone"]')).to_be_visible()
    await floor.answers("immediate_concern", {**CONCERN, "person": "alder-1-b", **TOLD})
    await page.locator('[data-question="told_at"] [data-quick="0"]').click()
    await check_and_save(page)
    concern = page.url.split("/saved/")[1].split("/")[0]
    await expect(page.locator("#what-happened")).to_contain_text("this app has alerted nobody")
    await page.locator("#back-to-parked").click()
    await expect(page.locator("#form-title")).to_have_text("Practice observation")
    morning = example_answers("evening_care_all_met", staff_observed=["eli"])
    await floor.answers(
        "practice_observation",
        morning | {"backdated_reason": "Called away twice, the last time to a concern."},
    )
    assert await floor.saves() == watched

    await floor.at("12:05")
    await expect(floor.due(again)).to_contain_text("Late by 1 h")
    await expect(floor.parked(told)).to_contain_text("Parked 1 h ago")
    await expect(floor.parked(told)).to_contain_text("Handed to you by Amina")
    await expect(page.locator("h1")).to_have_text("Good afternoon, Ben")
    await floor.carries_on(told)
    await floor.answers("family_contact", TOLD_LATE)
    assert await floor.saves() == told
    await floor.at("12:30")
    await floor.says_not_needed(watch_practice)
    not_needed = page.url.split("/form/")[1]
    reason = {"reason": "done_elsewhere", "words": "The team watched his transfers on Monday."}
    await floor.answers("not_needed", reason)
    assert await floor.saves() == not_needed
    await expect(floor.waiting()).to_contain_text("5 waiting, oldest 10:2")
    assert authors_of(server) == {screen: "amina", fall: "eli"}

    # Five hours later the Wi-Fi is back
    await floor.at("14:30")
    await floor.wifi(off=False)
    await expect(floor.waiting()).to_have_text("Nothing waiting to send")

    # The end of the day: how the shift was, and the handover, where who has changed stands already
    await floor.at("18:20")
    await floor.taken_by("amina")
    review = await floor.opens("F4")
    await floor.answers("shift_review", calm_day())
    assert await floor.saves() == review
    await floor.at("18:57")
    await floor.taken_by("ben")
    handover = await floor.opens_due(HANDOVER)
    who = page.locator('[data-question="changed"] select')
    assert await who.evaluate_all("all => all.map(each => each.value)") == ["alder-1-a", "alder-1-b"]
    await expect(page.locator(f'#handover [data-recorded="{concern}"] .mark-concern')).to_be_visible()
    await floor.answers("handover_check", HANDED_OVER)
    assert await floor.saves() == handover
    await floor.at("19:00")
    await expect(floor.waiting()).to_have_text("Nothing waiting to send")

    assert authors_of(server) == {
        screen: "amina",
        fall: "eli",
        tried: "amina",
        concern: "ben",
        watched: "ben",
        told: "ben",
        not_needed: "ben",
        review: "amina",
        handover: "ben",
    }
    assert [body["begun_by"] for body in bodies(server) if body["begun_by"]] == ["amina"]
    assert server.rows("SELECT 1 FROM entry WHERE standing <> 'stored'") == []
    assert outcomes(server) == {
        SCREEN: ("done", screen),
        OTHER_SCREEN: ("", ""),
        family: ("done", tried),
        again: ("late", told),
        watch_practice: ("not_needed", not_needed),
        HANDOVER: ("done", handover),
        f"{handover}/oversight/1": ("", ""),
        f"{handover}/oversight/2": ("", ""),
        f"{handover}/family/2": ("", ""),
    }
    assert await stored(page, "draft") == []
    kept = await stored(page, "record")
    assert sorted(row["record"] for row in kept) == sorted(authors_of(server))
    # Where the answer was slower than the tablet waits, the second one said so
    assert {"stored"} <= {row["receipt"]["status"] for row in kept} <= {"stored", "duplicate"}
    await expect(page.locator(f'#due [data-group="late"] [data-due="{OTHER_SCREEN}"]')).to_be_visible()
    await lists_agree(floor)


def calm_day() -> dict[str, Any]:
    """The answers of a shift review in a house that has no temporary controls."""
    examples = load_catalogue().current("shift_review").examples
    answers = next(example.answers for example in examples if example.id == "calm_day")
    left_to_the_tablet = ("happened_at", "shift", "controls")
    return {key: value for key, value in answers.items() if key.split(".")[0] not in left_to_the_tablet}


def bodies(server: RunningServer) -> list[dict[str, Any]]:
    """Every sealed record that the server holds."""
    return [json.loads(row["body"]) for row in server.rows("SELECT body FROM entry ORDER BY seq")]


def authors_of(server: RunningServer) -> dict[str, str]:
    """Who made each record; that none is there twice is shown on the way."""
    found = [(body["record"], body["author"]) for body in bodies(server)]
    assert len(dict(found)) == len(found)
    return dict(found)


def outcomes(server: RunningServer) -> dict[str, tuple[str, str]]:
    """What became of each item of this day, and by which record; weekly and monthly ones are of another day."""
    rows = server.rows(
        """
        SELECT id, outcome, settled_by FROM due_item
        WHERE service = 'alder' AND (origin <> 'schedule' OR due_at < ?)
        """,
        on_the_day("23:59"),
    )
    return {row["id"]: (row["outcome"], row["settled_by"]) for row in rows}


def open_on(server: RunningServer) -> set[str]:
    """What is still to be done, by the server's list."""
    return {
        row["id"] for row in server.rows("SELECT id FROM due_item WHERE service = 'alder' AND outcome = ''")
    }


async def lists_agree(floor: Floor) -> None:
    """The tablet's list is the server's, at the latest after its next pull."""
    end = time.monotonic() + PATIENCE
    while (here := await open_on_the_tablet(floor)) != (there := open_on(floor.server)):
        assert time.monotonic() < end, here ^ there
        await asyncio.sleep(0.1)


async def open_on_the_tablet(floor: Floor) -> set[str]:
    """What is still to be done, by the tablet's."""
    rows = floor.page.locator('#due [data-due]:not([data-state="done"])')
    return set(await rows.evaluate_all("all => all.map(each => each.dataset.due)"))
