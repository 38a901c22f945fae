"""The desk knows which tablets have shown that nothing is lost without the network, and does not take their word."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from httpx import Response

from server.due.laying_out import lay_out
from tests.server.drills.arranged import AFTER, BEFORE, clock, later, note, passes, result
from tests.server.due.shift import Shift
from tests.server.world import World, take_out

BEGAN = "2026-11-16T14:05:00Z"


class Desk:
    """Somebody at the desk, who signs in each time: days go by between two looks."""

    def __init__(self, world: World, name: str = "chidi") -> None:
        self._world, self._name = world, name

    def get(self, address: str) -> Response:
        return self._world.signed_in(self._name).get(address)

    def post(self, address: str, data: dict[str, str]) -> Response:
        return self._world.signed_in(self._name).post(address, data=data)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def oak_shift(world: World) -> Shift:
    return Shift(world)


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def shown(client: Desk, address: str = "/drills") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return words_of(answer.text)


def lines_of(client: Desk) -> list[dict[str, str]]:
    answer = client.get("/drills.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content[3:].decode())))


def go_to(world: World, instant: str) -> None:
    world.clock.instant = datetime.fromisoformat(instant)


def test_a_tablet_without_a_drill_stands_there_as_never_shown(oak_shift: Shift, desk: Desk) -> None:
    page = shown(desk)
    assert "0 of 1 tablet has shown lately" in page
    assert "Never shown None yet" in page
    assert lines_of(desk) == []


def test_a_passed_drill_is_shown_on_both_pages_and_in_the_file(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    made = passes(oak_shift, BEGAN, after=3 + 12 / 60)
    page = shown(desk)
    assert "1 of 1 tablet has shown lately" in page
    assert "Shown Mon 16 Nov 2026, 14:05 Passed" in page
    assert "12 s after the server was back" in page
    assert f'href="/evidence/{made}"' in desk.get("/drills").text
    on_its_page = shown(desk, f"/tablets/{oak_shift.tablet.name}")
    assert "Wi-Fi drills" in on_its_page
    assert "Mon 16 Nov 2026, 14:05 Passed" in on_its_page
    (line,) = lines_of(desk)
    assert (line["tablet"], line["outcome"], line["why"], line["doubts"]) == ("Oak", "Passed", "", "")
    assert (line["seconds_to_receipt"], line["boot_before"], line["boot_after"]) == ("12", BEFORE, AFTER)
    assert (line["result"], line["build"], line["store"]) == (made, "test", "kept")
    assert "Amina" not in ",".join(line.values())


def test_taking_the_file_out_is_noted(world: World, oak_shift: Shift, desk: Desk) -> None:
    lines_of(desk)
    with world.sql() as sql:
        rows = sql.execute("SELECT details FROM identity_audit WHERE what = 'exported'").fetchall()
    assert [row["details"] for row in rows] == ["drills.csv; 0 rows"]


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ({"digest": "0" * 64}, "the note that arrived is not the one that was found"),
        ({"boot_before": "another"}, "no restart lies between the two"),
        ({"boot_after": BEFORE}, "no restart lies between the two"),
        ({"boot_after": None}, "no restart lies between the two"),
        ({"reopened_at": later(BEGAN, 30)}, "the note arrived before the restart"),
        ({"reopened_at": None}, "the note arrived before the restart"),
    ],
)
def test_a_tablet_that_says_it_passed_is_not_believed_when_the_note_says_otherwise(
    world: World, oak_shift: Shift, desk: Desk, said: dict[str, str], doubt: str
) -> None:
    go_to(world, later(BEGAN, 3))
    made = note(oak_shift, BEGAN)
    oak_shift.send(made)
    oak_shift.send(result(oak_shift, BEGAN, made, **said))
    assert (
        f"The last one did not pass Mon 16 Nov 2026, 14:05 Does not fit together {doubt.capitalize()}"
        in shown(desk)
    )
    assert [line["doubts"] for line in lines_of(desk)] == [doubt]


def test_a_result_whose_note_never_arrived_is_not_believed(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    go_to(world, later(BEGAN, 3))
    kept_back = note(oak_shift, BEGAN)
    oak_shift.send(result(oak_shift, BEGAN, kept_back))
    assert "Its note never arrived" in shown(desk)


def test_a_clock_that_is_wrong_and_known_to_be_breaks_no_drill(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    hour = 3_600_000
    go_to(world, later(BEGAN, -57))
    made = note(oak_shift, BEGAN, clock=clock(BEFORE, -hour))
    oak_shift.send(made)
    oak_shift.send(result(oak_shift, BEGAN, made, clock=clock(AFTER, -hour)))
    assert [line["outcome"] for line in lines_of(desk)] == ["Passed"]


def test_what_failed_says_what_failed(world: World, oak_shift: Shift, desk: Desk) -> None:
    go_to(world, later(BEGAN, 3))
    oak_shift.send(result(oak_shift, BEGAN, None, "failed", what="missing", reopened_at=None, found_at=None))
    assert (
        "The last one did not pass Mon 16 Nov 2026, 14:05 Failed The note was gone Not received Never 1"
        in shown(desk)
    )
    assert [(line["outcome"], line["why"]) for line in lines_of(desk)] == [("Failed", "The note was gone")]


def test_a_drill_that_was_begun_is_under_way_for_an_hour_and_then_not_finished(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    go_to(world, later(BEGAN, 1))
    made = note(oak_shift, BEGAN)
    oak_shift.send(made)
    go_to(world, later(BEGAN, 60))
    assert "Under way" in shown(desk)
    go_to(world, later(BEGAN, 62))
    assert "Not finished" in shown(desk)
    oak_shift.send(result(oak_shift, BEGAN, made, "stopped", what="close"))
    assert "Broken off The app was not closed" in shown(desk)


def test_what_broke_off_takes_nothing_back_and_what_failed_does(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    passes(oak_shift, BEGAN)
    next_day = later(BEGAN, 24 * 60)
    go_to(world, later(next_day, 5))
    oak_shift.send(result(oak_shift, next_day, None, "stopped", what="off"))
    assert "1 of 1 tablet has shown lately" in shown(desk)
    oak_shift.send(result(oak_shift, later(next_day, 1), None, "failed", what="changed"))
    assert "0 of 1 tablet has shown lately" in shown(desk)
    passes(oak_shift, later(next_day, 60))
    assert "1 of 1 tablet has shown lately" in shown(desk)


def test_a_drill_grows_old_after_the_days_that_are_set(world: World, oak_shift: Shift, desk: Desk) -> None:
    passes(oak_shift, BEGAN)
    go_to(world, later(BEGAN, 31 * 24 * 60))
    assert "1 of 1" in shown(desk)
    go_to(world, later(BEGAN, 31 * 24 * 60 + 1))
    assert "Too long ago more than 31 days" in shown(desk)
    typed = {"service": "alder", "value": "62", "why": "Few tablets.", "from": ""}
    assert desk.post("/settings/drill_within", data=typed).status_code in (200, 303)
    go_to(world, later(BEGAN, 31 * 24 * 60 + 5))
    assert "1 of 1" in shown(desk)


def test_what_is_wrong_with_the_tablet_itself_is_read_at_the_desk(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    go_to(world, later(BEGAN, 1))
    told = {"wrong": "yes", "fault": "The glass has a crack."}
    oak_shift.send(note(oak_shift, BEGAN, chosen=told))
    assert "About the tablet: “The glass has a crack.”" in shown(desk)


def test_a_manager_of_another_home_sees_none_of_it(world: World, oak_shift: Shift) -> None:
    passes(oak_shift, BEGAN)
    fay = Desk(world, "fay")
    assert "No tablets yet" in shown(fay)
    assert lines_of(fay) == []


def test_a_tablet_out_of_use_is_not_asked_to_show_anything(
    world: World, oak_shift: Shift, desk: Desk
) -> None:
    passes(oak_shift, BEGAN)
    take_out(world.signed_in("chidi"), oak_shift.tablet.name)
    assert "No tablets yet" in shown(desk)
    assert "Passed" in shown(desk, f"/tablets/{oak_shift.tablet.name}")


def test_drills_are_no_evidence_unless_they_are_asked_for(world: World, oak_shift: Shift, desk: Desk) -> None:
    passes(oak_shift, BEGAN)
    oak_shift.record("reply", later(BEGAN, 10))
    titles = re.findall(r'href="/evidence/[0-9a-f-]{36}"', desk.get("/evidence").text)
    assert len(set(titles)) == 1
    asked = desk.get("/evidence?form=wifi_drill_result").text
    assert len(set(re.findall(r'href="/evidence/[0-9a-f-]{36}"', asked))) == 1
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) AS n FROM bearing").fetchone()["n"] == 0


def test_once_a_month_a_drill_is_due_on_each_tablet_and_settled_by_its_own(
    world: World, oak_shift: Shift
) -> None:
    elm = Shift(world, "alder-2", "Elm")
    items = [f"schedule/drill/{each.tablet.name}/2026-12-01/month" for each in (oak_shift, elm)]
    laid_out(world, oak_shift, "2026-12-01T09:00:00Z")
    assert set(items) <= set(oak_shift.due())
    assert [oak_shift.due()[id]["tablet"] for id in items] == [oak_shift.tablet.name, elm.tablet.name]
    assert oak_shift.due()[items[0]]["due_at"] == "2026-12-10T17:00:00Z"
    passes(oak_shift, "2026-12-02T10:00:00Z")
    assert oak_shift.outcomes(*items) == ["done", ""]
    elm.unit = "alder-1"  # moved since it was laid out: a drill is of a tablet, wherever it is
    go_to(world, "2026-12-12T10:03:00Z")
    elm.send(note(elm, "2026-12-12T10:00:00Z", spawned_by=items[1]))
    assert oak_shift.outcomes(*items) == ["done", "late"]


def test_a_tablet_taken_out_of_use_owes_no_drill(world: World, oak_shift: Shift) -> None:
    item = f"schedule/drill/{oak_shift.tablet.name}/2026-12-01/month"
    laid_out(world, oak_shift, "2026-12-01T09:00:00Z")
    take_out(world.signed_in("chidi"), oak_shift.tablet.name)
    laid_out(world, oak_shift, "2026-12-01T09:01:00Z")
    assert oak_shift.outcomes(item) == ["taken_back"]


def test_a_drill_that_broke_off_after_its_note_is_due_to_be_finished(world: World, oak_shift: Shift) -> None:
    go_to(world, later(BEGAN, 1))
    made = note(oak_shift, BEGAN)
    id = f"{oak_shift.send(made)}/result"
    assert oak_shift.due()[id]["due_at"] == later(BEGAN, 60)
    oak_shift.send(result(oak_shift, BEGAN, made))
    assert oak_shift.outcomes(id) == ["done"]


def laid_out(world: World, shift: Shift, instant: str) -> None:
    go_to(world, later(instant, -2 * 24 * 60))
    for _ in range(3):
        with world.sql() as sql:
            lay_out(sql, shift.catalogue, world.clock())
        world.clock.instant += timedelta(days=1)
    go_to(world, instant)
