"""Whether evidence packs can be made: their PDF is drawn with libraries of the system, which nothing else needs."""

from functools import cache

from server.evidence_pack.libraries import missing
from server.operations.checks import Check, Ground, good, watch


def look_at_packs(ground: Ground) -> list[Check]:
    """Asked as a pack would ask, in a process of its own, once in the life of this one: it takes a second."""
    if words := _missing():
        return watch("packs", "No evidence pack can be made here: no PDF can be drawn.", words)
    return good("packs", "What draws their PDF is there.")


@cache
def _missing() -> str:
    return missing()
