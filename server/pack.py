"""The tablet's app in one file, for its first visit: a hundred files compressed one by one come to a fifth more
than the same files compressed together, and each is a request of its own.

The worker takes it apart again (`unpacked` in pwa/service_worker.js) and believes each file by its own digest.
"""

from collections.abc import Mapping

import msgspec


def pack(files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """All `files` (address -> content type, body) in one: a first line of JSON, `[[address, content type, number
    of bytes], ...]`, and then the bodies one after another in that order.
    """
    head = [(address, content_type, len(body)) for address, (content_type, body) in files.items()]
    bodies = (body for _, body in files.values())
    return b"".join([msgspec.json.encode(head), b"\n", *bodies])
