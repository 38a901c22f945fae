"""`sightline proof`: one record in a file that anybody can check without Sightline and without trusting its giver.

The file says nothing that is not hashed or signed: change one byte, and the check in sync/README.md fails.
"""

import sqlite3
from base64 import b64encode
from datetime import datetime

import msgspec

from server.identity.signing_keys import SigningKeys
from server.server_keys import ServerKeys
from sync import Entry, SignedCheckpoint, offer, prove_inclusion, read_checkpoint, read_leaf_of, read_record
from sync.destroying import destroyed_numbers
from sync.wire import Signature

FORMAT = "sightline-proof/1"

_read_signatures = msgspec.json.Decoder(list[Signature]).decode
_encode = msgspec.json.Encoder().encode


class ProofError(Exception):
    """There is nothing to prove; `str()` is one sentence."""


class Proof(msgspec.Struct, frozen=True):
    """The file. `signatures` is the text as it was kept; `points` are the public keys that the server knows of them."""

    format: str
    body: str
    signatures: str
    points: dict[str, str]
    statement: str
    position: int
    inclusion: list[str]
    checkpoint: SignedCheckpoint
    server_key: str


def make_proof(
    connection: sqlite3.Connection, record: str, version: int, keys: ServerKeys, now: datetime
) -> bytes:
    """The file for a version of a record (0: the newest that counts). Raises `ProofError`."""
    entry = _choose(connection, record, version)
    line = read_leaf_of(connection, "entry", entry.seq)
    if line is None:
        raise ProofError(f"The log has no line for record {record}: run sightline verify.")
    checkpoint = offer(connection, keys, 0, now).checkpoint
    said = read_checkpoint(checkpoint.text)
    proven = prove_inclusion(connection, [line.position], said.size if said else 0)
    proof = Proof(
        FORMAT,
        entry.body.decode(),
        entry.signatures,
        _points(connection, entry),
        line.statement,
        line.position,
        proven.proofs[0].inclusion,
        checkpoint,
        b64encode(keys.signing_public).decode(),
    )
    return _encode(proof)


def _choose(connection: sqlite3.Connection, record: str, version: int) -> Entry:
    """The entry to prove: of several with one version, the one that counts, else the first that came."""
    found = [entry for entry in read_record(connection, record) if version in (0, entry.version)]
    if not found:
        which = f"version {version} of record {record}" if version else f"record {record}"
        raise ProofError(f"There is no {which}: check what you typed, or leave --version out.")
    entry = max(found, key=lambda each: (each.standing == "stored", each.version, -each.seq))
    if destroyed_numbers(connection, entry.seq, entry.seq):
        raise ProofError(
            f"What record {record} said was destroyed under a retention rule; its line in the log stays."
        )
    return entry


def _points(connection: sqlite3.Connection, entry: Entry) -> dict[str, str]:
    found = (
        (one.key, SigningKeys().find_key(connection, one.key)) for one in _read_signatures(entry.signatures)
    )
    return {id: b64encode(key.point).decode() for id, key in found if key is not None}
