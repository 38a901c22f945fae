"""What a record was judged by, found again for its page: its author, the themes it speaks to, the timescales then."""

import sqlite3

from observation_forms import Context
from server.dated_settings.store import timescales_in_force
from sync import Body
from sync.stored import in_force_at


def context_of(connection: sqlite3.Connection, body: Body, received_at: str) -> Context:
    """The context of the judgement, so that the page shows what the receipt said."""
    themes = frozenset(theme for bearing in body.bearings for theme in bearing.themes)
    timescales = timescales_in_force(connection, body.service, in_force_at(body, received_at))
    return Context(body.recorded_at, themes, timescales, body.author)
