"""An action on its way: from the desk to the tablets of its service, and as plain text on every page."""

import json

from tests.server.evidence.floor import ACTION, make_action
from tests.server.world import Browser, World


def edit(desk: Browser, id: str, version: int, **changed: object) -> tuple[int, str]:
    answer = desk.post(
        f"/actions/{id}/edit", data={**ACTION, **changed, "version": str(version)}, follow_redirects=False
    )
    return answer.status_code, answer.text


def test_an_action_made_at_the_desk_reaches_the_tablets_of_its_service_alone(
    world: World, ben: Browser
) -> None:
    id = make_action(ben)
    told = world.tablet().get("/sync/changes").json()["changes"]
    assert [change["body"] for change in told if change["kind"] == "action"] == [
        {
            "id": id,
            "title": "Drinks within reach",
            "themes": ["CO", "CP"],
            "unit": "alder-1",
            "expected": "Everyone has a drink they can reach, at night as well.",
            "owner_name": "Ben Carter",
            "due": "2026-12-31",
        }
    ]
    other = world.tablet("birch-1", "Birch Oak").get("/sync/changes").json()["changes"]
    assert "action" not in {change["kind"] for change in other}


def test_an_action_cannot_be_made_in_a_service_one_does_not_manage(world: World, ben: Browser) -> None:
    assert ben.post("/actions/new", data={**ACTION, "service": "birch"}).status_code == 404
    hana = world.signed_in("hana")
    assert hana.get("/actions").status_code == 200
    assert hana.post("/actions/new", data=ACTION).status_code == 404


def test_with_several_services_one_is_chosen_first(world: World) -> None:
    dana = world.signed_in("dana")
    page = dana.get("/actions/new").text
    assert "/actions/new?service=alder" in page
    assert "/actions/new?service=birch" in page
    id = make_action(dana, service="birch", unit="birch-1", owner="fay")
    assert world.signed_in("fay").get(f"/actions/{id}").status_code == 200


def test_a_script_in_an_action_stays_text_everywhere(ben: Browser) -> None:
    script = '"><script>alert(1)</script>'
    changed = {"title": script, "baseline": script * 2, "expected": script, "review_route": script}
    id = make_action(ben, **changed, how_1=script, baseline_period=script)
    for address in (
        "/actions",
        f"/actions/{id}",
        f"/actions/{id}/edit",
        "/evidence",
        "/actions?group=review",
    ):
        page = ben.get(address).text
        assert "<script>alert" not in page, address
        assert "script&gt;alert" in page or address == "/evidence"


def test_the_feed_moves_with_an_edit(world: World, ben: Browser) -> None:
    id = make_action(ben)
    tablet = world.tablet()
    cursor = tablet.get("/sync/changes").json()["cursor"]
    edit(ben, id, 1, title="Drinks at night")
    changes = tablet.get(f"/sync/changes?cursor={cursor}").json()["changes"]
    assert [json.dumps(change["body"]["title"]) for change in changes] == ['"Drinks at night"']
