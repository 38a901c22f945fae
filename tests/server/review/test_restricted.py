"""A concern about a manager: only the nominated individual sees that it is there."""

import pytest

from observation_forms import Context, Value
from tests.server.evidence.floor import Floor
from tests.server.review.reviewing import hidden, review, send_review
from tests.server.world import Browser, World
from tests.sync.bodies import batch, good_answers


@pytest.fixture
def dana(world: World) -> Browser:
    return world.signed_in("dana")


def concern(floor: Floor, about_manager: str) -> str:
    """Amina raises a concern."""
    form = floor.catalogue.current("immediate_concern").definition
    now = "2026-11-16T08:30:00Z"
    chosen: dict[str, Value] = {
        "about_manager": about_manager,
        "what_you_saw": "The kestrel shouted.",
        "staff": ["amina"],
    }
    answers = good_answers(form, Context(now), now, **chosen)
    times = {"recorded_at": now, "happened_at": now}
    return floor.record(form="immediate_concern", answers={**answers, **chosen}, **times)


def test_a_concern_is_for_all_managers_unless_it_is_about_one(
    floor: Floor, chidi: Browser, dana: Browser, world: World
) -> None:
    plain, hushed = concern(floor, "no"), concern(floor, "yes")
    assert (plain in chidi.get("/evidence").text, hushed in chidi.get("/evidence").text) == (True, False)
    assert {plain, hushed} <= {record for record in (plain, hushed) if record in dana.get("/evidence").text}
    with world.signed_in("ivo") as ivo, world.signed_in("hana") as hana, world.signed_in("amina") as amina:
        assert "1 record" in ivo.get("/evidence?text=kestrel").text
        assert hushed not in hana.get("/evidence").text
        assert hushed not in amina.get("/me/observations").text
    changes = floor.browser.get("/sync/changes").text
    assert hushed not in changes


def test_a_question_about_it_is_not_put_on_a_shared_tablet(floor: Floor, dana: Browser) -> None:
    answer = review(dana, concern(floor, "yes"), "question", "Who was it?")
    assert "Ask its author in person" in answer.text
    assert "Who was it?" not in floor.browser.get("/sync/changes").text


@pytest.fixture
def hushed(world: World, floor: Floor) -> str:
    """A record that only few may see: version 2 of one about whom nobody may find anything."""
    sealed = floor.seal(chosen={"note": "The kestrel was told to keep quiet."})
    record = floor.send(sealed)
    floor.send(floor.tablet.correct(sealed, "It was the manager", unit="alder-1", author="amina"))
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET restricted = 1 WHERE record = ? AND version = 2", (record,))
    return record


ADDRESSES = (
    "/evidence",
    "/evidence?text=kestrel",
    "/evidence?flag=corrected",
    "/evidence?author=amina",
    "/evidence?form=practice_observation",
    "/evidence?review=new",
    "/evidence.csv",
    "/evidence.json",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_list_or_file_holds_it(chidi: Browser, dana: Browser, hushed: str, address: str) -> None:
    assert hushed not in chidi.get(address).text
    assert hushed in dana.get(address).text


def test_no_count_tells_of_it(chidi: Browser, dana: Browser, hushed: str) -> None:
    assert "No records" in chidi.get("/evidence").text
    assert "1 record" in dana.get("/evidence").text
    assert "practice_observation" not in chidi.get("/evidence").text


@pytest.mark.parametrize("more", ["", "?version=1", "?version=2", "?version=2&against=1"])
def test_neither_page_nor_any_version_is_there(chidi: Browser, dana: Browser, hushed: str, more: str) -> None:
    assert chidi.get(f"/evidence/{hushed}{more}").status_code == 404
    page = dana.get(f"/evidence/{hushed}{more}")
    assert "kestrel" in page.text


def test_nobody_else_reviews_it(chidi: Browser, dana: Browser, hushed: str) -> None:
    fields = hidden(dana.get(f"/evidence/{hushed}").text)
    assert send_review(chidi, hushed, fields, "read").status_code == 404
    assert send_review(dana, hushed, fields, "read").status_code == 303
    assert hushed not in chidi.get("/evidence?review=read").text
    assert hushed in dana.get("/evidence?review=read").text


def test_its_page_says_who_sees_it(dana: Browser, hushed: str) -> None:
    assert "Only the nominated individual sees this record." in dana.get(f"/evidence/{hushed}").text


def test_what_was_not_counted_is_as_hidden(world: World, floor: Floor, chidi: Browser, dana: Browser) -> None:
    """A body that is held is in no list of evidence: the list of held ones must hide it by itself."""
    sealed = floor.seal(
        author="nobody", form="practice_observation", answers={"about_manager": "yes", "note": "A kestrel."}
    )
    sealed = sealed.replace(b'"form":"practice_observation"', b'"form":"immediate_concern"')
    floor.browser.post("/sync/records", content=batch([sealed]), headers={"content-type": "application/json"})
    assert "kestrel" not in chidi.get("/held").text
    assert "kestrel" in dana.get("/held").text


def test_another_body_under_its_name_is_as_hidden(
    floor: Floor, chidi: Browser, dana: Browser, hushed: str
) -> None:
    sealed = floor.seal(chosen={"note": "A heron."}, record=hushed)
    floor.browser.post("/sync/records", content=batch([sealed]), headers={"content-type": "application/json"})
    assert "heron" not in chidi.get("/held").text
    assert "heron" in dana.get("/held").text
