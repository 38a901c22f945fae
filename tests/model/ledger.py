"""What the ledger holds, read anew after each step, and what must hold of it alone."""

import sqlite3
from hashlib import sha256

from tests.model.server import RealServer


class Broken(AssertionError):
    """A promise was broken. `kind`: lost, doubled, stuck or wrong."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


class Ledger:
    """Digest and number of every entry, as the database had them when it was last read."""

    def __init__(self, server: RealServer) -> None:
        self._server = server
        self.seq_of: dict[str, int] = {}
        self._read_to = 0

    def read(self, *, anew: bool = False) -> None:
        """Read what came since, or all of it after a restore. Raises `Broken`."""
        if anew:
            self.seq_of, self._read_to = {}, 0
        sql = self._server.sql
        rows = sql.execute(
            "SELECT seq, sha256, body FROM entry WHERE seq > ? ORDER BY seq", (self._read_to,)
        ).fetchall()
        if rows:
            self._check(sql, rows)

    def _check(self, sql: sqlite3.Connection, rows: list[sqlite3.Row]) -> None:
        for row in rows:
            digest = row["sha256"]
            if row["seq"] != self._read_to + 1:
                raise Broken("wrong", f"the ledger goes from {self._read_to} to {row['seq']}")
            if sha256(row["body"]).hexdigest() != digest:
                raise Broken("lost", f"entry {row['seq']} is not the bytes that were sent")
            if digest in self.seq_of:
                raise Broken("doubled", f"entries {self.seq_of[digest]} and {row['seq']} are the same bytes")
            self.seq_of[digest] = self._read_to = row["seq"]
        twice = sql.execute(
            "SELECT record FROM record_version WHERE current = 1 GROUP BY record HAVING count(*) > 1"
        ).fetchall()
        if twice:
            raise Broken("doubled", f"two current versions of {twice[0]['record']}")
        none = sql.execute(
            "SELECT record FROM record_version GROUP BY record HAVING max(version * current) <> max(version)"
        ).fetchall()
        if none:
            raise Broken("wrong", f"the newest version of {none[0]['record']} is not the current one")
        twice = sql.execute(
            "SELECT record FROM record_version GROUP BY record, version HAVING count(*) > 1"
        ).fetchall()
        if twice:
            raise Broken("doubled", f"a version of {twice[0]['record']} counts twice")

    def shows_as_missing(self, tablet: str, number: int) -> bool:
        """Whether the server knows that this number of a tablet never came, or cannot know: it was among the last."""
        runs = self._server.sql.execute(
            "SELECT first, last FROM tablet_run WHERE tablet = ?", (tablet,)
        ).fetchall()
        return not any(row["first"] <= number <= row["last"] for row in runs)
