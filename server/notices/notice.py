"""What a source of notices may say, and what it is given to say it from.

Counts, kinds, places and links alone: the same notices go into mails and calendars, so none may name anybody or hold a
word that somebody wrote.
"""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.people import Names, read_names
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer
from server.measures.periods import Period
from server.settings import Settings

NOW, TODAY, SOON = 0, 1, 2
URGENCIES = {NOW: "Now", TODAY: "Today", SOON: "When you can"}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at. `since`: the instant of the oldest of the `count` ("" = not known); `address`: the page
    that shows them ("" = no page does); `service` "" = it is about the server.
    """

    code: str
    says: str
    count: int
    urgency: int
    address: str = ""
    service: str = ""
    since: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A number of the digest and the page that shows the same one; "" where a page shows more than it."""

    count: int
    address: str = ""


class WeekLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of a week: what came in it, what was decided in it, what is open still, now, and what went
    past its time in it. None: it makes no sense there.
    """

    code: str
    title: str
    came: Figure | None = None
    decided: Figure | None = None
    still_open: Figure | None = None
    slipped: Figure | None = None


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """Something due, for a calendar: `uid` stays the same while it is the same thing; `at` is an instant, or a whole
    day. `kind` and `place` name nobody.
    """

    uid: str
    kind: str
    place: str
    at: datetime | date
    address: str


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a source reads from. `viewer` is whoever it is for, as far as `service` goes ("" for what is about the
    server); `sole`: they see no other, so that a page of all they see is a page of this service.
    """

    connection: sqlite3.Connection
    viewer: Viewer
    service: str
    sole: bool
    catalogue: Catalogue
    settings: Settings
    now: datetime

    def scope(self, permission: Permission) -> Scope:
        """Where the viewer has the permission, within the service."""
        return self.viewer.scope(permission)

    def names(self, permission: Permission) -> Names:
        """The names of that scope."""
        return read_names(self.connection, self.scope(permission))


def nothing_today(ground: Ground) -> list[Notice]:
    """For a source without a word for today."""
    return []


def nothing_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """For a source without a line in the digest."""
    return []


def nothing_dated(ground: Ground) -> list[Dated]:
    """For a source without anything for a calendar."""
    return []


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One room of the house that has something to say, to whoever has `permission`. Its functions are called once for
    each service that the viewer has it in, or, `of_server`, once in all.
    """

    code: str
    permission: Permission
    today: Callable[[Ground], list[Notice]] = nothing_today
    week: Callable[[Ground, Period], list[WeekLine]] = nothing_of_week
    dated: Callable[[Ground], list[Dated]] = nothing_dated
    of_server: bool = False


def counted(count: int, one: str, many: str) -> str:
    """ "1 item is late", "3 items are late" """
    return f"{count:,} {one if count == 1 else many}"
