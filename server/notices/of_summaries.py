"""Monthly summaries that were asked for and that nobody has signed in time."""

from urllib.parse import urlencode

from server.evidence.times import day_in_london, start_of_day, write_instant
from server.measures.periods import ONE_DAY, month_of
from server.notices.notice import SOON, TODAY, Dated, Ground, Notice, counted
from server.summaries.asked import AskedFor, read_asked
from server.summaries.catalogue import KINDS
from server.summaries.reading import months_until
from server.summaries.store import read_states

MONTHS = 7


def summaries_today(ground: Ground) -> list[Notice]:
    """A line for what is overdue, and one for what is to be signed."""
    asked = _asked(ground)
    found = [
        _notice(ground, "summaries_overdue", TODAY, [one for one in asked if one.overdue], "overdue"),
        _notice(ground, "summaries_to_sign", SOON, [one for one in asked if not one.overdue], "to be signed"),
    ]
    return [one for one in found if one.count]


def summaries_dated(ground: Ground) -> list[Dated]:
    """By when each is to be signed."""
    return [
        Dated(
            uid=f"summary/{ground.service}/{one.kind}/{one.month}",
            kind=f"{KINDS[one.kind].name} of {one.month} signed, by this day",
            place=ground.viewer.services[ground.service],
            at=one.by,
            address=_address(ground),
        )
        for one in _asked(ground)
    ]


def _asked(ground: Ground) -> list[AskedFor]:
    today, states = day_in_london(ground.now), read_states(ground.connection, [ground.service])
    months = months_until(month_of(today), MONTHS)
    return read_asked(ground.connection, ground.service, months, states, today)


def _notice(ground: Ground, code: str, urgency: int, asked: list[AskedFor], how: str) -> Notice:
    return Notice(
        code=code,
        says=counted(len(asked), f"monthly summary is {how}", f"monthly summaries are {how}"),
        count=len(asked),
        urgency=urgency,
        address=_address(ground),
        service=ground.service,
        since=write_instant(start_of_day(min(one.by for one in asked) + ONE_DAY))
        if urgency == TODAY and asked
        else "",
    )


def _address(ground: Ground) -> str:
    return f"/summaries?{urlencode({'service': ground.service})}"
