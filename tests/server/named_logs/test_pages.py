"""The pages and files of the logs: what they show, to whom, and that all of them say the same."""

import asyncio
import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from observation_forms import load_catalogue
from server import commands
from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value
from server.identity import organisation
from server.identity.passwords import set_password
from server.identity.permissions import Role
from server.identity.scope import Part, Scope
from server.measures.reading import read_settings
from server.named_logs.catalogue import BY_CODE, LOGS
from server.named_logs.reading import Reader
from tests.server.due.shift import Shift
from tests.server.named_logs.made import entries
from tests.server.review.reviewing import review
from tests.server.world import HASHED, Browser, World

MONDAY = "2026-11-16T08:00:00Z"
NOTE = "The kettle was by the window."


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def every_form(shift: Shift) -> None:
    """Two records of each form that a log shows."""
    for form in sorted({form for log in LOGS for form in log.forms}):
        examples = [one for one in shift.catalogue.current(form).examples if not one.broken]
        for example in examples[:2]:
            shift.record(form, MONDAY, example.id, chosen={"shift": "day"})


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The registered manager of a house in which every form was filled in."""
    with World(tmp_path_factory.mktemp("logs")) as world:
        every_form(Shift(world))
        with world.signed_in("chidi") as chidi:
            yield chidi


def test_every_log_can_be_opened_downloaded_and_reached_from_the_index(
    shift: Shift, world: World, reader: Browser
) -> None:
    every_form(shift)
    index = reader.get("/logs").text
    for log in LOGS:
        assert f'href="/logs/{log.code}?service=alder">{log.name}</a>' in index
        page = words_of(reader.get(f"/logs/{log.code}").text)
        assert log.name in page
        assert all(column.heading in page for column in log.columns)
        assert entries(reader, log.code)
    assert reader.get("/logs/none-such").status_code == 404


@pytest.mark.parametrize("code", BY_CODE)
def test_csv_and_json_hold_the_entries_of_the_page_in_its_order(reader: Browser, code: str) -> None:
    address = f"/logs/{code}?since=2026-11-15&until=2026-11-16"
    page = reader.get(address).text
    rows = list(
        csv.DictReader(io.StringIO(reader.get(address.replace("?", "/log.csv?")).content.decode("utf-8-sig")))
    )
    found = entries(reader, code, address.partition("?")[2])
    assert [row["record"] for row in rows] == [entry["record"] for entry in found]
    assert [row["state"] for row in rows] == [entry["state"] for entry in found]
    shown = re.findall(r'<th scope="row" class="log-when">(?:<a href="/evidence/([^"]*)">)?([^<\n]*)', page)
    assert [record for record, _ in shown] == [entry["record"] for entry in found]
    text = words_of(page)
    for entry in found:
        for items in entry["answers"].values():
            for item in items:
                # What a file without names leaves out, or calls otherwise, is on the page alone
                if not re.search(r"\(left out\)|\(concern\)|\. |Person |Staff |Safety step", item):
                    assert item in text, (code, item)


def test_a_file_names_nobody_and_has_nothing_in_anybodys_own_words(
    shift: Shift, world: World, chidi: Browser
) -> None:
    shift.record(
        "practice_observation", MONDAY, author="amina",
        chosen={"person_supported": "alder-1-a", "staff_observed": ["ben"], "went_well": NOTE, "shift": "day",
                "follows_plan": "partly", "follows_plan_facts": NOTE},
    )  # fmt: skip
    page = chidi.get("/logs/practice-observation").text
    for words in ("AB, 1", "Ben Carter", "Amina Yusuf", NOTE):
        assert words in page
        for file in ("log.csv", "log.json"):
            assert words not in chidi.get(f"/logs/practice-observation/{file}").text


def test_a_copy_is_noted_before_it_is_given_out(shift: Shift, world: World, chidi: Browser) -> None:
    shift.record("practice_observation", MONDAY)
    entries(chidi, "practice-observation", "unit=alder-1&since=2026-11-15")
    with world.sql() as sql:
        (noted,) = sql.execute("SELECT details FROM identity_audit WHERE what = 'exported'").fetchall()
    assert noted["details"].startswith("practice-observation.json; 1 row; service alder; unit alder-1")


def test_only_the_version_that_stands_is_shown(shift: Shift, chidi: Browser) -> None:
    sealed = shift.seal("practice_observation", MONDAY, chosen={"went_well": NOTE})
    shift.send(sealed)
    more = {"unit": "alder-1", "author": "amina", "recorded_at": "2026-11-16T08:20:00Z"}
    answers = {**shift.catalogue.current("practice_observation").examples[0].answers, "happened_at": MONDAY}
    shift.send(shift.tablet.correct(sealed, "A slip", answers={**answers, "went_well": "Otherwise."}, **more))
    page = chidi.get("/logs/practice-observation").text
    assert NOTE not in page
    assert "Otherwise." in page
    assert "Corrected" in page


def test_what_was_set_aside_is_marked_and_says_that_it_counts_for_nothing(
    shift: Shift, chidi: Browser
) -> None:
    record = shift.record("practice_observation", MONDAY)
    assert review(chidi, record, "set_aside", "The wrong home").status_code == 303
    page = words_of(chidi.get("/logs/practice-observation").text)
    assert "Set aside Counts for nothing." in page
    (entry,) = entries(chidi, "practice-observation")
    assert entry["state"] == "Set aside"


def test_what_arrived_late_says_so(shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", "2026-11-10T08:00:00Z")
    (entry,) = entries(chidi, "practice-observation")
    assert "Recorded or arrived late" in entry["flags"]


def test_a_concern_about_a_manager_is_in_no_log_of_that_manager(
    shift: Shift, world: World, chidi: Browser
) -> None:
    example = next(one for one in shift.catalogue.current("immediate_concern").examples if not one.broken)
    shift.record(
        "immediate_concern", MONDAY, example.id, chosen={"about_manager": "yes", "what_you_saw": NOTE}
    )
    assert entries(chidi, "safeguarding-themes") == []
    assert NOTE not in chidi.get("/logs/safeguarding-themes").text
    assert "None lately" in chidi.get("/logs").text.split("/logs/safeguarding-themes?")[1].split("</tr>")[0]
    with world.signed_in("dana") as dana:
        assert NOTE in dana.get("/logs/safeguarding-themes?service=alder").text


def test_somebody_of_one_unit_sees_that_unit_and_nothing_is_said_to_be_missing_of_the_others(
    shift: Shift, world: World
) -> None:
    elm = Shift(world, "alder-2", "Elm")
    ours = shift.record("shift_review", "2026-11-15T12:00:00Z", chosen={"shift": "day"})
    theirs = elm.record("shift_review", "2026-11-15T12:00:00Z", chosen={"shift": "late"})
    with world.sql() as sql:
        organisation.add_staff(sql, "uma", "Uma Example", "uma@example.test")
        set_password(sql, "uma", HASHED, world.clock())
        organisation.give_role(sql, "uma", Role.SHIFT_MANAGER, "alder", world.clock() - timedelta(days=1))
        sql.execute("UPDATE staff_role SET unit = 'alder-1' WHERE staff = 'uma'")
    with world.signed_in("uma") as uma:
        found = entries(uma, "shift-review", "since=2026-11-15&until=2026-11-15")
        assert {one["record"] for one in found} - {""} == {ours}
        assert {one["unit"] for one in found} == {"Alder House 1"}
        # Handovers are the service's: from one unit nobody can say that there was none
        assert entries(uma, "handover-file", "since=2026-11-15&until=2026-11-15") == []
    with world.signed_in("chidi") as chidi:
        found = entries(chidi, "shift-review", "since=2026-11-15&until=2026-11-15")
        assert {ours, theirs} <= {one["record"] for one in found}


def test_another_service_is_not_there(world: World, shift: Shift, chidi: Browser) -> None:
    assert chidi.get("/logs?service=birch").status_code == 404
    assert chidi.get("/logs/shift-review?service=birch").status_code == 404
    with world.signed_in("fay") as fay:
        shift.record("shift_review", MONDAY)
        assert entries(fay, "shift-review") == []


def test_a_visitor_reads_what_is_of_records_alone(shift: Shift, world: World) -> None:
    record = shift.record("shift_review", "2026-11-15T12:00:00Z")
    with world.signed_in("hana") as hana:
        assert record in {one["record"] for one in entries(hana, "shift-review")}
        for code in ("template-changes", "family-contact-procedure"):
            assert hana.get(f"/logs/{code}").status_code == 404
            assert f"/logs/{code}" not in hana.get("/logs").text


@pytest.mark.parametrize("narrow", [{"forms": ("shift_review",)}, {"since": "2026-11-15T00:00:00Z"}])
def test_who_sees_a_part_of_the_records_is_not_told_that_anything_is_missing(
    shift: Shift, world: World, narrow: dict[str, Any]
) -> None:
    shift.record("shift_review", "2026-11-15T12:00:00Z")
    log = BY_CODE["shift-review"]
    world.clock.move(days=3)
    with world.sql() as sql:
        for part, told in ((Part(service="alder"), True), (Part(service="alder", **narrow), False)):
            scope = Scope((part,))
            reader = Reader(
                sql, scope, shift.catalogue, read_settings(sql, scope, shift.catalogue), world.clock()
            )
            assert bool(reader.missing_this_week(log, "alder")) is told


def test_a_long_log_comes_in_pages_and_on_one_for_paper(shift: Shift, chidi: Browser) -> None:
    for minute in range(27):
        shift.record("practice_observation", f"2026-11-16T08:{minute:02}:00Z")
    first, second, paper = (
        chidi.get(f"/logs/practice-observation?service=alder{more}").text
        for more in ("", "&page=2", "&paper=yes")
    )
    counted = [page.count('class="log-when"') for page in (first, second, paper)]
    assert counted == [25, 2, 27]
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_what_an_address_asks_for_and_is_not_there_is_said(chidi: Browser) -> None:
    page = words_of(
        chidi.get("/logs/shift-review?unit=zzz&shift=noon&weekday=9&show=all&since=yesterday&page=x").text
    )
    for words in (
        "“zzz” is not a unit",
        "“noon” is not a shift",
        "“9” is not a weekday",
        "“yesterday” is not a date",
    ):
        assert words in page


def test_after_a_rebuild_every_log_is_the_same(world: World, shift: Shift, chidi: Browser) -> None:
    every_form(shift)
    before = {log.code: chidi.get(f"/logs/{log.code}").text for log in LOGS}
    world.__exit__(None, None, None)
    try:
        asyncio.run(commands.rebuild(world.settings.database))
    finally:
        world.__enter__()
    with world.signed_in("chidi") as again:
        after = {log.code: again.get(f"/logs/{log.code}").text for log in LOGS}
    assert {code for code in before if words_of(before[code]) != words_of(after[code])} == set()


def test_the_timescales_in_force_and_before_stand_in_the_procedure(world: World, chidi: Browser) -> None:
    page = words_of(chidi.get("/logs/family-contact-procedure").text)
    assert "Fall or injury, Hospital or 999 2 hours As the form has it" in page
    with world.sql() as sql:
        setting = known_settings(load_catalogue())["family_urgent"]
        set_value(sql, "alder", setting, "60", "chidi", "Families asked for it", world.clock())
    page = words_of(chidi.get("/logs/family-contact-procedure").text)
    assert "Fall or injury, Hospital or 999 1 hour Chidi Okafor Families asked for it" in page
    assert "Fall or injury, Hospital or 999 2 hours As the form has it" in page
    assert "Families asked" not in chidi.get("/logs/family-contact-procedure/log.csv").text
