"""What every handler may need, opened once when the app starts: settings, database, forms, inbox, clock, keys."""

from datetime import timedelta

import msgspec
from litestar.datastructures import State

from observation_forms import Catalogue
from server.evidence_pack.background import Packs
from server.identity.heard import Heard
from server.identity.passwords import Passwords
from server.identity.sessions import Limits
from server.operations.copying import Copying
from server.operations.figures import Figures
from server.operations.readiness import Readiness
from server.server_keys import ServerKeys
from server.settings import Settings
from server.streams import Streams
from sync import Database, Inbox
from sync.instants import Clock


class Rooms(msgspec.Struct, frozen=True):
    """The app's open doors. One per running app, in `app.state.rooms`."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    inbox: Inbox
    passwords: Passwords
    clock: Clock
    streams: Streams
    keys: ServerKeys
    figures: Figures
    readiness: Readiness
    copying: Copying | None
    packs: Packs
    heard: Heard

    @property
    def session_limits(self) -> Limits:
        """How long a desk session lives."""
        return Limits(
            timedelta(minutes=self.settings.session_idle_minutes),
            timedelta(hours=self.settings.session_hours),
        )


def rooms_of(state: State) -> Rooms:
    """The open doors of the app that `state` belongs to."""
    rooms: Rooms = state["rooms"]
    return rooms
