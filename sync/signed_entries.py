"""The verdicts on what is in the ledger already: read, found again by a rebuild, and anew once a key becomes known."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import msgspec

from observation_forms import Catalogue, load_catalogue
from sync import ledger
from sync.key_book import KeyBook, NoKeys
from sync.ledger import Entry
from sync.sealed import read_body
from sync.signatures import SignatureJudge, Verdict, signers_of
from sync.wire import Body, Signature

# Of these no author can be known, or something of ours failed on them
_NOT_ASKED = (*ledger.NOT_BELIEVED, "not_judged")
_decode = msgspec.json.Decoder(list[Signature]).decode
INSERT = "INSERT INTO record_signature VALUES (?, ?, ?, ?, ?, ?)"


def judge_entry(
    judge: SignatureJudge, catalogue: Catalogue, entry: Entry, body: Body | None = None
) -> list[Verdict]:
    """The verdicts of an entry of the ledger, as on the day it came: for a rebuild, and for whoever verifies.

    None for an entry whose body cannot be read or could not be judged. Its words must still be there. `body` is the
    same, should it have been read already.
    """
    if entry.held_for in _NOT_ASKED:
        return []
    body = body or read_body(entry.body)
    form = catalogue.form(body.form_hash) if knows_signers(entry.standing, entry.held_for) else None
    accepting = signers_of(form, body) if form else None
    return judge.judge(entry.seq, body, entry.body, _decode(entry.signatures), accepting)


def knows_signers(standing: str, held_for: str) -> bool:
    """Whether an entry of this standing is asked who should have accepted it: its form must have been known."""
    return standing != "conflict" and held_for != "unknown_form"


def is_asked(held_for: str) -> bool:
    """Whether an entry held for this reason ("" = for none) has its signatures judged."""
    return held_for not in _NOT_ASKED


def read_verdicts(connection: sqlite3.Connection, seqs: Iterable[int]) -> Mapping[int, list[Verdict]]:
    """The verdicts of these entries, the author's first, by the entry's number."""
    rows = connection.execute(
        """
        SELECT seq, position, role, key, staff, verdict FROM record_signature
        WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq, position
        """,
        (msgspec.json.encode(list(seqs)).decode(),),
    )
    found: defaultdict[int, list[Verdict]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Verdict(*row))
    return found


def judge_again(
    connection: sqlite3.Connection, book: KeyBook, catalogue: Catalogue, keys: Sequence[str]
) -> int:
    """Judge afresh what was signed with these keys when nobody knew them; how many entries. A rebuild finds the same.

    A record that was held for it stays held: a person lets it go.
    """
    rows = connection.execute(
        """
        SELECT DISTINCT seq FROM record_signature
        WHERE verdict = 'unknown_key' AND key IN (SELECT value FROM json_each(?)) ORDER BY seq
        """,
        (msgspec.json.encode(list(keys)).decode(),),
    ).fetchall()
    judge = SignatureJudge(connection, book)
    for (seq,) in rows:
        entry = ledger.read_entry(connection, seq)
        if entry is not None:
            connection.execute("DELETE FROM record_signature WHERE seq = ?", (seq,))
            connection.executemany(INSERT, judge_entry(judge, catalogue, entry))
    return len(rows)


def judge_unsigned(connection: sqlite3.Connection) -> None:
    """The verdicts of everything that came before there were keys, as a rebuild would find them: for a migration."""
    if not connection.execute("SELECT 1 FROM entry LIMIT 1").fetchone():
        return
    judge, catalogue = SignatureJudge(connection, NoKeys()), load_catalogue()
    gone = {seq for (seq,) in connection.execute("SELECT seq FROM destroyed")}
    entries = (entry for entry in ledger.read_all(connection) if entry.seq not in gone)
    # A thousand at a time: a ledger of years is larger than the memory
    while some := list(islice(entries, 1_000)):
        rows = [verdict for entry in some for verdict in judge_entry(judge, catalogue, entry)]
        connection.executemany(INSERT, rows)
