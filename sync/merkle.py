"""A Merkle tree over a list that only grows (RFC 6962, 2.1): its root, and the two proofs about it.

An inclusion proof shows that one leaf is in the tree; a consistency proof shows that the tree of a larger size
begins with the whole of a smaller one. Everything here is told where to find the hash of a complete subtree, so it
neither knows nor cares where leaves are kept. `pwa/js/merkle.mjs` is the twin of the two checks.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

# The hash of the complete subtree over the leaves [index << level, (index + 1) << level)
Subtree = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def hash_leaf(statement: bytes) -> bytes:
    """SHA-256 of a zero byte and what the leaf says."""
    return sha256(b"\0" + statement).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """SHA-256 of a one byte and the two below: a node can never be taken for a leaf."""
    return sha256(b"\1" + left + right).digest()


def peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest complete subtrees over the leaves [start, end), as (level, index), from left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def fold(hashes: Iterable[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, largest first."""
    root = EMPTY_ROOT
    for place, each in enumerate(reversed(list(hashes))):
        root = hash_node(each, root) if place else each
    return root


def root_of(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _root(0, size, subtree)


def inclusion(position: int, size: int, subtree: Subtree) -> list[bytes]:
    """What has to be hashed with the leaf at `position`, from the leaf up, to come to the root at `size`."""
    if not 0 <= position < size:
        raise ValueError(f"there is no leaf {position} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_root(middle, end, subtree))
            end = middle
        else:
            path.append(_root(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """What shows that the tree of `size` begins with the tree of `old`. Nothing when there is nothing to show."""
    if not 0 < old < size:
        return []
    start, end, path = 0, size, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_root(middle, end, subtree))
            end = middle
        else:
            path.append(_root(start, middle, subtree))
            start = middle
    # The old tree's own root is known to whoever asks
    return ([_root(start, end, subtree)] if start else []) + path[::-1]


def proves_inclusion(leaf: bytes, position: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `position` to the root of a tree of `size` leaves."""
    if not 0 <= position < size:
        return False
    reached, last = leaf, size - 1
    for beside in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = hash_node(beside, reached)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = hash_node(reached, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


def proves_consistency(old: int, size: int, path: list[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether `path` shows that the tree of `size` with `root` begins with the tree of `old` with `old_root`."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    if not old & (old - 1):
        path = [old_root, *path]
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = hash_node(beside, was), hash_node(beside, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = hash_node(now, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and (was, now) == (old_root, root)


def _root(start: int, end: int, subtree: Subtree) -> bytes:
    return fold(subtree(level, index) for level, index in peaks(start, end))


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
