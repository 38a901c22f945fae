"""Names that stand for names: the same for one person in every page and file of this server, and telling nothing.

Decided: worked out with a key that never leaves the server, so that two files can be laid side by side, and nobody
who has only the file can find the name by trying. What staff wrote in their own words is not touched: it may name
somebody, and every page and file with pseudonyms says so.
Rejected: numbers in order (they differ from file to file, and the order tells); a plain hash (found by trying ids).
"""

import hmac
import sqlite3
from base64 import b32encode
from collections.abc import Callable, Mapping
from hashlib import sha256

from sync.epoch import read_cursor_key

WORDS: Mapping[str, str] = {"staff": "Staff", "person": "Person"}
# 25 bits: two of 200 people share one in fewer than one provider of a thousand
LENGTH = 5


def pseudonyms(connection: sqlite3.Connection) -> Callable[[str, str], str]:
    """What gives the pseudonym of a member of staff or a person: `give("staff", id)` is "Staff K7Q2M"."""
    key = read_cursor_key(connection)

    def give(kind: str, id: str) -> str:
        digest = hmac.new(key, f"pseudonym\n{kind}\n{id}".encode(), sha256).digest()
        return f"{WORDS[kind]} {b32encode(digest).decode()[:LENGTH]}"

    return give
