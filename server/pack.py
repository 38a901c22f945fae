"""The tablet's app in one file, for its first visit: a hundred files compressed one by one come to a fifth more
than the same files compressed together, and each is a request of its own.

The worker takes it apart again (`unpack` in pwa/service_worker.js), and knows each file by its digest.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import msgspec


def pack(files: Sequence[tuple[str, bytes]]) -> bytes:
    """All `files` (content type, body) in one: a first line of JSON, `[[content type, number of bytes, number of
    bytes, ...], ...]`, and then the bodies one after another in that order.
    """
    together = groupby(files, key=itemgetter(0))
    head = [(content_type, *(len(body) for _, body in some)) for content_type, some in together]
    return b"".join([msgspec.json.encode(head), b"\n", *(body for _, body in files)])
