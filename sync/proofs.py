"""The inclusion proofs a tablet asks for before it lets go of its own copies."""

import sqlite3

from sync import merkle
from sync.log import Tree, log_size
from sync.wire import MAX_PROVEN, Inclusion, Inclusions, Refused


def prove_inclusion(connection: sqlite3.Connection, positions: list[int], size: int) -> Inclusions:
    """What leads from each leaf to the root that the log had at `size`.

    Raises `Refused`: "too_many_asked" for more than `MAX_PROVEN` positions, "not_found" for a size or a position
    that the log does not reach.
    """
    if len(positions) > MAX_PROVEN:
        raise Refused("too_many_asked", f"Ask for at most {MAX_PROVEN} proofs at once.")
    if not 0 <= size <= log_size(connection) or not all(0 <= position < size for position in positions):
        raise Refused("not_found", "The log has no such place.")
    tree = Tree(connection, size)
    return Inclusions(
        size,
        [
            Inclusion(position, [node.hex() for node in merkle.inclusion(position, size, tree.subtree)])
            for position in positions
        ],
    )
