"""What follows from a record: the forms it causes, the items it settles, what came after a handover.

`Following` is given to `sync.Inbox` and, not telling the tablets, to `sync.rebuild`, which ends with `publish_all`.
"""

import sqlite3

from observation_forms import Answers, Catalogue, Context, spawned, worded
from server.dated_settings.store import timescales_in_force
from server.due import late_arrivals, recent
from server.due.items import CHECKS_CONTROLS, Item, prefill, put, settle, take_back
from server.due.schema import DERIVED
from server.identity.organisation import WORDS
from sync import Body, Stored
from sync.stored import in_force_at

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
        for id in _touched(connection, stored.body):
            settle(connection, id, tell=self._tell)
        late_arrivals.refresh(connection, stored.body, tell=self._tell)
        if self._tell:
            recent.note(connection, stored)

    def _cause(self, connection: sqlite3.Connection, stored: Stored) -> None:
        items = {item.id: item for item in self._caused(connection, stored)}
        before = connection.execute(
            "SELECT id FROM due_item WHERE cause = ? AND origin = 'record'", (stored.body.record,)
        ).fetchall()
        reason = WITHDRAWN if stored.body.withdrawn else CORRECTED
        for (id,) in before:
            if id not in items:
                take_back(connection, id, reason, tell=self._tell)
        for item in items.values():
            put(connection, item, tell=self._tell)

    def _caused(self, connection: sqlite3.Connection, stored: Stored) -> list[Item]:
        body, definition = stored.body, stored.form.definition
        # What was raised about a manager goes to few, and so leaves no trace in a list that all read
        if body.withdrawn or stored.judged.restricted:
            return []
        themes = frozenset(theme for claim in body.bearings for theme in claim.themes)
        timescales = timescales_in_force(connection, body.service, in_force_at(body, stored.received_at))
        context = Context(body.recorded_at, themes, timescales, body.author)
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
            for each in spawned(definition, body.answers, context, body.record)
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


def _touched(connection: sqlite3.Connection, body: Body) -> list[str]:
    """The items this record may settle now, and those an earlier version of it did."""
    found = {
        id for (id,) in connection.execute("SELECT id FROM due_item WHERE settled_by = ?", (body.record,))
    }
    if body.spawned_by:
        found.add(body.spawned_by)
    windows = connection.execute(
        """
        SELECT id FROM due_item INDEXED BY due_item_by_window
        WHERE service = ? AND form = ? AND origin = 'schedule' AND opened_at <= ? AND closes_at > ?
        """,
        (body.service, body.form, body.happened_at, body.happened_at),
    )
    found |= {id for (id,) in windows}
    if body.form in CHECKS_CONTROLS:
        controls = connection.execute(
            "SELECT id FROM due_item WHERE service = ? AND origin = 'control' AND outcome IN ('', 'done', 'late')",
            (body.service,),
        )
        found |= {id for (id,) in controls}
    return sorted(found)
