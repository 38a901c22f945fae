"""Who signs what in a service: a choice among what the rules allow, from when, and nothing signed before is touched."""

import pytest

from server.dated_settings.known import OWN
from server.dated_settings.schedules import SUMMARY_NAMES
from server.summaries.catalogue import KINDS as SUMMARIES
from tests.server.cases.steps import ACTS, open_case
from tests.server.closure.road import Road
from tests.server.due.shift import Shift
from tests.server.reviews.test_reviews import FORM, begin, send, signed
from tests.server.staffing import read, words_of
from tests.server.summaries.test_summaries import OCTOBER, SAID
from tests.server.summaries.test_summaries import send as send_summary
from tests.server.world import Browser, World

WHY = "Agreed at the governance meeting"


def choose(browser: Browser, name: str, *roles: str) -> int:
    form = {"service": "alder", "value": list(roles), "why": WHY}
    return browser.post(f"/settings/{name}", data=form, follow_redirects=False).status_code


def test_the_summaries_that_may_be_asked_for_are_those_there_are() -> None:
    assert {kind.code: kind.name for kind in SUMMARIES.values()} == SUMMARY_NAMES


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("signs_closure_high", ["deputy"]),
        ("signs_closure_high", ["nominated_individual", "registered_manager"]),
        ("signs_closure_medium", ["registered_manager"]),
        ("signs_closure_low", ["nominated_individual", "quality_lead"]),
        ("signs_cases", ["registered_manager"]),
        ("signs_cases", ["nominated_individual", "shift_manager"]),
        ("signs_minutes_board", []),
        ("signs_minutes_board", ["visitor"]),
        ("signs_summaries", ["shift_manager"]),
        ("follow_up_days", ["3"]),
    ],
)
def test_nothing_is_weaker_than_the_rules_allow(name: str, roles: list[str]) -> None:
    with pytest.raises(ValueError, match=r"Tick|stays"):
        OWN[name].read(" ".join(roles))


def test_a_choice_holds_from_then_on_and_what_was_signed_stays(world: World, chidi: Browser) -> None:
    before = signed(chidi, "leadership")
    assert choose(chidi, "signs_minutes_leadership", "nominated_individual") == 303
    assert choose(chidi, "signs_summaries", "quality_lead", "nominated_individual") == 303
    assert choose(chidi, "signs_cases", "nominated_individual") == 303
    assert choose(chidi, "signs_closure_high", "deputy") == 422
    world.clock.move(seconds=2)
    page = read(chidi, "/settings")
    assert "Minutes: Leadership review Whoever writes about actions writes the minutes" in page
    assert "Decisions on cases" in page
    assert "Nominated individual" in page
    assert "Signed" in read(chidi, f"/reviews/{before}")
    _minutes(world, chidi)
    _summaries(world, chidi)
    _cases(world, chidi)


def _minutes(world: World, chidi: Browser) -> None:
    review = begin(chidi)
    refused = send(chidi, review, **FORM, sign="yes")
    assert refused.status_code == 422
    assert "Who signs minutes of this meeting here: Nominated individual." in words_of(refused.text)
    assert "Sign these minutes" not in chidi.get(f"/reviews/{review}").text
    dana = world.signed_in("dana")
    assert send(dana, review, **FORM, sign="yes").status_code == 303
    assert "Sign these minutes" in chidi.get(f"/reviews/{begin(chidi, kind='quality')}").text


def _summaries(world: World, chidi: Browser) -> None:
    assert send_summary(chidi, OCTOBER, "judgement", judgement=SAID).status_code == 303
    assert "Sign it" not in chidi.get(OCTOBER).text
    refused = chidi.post(f"{OCTOBER}/signature", data={"service": "alder"}, follow_redirects=False)
    assert refused.status_code == 422
    assert "Who signs summaries here: Quality lead, Nominated individual." in words_of(refused.text)
    with world.signed_in("ivo") as ivo:
        assert send_summary(ivo, OCTOBER, "signature").status_code == 303


def _cases(world: World, chidi: Browser) -> None:
    case = open_case(chidi)
    decision = {f"decided-{name}": value for name, value in ACTS["decided"].items()} | {"version": "1"}
    assert "Sign this decision" not in chidi.get(case).text
    assert chidi.post(f"{case}/acts/decided", data=decision, follow_redirects=False).status_code == 404
    with world.signed_in("dana") as dana:
        assert dana.post(f"{case}/acts/decided", data=decision, follow_redirects=False).status_code == 303


def test_a_deputy_signs_closures_only_where_the_service_lets_them(world: World, chidi: Browser) -> None:
    road = Road(world, risk="medium")
    road.walk_to_signature()
    deputy = {"service": "alder", "staff": "ben", "since": "2026-11-16", "until": "2026-11-30"}
    assert (
        world.signed_in("dana").post("/closures/deputies", data=deputy, follow_redirects=False).status_code
        == 303
    )
    assert choose(chidi, "signs_closure_medium", "nominated_individual", "registered_manager") == 303
    world.clock.move(seconds=2)
    refused = road.sign("ben")
    assert refused.status_code == 422
    assert "This role does not sign closures." in words_of(refused.text)
    assert choose(chidi, "signs_closure_medium", "nominated_individual", "deputy") == 303
    world.clock.move(seconds=2)
    assert road.sign("ben").status_code == 303
    assert choose(chidi, "signs_closure_medium", "nominated_individual") == 303
    world.clock.move(seconds=2)
    assert road.status == "closed"


def test_summaries_are_overdue_after_their_day_and_only_those_that_are_asked_for(
    world: World, chidi: Browser
) -> None:
    Shift(world).record("shift_review", "2026-10-05T20:00:00Z")
    assert "to be signed by" not in read(chidi, "/summaries")
    page = read(chidi, "/summaries")
    assert page.count("overdue since Tue 10 Nov 2026") == 8
    assert "8 monthly summaries are overdue" in read(chidi, "/today")
    assert choose(chidi, "summaries_asked", "workforce", "dashboard") == 303
    assert choose(chidi, "summary_day", "20") == 303
    assert choose(chidi, "every_board", "6") == 303
    world.clock.move(days=20)
    chidi = world.signed_in("chidi")
    page = read(chidi, "/summaries")
    assert page.count("overdue since Tue 10 Nov 2026") == 8
    assert page.count("to be signed by Sun 20 Dec 2026") == 2
    assert "Provider board Every half-year" in read(chidi, "/reviews")
