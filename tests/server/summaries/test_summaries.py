"""Monthly summaries: what they hold, who may write and sign, and that what was signed stands for good."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from server.evidence.words import themes
from server.identity.scope import of_services
from server.measures.catalogue import MEASURES
from server.measures.counting import Count
from server.measures.periods import month_of
from server.measures.reading import read_series
from server.signals.signs import SIGNS
from server.summaries.catalogue import KINDS, PARTS
from server.summaries.content import read_content, write_content
from server.summaries.verifying import check_summaries
from tests.server.complaints.test_complaints import add as complain
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, words_of
from tests.server.review.reviewing import hidden, review
from tests.server.test_verify import House
from tests.server.world import Browser, World

OCTOBER = "/summaries/workforce/2026-10"
ALDER = of_services(["alder"])
OF_OCTOBER = "summary workforce/2026-10: "
SAID = "Staffing held in October; nights stay short, and the rota changes on 1 December."


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


@pytest.fixture
def chidi(world: World) -> Iterator[Browser]:
    with world.signed_in("chidi") as browser:
        yield browser


class SignedHouse(House):
    """A signed summary and something added to it; then stopped."""

    def __init__(self, folder: Path) -> None:
        with World(folder) as world, world.signed_in("chidi") as chidi:
            self.settings, self.path = world.settings, world.settings.database
            signed(chidi)
            assert send(chidi, OCTOBER, "addition", addition=f"Later: {SAID}").status_code == 303


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Found whole while nobody has touched it."""
    house = SignedHouse(tmp_path_factory.mktemp("signed"))
    code, said = house.verify()
    assert code == 0, said
    return house


@pytest.fixture
def signed_house(stopped: House, tmp_path: Path) -> Iterator[House]:
    """The same, whole again after each test."""
    kept = tmp_path / "kept.db"
    shutil.copy(stopped.path, kept)
    yield stopped
    shutil.copy(kept, stopped.path)


def send(desk: Browser, address: str, part: str, /, **typed: str) -> Any:
    """Send one of the forms of a summary as its page carries it."""
    page = desk.get(address).text
    form = page.split(f'action="{address}/{part}"')[1].split("</form>")[0] if f'/{part}"' in page else ""
    return desk.post(f"{address}/{part}", data={**hidden(form), **typed}, follow_redirects=False)


def signed(desk: Browser, address: str = OCTOBER) -> str:
    assert send(desk, address, "judgement", judgement=SAID).status_code == 303
    assert send(desk, address, "signature").status_code == 303
    return desk.get(address).text


def counts(page: str) -> dict[str, tuple[int, int]]:
    rows = re.findall(
        r'<th scope="row">(F\S+ [^<]*)</th><td class="number">(\d+)</td><td class="number">(\d+)</td>', page
    )
    return {name: (int(now), int(before)) for name, now, before in rows}


def test_each_named_summary_of_domain_2_has_its_kind() -> None:
    """domain/2 1.3: the rows whose form is D8."""
    assert sorted(row for kind in KINDS.values() for row in kind.rows) == [
        1,
        5,
        19,
        24,
        31,
        34,
        50,
        55,
        60,
        70,
    ]


def test_kinds_name_only_what_there_is() -> None:
    for kind in KINDS.values():
        assert set(kind.measures) <= set(MEASURES)
        assert set(kind.themes) <= set(themes())
        assert set(kind.parts) <= set(PARTS)
        assert not kind.themes or any(set(sign.themes) & set(kind.themes) for sign in SIGNS.values())


def test_records_count_in_the_month_in_london_in_which_they_happened(shift: Shift, chidi: Browser) -> None:
    """30 September 22:59 UTC is the last minute of September in London, 23:00 the first of October."""
    shift.record("shift_review", "2026-09-30T22:59:00Z")
    shift.record("shift_review", "2026-09-30T23:00:00Z")
    shift.record("shift_review", "2026-10-31T23:59:00Z")
    shift.record("shift_review", "2026-11-01T00:00:00Z")
    found = counts(chidi.get(OCTOBER).text)
    assert found["F4 Shift review"] == (2, 1)


def test_what_is_withdrawn_or_set_aside_counts_for_nothing(shift: Shift, chidi: Browser) -> None:
    first = shift.record("shift_review", "2026-10-05T20:00:00Z")
    shift.record("shift_review", "2026-10-06T20:00:00Z")
    review(chidi, first, "set_aside", reason="It is of another home")
    assert counts(chidi.get(OCTOBER).text)["F4 Shift review"] == (1, 0)


def test_the_parts_say_on_what_they_rest_or_that_they_are_not_there(shift: Shift, chidi: Browser) -> None:
    empty = words_of(chidi.get(OCTOBER))
    assert "Part not there: gaps in the rota." in empty
    shift.record("shift_review", "2026-10-05T20:00:00Z")
    page = words_of(chidi.get(OCTOBER))
    assert "Gaps in the rota 1 shift review" in page
    assert "Complaints and feedback beside it Not there" in page
    assert "Part not there: gaps in the rota." not in page
    for day, kind in (("2026-10-04", "complaint"), ("2026-10-05", "feedback"), ("2026-11-01", "complaint")):
        complain(chidi, received_on=day, kind=kind)
    complain(chidi, received_on="2026-10-06", about_manager="yes")
    assert "Complaints and feedback beside it 1 complaint, 1 piece of feedback" in words_of(
        chidi.get(OCTOBER)
    )


def test_what_was_not_counted_is_a_gap_and_no_figure(chidi: Browser) -> None:
    page = words_of(chidi.get("/summaries/provider/2026-10"))
    assert "M12: nothing was counted." in page
    assert "No record this month: F" in page


def test_every_kind_of_summary_opens_with_and_without_records(shift: Shift, chidi: Browser) -> None:
    for kind in KINDS.values():
        assert f"<h1>{kind.name}, October 2026</h1>" in chidi.get(f"/summaries/{kind.code}/2026-10").text
    make_action(chidi, themes=["ST"])
    for form in ("shift_review", "practice_observation", "lived_experience", "sample_audit"):
        shift.record(form, "2026-10-05T10:00:00Z")
    for kind in KINDS.values():
        assert chidi.get(f"/summaries/{kind.code}/2026-10").status_code == 200


def test_an_open_action_of_its_themes_stands_in_it_with_its_sentence(chidi: Browser) -> None:
    make_action(chidi, title="Staff the nights", themes=["ST"])
    make_action(chidi, title="Another matter", themes=["CO"])
    page = words_of(chidi.get(OCTOBER))
    assert "1. Staff the nights Low risk, open Nothing yet: no record speaks to it" in page
    assert "Another matter" not in page
    assert "Another matter" in words_of(chidi.get("/summaries/dashboard/2026-10"))


def test_a_judgement_can_be_written_again_until_it_is_signed(chidi: Browser) -> None:
    assert send(chidi, OCTOBER, "judgement", judgement="Too short").status_code == 422
    assert send(chidi, OCTOBER, "judgement", judgement=SAID).status_code == 303
    assert send(chidi, OCTOBER, "judgement", judgement=f"{SAID} And more.").status_code == 303
    assert "written, not signed" in words_of(chidi.get("/summaries"))
    page = signed(chidi)
    assert SAID in page
    late = chidi.post(
        f"{OCTOBER}/judgement", data={"service": "alder", "version": "3", "judgement": SAID * 2},
        follow_redirects=False,
    )  # fmt: skip
    assert late.status_code == 409


def test_two_who_write_at_once_do_not_overwrite_each_other(world: World, chidi: Browser) -> None:
    with world.signed_in("ben") as ben:
        assert send(ben, OCTOBER, "judgement", judgement=SAID).status_code == 303
        late = chidi.post(
            f"{OCTOBER}/judgement",
            data={
                "service": "alder",
                "version": "0",
                "judgement": "Something else, long enough to be kept at all.",
            },
            follow_redirects=False,
        )
        assert late.status_code == 409
        assert "Something else, long enough" in late.text


def test_nothing_is_signed_before_somebody_has_judged_it(chidi: Browser) -> None:
    assert 'type="submit">Sign it' not in chidi.get(OCTOBER).text
    answer = send(chidi, OCTOBER, "signature")
    assert answer.status_code == 422
    assert "Nobody has written a judgement yet" in answer.text


def test_a_month_that_runs_cannot_be_signed(chidi: Browser) -> None:
    november = "/summaries/workforce/2026-11"
    assert send(chidi, november, "judgement", judgement=SAID).status_code == 303
    answer = chidi.post(
        f"{november}/signature", data={"service": "alder", "version": "1", "mark": ""}, follow_redirects=False
    )
    assert answer.status_code == 422
    assert "still running" in answer.text
    assert chidi.get("/summaries/workforce/2026-12").status_code == 404


def test_nobody_signs_figures_that_moved_since_they_looked(shift: Shift, chidi: Browser) -> None:
    assert send(chidi, OCTOBER, "judgement", judgement=SAID).status_code == 303
    form = hidden(chidi.get(OCTOBER).text.split(f'action="{OCTOBER}/signature"')[1].split("</form>")[0])
    shift.record("shift_review", "2026-10-05T20:00:00Z")
    answer = chidi.post(f"{OCTOBER}/signature", data=form, follow_redirects=False)
    assert answer.status_code == 409
    assert "Records came in since you opened this page" in answer.text
    assert "Signed" not in chidi.get(OCTOBER).text


def test_what_was_signed_stands_whatever_comes_in_later(world: World, shift: Shift, chidi: Browser) -> None:
    shift.record("shift_review", "2026-10-05T20:00:00Z")
    before = signed(chidi)
    shift.record("shift_review", "2026-10-06T20:00:00Z")
    world.clock.move(days=3)
    with world.signed_in("chidi") as again:
        after = again.get(OCTOBER).text
        assert counts(after) == counts(before)
        assert "Written by Chidi Okafor, registered manager" in words_of(again.get(OCTOBER))
        assert (
            send(
                again, OCTOBER, "addition", addition="The review of 6 October came after this was signed."
            ).status_code
            == 303
        )
        assert "came after this was signed" in again.get(OCTOBER).text


def test_the_digest_on_the_page_is_that_of_the_file_and_in_the_signed_log(
    world: World, chidi: Browser
) -> None:
    page = signed(chidi)
    (shown,) = re.findall(r'class="digest">([0-9a-f]{64})<', page)
    file = chidi.get(f"{OCTOBER}/content.json").content
    assert sha256(file).hexdigest() == shown
    assert json.loads(file)["month"] == "2026-10"
    with world.sql() as sql:
        (details,) = sql.execute(
            "SELECT details FROM identity_audit WHERE what = 'summary_signed'"
        ).fetchone()
    assert details.startswith(f"sha256 {shown}, judgement 1, sha256 ")


def test_what_was_signed_reads_back_as_it_was(shift: Shift, chidi: Browser) -> None:
    shift.record("shift_review", "2026-10-05T20:00:00Z")
    written = chidi.get("/summaries/dashboard/2026-10/content.json").content
    assert write_content(read_content(written)) == written


@pytest.mark.parametrize(
    ("tamper", "where", "what"),
    [
        (
            "UPDATE summary_signed SET content = replace(content, '2026-10', '2026-09')",
            OF_OCTOBER,
            "its content is not",
        ),
        ("UPDATE summary_signed SET who = 'dana'", OF_OCTOBER, "missing or changed"),
        ("UPDATE summary_judgement SET judgement = 'All was well.'", OF_OCTOBER, "missing or changed"),
        ("DELETE FROM summary_signed", OF_OCTOBER, "its signature is missing"),
        ("UPDATE summary_addition SET words = 'Nothing.'", OF_OCTOBER, "what was added to it is not"),
        (
            "INSERT INTO summary_addition VALUES ('workforce', 'alder', '2026-10', 2, 'More.', 'ben', '', '')",
            OF_OCTOBER,
            "what was added to it is not",
        ),
    ],
)
def test_verify_names_a_signed_summary_that_was_changed_behind_its_back(
    signed_house: House, tamper: str, where: str, what: str
) -> None:
    with signed_house.tampering() as sql:
        sql.execute(tamper)
    code, said = signed_house.verify()
    assert code == 1
    assert any(line.startswith(where) and what in line for line in said.splitlines()), said


def test_a_summary_signed_before_the_trail_told_of_its_words_is_held_to_its_content(
    signed_house: House,
) -> None:
    old = "UPDATE identity_audit SET details = substr(details, 1, instr(details, ', ') - 1) WHERE what LIKE 'summary_%'"
    with signed_house.tampering() as sql:
        sql.row_factory = sqlite3.Row
        sql.execute(old)
        said: list[str] = []
        check_summaries(sql, lambda where, what: said.append(f"{where} {what}"))
        assert said == []
        sql.execute("UPDATE summary_signed SET content = replace(content, '2026-10', '2026-09')")
        check_summaries(sql, lambda where, what: said.append(f"{where} {what}"))
    assert any("its content is not what was signed" in line for line in said)


def test_the_database_lets_nobody_change_what_was_signed(world: World, chidi: Browser) -> None:
    signed(chidi)
    with world.sql() as sql:
        for statement in (
            "UPDATE summary_signed SET content = '{}'",
            "DELETE FROM summary_signed",
            "UPDATE summary_judgement SET judgement = 'Another'",
            "DELETE FROM summary_judgement",
            "INSERT INTO summary_judgement VALUES ('workforce', 'alder', '2026-10', 2, 'Later', 'chidi', '', '')",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                sql.execute(statement)


def test_only_those_who_answer_for_the_service_sign(world: World, chidi: Browser) -> None:
    assert send(chidi, OCTOBER, "judgement", judgement=SAID).status_code == 303
    with world.signed_in("ben") as ben:
        assert "Sign it" not in ben.get(OCTOBER).text
        form = {"service": "alder", "version": "1", "mark": "0"}
        assert ben.post(f"{OCTOBER}/signature", data=form).status_code == 404
    for who in ("eli", "amina", "gus", "hana", "fay"):
        with world.signed_in(who) as other:
            assert other.get(f"{OCTOBER}?service=alder").status_code == 404
            assert (
                other.post(f"{OCTOBER}/judgement", data={"service": "alder", "judgement": SAID}).status_code
                == 404
            )


def test_a_summary_is_the_same_for_whoever_looks(world: World, shift: Shift, chidi: Browser) -> None:
    """What few may see is in none, so that nobody can tell it from the figures, and all sign the same."""
    shift.record("shift_review", "2026-10-05T20:00:00Z")
    with world.signed_in("dana") as dana:
        asked = f"{OCTOBER}/content.json?service=alder"
        assert dana.get(asked).content == chidi.get(asked).content


def test_a_month_counts_as_joined_up_once_its_summary_with_all_five_parts_is_signed(
    world: World, shift: Shift, chidi: Browser
) -> None:
    """M07 (domain/3; S2E1)."""

    def joined_up() -> Count:
        october = month_of(date(2026, 10, 1))
        with world.sql() as sql:
            (point,) = read_series(sql, ALDER, shift.catalogue, "M07", [october], world.clock())
        assert point.late == ()
        return point.count

    shift.record("shift_review", "2026-10-05T20:00:00Z")
    assert joined_up().unmet == ("2026-10",)
    shift.record("lived_experience", "2026-10-06T20:00:00Z")
    assert joined_up().unmet == ("2026-10",)
    page = words_of(chidi.get(OCTOBER))
    assert "Part not there" not in page
    signed(chidi)
    assert joined_up().met == ("2026-10",)


def test_the_month_of_the_list_is_londons(world: World, chidi: Browser) -> None:
    world.clock.instant = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    with world.signed_in("chidi") as desk:
        assert "November 2026 of Workforce assurance summary : still running" in words_of(
            desk.get("/summaries")
        )
    world.clock.instant = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    with world.signed_in("chidi") as desk:
        assert "December 2026 of Workforce assurance summary : still running" in words_of(
            desk.get("/summaries")
        )
