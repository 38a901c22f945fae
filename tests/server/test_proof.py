"""A proof of a record is checked by the lines in sync/README.md, in a process that has nothing of Sightline's."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import main
from tests.server.tablet_people import signed, signed_in_on
from tests.server.test_sync_routes import body_of, push
from tests.server.world import World
from tests.sync.bodies import seal

README = Path(__file__).resolve().parents[2] / "sync" / "README.md"
# In one process: starting Python for each of five thousand bytes would take an hour
EVERY_BYTE = """
import sys
from check_proof import check
whole = open(sys.argv[1], "rb").read()
check(whole)
for place in range(len(whole)):
    for flip in (1, 32):
        try:
            check(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1:])
        except Exception:
            continue
        near = whole[place - 20:place + 20]
        sys.exit(f"byte {place} of {len(whole)} may be {bytes([whole[place] ^ flip])!r}: {near!r}")
print(len(whole))
"""


@pytest.fixture
def checker(tmp_path: Path) -> Path:
    """The documented check, as a stranger would copy it."""
    section = README.read_text("utf-8").split("### Proof of a record")[1]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code
    file = tmp_path / "stranger" / "check_proof.py"
    file.parent.mkdir()
    file.write_text(code[1])
    return file


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    folder = Path(command[0]).parent
    return subprocess.run(
        [sys.executable, *map(str, command)], cwd=folder, capture_output=True, text=True, timeout=600
    )


def proof_of(world: World, out: Path, *more: str) -> Result:
    place = ["--database", str(world.settings.database), "--out", str(out)]
    return CliRunner().invoke(main, ["proof", *more, *place])


def pushed(world: World) -> tuple[dict[str, Any], str]:
    """A signed record among a hundred lines of the log, and the server's key as it publishes it."""
    oak = world.tablet()
    signer, _ = signed_in_on(oak, "amina")
    body = body_of(oak, lowered_reason='Noted as "très bien",\nsaid Zoë')
    assert push(oak, signed(seal(body), signer)).json()["receipts"][0]["status"] == "stored"
    page = world.signed_in("chidi").get("/log").text
    found = re.search(r'Key that signs</dt><dd class="digest">([^<]+)<', page)
    assert found
    return body, found[1].replace("&#43;", "+").replace("&#x2B;", "+")


def test_a_stranger_can_check_it(world: World, tmp_path: Path, checker: Path) -> None:
    body, key = pushed(world)
    out = tmp_path / "proof.json"
    assert proof_of(world, out, body["record"]).exit_code == 0
    checked = run(checker, out, key)
    assert checked.returncode == 0, checked.stderr
    said = json.loads(checked.stdout)
    assert (said["record"], said["version"], said["received_at"]) == (
        body["record"],
        1,
        "2026-11-16T09:00:00.000Z",
    )
    assert len(said["signed_by"]) == 1
    assert json.loads(json.loads(out.read_text())["body"]) == body


def test_one_byte_changed_anywhere_and_the_check_fails(world: World, tmp_path: Path, checker: Path) -> None:
    body, _ = pushed(world)
    out = tmp_path / "proof.json"
    proof_of(world, out, body["record"])
    script = checker.with_name("every_byte.py")
    script.write_text(EVERY_BYTE)
    tried = run(script, out)
    assert (tried.returncode, tried.stderr) == (0, "")
    assert int(tried.stdout) > 2000


def test_a_proof_of_another_server_does_not_pass_for_this_one(
    world: World, tmp_path: Path, checker: Path
) -> None:
    body, key = pushed(world)
    out = tmp_path / "proof.json"
    proof_of(world, out, body["record"])
    other = key[:-3] + ("A" if key[-3] != "A" else "B") + key[-2:]
    refused = run(checker, out, other)
    assert refused.returncode == 1
    assert "another server's key" in refused.stderr


def test_a_proof_is_a_checkpoint_for_verify(world: World, tmp_path: Path) -> None:
    body, _ = pushed(world)
    out = tmp_path / "proof.json"
    proof_of(world, out, body["record"])
    place = ["--database", str(world.settings.database), "--checkpoint", str(out)]
    assert CliRunner().invoke(main, ["verify", *place]).exit_code == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["01a00000-0000-7000-8000-000000000000"], "There is no record 01a00000"),
        (["01a00000-0000-7000-8000-000000000000", "--version", "3"], "There is no version 3 of record"),
    ],
)
def test_what_is_not_there_cannot_be_proven(
    world: World, tmp_path: Path, asked: list[str], words: str
) -> None:
    pushed(world)
    refused = proof_of(world, tmp_path / "proof.json", *asked)
    assert (refused.exit_code, words in refused.output) == (2, True)
    assert not (tmp_path / "proof.json").exists()
