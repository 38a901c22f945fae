"""How a tablet says it is: one small header on what it sends and asks for anyway.

Decided: a header, kept beside the last contact and nowhere else. Rejected: a request of its own (one more that a bad
network loses, and a revoked tablet could not send it); the pushed batch (a quiet tablet would say nothing).
What makes no sense is left out: a push is never refused for it.
"""

from typing import Annotated

import msgspec

LONGEST = 300
_Count = Annotated[int, msgspec.Meta(ge=-1, le=10**9)]


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a tablet last said of itself; -1 and "" where it did not say.

    `keep`: will the browser keep its store ("kept", "may be cleared", "unknown"). `used`, `free`: megabytes.
    `skew`: server time less its own, in seconds. `people`: how many can unlock it. `witness`: size of the newest
    checkpoint of the log that it has verified. `sealed`: the highest number it has given a record.
    """

    keep: str = ""
    used: _Count = -1
    free: _Count = -1
    skew: Annotated[int, msgspec.Meta(ge=-(10**11), le=10**11)] | None = None
    people: _Count = -1
    drafts: _Count = -1
    witness: _Count = -1
    sealed: _Count = -1


KEEP_WORDS = {
    "kept": "The browser has promised to keep it",
    "may be cleared": "The browser may clear it",
    "unknown": "The browser does not say",
}

_decode = msgspec.json.Decoder(Health, strict=True).decode


def read_health(text: str) -> Health:
    """What the header, or the kept text, says. Nothing of a text that cannot be read."""
    if not text or len(text) > LONGEST:
        return Health()
    try:
        said = _decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return Health()
    return said if said.keep in ("", *KEEP_WORDS) else Health()


def keepable(text: str) -> str:
    """The header as it may be kept: "" unless it says something that can be read, else in one steady form."""
    said = read_health(text)
    return "" if said == Health() else msgspec.json.encode(said, order="deterministic").decode()
