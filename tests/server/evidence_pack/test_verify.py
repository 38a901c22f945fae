"""Whatever is changed in a pack is found and named, offline, by a file that needs nothing but Python."""

import json
import subprocess
import sys
import zipfile
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cli import main
from server.evidence_pack import verify_pack
from server.evidence_pack.verify_pack import MANIFEST, PROOFS, RECORDS, SIGNATURE, SIGNED
from server.server_keys import ServerKeys, make_keys
from sync import merkle
from tests.server.evidence_pack.conftest import MadePack
from tests.server.evidence_pack.packing import zipped


def named(faults: list[str]) -> set[str]:
    return {fault.split(":")[0] for fault in faults}


def signed(files: dict[str, bytes], keys: ServerKeys) -> dict[str, bytes]:
    """The files with a manifest that fits them, signed by `keys`, as a forger with a key of their own would do."""
    manifest = json.loads(files[MANIFEST])
    key = b64encode(keys.signing_public).decode()
    manifest["server_key"] = key
    manifest["files"] = [
        {"name": name, "bytes": len(body), "sha256": sha256(body).hexdigest()}
        for name, body in files.items()
        if name not in (MANIFEST, SIGNATURE)
    ]
    said = json.dumps(manifest).encode()
    signature = b64encode(keys.sign(SIGNED + said)).decode()
    return {**files, MANIFEST: said, SIGNATURE: verify_pack.signature_file(key, signature)}


def test_a_pack_as_it_was_made_verifies(made: MadePack) -> None:
    found = verify_pack.verify_pack(made.path, made.server_key)
    assert found.faults == []
    assert f"{len(made.files) - 2} files" in found.notes[0]
    assert f"{made.pack.records} records stand in the log" in found.notes[1]


@settings(max_examples=60)
@given(data=st.data())
def test_one_changed_byte_in_any_file_is_found_and_named(
    made: MadePack, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(made.files)))
    body = bytearray(made.files[name])
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    path = zipped(tmp_path_factory.mktemp("changed") / "pack.zip", {**made.files, name: bytes(body)})
    assert name in named(verify_pack.verify_pack(path).faults)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_changed_byte_is_named_in_every_single_file(made: MadePack, tmp_path: Path, place: str) -> None:
    for name, body in made.files.items():
        at = {"first": 0, "middle": len(body) // 2, "last": len(body) - 1}[place]
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", {**made.files, name: changed}))
        assert name in named(found.faults), (name, found.faults)


def test_a_file_taken_out_is_named(made: MadePack, tmp_path: Path) -> None:
    for name in made.files:
        left = {one: body for one, body in made.files.items() if one != name}
        found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", left))
        assert name in named(found.faults), name


def test_a_file_added_is_named(made: MadePack, tmp_path: Path) -> None:
    found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", {**made.files, "csv/more.csv": b"x"}))
    assert found.faults == ["csv/more.csv: was added"]


def test_a_file_that_stands_twice_is_named(made: MadePack, tmp_path: Path) -> None:
    path = zipped(tmp_path / "pack.zip", made.files)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("pack.html", made.files["pack.html"])
    assert named(verify_pack.verify_pack(path).faults) == {"pack.html"}


@settings(max_examples=150)
@given(data=st.data())
def test_a_byte_changed_anywhere_in_the_zip_is_found_or_changes_no_file(
    made: MadePack, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(made.path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("raw") / "pack.zip"
    path.write_bytes(bytes(raw))
    if not verify_pack.verify_pack(path).faults:
        with zipfile.ZipFile(path) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == made.files


def test_a_zip_cut_short_is_no_pack(made: MadePack, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(made.path.read_bytes()[:-40])
    assert "cannot be read as a ZIP file" in verify_pack.verify_pack(path).faults[0]


def test_a_pack_signed_by_somebody_else_is_told_by_the_key(made: MadePack, tmp_path: Path) -> None:
    path = zipped(tmp_path / "pack.zip", signed(made.files, make_keys()))
    found = verify_pack.verify_pack(path, made.server_key)
    assert any("another key" in fault for fault in found.faults)
    # Nor without knowing the key: the checkpoint of the log is not theirs
    assert any("checkpoint" in fault for fault in verify_pack.verify_pack(path).faults)


def test_a_record_made_up_is_not_in_the_log(made: MadePack, tmp_path: Path) -> None:
    """Even by the server itself: what the log does not have cannot be proven."""
    keys = make_keys()
    said = json.loads(made.files[RECORDS])
    said["records"][0]["sha256"] = "0" * 64
    files = signed({**made.files, RECORDS: json.dumps(said).encode()}, keys)
    found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", files))
    record = said["records"][0]["record"]
    assert f"{RECORDS}: record {record} is not proven to be in the log" in found.faults


def test_a_proof_that_leads_elsewhere_is_named(made: MadePack, tmp_path: Path) -> None:
    proofs = json.loads(made.files[PROOFS])
    proofs["nodes"][0] = "0" * 64
    files = signed({**made.files, PROOFS: json.dumps(proofs).encode()}, make_keys())
    found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", files))
    assert any(fault.startswith(f"{PROOFS}: the proof of record") for fault in found.faults)


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, RECORDS, PROOFS])
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, b'{"files": 1}'])
def test_nonsense_is_a_fault_and_never_an_error(
    made: MadePack, tmp_path: Path, name: str, body: bytes
) -> None:
    found = verify_pack.verify_pack(zipped(tmp_path / "pack.zip", {**made.files, name: body}))
    assert name in named(found.faults) or MANIFEST in named(found.faults)


def test_the_verifier_in_the_pack_needs_python_and_nothing_else(made: MadePack, tmp_path: Path) -> None:
    script, pack = tmp_path / "verify_pack.py", tmp_path / "pack.zip"
    script.write_bytes(made.files["verify_pack.py"])
    zipped(pack, made.files)
    # -I -S: neither our folder nor any package that is installed
    command = [sys.executable, "-I", "-S", str(script), str(pack)]
    well = subprocess.run(
        [*command, "--key", made.server_key], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (well.returncode, well.stderr) == (0, "")
    zipped(pack, {**made.files, "pack.html": made.files["pack.html"] + b" "})
    ill = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ill.returncode == 1
    assert ill.stdout.splitlines()[0] == "pack.html: was changed"


def test_the_command_says_the_same_without_a_database(made: MadePack, tmp_path: Path) -> None:
    runner = CliRunner()
    well = runner.invoke(main, ["pack", "verify", str(made.path), "--key", made.server_key])
    assert (well.exit_code, well.output.count("\n")) == (0, 3)
    path = zipped(tmp_path / "pack.zip", {**made.files, "pack.pdf": b"another"})
    ill = runner.invoke(main, ["pack", "verify", str(path)])
    assert ill.exit_code == 1
    assert "pack.pdf: was changed" in ill.output


@settings(max_examples=25)
@given(text=st.binary(max_size=200), at=st.integers(0, 63), flip=st.integers(1, 255))
def test_signatures_are_judged_as_the_library_judges_them(text: bytes, at: int, flip: int) -> None:
    keys = make_keys()
    key, signature = b64encode(keys.signing_public).decode(), keys.sign(text)
    changed = signature[:at] + bytes([signature[at] ^ flip]) + signature[at + 1 :]
    assert verify_pack.is_signed(key, text, b64encode(signature).decode())
    assert not verify_pack.is_signed(key, text, b64encode(changed).decode())
    assert not verify_pack.is_signed(key, text + b".", b64encode(signature).decode())
    assert not verify_pack.is_signed(
        b64encode(make_keys().signing_public).decode(), text, b64encode(signature).decode()
    )


@pytest.mark.parametrize("key", ["", "no", "AAAA", b64encode(b"\xff" * 32).decode()])
def test_what_is_no_key_has_signed_nothing(key: str) -> None:
    assert not verify_pack.is_signed(key, b"x", b64encode(b"\0" * 64).decode())


@settings(max_examples=60)
@given(size=st.integers(1, 70), data=st.data())
def test_ways_to_the_root_are_judged_as_the_log_judges_them(size: int, data: st.DataObject) -> None:
    leaves = [merkle.hash_leaf(bytes([number])) for number in range(size)]

    def subtree(level: int, index: int) -> bytes:
        if not level:
            return leaves[index]
        return merkle.hash_node(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))

    at = data.draw(st.integers(0, size - 1))
    path, root = merkle.inclusion(at, size, subtree), merkle.root_of(size, subtree)
    other = data.draw(st.integers(-1, size))
    for place in {at, other}:
        said = verify_pack.proves_inclusion(leaves[at], place, size, path, root)
        assert said == merkle.proves_inclusion(leaves[at], place, size, path, root) == (place == at)
