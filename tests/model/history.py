"""A history: what happens to a few tablets and their server, drawn from a seed. Data only; `house.py` makes it happen.

The same history runs with either kind of tablet. Any step can be left out and the rest still means something, so that a
history that went wrong can be made shorter.
"""

import json
from random import Random
from typing import Any, NamedTuple

from tests.model.network import Fault, drawn

DAY = 86_400
ZONES = ("Europe/London", "UTC", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Pago_Pago")
# Days after 16 November 2026, 09:00: that day, New Year's Eve, the night the clocks go forward, a leap day, the night
# they go back
BEGINNINGS = (0.0, 45.61, 131.66, 469.9, 347.6)


class Step(NamedTuple):
    """One thing that happens. What `who`, `n` and `m` mean depends on what there is; `n` and `m` are below 1,000."""

    act: str
    who: int = 0
    n: int = 0
    m: int = 0
    yes: bool = False
    faults: tuple[Fault, ...] = ()


class History(NamedTuple):
    """`tablets` of them, beginning `days` after the world of the tests, in a time zone."""

    seed: int
    tablets: int
    days: float
    zone: str
    steps: tuple[Step, ...]


ACTS: dict[str, int] = {
    "seal": 14,
    "correct": 4,
    "withdraw": 2,
    "sync": 16,
    "all_sync": 4,
    "in_the_way": 4,
    "cut_off": 4,
    "both_tabs": 3,
    "close_tab": 1,
    "wifi": 2,
    "late": 2,
    "kill": 3,
    "kill_at": 7,
    "restart": 2,
    "clock": 3,
    "wipe": 1,
    "full": 2,
    "copy": 2,
    "enrol": 1,
    "server_dies": 5,
    "server_stops": 1,
    "server_starts": 3,
    "backup": 4,
    "restore": 3,
    "days_pass": 2,
    "server_clock": 1,
    "list_changes": 3,
    "form": 2,
    "leave": 1,
    "revoke": 2,
    "move": 1,
    "old_client": 2,
    "job_fails": 1,
}
"""Every act and how often it is drawn. Each names a method of `House`."""


def drawn_history(seed: int, steps: int = 30) -> History:
    """The history of a seed."""
    chance = Random(seed)
    acts = chance.choices(list(ACTS), weights=list(ACTS.values()), k=steps)
    tablets, days, zone = chance.randint(2, 4), chance.choice(BEGINNINGS), chance.choice(ZONES)
    return History(seed, tablets, days, zone, tuple(_step(chance, act, tablets) for act in acts))


def _step(chance: Random, act: str, tablets: int) -> Step:
    some = () if chance.random() < 0.4 else tuple(_perhaps(chance) for _ in range(chance.randint(1, 4)))
    return Step(
        act,
        chance.randrange(tablets),
        chance.randrange(1000),
        chance.randrange(1000),
        chance.random() < 0.5,
        some if act in ("sync", "all_sync", "both_tabs") else (),
    )


def _perhaps(chance: Random) -> Fault:
    return drawn(chance) if chance.random() < 0.6 else Fault("none")


def written(history: History) -> str:
    """The history as one line that `read` understands, for a report."""
    return json.dumps(history)


def read(text: str) -> History:
    """What `written` wrote."""
    seed, tablets, days, zone, steps = json.loads(text)
    return History(seed, tablets, days, zone, tuple(_read_step(step) for step in steps))


def _read_step(step: list[Any]) -> Step:
    act, who, n, m, yes, faults = step
    return Step(act, who, n, m, yes, tuple(Fault(*fault) for fault in faults))


def told(step: Step) -> str:
    """A step in a few words."""
    faults = ", ".join(f"{way} {number} {said}" for way, number, said in step.faults)
    return f"{step.act} who={step.who} n={step.n} m={step.m} yes={int(step.yes)}" + (
        f" [{faults}]" if faults else ""
    )
