"""Reviews at the desk: minutes written, signed, never changed, added to; and who is told of them."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response

from observation_forms import load_catalogue
from server.identity.scope import of_services
from server.measures.periods import window
from server.measures.reading import read_series
from server.measures.reading_records import Source
from server.reviews.store import check_reviews
from server.reviews.told import outcomes
from server.signals.listing import read_list
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, words_of
from tests.server.world import START, Browser, World

CATALOGUE, ALDER = load_catalogue(), of_services(["alder"])
FORM: dict[str, Any] = {
    "held_on": "2026-11-16",
    "since": "2026-10-16",
    "attendees": "Chidi Okafor, Ben Carter",
    "summary": "Night staffing, the bells, and what families say of both.",
    "confidence": "Bells are answered in time.",
    "remains": "Nights at the weekend are thin.",
    "question_1": "Why is the night so thin?",
    "answer_1": "Two left, and nobody came.",
    "assurance_1": "weak",
    "change_1": "Agency cover for four weeks.",
    "owner_1": "ben",
    "review_on_1": "2026-12-01",
}


@pytest.fixture
def chidi(world: World) -> Iterator[Browser]:
    with world.signed_in("chidi") as browser:
        yield browser


def begin(browser: Browser, kind: str = "leadership") -> str:
    answer = browser.post("/reviews", data={"service": "alder", "kind": kind}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/reviews/")


def send(browser: Browser, review: str, /, version: int = 1, **form: Any) -> Response:
    return browser.post(f"/reviews/{review}", data={"version": str(version), **form}, follow_redirects=False)


def signed(browser: Browser, kind: str = "leadership", /, **changed: Any) -> str:
    review = begin(browser, kind)
    answer = send(browser, review, **{**FORM, **changed, "sign": "yes"})
    assert answer.status_code == 303, answer.text
    return review


def kept(world: World) -> list[dict[str, Any]]:
    with world.sql() as sql:
        return [dict(row) for row in sql.execute("SELECT * FROM review_minutes ORDER BY id")]


def faults(world: World) -> list[str]:
    found: list[str] = []
    with world.sql() as sql:
        check_reviews(sql, lambda where, what: found.append(what))
    return found


def measure(world: World, code: str) -> tuple[int, int]:
    period = window(START.date().replace(day=1), START.date().replace(day=30))
    with world.sql() as sql:
        (point,) = read_series(sql, ALDER, CATALOGUE, code, [period], world.clock())
    return point.count.numerator, point.count.denominator


def fired(world: World, code: str) -> int:
    with world.sql() as sql:
        lines = read_list(sql, ALDER, CATALOGUE, world.clock()).lines
    return sum(line.signal.code == code and line.state == "open" for line in lines)


def test_minutes_are_written_signed_and_read_again(world: World, chidi: Browser) -> None:
    review = begin(chidi)
    assert send(chidi, review, **FORM | {"question_1": ""}).status_code == 303
    assert "Agency cover" in chidi.get(f"/reviews/{review}").text
    answer = send(chidi, review, 2, **FORM | {"remains": "", "sign": "yes"})
    assert answer.status_code == 422
    assert 'id="remains-error"' in answer.text
    assert "Why is the night so thin?" in answer.text
    assert send(chidi, review, 2, **FORM, sign="yes").status_code == 303
    page = words_of(chidi.get(f"/reviews/{review}"))
    weak = "Agency cover for four weeks. Ben Carter, reviewed on Tue 1 Dec 2026"
    for words in ("Signed by Chidi Okafor", "Why is the night so thin?", weak):
        assert words in page
    assert "Leadership review, Mon 16 Nov 2026" in words_of(chidi.get("/reviews"))
    assert faults(world) == []


def test_signed_minutes_cannot_be_changed_by_any_door(world: World, chidi: Browser) -> None:
    review = signed(chidi)
    before = kept(world)
    for name in ("chidi", "ben", "ivo", "dana"):
        browser = world.signed_in(name)
        for version in (1, 2, 3):
            for button in ("save", "sign", "more"):
                answer = send(
                    browser, review, version, **FORM | {"summary": "Something else was said.", button: "yes"}
                )
                assert answer.status_code == 409
    with world.sql() as sql:
        for change in ("UPDATE review_minutes SET minutes = '{}'", "DELETE FROM review_minutes"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                sql.execute(change)
    assert kept(world) == before
    assert faults(world) == []


def test_what_is_added_stands_beside_them_for_good(world: World, chidi: Browser) -> None:
    review = signed(chidi)
    before = kept(world)
    address = f"/reviews/{review}/additions"
    assert chidi.post(address, data={"words": "Too few"}).status_code == 422
    form = {"words": "Ben was there from ten o’clock.", "id": "00000000-0000-4000-8000-000000000001"}
    for _ in range(2):
        assert chidi.post(address, data=form, follow_redirects=False).status_code == 303
    page = words_of(chidi.get(f"/reviews/{review}"))
    assert page.count("Ben was there from ten o’clock.") == 1
    assert kept(world) == before
    with world.sql() as sql:
        for change in ("UPDATE review_addition SET words = ''", "DELETE FROM review_addition"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                sql.execute(change)
    assert faults(world) == []


def test_nothing_is_added_to_minutes_that_are_not_signed(world: World, chidi: Browser) -> None:
    review = begin(chidi)
    assert chidi.post(f"/reviews/{review}/additions", data={"words": "Ben came later."}).status_code == 422
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="not signed"):
        sql.execute("INSERT INTO review_addition VALUES ('x', ?, '', 'ben', 'w', 'd')", (review,))


def test_a_deputy_writes_and_does_not_sign_and_others_see_nothing(world: World, chidi: Browser) -> None:
    ben = world.signed_in("ben")
    review = begin(ben)
    assert send(ben, review, **FORM).status_code == 303
    assert "signs minutes" in words_of(send(ben, review, 2, **FORM, sign="yes"))
    assert kept(world)[0]["signed_at"] == ""
    for name in ("amina", "eli", "fay", "gus", "hana"):
        assert world.signed_in(name).get(f"/reviews/{review}").status_code == 404
    assert (
        world.signed_in("fay").post("/reviews", data={"service": "alder", "kind": "board"}).status_code == 404
    )


def test_two_who_write_at_once_lose_nothing(world: World, chidi: Browser) -> None:
    review = begin(chidi)
    assert send(chidi, review, **FORM).status_code == 303
    late = send(world.signed_in("ivo"), review, 1, **FORM | {"summary": "What Ivo typed of it."})
    assert late.status_code == 409
    assert "What Ivo typed of it." in late.text
    assert "Somebody changed or signed" in words_of(late)


def test_the_agenda_is_the_map_with_the_highest_risk_first_and_is_kept(world: World, chidi: Browser) -> None:
    make_action(chidi, title="A low risk")
    make_action(chidi, title="A high risk", risk="high", evidence_kinds=["observation", "audit"])
    review = begin(chidi)
    page = words_of(chidi.get(f"/reviews/{review}"))
    assert page.index("2. A high risk") < page.index("1. A low risk")
    assert send(chidi, review, **FORM, sign="yes").status_code == 303
    make_action(chidi, title="A later one", risk="high", evidence_kinds=["observation", "audit"])
    page = words_of(chidi.get(f"/reviews/{review}"))
    assert page.index("2. A high risk") < page.index("1. A low risk")
    assert "A later one" not in page


def test_what_is_shown_has_its_day_and_whether_it_is_current(world: World, chidi: Browser) -> None:
    shift = Shift(world)
    shift.record("incident_record", "2026-11-10T10:00:00Z")
    shift.record("shift_review", "2026-10-01T10:00:00Z")
    page = words_of(chidi.get(f"/reviews/{begin(chidi)}"))
    assert "Incidents, newest of Tue 10 Nov 2026: current" in page
    assert "Staffing, newest of Thu 1 Oct 2026: not current" in page
    assert "Nothing recorded: audits" in page
    review = signed(chidi, evidence=["incidents", "staffing", "audits"])
    page = words_of(chidi.get(f"/reviews/{review}"))
    assert "Incidents, Tue 10 Nov 2026 (current); Staffing, Thu 1 Oct 2026 (not current)" in page


def test_the_map_counts_from_the_last_signed_review(world: World, chidi: Browser) -> None:
    make_action(chidi)
    assert "Since Mon 19 Oct 2026" in words_of(chidi.get("/map"))
    begin(chidi)
    assert "Since Mon 19 Oct 2026" in words_of(chidi.get("/map"))
    signed(chidi, held_on="2026-11-12")
    assert "Since Thu 12 Nov 2026" in words_of(chidi.get("/map"))
    assert "Since Sun 1 Nov 2026" in words_of(chidi.get("/map?since=2026-11-01"))


def test_measures_are_told_of_signed_reviews_alone(world: World, chidi: Browser) -> None:
    world.clock.move(days=15)
    chidi = world.signed_in("chidi")
    assert measure(world, "M01a") == (0, 1)
    begin(chidi)
    assert measure(world, "M01a") == (0, 1)
    signed(chidi)
    assert measure(world, "M01a") == (0, 1)
    signed(chidi, safeguarding="yes")
    assert measure(world, "M01a") == (1, 1)
    assert measure(world, "M09b") == (0, 0)
    signed(chidi, "provider_oversight")
    assert measure(world, "M09b") == (1, 1)
    strong = {"assurance_1": "strong", "why_1": "The audits say so.", "owner_1": "", "review_on_1": ""}
    signed(chidi, "provider_oversight", **strong)
    assert measure(world, "M09b") == (1, 2)


def test_oversight_rests_on_current_evidence_of_each_source(world: World, chidi: Browser) -> None:
    shift = Shift(world)
    for form in ("incident_record", "shift_review", "lived_experience", "sample_audit"):
        shift.record(form, "2026-11-10T10:00:00Z")
    world.clock.move(days=15)
    chidi = world.signed_in("chidi")
    signed(chidi, "provider_oversight", evidence=["incidents", "staffing", "feedback"])
    assert measure(world, "M09") == (0, 1)
    signed(chidi, "provider_oversight", evidence=["incidents", "staffing", "feedback", "audits"])
    assert measure(world, "M09") == (1, 1)


def test_a_meeting_without_a_challenge_and_the_same_summary_again_show_as_signs(
    world: World, chidi: Browser
) -> None:
    signed(chidi, held_on="2026-11-02")
    assert (fired(world, "W18a"), fired(world, "W18b")) == (0, 0)
    silent = {name: "" for name in FORM if name.endswith("_1")}
    signed(chidi, held_on="2026-11-09", **silent)
    assert (fired(world, "W18a"), fired(world, "W18b")) == (1, 1)
    signed(chidi, held_on="2026-11-16", summary="Quite another matter was looked at today.")
    assert (fired(world, "W18a"), fired(world, "W18b")) == (1, 1)
    assert re.search(r'href="/reviews/[0-9a-f-]{36}">The minutes', chidi.get("/signals").text)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE review_minutes SET minutes = replace(minutes, 'thin', 'full')",
        "UPDATE review_minutes SET signed_by = 'ivo'",
        "DELETE FROM review_minutes",
        "UPDATE identity_audit SET details = '' WHERE what = 'review_signed'",
    ],
)
def test_whoever_changes_minutes_behind_the_servers_back_is_found_out(
    world: World, chidi: Browser, tampering: str
) -> None:
    signed(chidi)
    assert faults(world) == []
    with world.sql() as sql:
        for name in ("review_minutes_refuses_update", "review_minutes_refuses_delete"):
            sql.execute(f"DROP TRIGGER {name}")
        for (name,) in sql.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'identity_audit'"
        ).fetchall():
            sql.execute(f"DROP TRIGGER {name}")
        sql.execute(tampering)
    assert faults(world)


def test_a_decision_in_minutes_is_an_outcome_on_its_action(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    signed(chidi, action_1=action)
    with world.sql() as sql:
        source = Source(sql, ALDER, CATALOGUE, START.date().replace(day=1), world.clock())
        assert [one.actions for one in outcomes(source)] == [frozenset({action})]


def test_a_row_that_names_a_sample_answers_its_finding(world: World, chidi: Browser) -> None:
    sample = Shift(world).record("sample_audit", "2026-10-10T10:00:00Z", "no_impact_check")

    def waits() -> bool:
        with world.sql() as sql:
            lines = read_list(sql, ALDER, CATALOGUE, world.clock()).lines
        return any(one.signal.code == "W19" and one.state == "open" for one in lines)

    assert waits()
    review = begin(chidi)
    page = words_of(chidi.get(f"/reviews/{review}"))
    assert "Sat 10 Oct 2026: “Is it said how the difference will be checked?” (F7-AU)" in page
    wrong = send(chidi, review, **{**FORM, "audit_1": "another", "sign": "yes"})
    assert "Choose a sample of this service" in words_of(wrong)
    assert send(chidi, review, **{**FORM, "audit_1": sample, "sign": "yes"}).status_code == 303
    assert not waits()
    assert f'href="/evidence/{sample}"' in chidi.get(f"/reviews/{review}").text
