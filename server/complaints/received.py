"""How many complaints, compliments and pieces of feedback came in: counts alone, held beside staffing (S2E1; M07).

Of a whole service whoever looks, without what few may see: or two people would read two figures of one week. What the
floor's list of complaints has from before there was a register is a complaint too.
"""

import sqlite3
from collections.abc import Iterable
from datetime import date

import msgspec

from server.complaints.kinds import COMPLAINT, COMPLIMENT, FEEDBACK
from server.desk_records.store import Reach, read_register
from server.evidence.times import read_day
from server.measures.periods import Period

_STAFFING = "ST"


class Item(msgspec.Struct, frozen=True):
    """One of them: its kind, its theme ("" = not said), the London day it was received on."""

    kind: str
    theme: str
    day: date


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Those of a period; `about_staffing` are complaints and feedback with that theme."""

    complaints: int = 0
    feedback: int = 0
    compliments: int = 0
    about_staffing: int = 0

    @property
    def words(self) -> str:
        """ "2 complaints, 1 piece of feedback"; "" for none of them. Compliments are no comparison with shortfalls."""
        said = (
            (self.complaints, "complaint", "complaints"),
            (self.feedback, "piece of feedback", "pieces of feedback"),
        )
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in said if count)


def read_items(connection: sqlite3.Connection, service: str) -> list[Item]:
    """Everything of a service that was received on a day that is known."""
    register = read_register(connection, "complaint", Reach((service,)))
    found = [(one.kind, one.now("theme"), one.now("received_on")) for one in register]
    found += [
        (COMPLAINT, "", row["received_on"] or "")
        for row in connection.execute(
            """
            SELECT json_extract(fields, '$.received_on') AS received_on FROM listed
            WHERE kind = 'complaint' AND service = ? AND NOT EXISTS (SELECT 1 FROM desk_record d WHERE d.id = listed.id)
            """,
            (service,),
        )
    ]
    return [Item(kind, theme, day) for kind, theme, on in found if (day := read_day(on)) is not None]


def count_received(items: Iterable[Item], period: Period) -> Received:
    """How many of them are of the period."""
    of_period = [one for one in items if period.holds_day(one.day)]
    kinds = [one.kind for one in of_period]
    return Received(
        complaints=kinds.count(COMPLAINT),
        feedback=kinds.count(FEEDBACK),
        compliments=kinds.count(COMPLIMENT),
        about_staffing=sum(one.theme == _STAFFING and one.kind != COMPLIMENT for one in of_period),
    )
