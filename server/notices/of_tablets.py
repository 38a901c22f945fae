"""Tablets that need a person, and those not tried lately without Wi-Fi."""

from server.drills.reading import read_drills
from server.fleet.fleet import Look, looks, read_fleet
from server.notices.notice import NOW, SOON, TODAY, Ground, Notice, counted

# Of the reasons to look at a tablet (`fleet.reasons`): records may be lost; something does not fit; it is silent
_MAY_LOSE, _SILENT = 3, 6


def tablets_today(ground: Ground) -> list[Notice]:
    """Three lines at most: records may be at risk, something does not fit, not heard of for a day."""
    fleet = looks(read_fleet(ground.connection, ground.viewer), "", ground.now)
    first = {look.tablet.id: look.reasons[0].rank for look in fleet if look.reasons}
    at_risk = [look for look in fleet if first.get(look.tablet.id, 99) < _MAY_LOSE]
    odd = [look for look in fleet if _MAY_LOSE <= first.get(look.tablet.id, 99) < _SILENT]
    silent = [look for look in fleet if first.get(look.tablet.id) == _SILENT]
    return [
        *_line(
            ground,
            "tablets_at_risk",
            at_risk,
            NOW,
            "may hold records that are not here",
            "may hold records that are not here",
        ),
        *_line(ground, "tablets_odd", odd, TODAY, "needs looking at", "need looking at"),
        *_line(
            ground,
            "tablets_silent",
            silent,
            TODAY,
            "was not heard of for a day",
            "were not heard of for a day",
        ),
    ]


def drills_today(ground: Ground) -> list[Notice]:
    """Tablets that have not shown lately that nothing is lost without the network."""
    tablets = read_drills(ground.connection, ground.viewer, ground.catalogue, ground.now)
    due = [tablet for tablet in tablets if tablet.standing != "recent"]
    if not due:
        return []
    return [
        Notice(
            code="drills",
            says=counted(len(due), "tablet has a Wi-Fi drill to do", "tablets have a Wi-Fi drill to do"),
            count=len(due),
            urgency=SOON,
            address="/drills",
            service=ground.service,
        )
    ]


def _line(ground: Ground, code: str, found: list[Look], urgency: int, one: str, many: str) -> list[Notice]:
    if not found:
        return []
    heard = [look.tablet.heard_at or look.tablet.enrolled_at for look in found]
    return [
        Notice(
            code=code,
            says=counted(len(found), f"tablet {one}", f"tablets {many}"),
            count=len(found),
            urgency=urgency,
            address="/tablets",
            service=ground.service,
            since=min(heard),
        )
    ]
