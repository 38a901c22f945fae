"""The staffing week: fed by the floor, typed where the floor said nothing, each short shift reviewed; M02 reads it."""

import csv
import io
import re
import sqlite3
from collections.abc import Sequence

import pytest

from observation_forms import load_catalogue
from server.evidence.times import read_instant
from server.identity.permissions import Role
from server.identity.scope import of_services
from server.measures.facts import ShiftStaffing
from server.measures.periods import week_of
from server.measures.reading import read_facts, read_series
from server.staffing.shift import STATES
from tests.server.complaints.test_complaints import add as complain
from tests.server.due.shift import Shift
from tests.server.notices.test_today import cells, says
from tests.server.reach import add_member
from tests.server.review.reviewing import review
from tests.server.staffing import read, words_of
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
FULL = {
    **{f"{grid}_{role}": "4" for grid in ("planned", "worked") for role in ("senior", "carer", "other")},
    "agency": "1",
    "sick": "0",
    "uncovered_hours": "0",
    "why": "From the paper rota of that day.",
}
WHY = "The deputy looked at the rota and called the agency."


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def short_one(floor: Shift, at: str = "2026-11-16T08:30:00Z", /, **chosen: object) -> str:
    """A day shift of Alder House 1 in which one was missing."""
    answers = {"shift": "day", **chosen}
    return floor.record("shift_review", at, "one_short_covered", chosen=answers)


def place(unit: str = "alder-1", day: str = "2026-11-16", shift: str = "day") -> dict[str, str]:
    return {"service": "alder", "unit": unit, "day": day, "shift": shift}


def page_of(client: Browser, **where: str) -> str:
    answer = client.get("/staffing/shift", params=place(**where))
    assert answer.status_code == 200, answer.text
    return answer.text


def send_review(client: Browser, assessed: str = "yes", page: str = "", **where: str) -> int:
    mark = re.search(r'name="mark" value="([^"]*)"', page or page_of(client, **where))
    form = {**place(**where), "risk_assessed": assessed, "why_review": WHY, "mark": mark[1] if mark else ""}
    return client.post("/staffing/shift/review", data=form, follow_redirects=False).status_code


def type_figures(client: Browser, where: dict[str, str] | None = None, /, **changed: str) -> int:
    form = {**place(), **FULL, **(where or {}), **changed}
    return client.post("/staffing/shift/figures", data=form, follow_redirects=False).status_code


def state_of(client: Browser, week: str = "") -> list[str]:
    """How each shift of the week stands, in order."""
    page = client.get(f"/staffing?service=alder&week={week}").text
    return re.findall(r'<td data-label="How it stands"><span class="mark [^"]*">([^<]*)<', page)


def facts(world: World) -> Sequence[ShiftStaffing]:
    with world.sql() as sql:
        now = world.clock()
        found = read_facts(sql, of_services(["alder"]), CATALOGUE, ["shifts"], [week_of(now.date())], now)
    return found.shifts


def test_the_week_is_fed_by_the_shift_reviews_of_the_floor(shift: Shift, world: World) -> None:
    record = short_one(shift)
    with world.signed_in("ben") as ben:
        page = read(ben, "/staffing")
        assert (
            "1 of 3 shifts are recorded. 1 had fewer staff than planned; 1 of them still needs a review"
            in page
        )
        assert state_of(ben) == [STATES["waiting"]]
        assert f'href="/evidence/{record}"' in page_of(ben)


def test_reviewing_it_with_the_risk_assessed_is_what_m02_reads(shift: Shift, world: World) -> None:
    short_one(shift, short_risk_assessed="no")
    (before,) = facts(world)
    assert (before.enough, before.reviewed, before.risk_assessed) == (False, False, False)
    with world.signed_in("ben") as ben:
        assert send_review(ben) == 303
        assert state_of(ben) == [STATES["managed"]]
        assert f"{WHY} Ben Carter, Mon 16 Nov 2026, 09:00" in words_of(page_of(ben))
    (after,) = facts(world)
    assert (after.enough, after.reviewed, after.risk_assessed) == (False, True, True)


def test_reviewed_without_the_risk_assessed_is_not_managed_whatever_the_floor_says(
    shift: Shift, world: World
) -> None:
    short_one(shift, short_risk_assessed="yes")
    with world.signed_in("ben") as ben:
        send_review(ben, "no")
        assert state_of(ben) == [STATES["not_assessed"]]
    (fact,) = facts(world)
    assert (fact.reviewed, fact.risk_assessed) == (True, False)


def test_a_correction_must_be_reviewed_again(shift: Shift, world: World) -> None:
    sealed = shift.seal("shift_review", "2026-11-16T08:30:00Z", "one_short_covered", chosen={"shift": "day"})
    shift.send(sealed)
    with world.signed_in("ben") as ben:
        send_review(ben)
        shift.send(shift.tablet.correct(sealed, "Two were short", author="amina", unit="alder-1",
                                        recorded_at="2026-11-16T08:40:00Z"))  # fmt: skip
        assert state_of(ben) == [STATES["changed"]]
        assert "Of what stood before" in page_of(ben)
    assert [fact.reviewed for fact in facts(world)] == [False]


def test_a_review_of_what_was_changed_meanwhile_is_sent_back(shift: Shift, world: World) -> None:
    short_one(shift)
    with world.signed_in("ben") as ben:
        opened = page_of(ben)
        short_one(shift, "2026-11-16T08:40:00Z")
        assert send_review(ben, page=opened) == 422
        assert state_of(ben) == [STATES["waiting"]]


def test_a_shift_review_that_was_accepted_counts_as_reviewed_as_it_did(shift: Shift, world: World) -> None:
    record = short_one(shift, short_risk_assessed="yes")
    with world.signed_in("chidi") as chidi:
        review(chidi, record, "accepted")
        assert state_of(chidi) == [STATES["managed"]]


def test_one_short_review_of_two_is_a_short_shift(shift: Shift, world: World) -> None:
    short_one(shift)
    shift.record("shift_review", "2026-11-16T08:35:00Z", chosen={"shift": "day"})
    with world.signed_in("ben") as ben:
        assert state_of(ben) == [STATES["waiting"]]


def test_where_the_floor_said_nothing_it_is_typed_dated_and_with_who(world: World) -> None:
    with world.signed_in("ben") as ben:
        assert type_figures(ben) == 303
        assert state_of(ben) == [STATES["as_planned"]]
        assert type_figures(ben, worked_carer="2", why="The rota was wrong: two had gone home.") == 303
        assert state_of(ben) == [STATES["waiting"]]
        page = words_of(page_of(ben))
        assert "From the paper rota of that day. Ben Carter, Mon 16 Nov 2026, 09:00" in page
        assert "Care staff 2 of 4" in page
        (fact,) = facts(world)
        assert (fact.enough, fact.reviewed, fact.day.isoformat(), fact.shift) == (
            False,
            False,
            "2026-11-16",
            "day",
        )
        assert send_review(ben) == 303
    (fact,) = facts(world)
    assert (fact.reviewed, fact.risk_assessed) == (True, True)


def test_the_floors_own_figures_stand_before_typed_ones_whenever_they_come(
    shift: Shift, world: World
) -> None:
    with world.signed_in("ben") as ben:
        type_figures(ben)
        short_one(shift)
        assert state_of(ben) == [STATES["waiting"]]
        assert [fact.enough for fact in facts(world)] == [False]
        assert type_figures(ben) == 422


def test_four_weeks_typed_and_reviewed_are_a_run_and_one_unreviewed_ends_it(world: World) -> None:
    world.clock.move(days=28)
    with world.signed_in("ben") as ben:
        for day in range(28):
            when = f"2026-{11 + (15 + day) // 30:02}-{(15 + day) % 30 + 1:02}"
            for name in ("day", "late", "night"):
                short = (day, name) == (12, "late")
                type_figures(ben, place(day=when, shift=name), worked_senior="3" if short else "4")
        assert run_of(world) == (2, 2)
        assert send_review(ben, day="2026-11-28", shift="late") == 303
        assert run_of(world) == (4, 2)


def run_of(world: World) -> tuple[int, int]:
    """The run of M02-managed and of M02-strict up to the last week that is over."""
    now = world.clock()
    week = week_of(read_instant("2026-12-13T12:00:00Z").date())
    with world.sql() as sql:
        managed, strict = (
            read_series(sql, of_services(["alder"]), CATALOGUE, code, [week], now)[0].count.numerator
            for code in ("M02-managed", "M02-strict")
        )
    return managed, strict


def test_a_change_in_needs_is_kept_with_who_and_when(world: World) -> None:
    form = {"service": "alder", "need_unit": "alder-1", "need_day": "2026-11-16", "need_direction": "more"}
    form |= {"need_people": "2", "need_why": "Two need two staff to move; a carer was added."}
    with world.signed_in("ben") as ben:
        assert ben.post("/staffing/needs", data=form, follow_redirects=False).status_code == 303
        assert "2 people: need more than before , Alder House 1" in read(ben, "/staffing")
        assert ben.post("/staffing/needs", data={**form, "need_people": "0"}).status_code == 422
        assert ben.post("/staffing/needs", data={**form, "need_day": "2026-11-17"}).status_code == 422
        assert ben.post("/staffing/needs", data={**form, "need_unit": "birch-1"}).status_code == 404


def test_staffing_stands_beside_the_care_that_was_missed(shift: Shift, world: World) -> None:
    short_one(shift, **{"missed_support.meals": 2})
    shift.record("sample_pressure", "2026-11-16T08:45:00Z", "late_and_short")
    with world.signed_in("ben") as ben:
        complain(ben, received_on="2026-11-16", theme="ST", communication="no")
        complain(ben, received_on="2026-11-16", kind="feedback")
        complain(ben, received_on="2026-11-16", kind="compliment", theme="ST")
        complain(ben, received_on="2026-11-15")
        complain(ben, received_on="2026-11-16", about_manager="yes")
        page = read(ben, "/staffing")
        assert "complaints that came in: 1, feedback: 1, of these about staffing: 1; compliments: 1" in page
        said = ben.get("/staffing.json?service=alder").json()
        assert (said["complaints"], said["feedback"], said["complaints_about_staffing"]) == (1, 1, 1)
        assert "Meals and drinks 2" in page
        assert "1 of 1 fell short" in page
        for part in (
            "Gaps in the rota",
            "Changes in what people need",
            "What staff said",
            "What people and families",
        ):
            assert part in page


def test_the_files_say_what_the_page_says_and_name_nobody(shift: Shift, world: World) -> None:
    record = short_one(shift)
    with world.signed_in("ben") as ben:
        send_review(ben)
        said = ben.get("/staffing.json?service=alder").json()
        assert (said["week"], said["known"], said["exceptions"], said["waiting"]) == ("2026-W47", 1, 1, 0)
        assert said["shifts"][0]["records"] == [record]
        rows = list(
            csv.DictReader(io.StringIO(ben.get("/staffing.csv?service=alder").text.removeprefix("\ufeff")))
        )
        assert [(row["day"], row["shift"], row["state"]) for row in rows] == [
            ("2026-11-16", "day", "Short: reviewed, risk assessed")
        ]
        assert "Ben" not in ben.get("/staffing.json").text + ben.get("/staffing.csv").text
    with world.sql() as sql:
        noted = sql.execute("SELECT details FROM identity_audit WHERE what = 'exported'").fetchall()
    assert any("staffing.csv" in row["details"] for row in noted)


@pytest.mark.parametrize(
    ("name", "sees", "writes"),
    [("eli", 404, 404), ("amina", 404, 404), ("hana", 404, 404), ("gus", 404, 404), ("ben", 200, 303),
     ("chidi", 200, 303), ("ivo", 200, 404), ("dana", 200, 404), ("fay", 404, 404)],
)  # fmt: skip
def test_who_sees_and_who_writes(world: World, name: str, sees: int, writes: int) -> None:
    with world.signed_in(name) as client:
        assert client.get("/staffing?service=alder").status_code == sees
        assert client.get("/staffing.json?service=alder").status_code == sees
        assert client.get("/staffing/shift", params=place()).status_code == sees
        assert type_figures(client) == writes


def test_a_deputy_of_one_unit_sees_and_writes_of_that_unit(shift: Shift, world: World) -> None:
    with world.sql() as sql:
        add_member(sql, "una", Role.SHIFT_MANAGER, "alder", "alder-2", world)
    short_one(shift)
    with world.signed_in("una") as una:
        assert state_of(una) == []
        assert una.get("/staffing/shift", params=place()).status_code == 404
        assert type_figures(una) == 404
        assert type_figures(una, place(unit="alder-2")) == 303
        assert type_figures(una, place(unit="")) == 404
        assert state_of(una) == [STATES["as_planned"]]


@pytest.mark.parametrize(
    "wrong",
    [{"planned_senior": "-1"}, {"worked_carer": "many"}, {"agency": ""}, {"uncovered_hours": "1000"}, {"why": "Rota"},
     {"day": "2026-11-17"}],
)  # fmt: skip
def test_what_cannot_be_is_sent_back_and_nothing_is_kept(world: World, wrong: dict[str, str]) -> None:
    with world.signed_in("ben") as ben:
        assert type_figures(ben, wrong) == 422
        assert state_of(ben) == []


@pytest.mark.parametrize(
    "wrong", [{"unit": "birch-1"}, {"shift": "noon"}, {"day": "x"}, {"service": "birch"}]
)
def test_no_such_shift_is_not_there(world: World, wrong: dict[str, str]) -> None:
    with world.signed_in("ben") as ben:
        assert ben.get("/staffing/shift", params={**place(), **wrong}).status_code == 404
        assert type_figures(ben, wrong) == 404


def test_a_shift_as_planned_is_not_reviewed(world: World) -> None:
    with world.signed_in("ben") as ben:
        type_figures(ben)
        assert send_review(ben) == 422


def test_nothing_of_it_is_changed_or_taken_out(shift: Shift, world: World) -> None:
    short_one(shift)
    with world.signed_in("ben") as ben:
        send_review(ben)
        type_figures(ben, place(shift="late"))
    with world.sql() as sql:
        for table in ("staffing_typed", "staffing_review", "staffing_reviewed"):
            column = "version" if table == "staffing_reviewed" else "day"
            for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 9"):
                with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                    sql.execute(change)
        kept = [
            row["details"]
            for row in sql.execute("SELECT details FROM identity_audit WHERE what = 'staffing_written'")
        ]
    assert kept == [
        "exception of 2026-11-16 day reviewed, risk assessed",
        "figures of 2026-11-16 late",
    ]


def test_today_tells_of_short_shifts_until_they_are_reviewed(shift: Shift, world: World) -> None:
    short_one(shift)
    line = "1 short shift of this week needs a review with the risk assessed"
    with world.signed_in("ben") as ben:
        assert line in says(ben)
        assert [figure for _, figure in cells(ben, "/digest", "Shifts, and those short of staff")] == [
            "1",
            "0",
            "1",
            "1",
        ]
        send_review(ben)
        assert line not in says(ben)


def test_a_night_written_up_in_the_morning_is_of_the_week_in_which_it_began(
    shift: Shift, world: World
) -> None:
    night = short_one(shift, "2026-11-16T07:10:00Z", shift="night")
    with world.signed_in("ben") as ben:
        assert night in page_of(ben, day="2026-11-15", shift="night")
        assert len(state_of(ben, "2026-W46")) == 1
