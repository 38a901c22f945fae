"""A browser in which someone signed in before carries a sealed mark of it (OWASP: device cookies).

Whoever guesses at an account from elsewhere delays the account, not its owner at their own desk: tries from a
marked browser have a count of their own. The mark opens nothing, and says who it is for only to this server.
"""

import hmac
import secrets
import sqlite3
from hashlib import sha256

from sync.epoch import read_cursor_key


def make_mark(connection: sqlite3.Connection, email: str) -> str:
    """A new mark for a browser in which the owner of `email` has just signed in."""
    browser = secrets.token_urlsafe(16)
    return f"{browser}.{_seal(connection, browser, email)}"


def read_mark(connection: sqlite3.Connection, mark: str, email: str) -> str:
    """The browser's own name when the mark was made by this server for `email`, else ""."""
    browser, _, seal = mark.partition(".")
    right = mark.isascii() and hmac.compare_digest(seal, _seal(connection, browser, email))
    return browser if right else ""


def _seal(connection: sqlite3.Connection, browser: str, email: str) -> str:
    said = f"known browser\n{browser}\n{email.casefold()}".encode()
    return hmac.new(read_cursor_key(connection), said, sha256).hexdigest()
