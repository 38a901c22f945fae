"""What others are told of each record as it becomes the one that stands, and the settings it is judged by.

A room above derives rows of its own from records (what is due, what a manager sees at once). It is called in
the transaction that stores the record, and again, in the same order, by a rebuild.
"""

import logging
import sqlite3
from collections.abc import Callable

from msgspec import Struct

from observation_forms import Form
from sync.errors import is_about_the_file
from sync.judging import Judged
from sync.wire import Body

_LOG = logging.getLogger(__name__)


class Stored(Struct, frozen=True):
    """An entry that was the newest version of its record as it arrived."""

    seq: int
    body: Body
    form: Form
    judged: Judged
    received_at: str


OnStored = Callable[[sqlite3.Connection, Stored], None]
SettingsOf = Callable[[sqlite3.Connection, str, str], dict[str, int]]


def tell_nobody(connection: sqlite3.Connection, stored: Stored) -> None:
    """For an inbox that nobody listens to."""


def no_settings(connection: sqlite3.Connection, service: str, at: str) -> dict[str, int]:
    """For an inbox that leaves every form its own timescales."""
    return {}


def in_force_at(body: Body, received_at: str) -> str:
    """The instant whose settings a record is judged by: a tablet whose clock runs ahead must not choose later
    ones.
    """
    return min(body.recorded_at, f"{received_at[:19]}Z")


def tell(connection: sqlite3.Connection, listener: OnStored, stored: Stored) -> None:
    """Call `listener`. Should it fail, what it wrote is undone and the record is stored all the same: what
    follows from evidence must never cost the evidence, and a rebuild makes up for it.
    """
    connection.execute("SAVEPOINT tell")
    try:
        listener(connection, stored)
    except Exception as error:
        if is_about_the_file(error) or not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO tell")
        _LOG.exception("what follows from entry %d (record %s) is missing", stored.seq, stored.body.record)
    connection.execute("RELEASE tell")
