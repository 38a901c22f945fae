"""What actions come to, for a page: as it was kept where that is right, else worked out now. Jobs for `Database.read`.

| a service with | is |
|---|---|
| up to `KEPT_FROM` records | worked out each time; nothing is kept |
| up to `SLOW_FROM` | kept; worked out again as soon as anything changed |
| more | kept; when records came since, shown as it was kept, with the words that say so, until it is worked out again |

Whatever its size, nothing is shown past the moment at which time alone changes it, nor of an older version of the
action; and who sees less than a whole service has it worked out from what they see.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.action_evidence import action_mark
from server.evidence.action_facts import Gathered
from server.evidence.actions import Action
from server.evidence.people import Names
from server.evidence.times import day_in_london, in_london, moment_words, write_instant
from server.identity.scope import Scope
from server.standing.kept import (
    Kept,
    Moment,
    Shape,
    has_more_than,
    read_kept,
    read_moment,
    records_since,
    whole_of,
    written,
)
from server.standing.lasting import holds_until
from server.standing.parts import Parts
from server.standing.working_out import OnMap, OnPage, for_map, for_page

KEPT_FROM = 250
SLOW_FROM = 2_000


class AsOf(msgspec.Struct, frozen=True):
    """What is shown is older than the evidence: since when, and how many records came or were corrected after it."""

    worked_out_at: datetime
    records: int
    today: bool

    @property
    def words(self) -> str:
        """ "Worked out at 14:05. 3 records have come since." """
        text = write_instant(self.worked_out_at)
        at = f"at {in_london(text):%H:%M}" if self.today else f"on {moment_words(text)}"
        since = {
            0: "Something it rests on has changed since.",
            1: "1 record has come since.",
        }.get(self.records, f"{self.records} records have come since.")
        return f"Worked out {at}. {since}"


class Rows(msgspec.Struct, frozen=True):
    """By the id of each action its row of the map; those that are older than the evidence; what is to be kept."""

    of: dict[str, OnMap]
    older: dict[str, AsOf]
    keep: list[Kept]


class Page(msgspec.Struct, frozen=True):
    """One action's page; how old it is, None when it is of now; what is to be kept."""

    of: OnPage
    older: AsOf | None
    keep: list[Kept]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One service as somebody sees it: whether anything is kept for them, and whether working it out is slow.

    `restricted`: they see what few may see, and there is some.
    """

    service: str
    moment: Moment
    restricted: bool
    kept: bool
    slow: bool


def read_rows(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    actions: Sequence[Action],
    names: Names,
    now: datetime,
    *,
    anew: bool = False,
) -> Rows:
    """The rows of these actions. `anew`: of now, however long that takes."""
    rows = Rows({}, {}, [])
    for place in _places(connection, scope, actions):
        here = [action for action in actions if action.service == place.service]
        kept = _believed(connection, "map", place, here, now, anew)
        rows.of.update({id: one.of(OnMap) for id, one in kept.items()})
        rows.older.update(_older(connection, place, kept.values(), now))
        missing = [action for action in here if action.id not in kept]
        if missing:
            parts = _parts(connection, scope, place, now)
            found, gathered = for_map(connection, scope, catalogue, place.service, missing, names, now, parts)
            rows.of.update(found)
            rows.keep.extend(_to_keep(connection, "map", place, missing, found, gathered, parts))
    return rows


def read_page(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    action: Action,
    names: Names,
    now: datetime,
    *,
    anew: bool = False,
) -> Page:
    """What the page of one action says of its evidence; `scope` lies in its service."""
    (place,) = _places(connection, scope, [action])
    kept = _believed(connection, "page", place, [action], now, anew)
    if kept:
        older = _older(connection, place, kept.values(), now)
        return Page(kept[action.id].of(OnPage), older.get(action.id), [])
    parts = _parts(connection, scope, place, now)
    found, gathered = for_page(connection, scope, catalogue, action, names, now, parts)
    keep = _to_keep(connection, "page", place, [action], {action.id: found}, gathered, parts)
    return Page(found, None, keep)


def page_mark(connection: sqlite3.Connection, action: Action, scope: Scope, keep: Sequence[Kept] = ()) -> int:
    """A number that differs whenever the page of the action would. Where it is kept, each change of what figures rest
    on changes what the page says of their age, and so does working them out again; nothing need be counted for that.
    `keep` is what is about to be kept.
    """
    (place,) = _places(connection, scope, [action])
    if not place.kept:
        return action_mark(connection, action.id, scope)
    known = read_kept(connection, "page", [action.id], place.restricted)
    kept = keep[0] if keep else known.get(action.id)
    return zlib.crc32(f"{place.moment.revision} {kept.moment.revision if kept else -1}".encode())


def _places(connection: sqlite3.Connection, scope: Scope, actions: Sequence[Action]) -> list[Place]:
    services = list(dict.fromkeys(action.service for action in actions))
    return [place_of(connection, scope, service) for service in services]


def place_of(connection: sqlite3.Connection, scope: Scope, service: str) -> Place:
    """The service as `scope` sees it."""
    restricted = whole_of(connection, scope, service)
    return Place(
        service=service,
        moment=read_moment(connection, service, few=bool(restricted)),
        restricted=bool(restricted),
        kept=restricted is not None and has_more_than(connection, service, KEPT_FROM),
        slow=has_more_than(connection, service, SLOW_FROM),
    )


def _believed(
    connection: sqlite3.Connection,
    shape: Shape,
    place: Place,
    actions: Sequence[Action],
    now: datetime,
    anew: bool,
) -> dict[str, Kept]:
    """What is kept and may be shown."""
    if not place.kept:
        return {}
    versions = {action.id: action.version for action in actions}
    return {
        id: one
        for id, one in read_kept(connection, shape, list(versions), place.restricted).items()
        if one.version == versions[id]
        and one.worked_out_at <= now < one.holds_until
        and (one.moment.revision == place.moment.revision or (place.slow and not anew))
    }


def _older(
    connection: sqlite3.Connection, place: Place, kept: Iterable[Kept], now: datetime
) -> dict[str, AsOf]:
    """Those that are of a revision before."""
    older = [one for one in kept if one.moment.revision != place.moment.revision]
    since = {
        newest: records_since(connection, place.service, newest, few=place.restricted)
        for newest in {one.moment.newest for one in older}
    }
    today = day_in_london(now)
    return {
        one.action: AsOf(
            one.worked_out_at, since[one.moment.newest], day_in_london(one.worked_out_at) == today
        )
        for one in older
    }


def _parts(connection: sqlite3.Connection, scope: Scope, place: Place, now: datetime) -> Parts | None:
    if not place.kept:
        return None
    return Parts(connection, scope, place.service, place.restricted, day_in_london(now))


def _to_keep(
    connection: sqlite3.Connection,
    shape: Shape,
    place: Place,
    actions: Sequence[Action],
    found: Mapping[str, OnMap | OnPage],
    gathered: Gathered,
    parts: Parts | None,
) -> list[Kept]:
    """What was worked out, to be kept: all of it holds for as long as the first of it to change."""
    if parts is None:
        return []
    until = holds_until(connection, gathered, list(found))
    return [
        Kept(
            shape=shape,
            action=action.id,
            restricted=place.restricted,
            service=place.service,
            version=action.version,
            moment=place.moment,
            worked_out_at=gathered.now,
            holds_until=until,
            body=written(found[action.id]),
            parts=tuple(parts.keep) if action is actions[0] else (),
        )
        for action in actions
    ]
