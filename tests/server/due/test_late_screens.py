"""A safeguarding screen that comes in after the handover: the next shift must know only what it found."""

from tests.server.due.shift import Shift
from tests.server.world import World

TODAY = "2026-11-16"


def test_a_screen_that_found_something_is_a_late_arrival_and_one_that_found_nothing_is_not(
    world: World,
) -> None:
    shift, elm = Shift(world), Shift(world, name="Elm")
    world.clock.move(hours=5, minutes=40)
    handover = shift.record("handover_check", f"{TODAY}T14:30:00Z", author="ben")
    world.clock.move(minutes=30)
    found = elm.record("safeguarding_screen", f"{TODAY}T08:30:00Z", "three_entries")
    elm.record("safeguarding_screen", f"{TODAY}T08:40:00Z", "nothing_in_the_notes")
    assert [id for id in shift.due() if id.startswith("late/")] == [f"late/{handover}/{found}"]
