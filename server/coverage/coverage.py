"""Everything that is known of the coverage of one service in a window, read once. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.coverage.heat import HeatRow, heat_map
from server.coverage.missed import HEARS, WATCHES, Missed, not_heard, not_watched
from server.coverage.promptness import Promptness, promptness
from server.coverage.reading import read_last, read_people, read_seen, read_units
from server.coverage.seen import SHIFTS, Seen
from server.dated_settings.setting import LONGEST_COUNT
from server.identity.scope import Scope
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day, window
from server.measures.reading import read_settings

# F1, F5, F6, F11: somebody went to look or to listen. A handover is checked at every shift and would hide the rest
LOOKS = ("practice_observation", "live_record_check", "lived_experience", "provider_visit")
_NOT_OF_THE_FLOOR = ("answer", "drill")
_HANDOVERS_OF_A_LATE = 3


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """`unheard` and `unwatched` are the settings, in days; `looked_from` the first day that was searched for them.

    `minimum`: from so many on, a share says something by itself.
    """

    window: Period
    today: date
    units: Mapping[str, str]
    heat: list[HeatRow]
    people: int
    not_heard: list[Missed]
    not_watched: list[Missed]
    routines: Mapping[str, str]
    promptness: list[Promptness]
    unheard: int
    unwatched: int
    looked_from: date
    minimum: int


def floor_forms(catalogue: Catalogue) -> dict[str, str]:
    """The forms of the floor that are offered, id to code and title; answers to questions and drills are none."""
    forms = [form.definition for form in catalogue.current_forms()]
    return {
        form.form: f"{form.code} {form.title}"
        for form in sorted(forms, key=lambda form: form.code)
        if form.evidence_kind not in _NOT_OF_THE_FLOOR
    }


def usual_window(settings: InForce, service: str, as_of: datetime) -> Period:
    """As many days as the service looks back over, the last of them today."""
    today = london_day(as_of)
    return window(today - timedelta(days=settings.number(service, "coverage_days", as_of) - 1), today)


def read_coverage(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    as_of: datetime,
    *,
    shown: Period | None = None,
    unit: str = "",
    form: str = "",
) -> Coverage:
    """The coverage of `service`, or one unit of it, as far as `scope` shows it. With `form`, the heat map and how soon
    records were written are of that form alone. Raises `ValueError` for a window before 1900 or after 2200.
    """
    scope = scope.within([service])
    settings = read_settings(connection, scope, catalogue)
    period, today = shown or usual_window(settings, service, as_of), london_day(as_of)
    unheard, unwatched = (
        settings.number(service, name, as_of) for name in ("unheard_days", "unwatched_days")
    )
    looked_from = today - timedelta(days=LONGEST_COUNT)
    units = {id: name for id, name in read_units(connection, scope).items() if unit in ("", id)}
    everybody = read_people(connection, scope)
    people = {id: where for id, where in everybody.items() if unit in ("", where)}
    noted = _of_unit(
        read_seen(connection, scope, [form] if form else floor_forms(catalogue), period.start, period.end),
        unit,
    )
    # A person may have been heard in another unit than the one they live in
    lately = read_last(connection, scope, HEARS, looked_from, today)
    routines = routines_of(catalogue)
    return Coverage(
        window=period,
        today=today,
        units=units,
        heat=heat_map(
            [one for one in noted if form or one.form in LOOKS],
            list(units),
            shifts_of(settings.value(service, "handover_times", as_of)),
            period,
            as_of,
        ),
        people=len(people),
        not_heard=not_heard(lately, people, today, unheard),
        not_watched=not_watched(lately, list(units), list(routines), today, unwatched),
        routines=routines,
        promptness=promptness(noted, period),
        unheard=unheard,
        unwatched=unwatched,
        looked_from=looked_from,
        minimum=settings.minimum(service, as_of, len(everybody)),
    )


def routines_of(catalogue: Catalogue) -> dict[str, str]:
    """What can be watched, code to words, as the form in use asks it; "something else" is no routine."""
    asked = catalogue.current(WATCHES).definition.by_id["routine"]
    return {option.code: option.label for option in asked.options if option.code != "other"}


def shifts_of(handovers: str) -> Sequence[str]:
    """The shifts of a service that hands over at these times: with fewer than three, there is no late shift."""
    return SHIFTS if len(handovers.split()) >= _HANDOVERS_OF_A_LATE else ("day", "night")


def _of_unit(seen: list[Seen], unit: str) -> list[Seen]:
    return [one for one in seen if unit in ("", one.unit)]
