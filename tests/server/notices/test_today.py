"""Today and the week: each role sees its own, and a figure that is a link stands on the page it leads to."""

import re
from urllib.parse import quote

import pytest

from server.identity.permissions import Role
from server.notices.gathering import narrowed
from server.notices.notice import NOW, SOON, TODAY
from server.notices.sources import SOURCES
from server.notices.weeks import read_label
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.reach import add_member
from tests.server.staffing import read, words_of
from tests.server.world import Browser, World

LINE = re.compile(
    r'<tr><th scope="row">(?:<a href="([^"]*)">)?([^<]*)(?:</a>)?</th>\s*'
    r'<td data-label="When"><span class="mark [^"]*">([^<]*)<'
)


def lines(client: Browser, address: str = "/today") -> list[tuple[str, str, str]]:
    """Address, words and urgency of each line of the page, in order."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return [(address.replace("&amp;", "&"), says, when) for address, says, when in LINE.findall(page.text)]


def says(client: Browser, address: str = "/today") -> list[str]:
    return [words for _, words, _ in lines(client, address)]


def cells(client: Browser, address: str, title: str) -> list[tuple[str, str]]:
    """Address and figure of each cell of one line of the digest."""
    page = client.get(address).text
    row = re.search(rf'<tr><th scope="row">{title}</th>(.*?)</tr>', page, re.DOTALL)
    assert row, title
    return [
        (address.replace("&amp;", "&"), figure)
        for address, figure in re.findall(
            r'<td [^>]*>(?:<a href="([^"]*)">)?(?:<span class="soft"[^>]*>)?([^<]*)', row[1]
        )
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("amina", 404),
        ("eli", 404),
        ("hana", 404),
        ("ben", 200),
        ("chidi", 200),
        ("dana", 200),
        ("gus", 200),
        ("ivo", 200),
    ],
)
def test_today_is_for_those_who_lead_or_look_after(world: World, name: str, status: int) -> None:
    with world.signed_in(name) as client:
        assert client.get("/today").status_code == status


def test_somebody_without_a_role_is_shown_nothing(world: World) -> None:
    with world.signed_in("eli") as eli:
        assert eli.get("/digest").status_code == eli.get("/today").status_code == 404


def test_what_may_be_unsafe_comes_before_what_is_late_and_that_before_the_rest(world: World) -> None:
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        make_action(chidi, deadline="2026-11-20", window_end="2026-11-19", window_start="2026-11-01")
        shift.record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
        found = lines(chidi)
        order = [{"Now": NOW, "Today": TODAY, "When you can": SOON}[when] for _, _, when in found]
        assert order == sorted(order)
        assert found[0][:2] == ("/concerns", "1 immediate concern is not answered")
        assert "1 action has its deadline within 7 days" in says(chidi)
        world.clock.move(days=5)
        with world.signed_in("chidi") as later:
            assert "1 action is overdue" in says(later)
            address = next(at for at, words, _ in lines(later) if words == "1 action is overdue")
            assert "1 action" in read(later, address)


def test_a_concern_goes_once_somebody_answered_it(world: World) -> None:
    concern = Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
    with world.signed_in("chidi") as chidi:
        assert "1 immediate concern is not answered" in says(chidi)
        chidi.post(f"/concerns/{concern}/acknowledgement", data={"decision": "The rail was mended."})
        assert "1 immediate concern is not answered" not in says(chidi)


def test_a_concern_about_a_manager_is_told_to_the_nominated_individual_alone(world: World) -> None:
    Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "yes"})
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        assert not any("concern" in words for words in says(chidi))
        assert "1 immediate concern is not answered" in says(dana)


def test_what_is_due_says_the_same_as_the_page_it_links_to(world: World) -> None:
    Shift(world)
    with world.signed_in("chidi") as chidi:
        chidi.post(
            "/settings/screen_time", data={"value": "11:00", "why": "Agreed on Monday", "service": "alder"}
        )
    world.clock.move(hours=5)
    with world.signed_in("chidi") as chidi:
        late = next((at, words) for at, words, _ in lines(chidi) if "late" in words)
        count = int(late[1].split()[0])
        assert count > 0
        assert chidi.get(late[0]).text.count('class="mark mark-due-late"') == count


def test_records_to_review_are_those_of_the_page(world: World) -> None:
    shift = Shift(world)
    for hour in (6, 7):
        shift.record("live_record_check", f"2026-11-16T0{hour}:00:00Z")
    with world.signed_in("ben") as ben:
        found = next((at, words) for at, words, _ in lines(ben) if "not looked at" in words)
        assert found[1] == "2 records of the last 7 days were not looked at"
        assert "2 records" in read(ben, found[0])


def test_a_held_record_is_told_of(world: World) -> None:
    shift = Shift(world)
    shift.send(shift.seal("live_record_check", "2026-11-16T08:00:00Z", author="nobody"), status="held")
    with world.signed_in("ben") as ben:
        assert "1 record is held for a person to look at" in says(ben)


def test_a_deputy_of_one_unit_is_told_of_that_unit(world: World) -> None:
    with world.sql() as sql:
        add_member(sql, "una", Role.SHIFT_MANAGER, "alder", "alder-2", world)
    Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
    with world.signed_in("una") as una, world.signed_in("ben") as ben, world.signed_in("fay") as fay:
        assert "1 immediate concern is not answered" in says(ben)
        assert not any("concern" in words or "looked at" in words for words in says(una))
        assert not any("concern" in words for words in says(fay))
        assert fay.get("/today?service=alder").status_code == 404
        assert fay.get("/digest?service=alder").status_code == 404


def test_a_silent_tablet_is_told_of_after_a_day(world: World) -> None:
    Shift(world)
    with world.signed_in("gus") as gus:
        assert not any("heard of" in words for words in says(gus))
    world.clock.move(hours=25)
    with world.signed_in("gus") as gus:
        assert "1 tablet was not heard of for a day" in says(gus)
        assert "1 tablet has a Wi-Fi drill to do" in says(gus)


def test_whoever_looks_after_the_server_is_told_what_its_doctor_worries_about(world: World) -> None:
    with world.signed_in("gus") as gus, world.signed_in("ben") as ben:
        assert any("backups" in words and "sightline doctor" in words for words in says(gus))
        assert not any("sightline doctor" in words for words in says(ben))
        assert str(world.settings.database.parent) not in gus.get("/today").text


def test_few_services_are_shown_together_and_each_alone(world: World) -> None:
    Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
    with world.signed_in("dana") as dana:
        assert "1 immediate concern is not answered Now Alder House" in words_of(dana.get("/today").text)
        assert "1 immediate concern is not answered" in says(dana, "/today?service=alder")
        assert "1 immediate concern is not answered" not in says(dana, "/today?service=birch")


def test_no_notice_names_anybody(world: World) -> None:
    shift = Shift(world)
    shift.record(
        "immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no", "person": "alder-1-a"}
    )
    world.clock.move(days=2)
    with world.signed_in("dana") as dana:
        for words in says(dana):
            assert not re.search(r"AB|Amina|Oak|alder-1", words), words


def test_the_digest_counts_what_the_evidence_shows(world: World) -> None:
    shift = Shift(world)
    shift.record("live_record_check", "2026-11-15T22:00:00Z")
    for hour in (6, 7, 8):
        shift.record("live_record_check", f"2026-11-16T0{hour}:00:00Z")
    with world.signed_in("ben") as ben:
        came, decided, still_open, _ = cells(ben, "/digest?week=2026-W47", "Records")
        assert (came[1], decided[1], still_open[1]) == ("3", "0", "3")
        assert "3 records" in read(ben, came[0])
        before = cells(ben, "/digest?week=2026-W46", "Records")[0]
        assert before[1] == "1"
        assert "1 record" in read(ben, before[0])


def test_the_digest_says_what_was_decided_and_what_slipped(world: World) -> None:
    shift = Shift(world)
    first = shift.record("immediate_concern", "2026-11-16T08:40:00Z", chosen={"about_manager": "no"})
    shift.record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
    with world.signed_in("chidi") as chidi:
        chidi.post(f"/concerns/{first}/acknowledgement", data={"decision": "The rail was mended."})
        assert [figure for _, figure in cells(chidi, "/digest", "Immediate concerns")] == ["2", "1", "1", "0"]
    world.clock.move(days=1)
    with world.signed_in("chidi") as chidi:
        found = cells(chidi, "/digest?week=2026-W47", "Immediate concerns")
        assert [figure for _, figure in found] == ["2", "1", "1", "1"]
        assert found[2][0] == "/concerns"


def test_open_actions_of_the_digest_are_those_of_the_map(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        make_action(chidi)
        make_action(chidi, title="Another action to be seen on the map")
        came, _, still_open, _ = cells(chidi, "/digest", "Actions")
        assert (came[1], still_open) == ("2", ("/map?service=alder", "2"))
        assert "2 open actions" in read(chidi, "/map?service=alder").lower()


@pytest.mark.parametrize("week", ["2026-W54", "2026-47", "2027-W02", "0001-W01", "९999-W01", "x"])
def test_a_week_that_there_is_not_or_not_yet_is_not_there(world: World, week: str) -> None:
    with world.signed_in("ben") as ben:
        assert ben.get(f"/digest?week={quote(week)}").status_code == 404


def test_the_weeks_of_the_turn_of_a_year_are_iso_weeks() -> None:
    week = read_label("2026-W53")
    assert week is not None
    assert (week.start.isoformat(), week.label) == ("2026-12-28", "2026-W53")
    assert read_label("2027-W53") is None


def test_each_source_has_a_name_of_its_own() -> None:
    assert len({source.code for source in SOURCES}) == len(SOURCES)
    assert narrowed.__doc__
