"""What several services say together, from what each says by itself. Pure.

A record belongs to one service, so counts add up, and the newest of all is the newest of the newest of each: telling
each by itself and adding up comes to the same as telling all of them at once.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from server.evidence import words
from server.triangulation.over_time import Week
from server.triangulation.standing import STAFFING, Asked, Standing


def stands_together(each: Iterable[Sequence[Standing]], asked: Asked) -> list[Standing]:
    """The kinds of several services as one: what is `asked` of all, in the order of `stand`. Each of `each` was told
    since the same day.
    """
    by_code: dict[str, list[Standing]] = {code: [] for code in (*words.EVIDENCE_KINDS, STAFFING)}
    for stands in each:
        for one in stands:
            by_code[one.code].append(one)
    together = [_together(code, ones, asked) for code, ones in by_code.items()]
    return [one for one in together if one.needed or one.newest is not None]


def weeks_together(each: Iterable[Sequence[Week]]) -> list[Week]:
    """The same weeks of several services as one."""
    found: dict[date, Week] = {}
    for weeks in each:
        for week in weeks:
            so_far = found.get(week.monday)
            found[week.monday] = week if so_far is None else _added(so_far, week)
    return [found[monday] for monday in sorted(found)]


def _together(code: str, ones: Sequence[Standing], asked: Asked) -> Standing:
    newest = max((one.newest for one in ones if one.newest), default=None)
    age = (asked.today - newest).days if newest else 0
    return Standing(
        code=code,
        needed=code in asked.needed,
        supports=sum(one.supports for one in ones),
        contradicts=sum(one.contradicts for one in ones),
        inconclusive=sum(one.inconclusive for one in ones),
        at_night=sum(one.at_night for one in ones),
        units=tuple(sorted({unit for one in ones for unit in one.units})),
        shifts=tuple(sorted({shift for one in ones for shift in one.shifts})),
        newest=newest,
        age=max(age, 0),
        current=newest is not None and age <= asked.current_days,
    )


def _added(one: Week, other: Week) -> Week:
    return msgspec.structs.replace(
        one,
        supports=one.supports + other.supports,
        contradicts=one.contradicts + other.contradicts,
        inconclusive=one.inconclusive + other.inconclusive,
    )
