"""What a restored backup means for people: which tablets will offer what again, what nobody can offer, and what else
is as it was on the day of the backup. Said after a restore, or before one (`--look`).
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.operations.side_files import beside
from server.server_keys import KeysError, known_keys, open_keys, public_names
from sync import DatabaseError
from sync.lacking import Lacking, TabletLacks, lacking, side_by_side

# How long a tablet keeps its sealed copy of what the server has (pwa/js/pruning.mjs)
TABLETS_KEEP = timedelta(days=14)


def restored_words(backup: Path, other: Path | None, now: datetime) -> list[str]:
    """Lines to print about `backup`, in the place of the database file `other` (None: there was none)."""
    found = lacking(backup, other)
    with side_by_side(backup, other if found.readable else None) as both:
        lines = _tablet_lines(found, _names(both))
        if found.readable:
            lines += [*_unreachable(both, now), *_alive_again(found), *_undone(both), *_other_server(found)]
    if other is not None and not found.readable:
        lines.append(
            f"What {other} had beyond the backup cannot be read. Keep that file: tablets offer again what they hold, "
            "and it may be the only copy of the rest."
        )
    return lines


def keys_words(backup: Path, keys: Path) -> list[str]:
    """Whether the key file at `keys` is the one this backup belongs to; without it the server does not start."""
    with side_by_side(backup, None) as alone:
        known = known_keys(alone)
    if not any(known.values()):
        return []
    try:
        ours = public_names(open_keys(keys, may_make=False))
    except (KeysError, OSError) as error:
        return [f"{error} Without it the server does not start."]
    if ours != known:
        return [
            f"The key file {keys} belongs to another server than this backup: put back the one that belongs to it."
        ]
    return [f"Its key file {keys} is there and belongs to it."]


def forget_side_files(database: Path) -> None:
    """What is noted beside the database is about the one that was there."""
    beside(database, "last-seen").unlink(missing_ok=True)


def _names(both: sqlite3.Connection) -> dict[str, str]:
    rows = [
        *_rows(both, "SELECT id, name FROM main.tablet"),
        *_rows(both, "SELECT id, name FROM other.tablet"),
    ]
    return {row["id"]: row["name"] for row in rows}


def _rows(both: sqlite3.Connection, query: str, *values: str) -> list[sqlite3.Row]:
    """Nothing where one of the two is of another Sightline and lacks what is asked for."""
    try:
        return both.execute(query, values).fetchall()
    except sqlite3.OperationalError:
        return []


def _tablet_lines(found: Lacking, names: dict[str, str]) -> list[str]:
    if not found.readable:
        if not found.tablets:
            return []
        known = [f"{_named(tablet, names)} up to {tablet.known}" for tablet in found.tablets]
        return [
            f"The backup has, of tablet {'; '.join(known)}. Each will be asked for what it holds beyond that."
        ]
    if not found.lacks:
        return ["Every record that the replaced database had is in the backup."]
    lines = [f"The backup lacks {_records(found.lacks)} that the replaced database had:"]
    for tablet in found.tablets:
        if tablet.lacks:
            lines.append(
                f"  Tablet {_named(tablet, names)}: {_records(tablet.lacks)}. Known here up to number {tablet.known}, "
                f"by the replaced database up to {tablet.knew}. It is asked to offer them when it next connects."
            )
    return lines


def _unreachable(both: sqlite3.Connection, now: datetime) -> list[str]:
    """Of what is lacking, what no tablet may hold any more. It is in the replaced database alone."""
    before = (now.astimezone(UTC) - TABLETS_KEEP).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = _rows(
        both,
        """
        SELECT coalesce(sum(entry.received_at < ?), 0) AS old, coalesce(sum(entry.received_at >= ?), 0) AS wiped
        FROM other.entry LEFT JOIN other.tablet ON other.tablet.id = entry.sender_tablet
        WHERE NOT EXISTS (SELECT 1 FROM main.entry AS here WHERE here.sha256 = entry.sha256)
        AND NOT EXISTS (SELECT 1 FROM other.destroyed WHERE other.destroyed.seq = entry.seq)
        AND (entry.received_at < ? OR coalesce(other.tablet.wiped_at, '') <> '')
        """,
        before,
        before,
        before,
    )
    old, wiped = (rows[0]["old"], rows[0]["wiped"]) if rows else (0, 0)
    lines = []
    if old:
        lines.append(
            f"{_records(old)} of these came more than {TABLETS_KEEP.days} days ago: tablets may hold them no longer. "
            "A newer backup, or the copy off the machine, may have them; the replaced database does."
        )
    if wiped:
        lines.append(
            f"{_records(wiped)} of these came from tablets that were wiped since: no tablet holds them. The replaced "
            "database does."
        )
    return lines


def _alive_again(found: Lacking) -> list[str]:
    if not found.alive_again:
        return []
    return [
        f"{_records(found.alive_again)} destroyed since the backup: the words are in this database again. Look at "
        "/retention, and destroy them again."
    ]


def _undone(both: sqlite3.Connection) -> list[str]:
    """What people decided since the backup, and must decide again. Most pressing first."""
    return [
        f"{words}: {', '.join(names)}. {what_to_do}"
        for words, what_to_do, query in _SINCE
        if (names := [row[0] for row in _rows(both, query)])
    ]


_SINCE = (
    (
        "Taken out of use since the backup, and trusted here again",
        "Take each out of use again, those that were lost at once.",
        """
        SELECT gone.name || CASE gone.revoked_why WHEN 'lost' THEN ' (lost)' ELSE '' END FROM other.tablet AS gone
        JOIN main.tablet AS here ON here.id = gone.id WHERE gone.revoked_at <> '' AND here.revoked_at = ''
        ORDER BY gone.revoked_why <> 'lost', gone.name
        """,
    ),
    (
        "Enrolled since the backup, so this server does not know them",
        "They keep what they hold, and their screens say so. Enrol each again with a new code from /tablets: all of it "
        "then comes in by itself, what was made before that under Held records (wrong_tablet), and none is lost.",
        """
        SELECT name || ' (' || (SELECT count(*) FROM other.entry WHERE sender_tablet = gone.id) || ' records)'
        FROM other.tablet AS gone WHERE id NOT IN (SELECT id FROM main.tablet) AND revoked_at = '' AND wiped_at = ''
        ORDER BY name
        """,
    ),
    (
        "Left since the backup, and may sign in here again",
        "End their employment again on the Staff page.",
        """
        SELECT gone.name FROM other.staff AS gone JOIN main.staff AS here ON here.id = gone.id
        WHERE gone.left_at <> '' AND here.left_at = '' ORDER BY gone.name
        """,
    ),
)


def _other_server(found: Lacking) -> list[str]:
    if found.same_log:
        return []
    return [
        "The backup and the database it replaces are of different servers. If that was not meant, put the other back: "
        "it is kept."
    ]


def _named(tablet: TabletLacks, names: dict[str, str]) -> str:
    return names.get(tablet.tablet) or f"{tablet.tablet} (unknown here)"


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def require_backup(backup: Path) -> None:
    """Raise `DatabaseError` "missing" or "not_a_database" unless `backup` may be looked into."""
    if not backup.is_file():
        raise DatabaseError("missing", backup)
    try:
        with side_by_side(backup, None) as alone:
            alone.execute("SELECT 1 FROM server_state, entry LIMIT 1")
            alone.execute("SELECT 1 FROM tablet, staff LIMIT 1")
    except sqlite3.Error:
        raise DatabaseError("not_a_database", backup) from None
