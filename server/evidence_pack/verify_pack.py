#!/usr/bin/env python3
"""Checks an evidence pack made by Sightline. It needs Python 3.9 or later and nothing else: no Sightline, no network.

    python3 verify_pack.py PACK.zip
    python3 verify_pack.py PACK.zip --key KEY      also: was it signed with this key? (ask the service for its key)

It checks that every file is, byte for byte, the one that the server signed for; that none was added or taken out; and
that every record in the pack stands in the server's log, under a checkpoint that the same key signed. It exits with 0
when all of that holds, and else names what does not and exits with 1.

This file is inside the pack, and whoever changes a pack could change it too: take it from a copy of Sightline, or hold
its SHA-256 against the one that the service shows beside the pack.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "sightline-pack/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.signature.json"
RECORDS, PROOFS = "records.json", "proofs.json"
# What is signed begins with this line, so that no other signature of the server can be taken for it
SIGNED = FORMAT.encode() + b"\n"
_LOG = "sightline-log/"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class Verified(NamedTuple):
    """What was found: `faults`, each naming what it is about (none: all is well); what was looked at, in words."""

    faults: list[str]
    notes: list[str]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Check an evidence pack made by Sightline.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--key", default="", help="the server's key, as the service says it")
    asked = parser.parse_args()
    found = verify_pack(asked.pack, asked.key)
    print("\n".join([*found.faults, *found.notes]))
    return 1 if found.faults else 0


def verify_pack(path: Path, key: str = "") -> Verified:
    """Everything about the pack at `path`. `key`: the base64 of the server's key, "" for whichever the pack names."""
    faults: list[str] = []
    try:
        files = _read_files(path, faults)
    except _UNREADABLE as error:
        return Verified([f"{path.name}: cannot be read as a ZIP file ({error})"], [])
    manifest = _read_json(files, MANIFEST, faults)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return Verified([*faults, f"{MANIFEST}: is not the manifest of an evidence pack"], [])
    signer = str(manifest.get("server_key", ""))
    if key and key != signer:
        faults.append(f"{MANIFEST}: was made by a server with another key ({signer})")
    _check_signature(files, signer, faults)
    _check_files(files, manifest, faults)
    proven = _check_proofs(files, manifest, signer, faults)
    listed = len(manifest.get("files", ())) if isinstance(manifest.get("files"), list) else 0
    if faults:
        count = f"{len(faults)} {'thing is' if len(faults) == 1 else 'things are'}"
        return Verified(faults, [f"{path.name}: {count} not as the server signed for."])
    return Verified(
        [],
        [
            f"{path.name}: {listed} files are, byte for byte, those that the server signed for on "
            f"{manifest.get('made_at')}; none was added or taken out.",
            f"{proven} records stand in the log under the signed checkpoint in {MANIFEST}.",
            f"Signed with the key {signer}"
            + (", which you gave." if key else ": ask the service for its key."),
        ],
    )


def _read_files(path: Path, faults: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        if archive.comment or (archive.infolist() and min(one.header_offset for one in archive.infolist())):
            faults.append(f"{path.name}: something was put before or after what is in the ZIP file")
        for one in archive.infolist():
            if one.filename in files:
                faults.append(f"{one.filename}: stands twice in the ZIP file")
            try:
                files[one.filename] = archive.read(one)
            except _UNREADABLE as error:
                faults.append(f"{one.filename}: cannot be read, so it was changed ({error})")
                files[one.filename] = b""
    return files


def _read_json(files: dict[str, bytes], name: str, faults: list[str]) -> Any:
    if name not in files:
        faults.append(f"{name}: is missing")
        return None
    try:
        return json.loads(files[name])
    except (ValueError, RecursionError) as error:
        faults.append(f"{name}: is not JSON any more ({error})")
        return None


def _check_signature(files: dict[str, bytes], signer: str, faults: list[str]) -> None:
    said = _read_json(files, SIGNATURE, faults)
    if SIGNATURE not in files:
        return
    signature = str(said.get("signature", "")) if isinstance(said, dict) else ""
    # Written in one way only, so that no byte of it can change unseen
    as_written = files[SIGNATURE] == signature_file(signer, signature)
    if not as_written or not is_signed(signer, SIGNED + files[MANIFEST], signature):
        faults.append(f"{MANIFEST}: does not fit its signature: one of the two was changed")
        faults.append(f"{SIGNATURE}: does not fit the manifest: one of the two was changed")


def signature_file(key: str, signature: str) -> bytes:
    """The file beside the manifest, which says who signed it."""
    return json.dumps({"key": key, "signature": signature}).encode()


def _check_files(files: dict[str, bytes], manifest: dict[str, Any], faults: list[str]) -> None:
    try:
        listed = {str(one["name"]): (int(one["bytes"]), str(one["sha256"])) for one in manifest["files"]}
    except (KeyError, TypeError, ValueError):
        faults.append(f"{MANIFEST}: its list of files cannot be read")
        return
    for name, (size, digest) in listed.items():
        if name not in files:
            faults.append(f"{name}: was taken out")
        elif len(files[name]) != size or hashlib.sha256(files[name]).hexdigest() != digest:
            faults.append(f"{name}: was changed")
    faults += [f"{name}: was added" for name in files if name not in {*listed, MANIFEST, SIGNATURE}]


def _check_proofs(files: dict[str, bytes], manifest: dict[str, Any], signer: str, faults: list[str]) -> int:
    """How many records were shown to stand in the log."""
    records, proofs = _read_json(files, RECORDS, faults), _read_json(files, PROOFS, faults)
    try:
        text, signature = manifest["checkpoint"]["text"], manifest["checkpoint"]["signature"]
        size, root = _read_checkpoint(text)
        if not is_signed(signer, text.encode(), signature):
            faults.append(f"{MANIFEST}: its checkpoint of the log is not signed with the key it names")
        nodes = [bytes.fromhex(node) for node in proofs["nodes"]]
        known = {}
        for one in proofs["entries"]:
            said = json.loads(one["statement"])
            path = [nodes[place] for place in one["path"]]
            leaf = hashlib.sha256(b"\0" + one["statement"].encode()).digest()
            if said["kind"] == "entry" and proves_inclusion(leaf, one["position"], size, path, root):
                known[said["record"], said["version"]] = said["sha256"]
            else:
                faults.append(f"{PROOFS}: the proof of record {said.get('record')} does not lead to the log")
        for record in records["records"]:
            if known.get((record["record"], record["version"])) != record["sha256"]:
                faults.append(f"{RECORDS}: record {record['record']} is not proven to be in the log")
        return len(records["records"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        faults.append(f"{PROOFS}: the proofs, or the checkpoint they lead to, cannot be read")
        return 0


def _read_checkpoint(text: str) -> tuple[int, bytes]:
    lines = text.split("\n")
    if len(lines) != 6 or not lines[0].startswith(_LOG):
        raise ValueError("not a checkpoint")
    return int(lines[1]), bytes.fromhex(lines[2])


def proves_inclusion(leaf: bytes, position: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `position` to the root of a log of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    reached, last = leaf, size - 1
    for beside in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = hashlib.sha256(b"\1" + beside + reached).digest()
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\1" + reached + beside).digest()
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


# Ed25519, checking alone (RFC 8032, 5.1.7), for machines without a library. Nothing secret is worked with here
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def is_signed(key: str, text: bytes, signature: str) -> bool:
    """Whether `signature` over `text` was made with the secret half of `key` (both in base64)."""
    try:
        public, signed = base64.b64decode(key, validate=True), base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    scale = int.from_bytes(signed[32:], "little")
    if len(public) != 32 or len(signed) != 64 or scale >= _ORDER:
        return False
    signer, nonce, base = _point(public), _point(signed[:32]), _point(_BASE)
    if signer is None or nonce is None or base is None:
        return False
    challenge = int.from_bytes(hashlib.sha512(signed[:32] + public + text).digest(), "little") % _ORDER
    left, right = _times(scale, base), _add(nonce, _times(challenge, signer))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


_BASE = (4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")


def _point(text: bytes) -> "_Point | None":
    """The point that 32 bytes stand for; None where there is none."""
    y = int.from_bytes(text, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _add(one: _Point, other: _Point) -> _Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % _P, (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


if __name__ == "__main__":
    sys.exit(main())
