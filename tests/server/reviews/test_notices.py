"""Meetings that were not held in their time, in the list of today and in the calendar."""

from server.notices.of_reviews import reviews_dated, reviews_today
from tests.server.closure.test_notices import ground
from tests.server.reviews.test_reviews import signed
from tests.server.world import World


def test_a_meeting_that_was_not_held_in_its_time_is_told(world: World) -> None:
    signed(world.signed_in("chidi"), "leadership")
    signed(world.signed_in("chidi"), "board")
    for days, says in ((0, []), (45, []), (1, ["1 meeting is overdue"])):
        world.clock.move(days=days)
        with world.sql() as sql:
            here = ground(world, sql, "ben")
            assert [one.says for one in reviews_today(here)] == says
            assert [str(one.at) for one in reviews_dated(here)] == ["2027-03-31", "2026-12-31"]
