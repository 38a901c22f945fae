"""Doing something with a case: the act, and what follows on the floor's lists, in one transaction."""

import sqlite3
from uuid import NAMESPACE_URL, uuid5

from server.cases.records import hold
from server.desk_records.fields import Said
from server.desk_records.store import DeskRecord, Signing, add_act
from server.evidence.times import day_in_london
from server.floor_lists import store
from server.floor_lists.kinds import Fields


def act(
    connection: sqlite3.Connection, case: DeskRecord, began_from: int, what: str, said: Said, by: Signing
) -> DeskRecord:
    """Add the act; a control or a learning message goes to the tablets, a record into the case. Raises `Overtaken`."""
    after = add_act(connection, case, began_from, what, said, by)
    version = after.version
    if what == "record_added":
        hold(connection, after, said["record"], opened=False)
    if what == "control":
        fields: Fields = {
            "title": said["control"],
            "recheck_by": said["recheck_by"],
            "critical": int(said["critical"] == "yes"),
        }
        store.add(connection, listed_id(case.id, version), "control", case.service, fields, by.who, by.now)
    if what in ("control_moved", "control_ended"):
        _change_control(connection, after, what, said, by)
    if what == "learning":
        send_learning(connection, after, said, by)
    return after


def listed_id(desk: str, version: int) -> str:
    """The id on the floor's lists of what an act put there: the act has it without writing it down."""
    return str(uuid5(NAMESPACE_URL, f"sightline/{desk}/{version}"))


def send_learning(connection: sqlite3.Connection, record: DeskRecord, said: Said, by: Signing) -> None:
    """Put the message of the last act on the tablets' list; practice is then due to be watched."""
    fields: Fields = {
        "title": said["title"],
        "given_at": day_in_london(by.now).isoformat(),
        "until": said["until"],
    }
    store.add(
        connection,
        listed_id(record.id, record.version),
        "learning_message",
        record.service,
        fields,
        by.who,
        by.now,
    )


def _change_control(
    connection: sqlite3.Connection, case: DeskRecord, what: str, said: Said, by: Signing
) -> None:
    """The desk's lists can change it too: what was ended there stays ended."""
    listed = store.find(connection, listed_id(case.id, int(said["control"])), [case.service])
    if listed is None or listed.ended_at:
        return
    if what == "control_ended":
        store.end(connection, listed, listed.version, by.who, by.now)
    else:
        fields = {**listed.fields, "recheck_by": said["recheck_by"]}
        store.change(connection, listed, listed.version, fields, by.who, by.now)
