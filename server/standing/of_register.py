"""How many records say what about the actions of a service, kept: what the register shows of the evidence."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from server.evidence.action_evidence import Tally, read_tallies
from server.evidence.actions import Action
from server.identity.scope import Scope
from server.standing.of_service import FOR_EVER, ServiceKept, Told, actions_mark, together, told
from server.standing.standing import AsOf, Place, place_of


class Tallies(msgspec.Struct, frozen=True):
    """By the id of each action how many records say what; how old that is, None when it is of now; what is to be
    kept.
    """

    of: dict[str, Tally]
    older: AsOf | None
    keep: list[ServiceKept]


def tallies_told(
    connection: sqlite3.Connection,
    scope: Scope,
    actions: Sequence[Action],
    every: Sequence[Action],
    now: datetime,
    *,
    anew: bool = False,
) -> Tallies:
    """The tallies of `actions`, which are among `every` one of the scope. `anew`: of now, however long that takes."""
    found = []
    for service in dict.fromkeys(action.service for action in actions):
        place = place_of(connection, scope, service)
        wanted = every if place.kept else actions
        ids = [action.id for action in wanted if action.service == service]
        found.append(tallies_of(connection, place, scope, ids, now, anew=anew))
    return Tallies(
        of={id: tally for one in found for id, tally in one.of.items()},
        older=together(one.older for one in found),
        keep=[kept for one in found for kept in one.keep],
    )


def tallies_of(
    connection: sqlite3.Connection,
    place: Place,
    scope: Scope,
    ids: Sequence[str],
    now: datetime,
    *,
    anew: bool = False,
) -> Told[dict[str, Tally]]:
    """Those of one service; `ids` are of all its actions where they are kept. No time changes them."""
    here = scope.within([place.service])
    return told(
        connection,
        place,
        "register",
        dict[str, Tally],
        actions_mark(connection, place.service),
        lambda: (read_tallies(connection, ids, here), FOR_EVER),
        now,
        anew=anew,
    )
