"""Where practice itself was seen, and whether that is in more places than one (S4, "across teams, shifts and
locations"; domain/3 1.9.5). Pure.

The sentence on the page of an action and rule 5 of its closure test both ask here, so that neither says what the other
denies: two units, or two shifts.
"""

from collections.abc import Collection

# Practice as it is lived: watched, or written down as it happened
LIVE = ("observation", "record")
LEAST_PLACES = 2


def in_one_place(asked: Collection[str], units: Collection[str], shifts: Collection[str]) -> bool:
    """Whether practice that must be seen in several units (`asked`) was seen in one of them on one shift alone.

    `units` and `shifts` are those of the records of live practice that support the action; "" stands for none.
    """
    if len(asked) < LEAST_PLACES:
        return False
    return all(len(set(seen) - {""}) < LEAST_PLACES for seen in (units, shifts))
