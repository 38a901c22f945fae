"""The first leaf of a log, and a leaf for each entry that was kept before there was one."""

import sqlite3
from itertools import islice

from sync import instants, ledger
from sync.epoch import read_log_id
from sync.log import append_leaves, append_to_log, entry_leaf, log_size

_AT_ONCE = 500


def begin_log(connection: sqlite3.Connection) -> None:
    """Say when this log began and how many entries there were already, then what each of them is, in order.

    Their receipts were given out long ago, so `entry.leaf` stays what it was: the hash of the body alone.
    """
    before = ledger.next_seq(connection) - 1
    at = instants.to_milliseconds(instants.now())
    append_to_log(connection, "start", {"log": read_log_id(connection), "at": at, "entries": before})
    entries = ledger.read_all(connection)
    while some := list(islice(entries, _AT_ONCE)):
        themes = ledger.read_themes(connection, some[0].seq, some[-1].seq)
        first = log_size(connection)
        append_leaves(
            connection,
            [entry_leaf(first + place, entry, themes.get(entry.seq, {})) for place, entry in enumerate(some)],
        )
