"""The inbox with everything this app makes of a record, and a rebuild that ends in the same rows."""

import sqlite3
from collections.abc import Callable

# The tables of what follows from records belong to the database, whichever command makes it
import server.concerns.schema
import server.dated_settings.schema
import server.due.schema
import server.floor_lists.schema
import server.identity.tablet_people_schema
import server.log.schema
import server.measures.schema
import server.retention.schema
import server.standing.schema  # noqa: F401
from observation_forms import Catalogue
from server.action_themes import action_themes
from server.dated_settings.store import timescales_in_force
from server.due.following import Following, forget_derived
from server.due.items import publish_all
from server.identity.hold import hold_reason
from server.identity.signing_keys import SigningKeys
from server.standing import kept
from server.standing.of_service import empty_services
from sync import Database, Inbox, Signer
from sync import rebuild as rebuild_projections
from sync.instants import Clock, now


def make_inbox(
    database: Database, catalogue: Catalogue, clock: Clock = now, signer: Signer | None = None
) -> Inbox:
    """Where tablets hand in records of this app. `signer` signs what the log comes to."""
    return Inbox(
        database,
        catalogue,
        hold_reason,
        clock,
        action_themes,
        timescales_in_force,
        Following(catalogue),
        signer,
        SigningKeys(),
    )


async def rebuild(
    database: Database, catalogue: Catalogue, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Derive everything about records again from the ledger; the number of entries read. Tablets are told once.

    `progress` is told how many entries are done.
    """
    count = await rebuild_projections(
        database,
        catalogue,
        progress,
        settings_of=timescales_in_force,
        on_stored=Following(catalogue, tell=False),
        on_empty=_forget,
        book=SigningKeys(),
    )
    await database.write(publish_all)
    return count


def _forget(connection: sqlite3.Connection) -> None:
    forget_derived(connection)
    kept.empty(connection)
    empty_services(connection)
    # As the triggers on each row would have
    kept.move_all(connection)
