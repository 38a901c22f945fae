"""Tablets that this server does not know and that ask all the same: most likely enrolled after a backup that was put
back. Kept in memory: each asks again within minutes. What they hold stays with them until they are enrolled anew.
"""

from datetime import datetime, timedelta

RECENT = timedelta(minutes=15)
MOST = 20


class Strangers:
    """Who asked, by the hash of what they showed, and when last."""

    def __init__(self) -> None:
        self._asked: dict[str, datetime] = {}

    def note(self, token_hash: str, now: datetime) -> None:
        """Somebody asked with the cookie of a tablet that is not known. Of very many the latest are remembered."""
        self._asked.pop(token_hash, None)
        self._asked[token_hash] = now
        if len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]

    def words(self, now: datetime) -> str:
        """How many asked lately, and what to do about it; "" when none did."""
        lately = sum(now - at < RECENT for at in self._asked.values())
        if not lately:
            return ""
        who = (
            "A tablet that this server does not know asks"
            if lately == 1
            else f"{lately} tablets that this server does not know ask"
        )
        return (
            f"{who} to be let in. If a backup was put back: enrolled after it, most likely. Nothing that is held there "
            "is lost, and the screen there says to ask for a new code. Make one for each below. Once enrolled again, "
            "all of it comes in by itself, and what was made before that is under Held records."
        )
