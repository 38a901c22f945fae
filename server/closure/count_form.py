"""Reading what was typed about targets that a person counts, in the forms of a proposal and of a sample. Pure."""

from collections.abc import Mapping, Sequence

from server.closure.counted import HandCount, Recount, fault_of_days, fault_of_numbers
from server.evidence.actions import ActionFields, Target

COUNT = ("count_top", "count_of", "count_since", "count_until")
RECOUNT = ("recount_top", "recount_of", "recount_from")
MOST = 1_000_000
SHORTEST_SOURCE, LONGEST_SOURCE = 10, 1000
OWNER_COUNTS = "Rule 2: whoever owns the action does not count it again. Somebody else draws the sample."


def read_counts(typed: Mapping[str, str], fields: ActionFields) -> list[HandCount]:
    """The counts of a proposal; a target of which nothing was typed has none."""
    found = []
    for place, _ in enumerate(fields.targets, 1):
        top, of, since, until = (typed.get(f"{name}_{place}", "").strip() for name in COUNT)
        if top or of or since or until:
            found.append(
                HandCount(
                    target=place, numerator=_whole(top), denominator=_whole(of), since=since, until=until
                )
            )
    return found


def read_recounts(typed: Mapping[str, str], fields: ActionFields) -> list[Recount]:
    """What whoever samples counted again."""
    found = []
    for place, _ in enumerate(fields.targets, 1):
        top, of, source = (" ".join(typed.get(f"{name}_{place}", "").split()) for name in RECOUNT)
        if top or of or source:
            found.append(Recount(target=place, numerator=_whole(top), denominator=_whole(of), source=source))
    return found


def faults_of_counts(counts: Sequence[HandCount], fields: ActionFields) -> dict[str, str]:
    """By field, what must be put right in the counts of a proposal; "" for nothing."""
    faults = {}
    for one in counts:
        target = _target(fields, one.target)
        if target is None:
            faults[f"count_top_{one.target}"] = "Records count this target: no person does."
            continue
        faults[f"count_top_{one.target}"] = fault_of_numbers(one, target)
        faults[f"count_since_{one.target}"] = fault_of_days(one, target)
    return faults


def faults_of_recounts(
    recounts: Sequence[Recount], counts: Sequence[HandCount], fields: ActionFields
) -> dict[str, str]:
    """By field, what must be put right in what was counted again: each count once, from something that is named.

    That it differs is no fault: it is kept, and rule 2 fails.
    """
    faults = {}
    for count in counts:
        place, target = count.target, _target(fields, count.target)
        again = [one for one in recounts if one.target == place]
        if target is None or len(again) != 1:
            faults[f"recount_top_{place}"] = "Count it again, and type what you found."
            continue
        faults[f"recount_top_{place}"] = fault_of_numbers(again[0], target)
        if not SHORTEST_SOURCE <= len(again[0].source) <= LONGEST_SOURCE:
            faults[f"recount_from_{place}"] = (
                f"Name the records or documents you counted from, in {SHORTEST_SOURCE} to {LONGEST_SOURCE} letters."
            )
    for place in {one.target for one in recounts} - {one.target for one in counts}:
        faults[f"recount_top_{place}"] = "Nothing was typed that could be counted again."
    return faults


def _target(fields: ActionFields, place: int) -> Target | None:
    """The target at a place, when it is in the action's own words."""
    target = fields.targets[place - 1] if 0 < place <= len(fields.targets) else None
    return target if target is not None and not (target.measure or target.variant) else None


def _whole(typed: str) -> int:
    """The number, -1 for what is none."""
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > len(str(MOST)) or int(typed) > MOST:
        return -1
    return int(typed)
