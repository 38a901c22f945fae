"""Who is sending: what the server knows from the tablet's cookie, and what the headers say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """An enrolled tablet. `waiting` and `oldest` are what it still holds: a count, and an instant or "".

    `checkpoint` is the size of the newest checkpoint it has verified, 0 for none. `health` is what it says of
    itself besides, as text that only the room above understands; "" says nothing.
    """

    tablet: str
    service: str
    revoked: bool = False
    app: str = ""
    waiting: int = 0
    oldest: str = ""
    checkpoint: int = 0
    health: str = ""
