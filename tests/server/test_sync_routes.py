"""The tablet's door: exact statuses, receipts whatever the item, an old client always let in."""

import json
from hashlib import sha256
from typing import Any

import pytest

from observation_forms import load_catalogue
from server.identity import organisation
from server.rooms import rooms_of
from sync import DatabaseError
from sync.wire import MAX_BYTES, MAX_ITEMS
from tests.server.world import Browser, World, take_out
from tests.sync.bodies import batch, item, make_body, make_record_id, seal

JSON = {"content-type": "application/json"}


def body_of(sender: Browser, /, **overrides: Any) -> dict[str, Any]:
    """A record of Amina's, sealed on this tablet at the test's own time."""
    known = sender.get("/tablet/identity").json()["tablet"]["id"]
    usual = {
        "service": "alder",
        "unit": "alder-1",
        "author": "amina",
        "tablet": known,
        "happened_at": "2026-11-16T08:00:00Z",
        "recorded_at": "2026-11-16T08:05:00Z",
    }
    return make_body(load_catalogue(), **{**usual, **overrides})


def push(tablet: Browser, *bodies: bytes | dict[str, Any], **headers: str) -> Any:
    return tablet.post("/sync/records", content=batch(bodies), headers={**JSON, **headers})


def statuses(answer: Any) -> list[tuple[str, str]]:
    return [(receipt["status"], receipt["held_for"]) for receipt in answer.json()["receipts"]]


def test_a_record_is_answered_201_with_its_receipt(oak: Browser) -> None:
    sealed = seal(body_of(oak))
    answer = push(oak, sealed)
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) == {
        "receipts",
        "server_time",
        "server_time_ms",
        "epoch",
        "checkpoint",
        "consistency",
    }
    assert said["server_time"].endswith("Z")
    receipt = said["receipts"][0]
    assert (receipt["status"], receipt["sha256"]) == ("stored", sha256(sealed).hexdigest())
    assert receipt["findings"] == []


def test_sending_twice_is_harmless(world: World, oak: Browser) -> None:
    sealed = seal(body_of(oak))
    first, second = push(oak, sealed).json()["receipts"][0], push(oak, sealed).json()["receipts"][0]
    assert second == {**first, "status": "duplicate"}
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM entry").fetchone()[0] == 1


def test_every_item_of_a_bad_batch_gets_its_own_receipt(oak: Browser) -> None:
    good = body_of(oak)
    items: list[bytes | dict[str, Any]] = [
        seal(good),
        {"not": "an item"},
        seal(body_of(oak, form_hash="0" * 64, tablet_seq=2, record=make_record_id("2026-11-16T08:05:00Z"))),
        item(
            seal(body_of(oak, tablet_seq=3, record=make_record_id("2026-11-16T08:05:00Z"))), digest="0" * 64
        ),
        seal({**good, "lowered_reason": "another body"}),
    ]
    answer = push(oak, *items)
    assert answer.status_code == 201
    assert [status for status, _ in statuses(answer)] == ["stored", "held", "held", "corrupt", "conflict"]


@pytest.mark.parametrize(
    ("change", "held_for"),
    [
        ({"author": "nobody"}, "author_unknown"),
        ({"author": "eli"}, "author_unknown"),
        ({"author": "fay"}, "author_unknown"),
        ({"service": "birch", "unit": "birch-1"}, "out_of_scope"),
        ({"unit": "birch-1"}, "out_of_scope"),
        ({"unit": "nowhere"}, "out_of_scope"),
        ({"unit": ""}, ""),
        ({"happened_at": "0001-01-01T00:00:00Z", "recorded_at": "0001-01-01T00:00:00Z"}, ""),
        ({"happened_at": "9999-12-31T23:59:59Z", "recorded_at": "9999-12-31T23:59:59Z"}, ""),
        ({"tablet": "another"}, "wrong_tablet"),
        ({"author": "dana"}, ""),
    ],
)
def test_what_does_not_fit_is_held_never_refused(oak: Browser, change: dict[str, str], held_for: str) -> None:
    answer = push(oak, seal(body_of(oak, **change)))
    assert statuses(answer) == [("held" if held_for else "stored", held_for)]


def test_a_leavers_record_counts_if_it_was_made_before_they_left(world: World, oak: Browser) -> None:
    with world.sql() as sql:
        organisation.end_employment(sql, "amina", world.clock())
    before = body_of(oak)
    after = body_of(
        oak, recorded_at="2026-11-16T09:30:00Z", tablet_seq=2, record=make_record_id("2026-11-16T09:30:00Z")
    )
    assert statuses(push(oak, seal(before), seal(after))) == [("stored", ""), ("held", "author_left")]


def test_a_revoked_tablets_records_are_held(world: World, oak: Browser, chidi: Browser) -> None:
    body = body_of(oak)
    take_out(chidi, body["tablet"])
    assert statuses(push(oak, seal(body))) == [("held", "tablet_revoked")]


@pytest.mark.parametrize("app", ["", "build-of-2025", "\x7f" * 300, "x" * 5000])
def test_an_old_or_odd_client_may_always_send(oak: Browser, app: str) -> None:
    headers = {"sightline-app": app, "sightline-waiting": "-1", "sightline-oldest": "x"}
    assert push(oak, seal(body_of(oak)), **headers).status_code == 201


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{}", 400, "not_a_batch"),
        (b"not json", 400, "not_a_batch"),
        (b"\xff\xfe", 400, "not_a_batch"),
        (b"", 400, "not_a_batch"),
        (b"[" + b"[" * 5000, 400, "not_a_batch"),
        (json.dumps([{}] * (MAX_ITEMS + 1)).encode(), 413, "batch_too_large"),
        (b"[" + b" " * MAX_BYTES + b"]", 413, "payload_too_large"),
    ],
)
def test_what_is_no_batch_at_all_is_a_problem(oak: Browser, raw: bytes, status: int, code: str) -> None:
    answer = oak.post("/sync/records", content=raw, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_tablet_that_is_not_enrolled_is_told_so(stranger: Browser) -> None:
    answer = stranger.post("/sync/records", json=[])
    assert (answer.status_code, answer.json()["code"]) == (401, "not_enrolled")


def test_have_names_what_is_missing(oak: Browser) -> None:
    sealed = seal(body_of(oak))
    record = json.loads(sealed)["record"]
    question = {"records": [{"record": record, "version": 1, "sha256": sha256(sealed).hexdigest()}]}
    assert oak.post("/sync/have", json=question).json()["missing"] == [{"record": record, "version": 1}]
    push(oak, sealed)
    assert oak.post("/sync/have", json=question).json()["missing"] == []


def test_a_question_that_makes_no_sense_is_a_problem(oak: Browser) -> None:
    assert oak.post("/sync/have", json={"records": "all"}).json()["code"] == "not_a_question"
    asked = [{"record": "r", "version": 1, "sha256": "s"}] * 1001
    assert oak.post("/sync/have", json={"records": asked}).json()["code"] == "too_many_asked"


def test_changes_come_once_and_a_strange_cursor_starts_again(oak: Browser) -> None:
    first = oak.get("/sync/changes").json()
    assert {change["kind"] for change in first["changes"]} == {
        "service", "unit", "person", "staff", "form", "tablet", "due"
    }  # fmt: skip
    assert oak.get(f"/sync/changes?cursor={first['cursor']}").json()["changes"] == []
    answer = oak.get("/sync/changes?cursor=made-up")
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor_refused")


def test_a_tablet_learns_nothing_of_another_service(oak: Browser) -> None:
    rows = oak.get("/sync/changes").json()["changes"]
    assert not [row for row in rows if "birch" in json.dumps(row) or row["id"] in ("fay", "eli", "hana")]


def test_info_tells_the_limits(oak: Browser) -> None:
    said = oak.get("/sync/info").json()
    assert (said["max_items"], said["max_bytes"]) == (MAX_ITEMS, MAX_BYTES)


def test_what_waits_after_a_push_is_what_was_not_in_it(world: World, oak: Browser) -> None:
    headers = {"sightline-waiting": "3", "sightline-oldest": "2026-11-16T08:00:00Z"}
    push(oak, seal(body_of(oak)), **headers)
    with world.sql() as sql:
        assert tuple(sql.execute("SELECT waiting, oldest FROM tablet_contact").fetchone()) == (
            2,
            "2026-11-16T08:00:00Z",
        )
    push(oak, seal(body_of(oak)), **{**headers, "sightline-waiting": "1"})
    with world.sql() as sql:
        assert tuple(sql.execute("SELECT waiting, oldest FROM tablet_contact").fetchone()) == (0, "")


def test_what_an_action_is_about_is_the_servers_to_say(world: World, oak: Browser) -> None:
    with world.sql() as sql:
        sql.execute("INSERT INTO action_mark VALUES ('action-1', 'themes', 'CP')")
    bearing = {"action": "action-1", "themes": ["SG"], "bearing": "supports"}
    answer = push(oak, seal(body_of(oak, bearings=[bearing])))
    assert [found["code"] for found in answer.json()["receipts"][0]["findings"]] == ["themes_differ"]


def test_a_tablet_can_read_while_nothing_can_be_written(
    world: World, oak: Browser, ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = rooms_of(world.app.state).database

    async def full(job: object) -> None:
        raise DatabaseError("disk_full", database.path)

    world.clock.move(minutes=5)
    monkeypatch.setattr(database, "write", full)
    assert oak.get("/sync/changes").status_code == 200
    assert oak.get("/sync/info").status_code == 200
    assert ben.get("/tablets").status_code == 200
