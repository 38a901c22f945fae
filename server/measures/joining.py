"""Things that belong together because each is linked to another of them."""

from collections.abc import Iterable


def joined(ids: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each id the smallest id of its group; two that are linked are of one group, and so is what they are linked
    to. Links to ids that are not there are passed over.
    """
    head = {id: id for id in ids}

    def find(id: str) -> str:
        while head[id] != id:
            head[id] = head[head[id]]
            id = head[id]
        return id

    for one, other in links:
        if one in head and other in head:
            smaller, larger = sorted((find(one), find(other)))
            head[larger] = smaller
    return {id: find(id) for id in head}
