"""Who is sending: what the server knows from the tablet's cookie, and what the headers say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """An enrolled tablet. `waiting` and `oldest` are what it still holds: a count, and an instant or ""."""

    tablet: str
    service: str
    revoked: bool = False
    app: str = ""
    waiting: int = 0
    oldest: str = ""
