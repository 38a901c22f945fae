"""Records of other forms, placed by the week: so many whole weeks ago, on a weekday, at an hour in London.

The weeks are whole ISO weeks, so that what a week or a window counts does not hang on the weekday it is loaded on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from observation_forms import Catalogue, Context, Form, sealed_answers, weigh
from server.evidence.times import LONDON, day_in_london, write_instant
from server.example.cast import TABLETS, ExampleTablet
from server.example.improvement import PLANS, Plan, action_id
from server.example.observing import Observation
from server.example.retelling import retold
from server.measures.periods import week_of

_TABLETS = {tablet.name: tablet for tablet in TABLETS}


class Told(NamedTuple):
    """One record: of which form, like which worked example, when and by whom, about which actions ("S1E1 S4E2")."""

    form: str
    example: str
    week: int
    weekday: int
    hour: int
    shift: str
    tablet: str
    author: str
    about: str
    changes: Mapping[str, object] = {}
    minutes: int = 9


def records(catalogue: Catalogue, told: Iterable[Told], now: datetime, rng: Random) -> Iterator[Observation]:
    """Each of them as its author recorded it: what a question did not show is left out by its form."""
    for one in told:
        yield _record(catalogue.current(one.form), one, now, rng)


def _record(form: Form, one: Told, now: datetime, rng: Random) -> Observation:
    tablet, happened = _TABLETS[one.tablet], _moment(one, now, rng)
    recorded = happened + timedelta(minutes=one.minutes)
    plans = _open(one, tablet, now, happened)
    changes = {"happened_at": write_instant(happened), "shift": one.shift, **one.changes}
    answers = retold(form, one.example, happened, tablet, rng, changes)
    themes = frozenset(theme for plan in plans for theme in plan.themes.split())
    context = Context(recorded_at=write_instant(recorded), themes=themes)
    sealed = sealed_answers(form.definition, answers, context)
    bearings = tuple(
        (
            plan.id,
            tuple(sorted(plan.themes.split())),
            weigh(form.definition, sealed, context, frozenset(plan.themes.split())),
        )
        for plan in plans
    )
    return Observation(form.definition, happened, recorded, tablet, one.author, sealed, bearings, "", "")


def _moment(one: Told, now: datetime, rng: Random) -> datetime:
    monday = week_of(day_in_london(now)).start - timedelta(days=7 * one.week)
    day = monday + timedelta(days=one.weekday)
    at = datetime(day.year, day.month, day.day, one.hour, rng.randrange(50), tzinfo=LONDON)
    return datetime.fromtimestamp(at.timestamp(), tz=now.tzinfo)


def _open(one: Told, tablet: ExampleTablet, now: datetime, happened: datetime) -> list[Plan]:
    """Those of the actions named that had been made by then; a record from before bears on none."""
    named = [action_id(example) for example in one.about.split()]
    return sorted(
        (
            plan
            for plan in PLANS
            if plan.id in named
            and plan.service == tablet.service
            and happened > now - timedelta(days=plan.begun)
        ),
        key=lambda plan: plan.id,
    )


def spread(count: int) -> Sequence[int]:
    """Weekdays for so many records of one week, from Monday on."""
    return [(2 * place) % 5 for place in range(count)]
