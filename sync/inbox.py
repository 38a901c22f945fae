"""Receiving, from top to bottom: a batch comes in; every item is examined alone, kept, answered with a
receipt.

One bad item never stops another, and nothing that arrived whole is refused: what cannot be counted as
evidence is kept aside for a person. The receipts go out only after the commit.
"""

import sqlite3
from collections.abc import Callable
from functools import cache, partial

from msgspec import Raw

from observation_forms import Catalogue
from sync import checkpoint, instants
from sync.checkpoint import Signer
from sync.contact import note_contact
from sync.database import Database
from sync.epoch import read_epoch
from sync.examine import examine, split_batch
from sync.keeper import HoldReason, Keeper
from sync.key_book import KeyBook, NoKeys
from sync.sender import Sender
from sync.stored import OnStored, SettingsOf, in_force_at, no_settings, tell_nobody
from sync.wire import Body, PushAnswer

ThemesOf = Callable[[sqlite3.Connection, str], frozenset[str]]


def no_themes(connection: sqlite3.Connection, action: str) -> frozenset[str]:
    """For an inbox that knows no action."""
    return frozenset()


class Inbox:
    """Where tablets hand in sealed records."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        hold_reason: HoldReason,
        clock: instants.Clock = instants.now,
        themes_of: ThemesOf = no_themes,
        settings_of: SettingsOf = no_settings,
        on_stored: OnStored = tell_nobody,
        signer: Signer | None = None,
        book: KeyBook | None = None,
    ) -> None:
        """`hold_reason` says why a readable body must be kept aside: a key of `HELD_REASONS`; "" = it need
        not. `themes_of` says what an action is about; of an action it does not know, nothing. `settings_of`
        says which timescales were in force in a service at an instant; `on_stored` is told of every record.
        `signer` signs what the log comes to; without one the signature of a checkpoint is "". `book` knows whose
        keys records are signed with; without one nobody has any.
        """
        self._database = database
        self._catalogue = catalogue
        self._hold_reason = hold_reason
        self._clock = clock
        self._themes_of = themes_of
        self._settings_of = settings_of
        self._on_stored = on_stored
        self._signer = signer
        self._book = book or NoKeys()

    async def receive(self, raw: bytes, sender: Sender) -> PushAnswer:
        """Keep every item of the JSON array `raw`, and answer with one receipt for each, in order.

        Raises `Refused` ("not_a_batch", "batch_too_large") before anything is kept, and `DatabaseError` when
        nothing could be; in both cases the tablet still holds every record.
        """
        items = split_batch(raw)
        return await self._database.write(lambda connection: self._take_in(connection, items, sender))

    def _take_in(self, connection: sqlite3.Connection, items: list[Raw], sender: Sender) -> PushAnswer:
        # Judged on the writer's own thread: a second busy thread fights it for the interpreter at every
        # statement, and was measured to be up to 1.7 times slower, never faster
        themes_of = cache(partial(self._themes_of, connection))
        now = self._clock()
        received_at = instants.to_milliseconds(now)
        settings_of = cache(partial(self._settings_of, connection))

        def timescales_of(body: Body) -> dict[str, int]:
            return settings_of(body.service, in_force_at(body, received_at))

        examined = [examine(bytes(item), self._catalogue, themes_of, timescales_of) for item in items]
        keeper = Keeper(connection, sender, received_at, self._hold_reason, self._on_stored, self._book)
        receipts = keeper.keep(examined)
        note_contact(connection, sender, received_at)
        offered = checkpoint.offer_and_keep(connection, self._signer, sender.checkpoint, now)
        return PushAnswer(
            receipts,
            received_at,
            instants.epoch_milliseconds(now),
            read_epoch(connection),
            offered.checkpoint,
            offered.consistency,
        )
