"""What the real app makes and the real server reads: signatures, the recovery blob, the copy of what waits."""

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from server.rooms import rooms_of
from tests.server.test_signed_records import held_for, sealed_on
from tests.server.test_sync_routes import push
from tests.server.world import PIN, Browser, World

TABLET_RUN = Path(__file__).parents[1] / "pwa" / "locked_run.mjs"


@pytest.fixture
def made(world: World, oak: Browser) -> dict[str, Any]:
    """What the app on Oak made of two of Amina's records; her key there is registered."""
    said = oak.get("/tablet/identity").json()
    assert (
        said["server"]["recovery_key"] == b64encode(rooms_of(world.app.state).keys.recovery_public).decode()
    )
    notes = [sealed_on(oak, number, lowered_reason="Ärger, 例え, 🙂").decode() for number in (1, 2)]
    given = {"recovery_key": said["server"]["recovery_key"], "tablet": said["tablet"], "texts": notes}
    done = subprocess.run(
        [compute_driver_executable()[0], str(TABLET_RUN)],
        input=json.dumps(given), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    asked = {"staff": "amina", "pin": PIN, "new_pin": "", "key": made["point"], "recovery": made["recovery"]}
    answer = oak.post("/tablet/sign-in", json=asked)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["key"], answer.json()["data_key"]) == (made["key"], made["data_key"])
    return made


def test_what_the_app_signs_the_server_finds_good(world: World, oak: Browser, made: dict[str, Any]) -> None:
    assert held_for(push(oak, *made["items"])) == ["", ""]
    with world.sql() as sql:
        verdicts = sql.execute("SELECT staff, verdict FROM record_signature").fetchall()
    assert [tuple(row) for row in verdicts] == [("amina", "good")] * 2


def test_a_byte_changed_after_the_app_signed_is_found(oak: Browser, made: dict[str, Any]) -> None:
    first, second = made["items"]
    assert held_for(push(oak, {**first, "signatures": second["signatures"]})) == ["bad_signature"]


def test_the_copy_that_the_app_saves_comes_in_as_it_was_signed(oak: Browser, made: dict[str, Any]) -> None:
    answer = oak.post("/tablet/rescue", json=made["copy"])
    assert held_for(answer) == ["", ""]
    assert [one["sha256"] for one in answer.json()["receipts"]] == [one["sha256"] for one in made["items"]]
    again = [one["status"] for one in push(oak, *made["items"]).json()["receipts"]]
    assert again == ["duplicate", "duplicate"]
