"""What is due is opened, settled, taken back, and told to the tablets; never silently dropped."""

import asyncio
import json
from typing import Any

import pytest

from observation_forms import load_catalogue
from server import commands
from server.due.laying_out import lay_out
from server.due.recent import take_back_old
from tests.server.due.shift import Shift, due_rows
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

TODAY = "2026-11-16"
SCREEN = f"schedule/screen/alder-1/{TODAY}/1000"
HANDOVER = f"schedule/handover/alder/{TODAY}/1430"
FALL = "2026-11-16T09:00:00Z"


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def step(world: World) -> None:
    with world.sql() as sql:
        while not lay_out(sql, load_catalogue(), world.clock()):
            pass


def test_the_day_is_laid_out_when_the_server_starts(shift: Shift) -> None:
    due = shift.due()
    assert due[SCREEN]["due_at"] == f"{TODAY}T10:00:00Z"
    assert due[SCREEN]["unit"] == "alder-1"
    assert (due[HANDOVER]["due_at"], due[HANDOVER]["form"]) == (f"{TODAY}T15:00:00Z", "handover_check")
    assert not [id for id in due if "birch" in id]
    assert all(item["opened_at"] <= "2026-11-17T09:00:00Z" for item in due.values())


def test_an_item_of_the_feed_has_exactly_the_agreed_fields(shift: Shift) -> None:
    assert set(shift.due()[SCREEN]) == {
        "id", "form", "title", "why", "who", "staff", "unit", "person", "due_at", "opened_at", "answers",
        "source", "says",
    }  # fmt: skip


def test_what_was_due_while_the_server_stood_still_is_late_not_lost(world: World, shift: Shift) -> None:
    world.clock.move(days=12)
    step(world)
    late = [id for id, item in shift.due().items() if item["due_at"] < "2026-11-28T09:00:00Z"]
    assert sum(id.startswith("schedule/handover/alder/") for id in late) == 36
    assert len([id for id in late if id.startswith("schedule/screen/alder-1/")]) == 12


def test_laying_out_again_changes_nothing(world: World) -> None:
    before = due_rows(world)
    step(world)
    assert due_rows(world) == before


def test_a_record_made_for_an_item_settles_it(shift: Shift) -> None:
    shift.record("safeguarding_screen", f"{TODAY}T08:30:00Z", spawned_by=SCREEN)
    assert shift.outcomes(SCREEN) == ["done"]
    assert SCREEN not in shift.due()


def test_a_record_that_happened_after_the_time_is_late(world: World, shift: Shift) -> None:
    world.clock.move(hours=2)
    shift.record("safeguarding_screen", f"{TODAY}T10:01:00Z", spawned_by=SCREEN)
    assert shift.outcomes(SCREEN) == ["late"]


def test_a_scheduled_form_made_by_itself_settles_what_was_due_in_its_time(shift: Shift) -> None:
    shift.record("safeguarding_screen", f"{TODAY}T08:30:00Z")
    assert shift.outcomes(SCREEN, f"schedule/screen/alder-2/{TODAY}/1000") == ["done", ""]


def test_not_needed_settles_with_its_reason_and_name(world: World, shift: Shift, ben: Browser) -> None:
    shift.record("not_needed", f"{TODAY}T08:30:00Z", "written_elsewhere", spawned_by=SCREEN)
    assert shift.outcomes(SCREEN) == ["not_needed"]
    shown = words_of(ben.get("/due?state=not_needed"))
    assert "Already done, and written elsewhere" in shown
    assert "Amina Yusuf" in shown


def test_the_first_recorded_of_two_settles_whatever_came_first(world: World, shift: Shift) -> None:
    world.clock.move(hours=2)
    late = shift.seal("safeguarding_screen", f"{TODAY}T10:30:00Z", spawned_by=SCREEN)
    early = shift.seal("safeguarding_screen", f"{TODAY}T08:30:00Z", spawned_by=SCREEN)
    shift.send(late)
    assert shift.outcomes(SCREEN) == ["late"]
    shift.send(early)
    assert shift.outcomes(SCREEN) == ["done"]


def test_a_record_taken_back_opens_what_it_had_settled(shift: Shift) -> None:
    sealed = shift.seal("safeguarding_screen", f"{TODAY}T08:30:00Z", spawned_by=SCREEN)
    shift.send(sealed)
    shift.send(shift.tablet.correct(
        sealed, "Wrong unit", author="amina", unit="alder-1", recorded_at=f"{TODAY}T08:40:00Z",
        form="safeguarding_screen", spawned_by=SCREEN, withdrawn=1,
    ))  # fmt: skip
    assert shift.outcomes(SCREEN) == [""]
    assert SCREEN in shift.due()


def caused(shift: Shift) -> tuple[bytes, dict[str, dict[str, Any]]]:
    """A handover that tells of a change, and what it caused."""
    sealed = shift.seal("handover_check", f"{TODAY}T07:30:00Z", _causing(shift), author="ben")
    record = shift.send(sealed)
    return sealed, {id: item for id, item in shift.due().items() if id.startswith(f"{record}/")}


def _causing(shift: Shift) -> str:
    return next(each.id for each in shift.catalogue.current("handover_check").examples if each.spawns)


def test_a_record_causes_what_its_form_says(shift: Shift) -> None:
    _, items = caused(shift)
    assert any(item["form"] == "senior_oversight" for item in items.values())
    assert all(item["source"] == id.split("/")[0] for id, item in items.items())


def test_what_a_withdrawn_record_caused_is_taken_back_but_stays_to_be_seen(
    shift: Shift, ben: Browser
) -> None:
    sealed, items = caused(shift)
    shift.send(shift.tablet.correct(
        sealed, "Made twice", author="ben", unit="alder-1", recorded_at=f"{TODAY}T07:50:00Z",
        form="handover_check", withdrawn=1,
    ))  # fmt: skip
    assert set(shift.outcomes(*items)) == {"taken_back"}
    assert not set(items) & set(shift.due())
    assert "The record it came from was taken back" in words_of(ben.get("/due?state=taken_back"))


def test_what_was_done_before_its_cause_arrived_is_done(world: World, shift: Shift) -> None:
    first = shift.seal("handover_check", f"{TODAY}T07:30:00Z", _causing(shift), author="ben")
    record = Shift(world, name="Elm")
    id = f"{json.loads(first)['record']}/oversight/1"
    record.record("senior_oversight", f"{TODAY}T07:40:00Z", spawned_by=id)
    shift.send(first)
    assert shift.outcomes(id)[0] in ("done", "late")


def late_one(world: World, shift: Shift) -> tuple[str, str]:
    """An incident of the morning on another tablet that comes in after the handover of 14:30; both ids."""
    elm = Shift(world, name="Elm")
    world.clock.move(hours=5, minutes=40)
    handover = shift.record("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(minutes=30)
    return handover, elm.record("incident_record", FALL)


def test_what_comes_in_after_a_handover_is_due_to_the_deputy(world: World, shift: Shift) -> None:
    handover, fall = late_one(world, shift)
    item = shift.due()[f"late/{handover}/{fall}"]
    assert (item["form"], item["who"], item["source"]) == ("reply", "deputy", fall)
    with world.signed_in("ben") as ben:
        assert "Came in after this handover" in ben.get(f"/evidence/{handover}").text
        assert "Came in after the handover" in words_of(ben.get("/due"))


def test_what_the_handovers_own_tablet_had_is_not_late(world: World, shift: Shift) -> None:
    fall = shift.seal("incident_record", FALL)
    handover = shift.seal("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(hours=6)
    shift.send(fall, handover)
    assert not [id for id in shift.due() if id.startswith("late/")]


def test_a_late_arrival_is_seen_whichever_of_the_two_comes_first(world: World, shift: Shift) -> None:
    elm = Shift(world, name="Elm")
    handover = shift.seal("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(hours=6)
    fall = elm.record("incident_record", FALL)
    assert f"late/{shift.send(handover)}/{fall}" in shift.due()


def test_a_rebuild_gives_identical_rows(world: World, shift: Shift) -> None:
    handover, fall = late_one(world, shift)
    step(world)
    sealed, _ = caused(shift)
    shift.record("safeguarding_screen", f"{TODAY}T08:30:00Z", spawned_by=SCREEN)
    shift.record("reply", f"{TODAY}T15:30:00Z", author="ben", spawned_by=f"late/{handover}/{fall}")
    shift.send(shift.tablet.correct(
        sealed, "Made twice", author="ben", unit="alder-1", recorded_at=f"{TODAY}T07:50:00Z",
        form="handover_check", withdrawn=1,
    ))  # fmt: skip
    before, told = due_rows(world), shift.due()
    world.__exit__(None, None, None)
    try:
        asyncio.run(commands.rebuild(world.settings.database))
        assert due_rows(world) == before
    finally:
        world.__enter__()
    assert shift.due() == told


def test_what_happened_lately_is_told_for_two_days(world: World, shift: Shift) -> None:
    fall = shift.record("incident_record", FALL)
    assert set(shift.feed("recent")) == {fall}
    assert set(shift.feed("recent")[fall]) == {
        "record", "version", "form", "code", "title", "person", "unit", "tablet", "author", "shift", "happened_at",
        "concern",
    }  # fmt: skip
    world.clock.move(days=2, minutes=1)
    with world.sql() as sql:
        take_back_old(sql, world.clock())
    assert shift.feed("recent") == {}


def test_the_feed_does_not_grow_by_a_row_for_each_record_there_ever_was(world: World, shift: Shift) -> None:
    kept = "SELECT count(*) FROM change WHERE kind = 'recent'"
    old, young = (f"{start}-8a3c-7000-8000-000000000000" for start in ("019a8a00", "ffffffff"))
    for record in (old, young):
        shift.record("incident_record", FALL, record=record)
    for days, left in ((3, 2), (30, 1)):
        world.clock.move(days=days)
        with world.sql() as sql:
            take_back_old(sql, world.clock())
            assert sql.execute(kept).fetchone()[0] == left


def test_only_lists_of_the_viewers_service_are_shown(world: World, shift: Shift) -> None:
    with world.signed_in("fay") as fay:
        assert "Alder House" not in fay.get("/due").text
