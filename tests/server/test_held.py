"""What a manager sees of the records that wait for a person."""

import pytest

from server.set_aside import PAGE
from tests.server.test_sync_routes import body_of, push
from tests.server.world import Browser, World
from tests.sync.bodies import seal


def test_a_held_record_is_listed_with_its_reason_in_words(oak: Browser, chidi: Browser) -> None:
    push(oak, seal(body_of(oak, author="nobody")))
    page = chidi.get("/held").text
    assert "Nobody with its author" in page
    assert "Oak, Alder House" in page
    assert "&#34;author&#34;:&#34;nobody&#34;" in page


def test_a_conflict_points_to_the_record_that_counts(oak: Browser, chidi: Browser) -> None:
    body = body_of(oak)
    push(oak, seal(body), seal({**body, "lowered_reason": "another"}))
    page = chidi.get("/held").text
    assert "Conflict" in page
    assert f"/evidence/{body['record']}" in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</pre><img src=x onerror=alert(1)>"])
def test_what_arrived_is_shown_as_text_never_as_markup(oak: Browser, chidi: Browser, text: str) -> None:
    push(oak, {"strange": text})
    page = chidi.get("/held").text
    assert text not in page
    assert "&lt;" in page


def test_a_manager_sees_only_what_their_services_tablets_sent(world: World, oak: Browser) -> None:
    push(oak, seal(body_of(oak, author="nobody")))
    assert "Nothing is held" in world.signed_in("fay").get("/held").text
    assert "Nothing is held" not in world.signed_in("dana").get("/held").text


def test_a_long_list_comes_in_pages_that_miss_none(oak: Browser, chidi: Browser) -> None:
    push(oak, *({"strange": number} for number in range(PAGE + 5)))
    first = chidi.get("/held").text
    assert first.count("<article") == PAGE
    older = first.split("/held?before=")[1].split('"')[0]
    assert chidi.get(f"/held?before={older}").text.count("<article") == 5


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1;DROP", ""])
def test_a_strange_page_number_shows_the_newest(chidi: Browser, before: str) -> None:
    assert chidi.get(f"/held?before={before}").status_code == 200


def test_a_record_that_counts_is_not_listed(oak: Browser, chidi: Browser) -> None:
    push(oak, seal(body_of(oak)))
    assert "Nothing is held" in chidi.get("/held").text
