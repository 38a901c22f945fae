"""How many live pages may be open at once: each holds a connection for as long as it is looked at.

Counted in this process, which is the only one (`serve.py`). Without a limit one desk, or one script with a
stolen session, could take every connection that the tablets need.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from server.problems import Problem

# A browser opens six connections to a server over HTTP/1.1, and no more
PER_SESSION = 6
IN_ALL = 200
AGAIN_AFTER_SECONDS = 30


class Streams:
    """The live pages that are open now, by session."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()

    @property
    def total(self) -> int:
        """How many are open."""
        return self._open.total()

    @contextmanager
    def enter(self, session: int) -> Iterator[None]:
        """Count one live page of `session` (`viewer.session`) for as long as the `with` lasts.

        Raises `Problem` "too_many_streams", before anything is counted, when there are enough.
        """
        if self._open[session] >= PER_SESSION or self._open.total() >= IN_ALL:
            raise Problem("too_many_streams", headers={"retry-after": str(AGAIN_AFTER_SECONDS)})
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            if not self._open[session]:
                del self._open[session]
