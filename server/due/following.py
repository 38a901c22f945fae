"""What follows from a record: the forms it causes, the items it settles, what came after a handover.

`Following` is given to `sync.Inbox` and, not telling the tablets, to `sync.rebuild`, which ends with `publish_all`.
"""

import sqlite3

import msgspec

from observation_forms import Answers, Catalogue, spawned_seen, worded
from server.due import late_arrivals, recent
from server.due.items import CHECKS_CONTROLS, Item, prefill, put, settle, take_back
from server.due.schema import DERIVED
from server.identity.organisation import WORDS
from sync import Stored

CORRECTED, WITHDRAWN = "The record it came from was corrected", "The record it came from was taken back"


class Following:
    """Called with every record as it becomes the one that stands."""

    def __init__(self, catalogue: Catalogue, *, tell: bool = True) -> None:
        """`tell` = let the tablets know at once; a rebuild does so at its end."""
        self._catalogue = catalogue
        self._tell = tell

    def __call__(self, connection: sqlite3.Connection, stored: Stored) -> None:
        """`sync.OnStored`: in the transaction that stored the record."""
        self._cause(connection, stored)
        for id in _touched(connection, stored):
            settle(connection, id, tell=self._tell)
        late_arrivals.refresh(connection, stored, tell=self._tell)
        if self._tell:
            recent.note(connection, stored)

    def _cause(self, connection: sqlite3.Connection, stored: Stored) -> None:
        items = {item.id: item for item in self._caused(connection, stored)}
        before = connection.execute(
            "SELECT id FROM due_item WHERE cause = ? AND cause <> '' AND origin = 'record'",
            (stored.body.record,),
        ).fetchall()
        reason = WITHDRAWN if stored.body.withdrawn else CORRECTED
        for (id,) in before:
            if id not in items:
                take_back(connection, id, reason, tell=self._tell)
        for item in items.values():
            put(connection, item, tell=self._tell)

    def _caused(self, connection: sqlite3.Connection, stored: Stored) -> list[Item]:
        body = stored.body
        # What was raised about a manager goes to few, and so leaves no trace in a list that all read
        if body.withdrawn or stored.judged.restricted:
            return []
        caused = spawned_seen(stored.form.definition, stored.judged.facts, body.record)
        if not caused:
            return []
        kind = connection.execute("SELECT kind FROM service WHERE id = ?", (body.service,)).fetchone()
        words = WORDS.get(kind["kind"] if kind else "", {})
        return [
            Item(
                id=each.id,
                origin="record",
                cause=body.record,
                service=body.service,
                unit=body.unit,
                form=each.form,
                title=worded(self._catalogue.current(each.form).definition.title, words),
                why=worded(each.why, words),
                who=each.who,
                person=_person(each.answers),
                opened_at=body.recorded_at,
                due_at=each.due_at,
                answers=prefill(each.answers),
                source=body.record,
            )
            for each in caused
            if self._is_offered(each.form)
        ]

    def _is_offered(self, form: str) -> bool:
        return any(each.definition.form == form for each in self._catalogue.current_forms())


def forget_derived(connection: sqlite3.Connection) -> None:
    """For a rebuild: take out what follows from the ledger alone, and what became of the rest."""
    places = ", ".join("?" * len(DERIVED))
    connection.execute(f"DELETE FROM due_item WHERE origin IN ({places})", DERIVED)  # noqa: S608
    connection.execute(
        """
        UPDATE due_item SET settled_by = '', settled_at = '',
            outcome = CASE taken_back WHEN '' THEN '' ELSE 'taken_back' END
        """
    )


def _person(answers: Answers) -> str:
    return next((str(answers[key]) for key in ("person", "person_supported") if key in answers), "")


_WINDOWS = """
    SELECT id FROM due_item INDEXED BY due_item_by_window
    WHERE service = ? AND form = ? AND origin = 'schedule' AND opened_at <= ? AND closes_at > ?
"""
# Of what was settled already, only what this record may have been the first to settle
_CONTROLS = """
    SELECT id FROM due_item INDEXED BY due_item_by_cause
    WHERE cause IN (SELECT value FROM json_each(?)) AND cause <> '' AND origin = 'control' AND service = ?
        AND (outcome = '' OR outcome <> 'taken_back' AND EXISTS (
            SELECT 1 FROM record_version s WHERE s.record = settled_by AND s.current = 1 AND s.recorded_at >= ?))
"""


def _touched(connection: sqlite3.Connection, stored: Stored) -> list[str]:
    """The items this record may settle now, and those an earlier version of it did."""
    body = stored.body
    before = "SELECT id FROM due_item WHERE settled_by = ? AND settled_by <> ''"
    found = [*connection.execute(before, (body.record,))]
    happened = min(body.happened_at, f"{stored.received_at[:19]}Z")
    found += connection.execute(_WINDOWS, (body.service, body.form, happened, happened))
    if body.form in CHECKS_CONTROLS:
        rows = {key.split(".")[1] for key in body.answers if "." in key}
        values = (msgspec.json.encode(sorted(rows)).decode(), body.service, body.recorded_at)
        found += connection.execute(_CONTROLS, values)
    ids = {id for (id,) in found}
    return sorted(ids | {body.spawned_by} if body.spawned_by else ids)
