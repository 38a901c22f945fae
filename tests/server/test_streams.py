"""How many live pages may be open, and what an open one does not count as."""

from contextlib import ExitStack

import pytest

from server.problems import PROBLEMS, Problem
from server.rooms import rooms_of
from server.streams import IN_ALL, PER_SESSION, Streams
from tests.server.world import Browser, World


def test_a_desk_may_watch_a_few_pages_and_no_more() -> None:
    streams = Streams()
    with ExitStack() as watching:
        for _ in range(PER_SESSION):
            watching.enter_context(streams.enter(1))
        with pytest.raises(Problem, match="too_many_streams"):
            watching.enter_context(streams.enter(1))
        watching.enter_context(streams.enter(2))
    with streams.enter(1):
        pass


def test_all_desks_together_leave_room_for_tablets() -> None:
    streams = Streams()
    with ExitStack() as watching:
        for session in range(IN_ALL):
            watching.enter_context(streams.enter(session))
        with pytest.raises(Problem) as refused:
            watching.enter_context(streams.enter(IN_ALL))
    assert refused.value.kind.status == PROBLEMS["too_many_streams"].status == 503
    assert int(refused.value.headers["retry-after"]) > 0


def test_a_stream_that_breaks_is_not_counted_any_more() -> None:
    streams = Streams()
    for _ in range(PER_SESSION + 1):
        with pytest.raises(ConnectionError), streams.enter(1):
            raise ConnectionError


def test_the_app_has_one_count(world: World) -> None:
    assert isinstance(rooms_of(world.app.state).streams, Streams)


def test_a_page_left_open_does_not_keep_its_session_alive(world: World, ben: Browser) -> None:
    for _ in range(2):
        world.clock.move(minutes=6)
        answer = ben.get("/actions/nosuch/live", headers={"accept": "text/event-stream"})
    assert answer.json()["code"] == "not_signed_in"
