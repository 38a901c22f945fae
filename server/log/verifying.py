"""`sightline verify`: everything that can be checked about a database, on a copy of it that is thrown away."""

import asyncio
import sqlite3
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from observation_forms import load_catalogue
from server.closure.verifying import check_closures
from server.commands import opened
from server.forms_desk.change_notes import check_change_notes
from server.log.verify_audit import check_audit
from server.receiving import rebuild
from server.reviews.store import check_reviews
from server.server_keys import is_signed, known_keys, open_keys
from server.summaries.verifying import check_summaries
from sync import DatabaseError, tablet_state
from sync.backup import Progress
from sync.verify import Fault, check_ledger, copy_database
from sync.verify_derived import check_derived
from sync.verify_log import Held

# What of the due list follows from the ledger alone. Titles follow from the form that is offered today
FOLLOWING = {
    "due_item": "id, origin, cause, service, unit, form, who, person, opened_at, due_at, settled_by, outcome"
}


class Verified(msgspec.Struct, frozen=True):
    """What was found, what else is worth knowing, and how much was looked at."""

    faults: list[Fault]
    notes: list[str]
    entries: int
    lines: int
    checkpoints: int


class CheckpointError(Exception):
    """The file that was given holds no checkpoint; `str()` is one sentence."""


class _Kept(msgspec.Struct):
    text: str
    signature: str


class _Holder(msgspec.Struct):
    checkpoint: _Kept


def read_held(path: Path) -> Held:
    """The checkpoint in a file: {"text", "signature"}, or a proof that has one. Raises `CheckpointError`, `OSError`."""
    text = path.read_bytes()
    try:
        kept = msgspec.json.decode(text, type=_Kept)
    except msgspec.MsgspecError:
        try:
            kept = msgspec.json.decode(text, type=_Holder).checkpoint
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise CheckpointError(
                f"The file {path} holds no checkpoint: give one with its text and signature, or a proof."
            ) from None
    return Held(f"the checkpoint in {path.name}", kept.text, kept.signature)


def verify(database: Path, keys: Path, held: Sequence[Held], progress: Progress) -> Verified:
    """Check the database at `database`, also while a server runs on it.

    Raises `DatabaseError` when it cannot be read, `KeysError` when the key file cannot, `OSError` without room for a
    copy.
    """
    if not database.is_file():
        raise DatabaseError("missing", database)
    with TemporaryDirectory(prefix="sightline-verify-", dir=database.absolute().parent) as folder:
        copy = Path(folder) / database.name
        progress("Copying", 0, 1)
        copy_database(database, copy)
        try:
            return asyncio.run(_check(copy, keys, held, progress))
        except DatabaseError as error:
            # What is wrong with the copy is wrong with what was copied
            raise DatabaseError(error.code, database, error.detail) from None


async def _check(copy: Path, keys: Path, held: Sequence[Held], progress: Progress) -> Verified:
    faults: list[Fault] = []
    async with opened(copy) as database:
        named = await database.read(known_keys)
        counts = await database.read(_counts)
        notes = await database.read(_tablet_notes)
    key = _key(named["signing_key"], keys, faults, notes)
    faults += check_ledger(
        copy,
        lambda text, signature: is_signed(key, text, signature),
        held,
        progress,
        (check_audit, check_closures, check_reviews, check_change_notes, check_summaries),
    )
    progress("What pages read", 0, counts[0])
    try:
        async with opened(copy) as database:
            await check_derived(
                database,
                lambda fresh: rebuild(fresh, load_catalogue()),
                FOLLOWING,
                lambda where, what: faults.append(Fault(where, what)),
            )
            notes += await database.read(_signature_notes)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 what was tampered with may stop our own code anywhere
        faults.append(Fault("what pages read", f"not compared, for the ledger cannot be read: {error}"))
    return Verified(faults, notes, *counts)


def _key(named: str, keys: Path, faults: list[Fault], notes: list[str]) -> bytes:
    """The key that checkpoints must bear: that of the key file, since the database cannot vouch for itself."""
    if not keys.is_file():
        notes.append(
            f"There is no key file at {keys}: signatures are checked with the key that the database names."
        )
        return b64decode(named)
    key = open_keys(keys, may_make=False).signing_public
    if named and b64decode(named) != key:
        faults.append(Fault("the server's key", f"the database names another one than the key file {keys}"))
    return key


def _counts(connection: sqlite3.Connection) -> tuple[int, int, int]:
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM log_leaf), (SELECT count(*) FROM log_checkpoint)
        """
    ).fetchone()
    return row[0], row[1], row[2]


def _tablet_notes(connection: sqlite3.Connection) -> list[str]:
    """What never arrived, and what does not fit in a tablet's own numbering. It is known, and no fault of the log."""
    notes = []
    for row in connection.execute("SELECT id, name FROM tablet ORDER BY name COLLATE NOCASE"):
        state = tablet_state(connection, row["id"])
        words = [f"{first} to {last} have not arrived" for first, last in state.gaps]
        words += [f"the link at {number} does not fit" for number in state.broken_links]
        words += [f"number {number} was used twice" for number in state.reused_numbers]
        if words:
            notes.append(f"Tablet {row['name']}, 1 to {state.highest}: {'; '.join(words)}.")
    return notes


def _signature_notes(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT verdict, count(*) FROM record_signature GROUP BY verdict ORDER BY count(*) DESC"
    ).fetchall()
    if not rows:
        return []
    words = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in rows)
    return [f"Signatures of records: {words}."]
