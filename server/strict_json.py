"""Small JSON requests, read to the letter: "7" is no 7, 1 is no true, and a key that stands twice says nothing sure.

For doors that act on what they are told. A push is read more kindly (`sync/examine.py`): what is wrong with a record is
said in its receipt, and the record is kept.
"""

import json
from typing import Any, TypeVar

import msgspec

from server.problems import Problem

Shape = TypeVar("Shape")


def read_strictly(raw: bytes, shape: type[Shape], remedy: str) -> Shape:
    """What `raw` says, in `shape`. Raises `Problem` "not_json" with `remedy` for anything else."""
    try:
        found = msgspec.json.decode(raw, type=shape, strict=True)
        json.loads(raw, object_pairs_hook=_once)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Problem("not_json", remedy) from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
