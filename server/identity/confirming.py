"""Giving one's own password again before a grave act: whoever finds a desk unlocked cannot do it.

`confirm` at the top of the handler; the field is the macro of `templates/desk/confirm.html`.
"""

import sqlite3
from collections.abc import Mapping

from server.identity import audit
from server.identity.attempts import account, begin_attempt, forgive
from server.identity.viewer import Viewer
from server.identity.waiting import wait_words
from server.rooms import Rooms

WRONG = "That is not your password. Type the one you sign in with."
MISSING = "Type your password, so that we know it is you."


async def confirm(rooms: Rooms, viewer: Viewer, form: Mapping[str, str]) -> str:
    """ "" when `form["password"]` is the viewer's own password, else what to say beside the field.

    Wrong ones are counted for the person, whatever the session, wait longer and longer, and are in the audit trail.
    """
    password, now = form.get("password", ""), rooms.clock()
    if not password:
        return MISSING
    counters = [account("confirm", viewer.staff)]
    begun = await rooms.database.write(lambda sql: begin_attempt(sql, counters, now))
    if begun.wait:
        return f"Too many wrong passwords. {wait_words(begun.wait)}"
    kept = await rooms.database.read(lambda sql: _kept(sql, viewer.staff))
    if await rooms.passwords.check(password, kept):
        await rooms.database.write(lambda sql: forgive(sql, begun))
        return ""
    await rooms.database.write(lambda sql: audit.note_some(sql, "password_refused", now, who=viewer.staff))
    return WRONG


def _kept(connection: sqlite3.Connection, staff: str) -> str | None:
    row = connection.execute("SELECT hash FROM password WHERE staff = ?", (staff,)).fetchone()
    return str(row["hash"]) if row else None
