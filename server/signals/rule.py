"""What every rule is given, and the plain words it says numbers with."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from server.measures.fact import Fact
from server.measures.in_force import InForce
from server.signals.facts import SignalFacts
from server.signals.signal import NOTHING_COVERED, Covered, Signal
from server.signals.telling import Event, Now


class Given(msgspec.Struct, frozen=True):
    """The facts, the settings with their history, and what was answered for. `to_come`: where rules write down when
    time alone may change what they tell.
    """

    facts: SignalFacts
    settings: InForce
    covered: Covered = NOTHING_COVERED
    to_come: set[datetime] = msgspec.field(default_factory=set)

    @property
    def now(self) -> Now:
        """The moment that everything is told of."""
        return Now(self.facts.as_of, self.to_come)

    def number(self, name: str, fact: Fact | Event) -> int:
        """The setting that held in the place of a fact when it happened."""
        at = fact.at if isinstance(fact, Event) else fact.happened_at
        return self.settings.number(fact.service, name, at)

    def enough(self, count: str, days: str) -> Callable[[Event], tuple[int, int]]:
        """How many within how many days, by the names of two settings."""
        return lambda event: (self.number(count, event), self.number(days, event))


Rule = Callable[[str, Given], list[Signal]]


def many(count: int, one: str, more: str = "") -> str:
    """ "1 entry", "3 entries" """
    return f"{count} {one if count == 1 else more or one + 's'}"
