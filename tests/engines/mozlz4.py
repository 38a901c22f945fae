"""What Firefox writes of its session: LZ4 blocks with a head of their own (`.jsonlz4`)."""

_HEAD = b"mozLz40\0"
_SHORTEST_MATCH = 4


def unpacked(content: bytes) -> bytes:
    """The text of such a file; of any other file nothing."""
    return _block(content[len(_HEAD) + 4 :]) if content.startswith(_HEAD) else b""


def _block(packed: bytes) -> bytes:
    text = bytearray()
    at = 0
    while at < len(packed):
        token = packed[at]
        length, at = _length(packed, at + 1, token >> 4)
        text += packed[at : at + length]
        at += length
        if at >= len(packed):
            break
        back = int.from_bytes(packed[at : at + 2], "little")
        length, at = _length(packed, at + 2, token & 15)
        for _ in range(length + _SHORTEST_MATCH):
            text.append(text[-back])
    return bytes(text)


def _length(packed: bytes, at: int, length: int) -> tuple[int, int]:
    if length == 15:
        more = 255
        while more == 255:
            more = packed[at]
            length, at = length + more, at + 1
    return length, at
