"""Complaints that repeat one another: each names the one it repeats, and what is joined so is one run."""

from collections.abc import Mapping, Sequence


def first_of(id: str, repeats: Mapping[str, str]) -> str:
    """The complaint at which a run began. `repeats` says of each one which it repeats; a ring is walked once."""
    seen = {id}
    while (before := repeats.get(id, "")) and before not in seen:
        seen.add(before)
        id = before
    return id


def would_ring(id: str, target: str, repeats: Mapping[str, str]) -> bool:
    """Whether letting `id` repeat `target` would lead back to `id`."""
    seen: set[str] = set()
    while target and target not in seen:
        if target == id:
            return True
        seen.add(target)
        target = repeats.get(target, "")
    return False


def runs(ids: Sequence[str], repeats: Mapping[str, str]) -> dict[str, list[str]]:
    """By the first of each run everything in it, in the order of `ids`."""
    found: dict[str, list[str]] = {}
    for id in ids:
        found.setdefault(first_of(id, repeats), []).append(id)
    return found
