"""The files of a pack from a snapshot: the page, the data, what to read first, and a manifest signed by the server."""

import json
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import msgspec

from server.evidence.evidence_export import csv_lines
from server.evidence.times import day_words, moment_words
from server.evidence_pack import verify_pack
from server.evidence_pack.blocks import Table, plain, tables
from server.evidence_pack.document import document
from server.evidence_pack.snapshot import Snapshot
from server.identity.instants import at
from server.server_keys import ServerKeys

VERIFIER = "verify_pack.py"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A pack: the ZIP file, its SHA-256, and the key that says whose pseudonyms stand in it, which is kept apart."""

    body: bytes
    sha256: str
    key: bytes
    records: int
    checkpoint: str


def front_of(id: str, snapshot: Snapshot, now: datetime) -> dict[str, str]:
    """What stands on the first page and in the manifest: which pack, by whom, when, for what, of what."""
    chosen = snapshot.chosen
    return {
        "Pack": id,
        "Made": moment_words(at(now)),
        "Made by": snapshot.made_by,
        "Made for": snapshot.why,
        "Services": "; ".join(snapshot.services),
        "Period": f"{day_words(chosen.since)} to {day_words(chosen.until)}",
        "Themes": ", ".join(chosen.themes) or "All",
        "Framework": chosen.framework,
        "Names": "Pseudonyms stand for people and staff. Whose they are is in a key file, which is not in this pack.",
    }


def write_files(id: str, snapshot: Snapshot, pdf: bytes, now: datetime) -> dict[str, bytes]:
    """Every file that the manifest names."""
    front = front_of(id, snapshot, now)
    return {
        "READ-ME-FIRST.txt": _read_me(front).encode(),
        "pack.html": document(front, snapshot.sections, paper=False).encode(),
        "pack.pdf": pdf,
        "pack.json": _json({"about": front, "sections": _plain(snapshot)}),
        verify_pack.RECORDS: _json({"records": snapshot.records}),
        verify_pack.PROOFS: _json(snapshot.proofs),
        VERIFIER: Path(verify_pack.__file__).read_bytes(),
        **_csv_files(snapshot),
    }


def seal(id: str, snapshot: Snapshot, files: Mapping[str, bytes], keys: ServerKeys, now: datetime) -> Made:
    """The ZIP file with its manifest, signed."""
    signer = b64encode(keys.signing_public).decode()
    manifest = _json(
        {
            "format": verify_pack.FORMAT,
            "pack": id,
            "made_at": at(now),
            "about": front_of(id, snapshot, now),
            "server_key": signer,
            "checkpoint": {"text": snapshot.checkpoint.text, "signature": snapshot.checkpoint.signature},
            "files": [
                {"name": name, "bytes": len(body), "sha256": sha256(body).hexdigest()}
                for name, body in files.items()
            ],
        }
    )
    signature = b64encode(keys.sign(verify_pack.SIGNED + manifest)).decode()
    body = _zip(
        {
            **files,
            verify_pack.MANIFEST: manifest,
            verify_pack.SIGNATURE: verify_pack.signature_file(signer, signature),
        }
    )
    return Made(
        body=body,
        sha256=sha256(body).hexdigest(),
        key=_key(id, snapshot, files),
        records=len(snapshot.records),
        checkpoint=snapshot.checkpoint.text,
    )


def _key(id: str, snapshot: Snapshot, files: Mapping[str, bytes]) -> bytes:
    lines = snapshot.hiding.key(files[name] for name in ("pack.json", verify_pack.RECORDS))
    return b"\xef\xbb\xbf" + csv_lines(
        [("pack", "pseudonym", "kind", "name"), *((id, *line) for line in lines)]
    )


def _plain(snapshot: Snapshot) -> list[dict[str, object]]:
    return [
        {
            "id": one.section.id,
            "title": one.section.title,
            "asked_for_by": one.section.source,
            "blocks": [plain(block) for block in one.blocks],
        }
        for one in snapshot.sections
    ]


def _csv_files(snapshot: Snapshot) -> dict[str, bytes]:
    """One for each kind of table; where a table stands under a heading of its own, the heading is its first cell."""
    lines: dict[str, list[tuple[str, ...]]] = {}
    for one in snapshot.sections:
        for part, table in tables(one.blocks):
            extra = _under(part, table)
            head = (*(("under",) if extra else ()), *table.columns)
            rows = lines.setdefault(f"csv/{table.file}.csv", [head])
            rows += [(*extra, *row) for row in table.rows]
    return {name: b"\xef\xbb\xbf" + csv_lines(rows) for name, rows in lines.items()}


def _under(part: str, table: Table) -> tuple[str, ...]:
    """The heading, unless every row begins with it by itself."""
    return (part,) if part and not table.begins_with(part) else ()


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _read_me(front: Mapping[str, str]) -> str:
    said = "\n".join(f"{name}: {words}" for name, words in front.items())
    return f"""\
An evidence pack, made by Sightline.

{said}

What is in it
  pack.pdf               to read and to print, with bookmarks and tags
  pack.html              the same in any browser: one file, no script, nothing from elsewhere. It lists every record
  pack.json, csv/        the same for programs and spreadsheets
  records.json           every record: when it happened, was recorded and was received, and the SHA-256 of its words
  proofs.json            where each record stands in the server's log
  manifest.json          the SHA-256 of every file, and the signed checkpoint of the log
  manifest.signature.json   the server's signature over the manifest

How to check it
  python3 {VERIFIER} THIS-FILE.zip
  It needs Python 3.9 or later and nothing else: no Sightline, no network. It names every file that was changed, added
  or taken out. Ask the service for its key and give it with --key: a pack made by somebody else has another key.
  Where you do not trust {VERIFIER} itself, take it from Sightline, which has the same as: sightline pack verify.

What that shows, and what it does not
  That no byte of any file was changed since the server signed it; that each record listed was in the server's log, with
  that digest and that time of receipt, when the checkpoint was signed. The words of records are not in this pack: that
  what is said of a record is what was recorded, the server's signature says. The service can prove any single record's
  words with: sightline proof.

Names
  "Staff ABCDE" and "Person ABCDE" stand for people, the same through the whole pack, in others of this server and on a
  visitor's pages. In what leaders wrote, names of staff and initials were replaced as far as a program can tell: a
  nickname or a description is not. Whoever was there may know who is meant.
"""


def verifier_digest() -> str:
    """The SHA-256 of the verifier that packs carry."""
    return sha256(Path(verify_pack.__file__).read_bytes()).hexdigest()
