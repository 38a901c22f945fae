"""What may be picked as the measure of an action in one service. A job for `Database.read`."""

import sqlite3

from server.evidence.action_measures import offered, pick_of
from server.evidence.actions import Action
from server.measures.custom_store import read_custom


def offered_in(connection: sqlite3.Connection, service: str, action: Action | None = None) -> dict[str, str]:
    """M01 to M15, then what the service built; one that was ended only where the action names it already."""
    named = {target.variant for target in action.fields.targets} if action else set()
    own = read_custom(connection, [service], ended=True)
    return offered() | {
        pick_of("", one.id): one.measure.name for one in own if not one.ended or one.id in named
    }
