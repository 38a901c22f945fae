"""Opening a complaint and doing something with it: the act, and what the tablets then see, in one transaction.

It goes onto the tablets' list of complaints under its own id, so that a sample or an observation can name it: what
they say then counts for it (M08, M08b). Not a compliment, and not what few may see.
"""

import sqlite3

from server.cases.acting import send_learning
from server.complaints.kinds import COMPLIMENT
from server.desk_records.fields import Said
from server.desk_records.store import DeskRecord, Opening, Signing, add_act, open_record
from server.floor_lists import store
from server.floor_lists.kinds import Fields


def open_complaint(connection: sqlite3.Connection, opening: Opening, said: Said, by: Signing) -> DeskRecord:
    """Open it. Raises `Overtaken`, as `open_record` does."""
    complaint = open_record(connection, opening, said, by)
    _list_it(connection, complaint, by)
    return complaint


def act(
    connection: sqlite3.Connection, complaint: DeskRecord, began_from: int, what: str, said: Said, by: Signing
) -> DeskRecord:
    """Add the act. Raises `Overtaken`."""
    after = add_act(connection, complaint, began_from, what, said, by)
    if what == "described":
        _list_it(connection, after, by)
    if what == "message":
        send_learning(connection, after, said, by)
    return after


def _list_it(connection: sqlite3.Connection, complaint: DeskRecord, by: Signing) -> None:
    if complaint.kind == COMPLIMENT or complaint.restricted:
        return
    fields: Fields = {"title": complaint.now("title")[:120], "received_on": complaint.now("received_on")}
    known = store.find(connection, complaint.id, [complaint.service])
    if known is None:
        store.add(connection, complaint.id, "complaint", complaint.service, fields, by.who, by.now)
    elif not known.ended_at:
        store.change(connection, known, known.version, fields, by.who, by.now)
