"""What is worth watching next: at most three for a unit, from what was missed there, naming nobody."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from observation_forms import load_catalogue
from server.coverage.coverage import Coverage
from server.coverage.heat import heat_map
from server.coverage.missed import Missed
from server.coverage.promptness import promptness
from server.coverage.seen import SHIFTS, Seen
from server.coverage.suggestions import suggest
from server.coverage.telling import Telling
from server.evidence.times import read_instant
from server.identity.organisation import WORDS
from server.measures.periods import ONE_DAY
from server.rooms import Rooms
from tests.server.coverage.made import days, seen
from tests.server.coverage.test_page import TODAY_AT_8, watched
from tests.server.due.shift import Shift
from tests.server.world import World

HOME = WORDS["residential"]
WINDOW = days("2026-10-20", "2026-11-16")
AS_OF = read_instant("2026-11-17T12:00:00Z")


def coverage(*observed: Seen, **more: Any) -> Coverage:
    usual: dict[str, Any] = {
        "window": WINDOW, "today": date(2026, 11, 16), "units": {"alder-1": "Alder House 1"}, "people": 2,
        "heat": heat_map(observed, ["alder-1"], SHIFTS, WINDOW, AS_OF), "not_heard": [], "not_watched": [],
        "routines": {"medicines_round": "Giving medicines"}, "promptness": promptness([], WINDOW), "unheard": 28,
        "unwatched": 28, "looked_from": date(2025, 11, 15), "minimum": 5,
    }  # fmt: skip
    return Coverage(**{**usual, **more})


def everywhere_but(*left_out: tuple[str, str]) -> list[Seen]:
    """One look on each shift of each weekday but those."""
    hours = {"day": "09", "late": "16", "night": "22"}
    each = [(WINDOW.start + number * ONE_DAY, shift) for number in range(7) for shift in SHIFTS]
    return [
        seen(f"{day}T{hours[shift]}:00:00Z", f"{day}{shift}", shift=shift)
        for day, shift in each
        if (f"{day:%A}", shift) not in left_out
    ]


def said(found: Coverage) -> list[tuple[str, str]]:
    return [(one.what, one.why) for one in suggest(found, "alder-1", HOME)]


def test_where_nothing_was_missed_nothing_is_suggested() -> None:
    assert said(coverage(*everywhere_but())) == []


def test_a_shift_that_nobody_looked_at_comes_first_and_a_night_before_the_others() -> None:
    then = "Nobody looked then in the last 28 days."
    assert said(coverage()) == [("Care on a night shift", then)]
    days_alone = [one for one in everywhere_but() if one.shift == "day"]
    assert said(coverage(*days_alone)) == [("Care on a night shift", then)]
    no_late = [one for one in everywhere_but(("Sunday", "night")) if one.shift != "late"]
    assert said(coverage(*no_late)) == [("Care on a late shift", then)]


def test_a_weekend_comes_before_a_single_day() -> None:
    weekend = [("Saturday", "day"), ("Sunday", "day")]
    found = coverage(
        *everywhere_but(*weekend, ("Monday", "night"), ("Tuesday", "night"), ("Friday", "night"))
    )
    assert said(found)[0][0] == "Care on a day shift at the weekend"
    assert said(coverage(*everywhere_but(("Sunday", "late"))))[0][0] == "Care on a late shift on a Sunday"


def test_a_routine_and_people_are_said_with_why() -> None:
    found = coverage(
        *everywhere_but(),
        not_watched=[Missed("medicines_round", "alder-1", date(2026, 8, 3))],
        not_heard=[Missed("a", "alder-1", None), Missed("b", "alder-1", None), Missed("c", "alder-2", None)],
    )
    assert said(found) == [
        ("Giving medicines", "Nobody watched it here since Mon 3 Aug 2026."),
        ("What it is like here", "2 residents have not been heard for 28 days."),
    ]
    never = msgspec.structs.replace(
        found,
        not_watched=[Missed("medicines_round", "alder-1", None)],
        not_heard=[Missed("a", "alder-1", None)],
    )
    assert [why for _, why in said(never)] == [
        "Nobody watched it here in the last year.",
        "1 resident has not been heard for 28 days.",
    ]


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def telling(world: World) -> Telling:
    rooms: Rooms = world.app.state["rooms"]
    return Telling(rooms.database, load_catalogue(), world.clock)


def step(world: World, loop: Telling) -> bool:
    """In the loop of the app, whose database it is."""
    with world._client.portal() as portal:
        return portal.call(loop.step)


def test_the_tablets_of_a_service_are_told_for_each_of_its_units(world: World, shift: Shift) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched(person="alder-1-a"))
    assert step(world, telling(world))
    told = shift.feed("suggestion")
    assert told.keys() == {"alder-1", "alder-2"}
    forms = {unit: [one["form"] for one in row["suggestions"]] for unit, row in told.items()}
    assert forms == {
        "alder-1": ["practice_observation", "practice_observation"],
        "alder-2": ["practice_observation", "practice_observation", "lived_experience"],
    }
    assert told["alder-2"]["says"] == (
        "Worth watching next: Care on a night shift. Nobody looked then in the last 28 days."
    )
    assert all(set(one) == {"form", "what", "why"} for row in told.values() for one in row["suggestions"])


def test_nobody_is_named_to_the_tablets(world: World, shift: Shift) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched(person="alder-1-a"))
    step(world, telling(world))
    text = json.dumps(shift.feed("suggestion"))
    assert not [
        name for name in ("amina", "Amina", "ben", "Ben C", "AB", "alder-1-a", "alder-2-a") if name in text
    ]


def test_it_is_worked_out_again_when_a_record_came_or_a_day_began(world: World, shift: Shift) -> None:
    loop = telling(world)
    assert [step(world, loop), step(world, loop)] == [True, False]
    world.clock.move(days=1)
    assert [step(world, loop), step(world, loop)] == [True, False]
    shift.record("practice_observation", TODAY_AT_8, **watched())
    assert step(world, loop)


def test_telling_the_same_again_adds_nothing_to_the_feed(world: World, shift: Shift) -> None:
    step(world, telling(world))
    with world.sql() as sql:
        before = sql.execute("SELECT max(seq) FROM change").fetchone()[0]
    world.clock.move(minutes=20)
    step(world, telling(world))
    with world.sql() as sql:
        assert sql.execute("SELECT max(seq) FROM change").fetchone()[0] == before


def test_a_round_that_failed_does_not_end_the_rounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[Telling] = []
    again = asyncio.Event()

    async def step(self: Telling) -> bool:
        rounds.append(self)
        if len(rounds) == 1:
            raise ValueError("a fault of ours")
        again.set()
        return True

    monkeypatch.setattr("server.coverage.telling.EVERY_SECONDS", 0.001)
    monkeypatch.setattr(Telling, "step", step)

    async def some_rounds() -> None:
        async with telling(world).running():
            await asyncio.wait_for(again.wait(), timedelta(minutes=2).total_seconds())

    asyncio.run(some_rounds())
