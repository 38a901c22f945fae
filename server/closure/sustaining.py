"""Whether a closed action holds: when it is looked at again, and what came of it (domain/3 1.9.10). Pure."""

from collections.abc import Sequence
from datetime import date

import msgspec

from server.closure.decisions import Decision
from server.evidence.times import days_words

# What must still be so before somebody may say that it holds
STILL = ("evidence_current", "kinds_agree", "no_repeat_finding")


class SustainCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The first or the second check: the London day it is due on, and what came of it (None = not done)."""

    number: int
    due: date
    done: Decision | None

    @property
    def slipped(self) -> bool:
        """Whether it was found not to hold."""
        return self.done is not None and self.done.said.held is False

    def state(self, today: date) -> str:
        """ "held", "slipped", "overdue", "due" or "to come"."""
        if self.done is not None:
            return "slipped" if self.slipped else "held"
        if self.due > today:
            return "to come"
        return "overdue" if self.due < today else "due"

    def words(self, today: date) -> str:
        """ "Held", "Did not hold", "Overdue by 3 days", "Due today", "Due in 12 days" """
        days = (self.due - today).days
        return {
            "held": "Held",
            "slipped": "Did not hold",
            "overdue": f"Overdue by {days_words(-days)}",
            "due": "Due today",
            "to come": f"Due in {days_words(days)}",
        }[self.state(today)]


def sustain_checks(running: Sequence[Decision]) -> list[SustainCheck]:
    """The two checks of a round that closed the action; [] for any other round."""
    closed = next((one for one in running if one.step == "closed"), None)
    if closed is None:
        return []
    done = {one.said.check: one for one in running if one.step == "checked"}
    days = (closed.said.first_check, closed.said.second_check)
    return [
        SustainCheck(number=number, due=date.fromisoformat(day), done=done.get(number))
        for number, day in enumerate(days, 1)
    ]


def next_check(checks: Sequence[SustainCheck], today: date) -> SustainCheck | None:
    """The check to be done now, None while none is due or one has failed."""
    if any(one.slipped for one in checks):
        return None
    return next((one for one in checks if one.done is None and one.due <= today), None)
