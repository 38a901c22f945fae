"""Only the record that was asked for settles an item: of its form, its unit, its author and its time."""

import asyncio

import pytest

from server import commands
from tests.server.due.shift import Shift, due_rows
from tests.server.review.reviewing import review
from tests.server.world import Browser, World

TODAY = "2026-11-16"
SCREEN = f"schedule/screen/alder-1/{TODAY}/1000"
OTHER_SCREEN = f"schedule/screen/alder-2/{TODAY}/1000"
MORNING, AFTERNOON = (f"schedule/handover/alder/{TODAY}/{slot}" for slot in ("1430", "2100"))


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def test_another_form_does_not_settle_what_it_names(shift: Shift) -> None:
    shift.record("family_contact", f"{TODAY}T08:30:00Z", spawned_by=SCREEN)
    assert shift.outcomes(SCREEN) == [""]
    assert SCREEN in shift.due()


def test_the_screen_of_one_unit_does_not_settle_that_of_another(shift: Shift) -> None:
    shift.record("safeguarding_screen", f"{TODAY}T08:30:00Z", spawned_by=OTHER_SCREEN)
    assert shift.outcomes(OTHER_SCREEN) == [""]


def test_a_clock_that_runs_ahead_settles_nothing_that_is_still_to_come(world: World, shift: Shift) -> None:
    world.clock.move(hours=5, minutes=40)
    shift.record("handover_check", f"{TODAY}T21:05:00Z", author="ben")
    assert shift.outcomes(MORNING, AFTERNOON) == ["done", ""]


def test_a_question_is_answered_by_the_one_who_was_asked(world: World, shift: Shift, chidi: Browser) -> None:
    about = shift.record("incident_record", f"{TODAY}T08:00:00Z")
    review(chidi, about, "question", "Who was with her?")
    (question,) = (id for id in shift.due() if id.startswith("question/"))
    shift.record("reply", f"{TODAY}T08:30:00Z", author="ben", spawned_by=question)
    assert shift.outcomes(question) == [""]
    shift.record("reply", f"{TODAY}T08:40:00Z", spawned_by=question)
    assert shift.outcomes(question) == ["done"]


def add_control(chidi: Browser) -> None:
    fields = {"service": "alder", "title": "The gate is locked", "recheck_by": "2026-11-20"}
    assert chidi.post("/lists/new/control", data=fields, follow_redirects=False).status_code == 303


def checked(shift: Shift, control: str, at: str) -> bytes:
    """A handover in which the control was looked at."""
    rows = {"controls": [control], f"controls.{control}.control_holds": "met"}
    return shift.seal("handover_check", at, author="ben", chosen=rows)


def test_a_control_not_needed_and_checked_before_is_settled_alike_by_a_rebuild(
    world: World, shift: Shift, chidi: Browser
) -> None:
    add_control(chidi)
    (item,) = (id for id in shift.due() if id.startswith("control/"))
    world.clock.move(hours=12)
    early = checked(shift, item.split("/")[1], f"{TODAY}T14:30:00Z")
    shift.record("not_needed", f"{TODAY}T15:00:00Z", author="ben", spawned_by=item)
    shift.send(early)
    before = due_rows(world)
    assert next(row for row in before if row[0] == item)[-1] == "done"
    world.__exit__(None, None, None)
    try:
        asyncio.run(commands.rebuild(world.settings.database))
        assert due_rows(world) == before
    finally:
        world.__enter__()
