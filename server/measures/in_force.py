"""The settings that measures count by, each with the value in force at an instant (domain/3, 1.11). Pure: no SQL.

Decided: what happened is judged by the value in force when it happened, so that a past period is counted again by what
held then, and a correction is judged like the record it corrects.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec


class InForce(msgspec.Struct, frozen=True):
    """`defaults` hold until a service sets something; by service and name, `history` has (from when, value)."""

    defaults: Mapping[str, str]
    history: Mapping[tuple[str, str], tuple[tuple[datetime, str], ...]] = {}

    def value(self, service: str, name: str, instant: datetime) -> str:
        """The value that held in `service` at `instant`. Raises `KeyError` for a setting that nobody knows."""
        held = self.defaults[name]
        for from_at, value in self.history.get((service, name), ()):
            if from_at > instant:
                break
            held = value
        return held

    def number(self, service: str, name: str, instant: datetime) -> int:
        """The same for a setting that is a whole number."""
        return int(self.value(service, name, instant))

    def minimum(self, service: str, instant: datetime, people: int) -> int:
        """How many must be counted before a figure is worth something by itself, in a service that supports `people`.

        In a home smaller than the minimum it is the number of people, but never under `measure_minimum_small`: 3 of 3
        is not proof (domain/3, small numbers).
        """
        usual = self.number(service, "measure_minimum", instant)
        return max(min(usual, people), min(usual, self.number(service, "measure_minimum_small", instant)))
