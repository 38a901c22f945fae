"""The concerns nobody has acknowledged, on every page of whoever may see them.

Read before each page of a signed-in manager is made (`server/banners.py`), so that it is there without a script.
With a script it then keeps itself up to date (static/js/concern_banner.mjs).
"""

import sqlite3
from collections.abc import Mapping

import msgspec

from observation_forms import Catalogue
from server.concerns.store import Concern, count_open, read_open
from server.identity.viewer import Viewer

SHOWN = 3


class Banner(msgspec.Struct, frozen=True):
    """The newest few that wait, how many wait in all, what kinds there are, and how far this was read."""

    concerns: list[Concern]
    count: int
    kinds: Mapping[str, str]
    mark: int


def kinds_of(catalogue: Catalogue) -> dict[str, str]:
    """What a concern may be about, in words."""
    form = next(
        (each for each in catalogue.current_forms() if each.definition.form == "immediate_concern"), None
    )
    options = form.definition.by_id["what"].options if form else ()
    return {option.code: option.label for option in options}


def read_banner(connection: sqlite3.Connection, viewer: Viewer, kinds: Mapping[str, str]) -> Banner:
    """What the viewer's banner says now."""
    count, mark = count_open(connection, viewer)
    return Banner(read_open(connection, viewer, SHOWN) if count else [], count, kinds, mark)
