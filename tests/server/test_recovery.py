"""What waits on a tablet that nobody unlocks comes in from a copy of it: once, whole, each row by itself."""

import json
from base64 import b64encode
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.cli import main
from server.recovery_blob import make_blob
from server.rooms import rooms_of
from server.server_keys import make_keys
from tests.server.tablet_people import Signer, signed, signed_in_on
from tests.server.test_signed_records import AT, sealed_on
from tests.server.world import Browser, World
from tests.sync.bodies import item, make_record_id


class Store:
    """What a tablet stores under its data key, and the copy it saves of it (pwa/js/export.mjs)."""

    def __init__(self, world: World, tablet: Browser) -> None:
        self.id = tablet.get("/tablet/identity").json()["tablet"]["id"]
        self.key = urandom(32)
        self.recovery = make_blob(rooms_of(world.app.state).keys.recovery_public, self.key, self.id)
        self.rows: list[Any] = []
        self.sent: list[dict[str, Any]] = []

    def keep(self, sent: dict[str, Any]) -> None:
        """Store a sealed record that waits."""
        self.sent.append(sent)
        body = json.loads(sent["body"])
        place = f'sightline|record|["{body["record"]}",{body["version"]}]'
        row = {**sent, "record": body["record"], "version": body["version"], "tablet_seq": 1, "waiting": 1}
        iv = urandom(12)
        data = AESGCM(self.key).encrypt(iv, json.dumps(row).encode(), place.encode())
        box = {"iv": b64encode(iv).decode(), "data": b64encode(data).decode()}
        clear = {
            "record": body["record"],
            "version": body["version"],
            "tablet_seq": 1,
            "sha256": sent["sha256"],
        }
        self.rows.append({**clear, "box": box})

    @property
    def copy(self) -> dict[str, Any]:
        """The file."""
        tablet = {"id": self.id, "name": "Oak"}
        return {
            "format": "sightline-export", "v": 1, "tablet": tablet, "made_at": AT, "recovery": self.recovery,
            "rows": self.rows,
        }  # fmt: skip


def outcomes(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 201, answer.text
    return [(receipt["status"], receipt["held_for"]) for receipt in answer.json()["receipts"]]


@pytest.fixture
def store(world: World, oak: Browser) -> Store:
    """Two of Amina's records wait on Oak, signed."""
    store = Store(world, oak)
    amina, _ = signed_in_on(oak, "amina")
    for number in (1, 2):
        store.keep(signed(sealed_on(oak, number), amina))
    return store


def test_what_waits_comes_in_without_anybody_to_unlock_it(world: World, oak: Browser, store: Store) -> None:
    answer = oak.post("/tablet/rescue", json=store.copy)
    assert outcomes(answer) == [("stored", ""), ("stored", "")]
    assert [one["sha256"] for one in answer.json()["receipts"]] == [row["sha256"] for row in store.rows]
    with world.sql() as sql:
        assert sql.execute("SELECT DISTINCT verdict FROM record_signature").fetchall()[0][0] == "good"
        noted = sql.execute("SELECT tablet, details FROM identity_audit WHERE what = 'records_recovered'")
        assert [tuple(row) for row in noted] == [(store.id, "2 stored")]


def test_doing_it_twice_gives_duplicates_and_loses_nothing(world: World, oak: Browser, store: Store) -> None:
    oak.post("/tablet/rescue", json=store.copy)
    assert outcomes(oak.post("/tablet/rescue", json=store.copy)) == [("duplicate", ""), ("duplicate", "")]
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM entry").fetchone()[0] == 2


def test_a_row_that_cannot_be_opened_stops_no_other(oak: Browser, store: Store) -> None:
    moved = {**store.rows[0], "record": make_record_id(AT)}
    broken = {**store.rows[0], "box": {"iv": "AAAA", "data": "!"}}
    store.rows[1:1] = [moved, broken, {"box": 7}, 3, None]
    told = outcomes(oak.post("/tablet/rescue", json=store.copy))
    assert told == [("stored", ""), *[("corrupt", "")] * 5, ("stored", "")]


def test_a_long_copy_comes_in_whole(oak: Browser, store: Store) -> None:
    ben, _ = signed_in_on(oak, "ben")
    for number in range(3, 131):
        store.keep(signed(sealed_on(oak, number, author="ben"), ben))
    assert outcomes(oak.post("/tablet/rescue", json=store.copy)) == [("stored", "")] * 130


def test_a_copy_is_no_way_around_signatures(world: World, oak: Browser, store: Store) -> None:
    store.rows.clear()
    store.keep(item(sealed_on(oak)))
    store.keep(signed(sealed_on(oak, 2), Signer()))
    changed = signed(sealed_on(oak, 3), Signer())
    store.keep({**changed, "sha256": sha256(b"another").hexdigest()})
    told = outcomes(oak.post("/tablet/rescue", json=store.copy))
    assert told == [("held", "not_signed"), ("held", "unknown_key"), ("corrupt", "")]


def test_a_lost_tablet_brings_what_it_holds_into_held(world: World, oak: Browser, store: Store) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE tablet SET revoked_at = ? WHERE id = ?", (AT, store.id))
    assert outcomes(oak.post("/tablet/rescue", json=store.copy)) == [("held", "tablet_revoked")] * 2


def test_another_servers_copy_is_not_opened(oak: Browser, store: Store) -> None:
    foreign = make_blob(make_keys().recovery_public, store.key, store.id)
    strange: list[Any] = [{**store.copy, "recovery": foreign}, {**store.copy, "v": 2}, {"rows": []}, []]
    for copy in strange:
        assert oak.post("/tablet/rescue", json=copy).json()["code"] == "not_a_copy"


def test_the_command_brings_in_a_saved_copy_and_says_what_became_of_each(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        oak = world.tablet()
        store = Store(world, oak)
        amina, _ = signed_in_on(oak, "amina")
        for number in (1, 2):
            store.keep(signed(sealed_on(oak, number), amina))
        store.keep(item(sealed_on(oak, 3)))
        store.rows.append({"record": "r", "version": 1, "box": {"iv": "", "data": ""}})
    file = tmp_path / "oak.json"
    file.write_text(json.dumps(store.copy))
    asked = ["recover", str(file), "--database", str(world.settings.database)]
    said = CliRunner().invoke(main, asked)
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0] == f"{store.rows[0]['record']} version 1: Kept, and counted as evidence."
    assert "It is not signed, though its author has a key on that tablet." in lines[2]
    assert "r version 1: It cannot be opened with this tablet's key" in lines[3]
    assert lines[4] == "In all: 1 held, 1 not opened, 2 stored. Doing this again is harmless."
    again = CliRunner().invoke(main, asked).output
    assert "In all: 2 duplicate, 1 held, 1 not opened." in again
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM entry").fetchone()[0] == 3


def test_a_copy_of_a_tablet_that_is_not_known_is_one_sentence(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        copy = Store(world, world.tablet()).copy
    file = tmp_path / "oak.json"
    for change in ({"tablet": {"id": "elsewhere", "name": "Oak"}}, {"recovery": "{}"}, {"format": "other"}):
        file.write_text(json.dumps({**copy, **change}))
        said = CliRunner().invoke(main, ["recover", str(file), "--database", str(world.settings.database)])
        assert said.exit_code == 2
        assert len(said.output.splitlines()) == 1
