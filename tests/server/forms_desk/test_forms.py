"""The desk's pages of forms: what there is, since when, who has it, how it looks, on paper."""

import re

import pytest

from observation_forms import Catalogue, load_catalogue
from server.assets import build_of
from server.forms_desk.desk import form_lines
from server.forms_desk.qr import hash_words, qr_svg
from tests.server.review.reviewing import words_of
from tests.server.world import Browser, World

FORM = load_catalogue().current("practice_observation")
ADDRESS = f"/form/practice_observation/{FORM.definition.version}"


def pull(tablet: Browser, **said: str) -> None:
    headers = {f"sightline-{name}": value for name, value in said.items()}
    assert tablet.get("/sync/changes", headers=headers).status_code == 200


def test_every_version_of_every_form_is_listed(chidi: Browser) -> None:
    page = chidi.get("/forms").text
    for form in load_catalogue().forms():
        assert f'href="/form/{form.definition.form}/{form.definition.version}?' in page
        assert form.hash[:8] in page


def test_a_version_is_offered_since_the_server_first_had_it(world: World, chidi: Browser) -> None:
    assert "Mon 16 Nov 2026, 09:00" in words_of(chidi.get("/forms").text, "form-practice_observation")


def test_a_tablet_has_what_its_build_came_with(world: World, chidi: Browser, oak: Browser) -> None:
    assert "On no tablet yet" in words_of(chidi.get("/forms").text, "form-practice_observation")
    pull(oak, app=build_of(world.app.state["assets"]))
    assert "On all 1 tablets" in words_of(chidi.get("/forms").text, "form-practice_observation")


def test_a_tablet_has_what_it_fetched_alone(world: World, chidi: Browser, oak: Browser) -> None:
    with world.tablet("alder-2", "Elm"):
        assert oak.get(f"/forms/{FORM.hash}.html").status_code == 200
        said = words_of(chidi.get("/forms").text, "form-practice_observation")
        assert "On Oak" in said
        assert "Not yet on Elm" in said


def test_a_form_is_open_to_whoever_is_no_tablet(world: World, oak: Browser) -> None:
    with world.client() as stranger:
        assert stranger.get(f"/forms/{FORM.hash}.html").status_code == 200
        assert stranger.get("/forms/none.html").status_code == 404
    assert oak.get("/forms/none.html").status_code == 404


def test_a_tablet_of_another_service_is_not_named(world: World, chidi: Browser) -> None:
    with world.tablet("birch-1", "Yew"):
        assert "Yew" not in chidi.get("/forms").text


def test_the_preview_asks_everything_and_takes_nothing(chidi: Browser) -> None:
    page = chidi.get(ADDRESS).text
    preview = page.split('<fieldset class="preview" disabled>')[1].split("</fieldset>\n<section")[0]
    for question in FORM.definition.questions():
        assert f'data-question="{question.id}"' in preview or question.kind == "information"
    assert "<template" not in preview


@pytest.mark.parametrize("kind", ["residential", "supported_living", "homecare"])
def test_every_form_shows_and_prints_in_the_words_of_each_service(chidi: Browser, kind: str) -> None:
    for form in load_catalogue().current_forms():
        address = f"/form/{form.definition.form}/{form.definition.version}"
        for page in (f"{address}/blank?kind={kind}", f"{address}?kind={kind}"):
            answer = chidi.get(page)
            assert answer.status_code == 200, page
            blank = re.search(r"\{(person|people|place|unit|home)\}", answer.text, re.IGNORECASE)
            assert blank is None or "/blank" not in page, (page, blank)


def test_a_blank_carries_its_hash_for_people_and_for_cameras(chidi: Browser) -> None:
    page = chidi.get(f"{ADDRESS}/blank").text
    assert hash_words(FORM.hash) in words_of(page)
    assert '<svg class="qr" viewBox="0 0 ' in page
    assert 'aria-label="QR code: form practice_observation' in page
    assert hash_words("0123456789abcdef") == "01234567 89abcdef"


def test_a_label_cannot_break_out_of_the_code() -> None:
    assert "<b>" not in qr_svg("text", '"><b>')


def test_a_retired_form_keeps_its_versions() -> None:
    catalogue = Catalogue(load_catalogue().forms(), retired=["practice_observation"])
    (line,) = [
        line for line in form_lines(catalogue, {}, [], "residential") if line.id == "practice_observation"
    ]
    assert line.retired
    assert line.versions


def test_forms_stand_in_the_order_of_their_numbers() -> None:
    codes = [line.code for line in form_lines(load_catalogue(), {}, [], "residential")]
    numbers = [int(re.sub(r"\D", "", code.partition("-")[0])) for code in codes if code.startswith("F")]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("address", ["/form/none/1", "/form/practice_observation/99", f"{ADDRESS}x/blank"])
def test_what_is_not_there_is_not_found(chidi: Browser, address: str) -> None:
    assert chidi.get(address).status_code == 404
