"""What every fact has: where, when, and which record it is from."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from server.measures.periods import Period


class Fact(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """`id` is the record's id, with the row after it where a record gives several ("…/found.2"). `received_at` is when
    the version that stands came; a desk record came when it was signed.
    """

    id: str
    service: str
    happened_at: datetime
    received_at: datetime
    unit: str = ""

    @property
    def record(self) -> str:
        """The record it is from."""
        return self.id.partition("/")[0]


AnyFact = TypeVar("AnyFact", bound=Fact)


def happened_in(facts: Iterable[AnyFact], period: Period) -> list[AnyFact]:
    """Those that happened in the period: a record counts on the day that it says it happened, London time."""
    # Asked of every fact for every point of a chart: no call for each
    opens, closes = period.opens_at, period.closes_at
    return [fact for fact in facts if opens <= fact.happened_at < closes]
