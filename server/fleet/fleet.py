"""The fleet as the desk shows it: each tablet, what it last said of itself, and what a person should see to.

Jobs for `Database.read`; `reasons` and `in_order` are plain functions of what was read.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from server.evidence.times import days_words, gap_words, moment_words
from server.fleet.health import Health, read_health
from server.fleet.losses import Loss, read_losses
from server.fleet.parked import ParkedRecord, read_parked
from server.forms_desk.holdings import hashes_on
from server.identity.instants import read
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer
from sync import TabletState, tablet_state

QUIET = timedelta(hours=24)
OLD_GAP = timedelta(days=1)
# Records say when things happened: two minutes either way could change what was in time
CLOCK_SECONDS = 120
LITTLE_SPACE_MB = 200


class Reason(msgspec.Struct, frozen=True, order=True):
    """Why a person should look at a tablet. The lower the `rank`, the sooner."""

    rank: int
    words: str


class Gap(msgspec.Struct, frozen=True):
    """Numbers that never arrived although a later one did, at `since` for the first time."""

    first: int
    last: int
    since: str

    @property
    def words(self) -> str:
        """ "119", "119 to 121" """
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


class FleetTablet(msgspec.Struct, frozen=True, kw_only=True):
    """One tablet. Instants are UTC or ""; `waiting` and `oldest` are what it said when it last sent or asked."""

    id: str
    name: str
    service: str
    service_name: str
    unit: str
    unit_name: str
    enrolled_at: str
    enrolled_by: str
    conditions: str
    revoked_at: str
    revoked_by: str
    revoked_why: str
    wiped_at: str
    heard_at: str
    waiting: int
    oldest: str
    app: str
    replaces: str
    replaces_name: str
    replaced_by: str
    replaced_by_name: str
    health: Health
    state: TabletState
    gaps: tuple[Gap, ...]
    losses: tuple[Loss, ...]
    parked: tuple[ParkedRecord, ...]
    forms: frozenset[str]

    @property
    def trouble(self) -> str:
        """What is wrong with its chain of numbers besides gaps, in words; "" when nothing is."""
        found = [f"Broken at {number}" for number in self.state.broken_links]
        found += [f"Number {number} used twice" for number in self.state.reused_numbers]
        return ", ".join(found)

    @property
    def unaccounted(self) -> int:
        """How many of the numbers it gave out are neither here nor, by its own word, waiting on it."""
        return max(0, self.health.sealed - self.state.received - self.waiting)

    @property
    def began_again(self) -> bool:
        """Whether it counts from a lower number than the server has: its store is not the one it was."""
        return 0 <= self.health.sealed < self.state.highest

    @property
    def stands(self) -> str:
        """Where it is in its life, in a few words."""
        if not self.revoked_at:
            return "In use"
        why = "Lost" if self.revoked_why == "lost" else "Out of use"
        if self.wiped_at:
            return f"{why}, wiped {moment_words(self.wiped_at)}"
        return f"{why}, {self.waiting} still waiting" if self.waiting else f"{why}, not wiped yet"


class Look(msgspec.Struct, frozen=True):
    """A tablet with the reasons to look at it, the most pressing first."""

    tablet: FleetTablet
    reasons: tuple[Reason, ...]
    quiet: bool


def read_fleet(connection: sqlite3.Connection, viewer: Viewer, tablet: str = "") -> list[FleetTablet]:
    """The tablets that the viewer may see, by service and name; with `tablet`, that one or none."""
    return read_tablets(connection, viewer.scope(Permission.READ_TABLETS), tablet)


def read_tablets(connection: sqlite3.Connection, scope: Scope, tablet: str = "") -> list[FleetTablet]:
    """The tablets of a scope, as `read_fleet`."""
    where, values = scope.places("tablet.service", "tablet.unit")
    rows = connection.execute(
        f"""
        SELECT tablet.id, tablet.name, tablet.service, service.name AS service_name, tablet.unit,
            unit.name AS unit_name, enrolled_at, conditions, revoked_at,
            coalesce((SELECT name FROM staff WHERE id = revoked_by), '') AS revoked_by, revoked_why, wiped_at, heard_at,
            coalesce(waiting, 0) AS waiting, coalesce(oldest, '') AS oldest, coalesce(app, '') AS app,
            coalesce(health, '') AS health, replaces
        FROM tablet JOIN service ON service.id = tablet.service JOIN unit ON unit.id = tablet.unit
        LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id
        WHERE {where} AND (? = '' OR tablet.id = ?)
        ORDER BY service.name, tablet.name COLLATE NOCASE, enrolled_at
        """,  # noqa: S608
        (*values, tablet, tablet),
    ).fetchall()
    return [_tablet(connection, row) for row in rows]


def looks(fleet: Sequence[FleetTablet], build: str, now: datetime) -> list[Look]:
    """The tablets with what to see to: what presses most first, those out of use and done with last."""
    found = [
        Look(tablet, tuple(sorted(reasons(tablet, build, now))), not _heard_since(tablet, now - QUIET))
        for tablet in fleet
    ]
    return sorted(
        found, key=lambda look: look.reasons[0].rank if look.reasons else 99 + bool(look.tablet.revoked_at)
    )


def reasons(tablet: FleetTablet, build: str, now: datetime) -> list[Reason]:
    """Why a person should look at `tablet`. `build` is the app this server serves."""
    if tablet.wiped_at:
        return []
    found = [Reason(0, loss.words) for loss in tablet.losses if not loss.seen_at]
    heard = _heard_since(tablet, now - QUIET)
    ago = ago_words(tablet.heard_at, now) if tablet.heard_at else ""
    if tablet.waiting and not heard:
        found.append(Reason(1, f"{tablet.waiting} waiting, and not heard of for {ago or 'ever'}"))
    elif tablet.waiting and tablet.revoked_at:
        found.append(Reason(2, f"{tablet.waiting} still to be sent before it is wiped"))
    if tablet.began_again:
        found.append(
            Reason(
                1,
                f"Its numbers began again: it is at {tablet.health.sealed}, and {tablet.state.highest} came",
            )
        )
    if tablet.unaccounted:
        found.append(Reason(2, f"{tablet.unaccounted} of its numbers are not here, and do not wait on it"))
    if tablet.parked:
        found.append(Reason(2, f"{len(tablet.parked)} held back on it: the server would not take them"))
    old = [gap for gap in tablet.gaps if gap.since and now - read(gap.since) >= OLD_GAP]
    if old:
        missing = sum(gap.last - gap.first + 1 for gap in old)
        longest = max((now - read(gap.since)).days for gap in old)
        found.append(
            Reason(3, f"{missing} missing for {days_words(longest)}: {', '.join(gap.words for gap in old)}")
        )
    if tablet.trouble:
        found.append(Reason(4, f"Its numbers do not fit: {tablet.trouble}"))
    if tablet.revoked_at:
        return found
    if clock := clock_fault(tablet.health.skew):
        found.append(Reason(5, clock))
    if not tablet.waiting and not heard:
        found.append(Reason(6, f"Not heard of for {ago}" if ago else "Never heard of since it was enrolled"))
    if tablet.app and tablet.app != build:
        found.append(Reason(7, "Has an older version of the app"))
    if tablet.health.keep == "may be cleared":
        found.append(Reason(8, "The browser may clear what it holds: install the app"))
    if 0 <= tablet.health.free < LITTLE_SPACE_MB:
        found.append(Reason(8, f"Under {LITTLE_SPACE_MB} MB of space left"))
    if tablet.replaced_by:
        found.append(Reason(9, f"Replaced by {tablet.replaced_by_name}, and still in use"))
    return found


def ago_words(instant: str, now: datetime) -> str:
    """How long ago an instant was: in days once there are any, for nobody needs the hours then."""
    past = now - read(instant)
    return days_words(past.days) if past.days else gap_words(max(0, int(past.total_seconds())))


def clock_fault(skew: int | None) -> str:
    """What is wrong with a tablet's clock that is `skew` seconds behind the server's; "" when it will do."""
    if skew is None or abs(skew) < CLOCK_SECONDS:
        return ""
    return f"Its clock is {gap_words(abs(skew))} {'behind' if skew > 0 else 'ahead'}"


def _heard_since(tablet: FleetTablet, since: datetime) -> bool:
    return (tablet.heard_at or tablet.enrolled_at) > since.strftime("%Y-%m-%dT%H:%M:%SZ")


def _tablet(connection: sqlite3.Connection, row: sqlite3.Row) -> FleetTablet:
    known = dict(row)
    state = tablet_state(connection, known["id"])
    after = connection.execute(
        "SELECT id, name FROM tablet WHERE replaces = ? ORDER BY enrolled_at DESC LIMIT 1", (known["id"],)
    ).fetchone()
    before = connection.execute("SELECT name FROM tablet WHERE id = ?", (known["replaces"],)).fetchone()
    made = connection.execute(
        "SELECT staff.name FROM enrolment_code JOIN staff ON staff.id = made_by WHERE tablet = ?",
        (known["id"],),
    ).fetchone()
    return FleetTablet(
        **known | {"health": read_health(known["health"])},
        enrolled_by=made["name"] if made else "",
        replaces_name=before["name"] if before else "",
        replaced_by=after["id"] if after else "",
        replaced_by_name=after["name"] if after else "",
        state=state,
        gaps=tuple(Gap(first, last, _since(connection, known["id"], last)) for first, last in state.gaps),
        losses=read_losses(connection, known["id"]),
        parked=read_parked(connection, known["id"]),
        forms=hashes_on(connection, known["id"], known["app"]),
    )


def _since(connection: sqlite3.Connection, tablet: str, last: int) -> str:
    """When a record with a number after `last` first arrived, so that something was known to be missing."""
    row = connection.execute(
        """
        SELECT min(received_at) AS at FROM entry
        WHERE tablet = ? AND tablet = sender_tablet AND tablet_seq > ?
        """,
        (tablet, last),
    ).fetchone()
    return str(row["at"] or "")
