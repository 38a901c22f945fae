"""Which packs there are: their rows, and their files beside the database. Jobs for `Database.write` and `read`."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

import server.evidence_pack.schema  # noqa: F401 the tables
from server.evidence_pack.chosen import Chosen
from server.evidence_pack.files import Made
from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import new_id
from server.operations.side_files import beside, write_private

FOLDER = "packs"
STATES = {
    "making": "Being made",
    "ready": "Ready",
    "failed": "Not made",
    "kept_long_enough": "Destroyed, its time was over",
    "destroyed": "Destroyed by hand",
}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One pack. `sha256`, `made_at`, `ended_at` and so on are "" as long as it is not so; `words` say why it ended."""

    id: str
    chosen: Chosen
    asked_by: str
    asked_at: str
    made_at: str
    sha256: str
    bytes: int
    records: int
    checkpoint: str
    ended_at: str
    ended_by: str
    how: str
    words: str

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return self.how or ("ready" if self.made_at else "making")


def folder_of(database: Path) -> Path:
    """Where the files of packs lie."""
    return beside(database, FOLDER)


def file_of(database: Path, pack: Kept) -> Path:
    """Its ZIP file, whether it is there or not."""
    return folder_of(database) / f"{pack.sha256}.zip"


def key_of(database: Path, pack: Kept) -> Path:
    """The key to its pseudonyms, whether it is there or not."""
    return folder_of(database) / f"{pack.sha256}.key.csv"


def begin(connection: sqlite3.Connection, chosen: Chosen, who: str, now: datetime) -> str:
    """Note that `who` asks for a pack; its id."""
    id = new_id()
    connection.execute(
        "INSERT INTO evidence_pack VALUES (?, ?, ?, ?, ?, ?, ?)",
        (id, chosen.since.isoformat(), chosen.until.isoformat(), chosen.framework, chosen.why, who, at(now)),
    )
    connection.executemany(
        "INSERT INTO evidence_pack_choice VALUES (?, ?, ?)",
        [(id, name, code) for name in ("services", "themes") for code in getattr(chosen, name)],
    )
    _note(connection, "pack_asked", now, who, id, chosen, f"{chosen.since} to {chosen.until}")
    return id


def keep_files(database: Path, made: Made) -> None:
    """Keep the pack and its key, for nobody else to read. Raises `OSError`."""
    folder = folder_of(database)
    folder.mkdir(mode=0o700, exist_ok=True)
    write_private(folder / f"{made.sha256}.key.csv", made.key)
    write_private(folder / f"{made.sha256}.zip", made.body)


def finish(connection: sqlite3.Connection, pack: Kept, made: Made, now: datetime) -> None:
    """Note that it was made, with its digest."""
    connection.execute(
        "INSERT INTO evidence_pack_made VALUES (?, ?, ?, ?, ?, ?)",
        (pack.id, at(now), made.sha256, len(made.body), made.records, made.checkpoint),
    )
    details = f"{made.records} records, SHA-256 {made.sha256}"
    _note(connection, "pack_made", now, pack.asked_by, pack.id, pack.chosen, details)


def end(connection: sqlite3.Connection, pack: Kept, how: str, who: str, words: str, now: datetime) -> None:
    """Note that it could not be made, or is no more; twice is harmless. `who` is "" for what happens by itself."""
    done = connection.execute(
        "INSERT OR IGNORE INTO evidence_pack_ended VALUES (?, ?, ?, ?, ?)",
        (pack.id, at(now), how, who or None, words),
    )
    if done.rowcount > 0:
        what = "pack_failed" if how == "failed" else "pack_destroyed"
        _note(connection, what, now, who, pack.id, pack.chosen, how.replace("_", " "))


def destroy_files(database: Path, pack: Kept) -> None:
    """Take the files of a pack away. Raises `OSError`."""
    for path in _files(database, pack):
        path.unlink(missing_ok=True)


def read_packs(connection: sqlite3.Connection, services: Sequence[str]) -> list[Kept]:
    """The packs of which every service is one of `services`, the newest first."""
    found = [
        _kept(connection, row)
        for row in connection.execute(f"{_PACKS} ORDER BY asked_at DESC, id DESC").fetchall()
    ]
    return [one for one in found if set(one.chosen.services) <= set(services)]


def find(connection: sqlite3.Connection, id: str, services: Sequence[str]) -> Kept | None:
    """One pack, if all its services are among these."""
    row = connection.execute(f"{_PACKS} WHERE evidence_pack.id = ?", (id,)).fetchone()
    pack = _kept(connection, row) if row else None
    return pack if pack and set(pack.chosen.services) <= set(services) else None


def unfinished(connection: sqlite3.Connection) -> list[Kept]:
    """What was asked for, and neither made nor given up."""
    rows = connection.execute(f"{_PACKS} WHERE made.pack IS NULL AND ended.pack IS NULL").fetchall()
    return [_kept(connection, row) for row in rows]


def over(connection: sqlite3.Connection, days: int, now: datetime) -> list[Kept]:
    """Those that were kept for as many days as they are to be."""
    rows = connection.execute(
        f"{_PACKS} WHERE ended.pack IS NULL AND made.at <= ?", (at(now - timedelta(days=days)),)
    ).fetchall()
    return [_kept(connection, row) for row in rows]


def sweep_folder(database: Path, packs: Sequence[Kept], days: int, now: datetime) -> None:
    """Take away what a kill left of packs that ended, and, after as many days, what none of `packs` speaks of: a backup
    that was put back may lack the row. `packs` are all there are. Raises `OSError`.
    """
    ready = {path.name for pack in packs if pack.state == "ready" for path in _files(database, pack)}
    ended = {path.name for pack in packs for path in _files(database, pack)} - ready
    if not folder_of(database).is_dir():
        return
    for path in folder_of(database).iterdir():
        old = path.stat().st_mtime < (now - timedelta(days=days)).timestamp()
        if path.name in ended or (path.name not in ready and old):
            path.unlink()


def every_pack(connection: sqlite3.Connection) -> list[Kept]:
    """All packs of all services."""
    return [_kept(connection, row) for row in connection.execute(_PACKS).fetchall()]


def _files(database: Path, pack: Kept) -> tuple[Path, ...]:
    return (file_of(database, pack), key_of(database, pack)) if pack.sha256 else ()


_PACKS = """
    SELECT evidence_pack.*, coalesce(made.at, '') AS made_at, coalesce(made.sha256, '') AS sha256,
        coalesce(made.bytes, 0) AS bytes, coalesce(made.records, 0) AS records,
        coalesce(made.checkpoint, '') AS checkpoint, coalesce(ended.at, '') AS ended_at,
        coalesce(ended.who, '') AS ended_by, coalesce(ended.how, '') AS how, coalesce(ended.words, '') AS words
    FROM evidence_pack LEFT JOIN evidence_pack_made made ON made.pack = evidence_pack.id
    LEFT JOIN evidence_pack_ended ended ON ended.pack = evidence_pack.id
"""
_SAME = (
    "id", "asked_by", "asked_at", "made_at", "sha256", "bytes", "records", "checkpoint",
    "ended_at", "ended_by", "how", "words",
)  # fmt: skip


def _kept(connection: sqlite3.Connection, row: sqlite3.Row) -> Kept:
    listed: dict[str, tuple[str, ...]] = {"services": (), "themes": ()}
    for name, code in connection.execute(
        "SELECT list, code FROM evidence_pack_choice WHERE pack = ? ORDER BY code", (row["id"],)
    ):
        listed[name] += (code,)
    chosen = Chosen(
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]),
        framework=row["framework"],
        why=row["why"],
        **listed,
    )
    return Kept(chosen=chosen, **{name: row[name] for name in _SAME})


def _note(
    connection: sqlite3.Connection, what: str, now: datetime, who: str, id: str, chosen: Chosen, details: str
) -> None:
    service = chosen.services[0] if len(chosen.services) == 1 else None
    audit.note(connection, what, now, who=who, about=id, details=details, service=service)
