"""The list of signals that somebody sees: those that show now, those that passed unanswered, those that were answered.

None goes silently: what was once shown stays until somebody answers it, though its cause has passed or its records
were put right. A signal that only got an earlier or another first record is the same one, and stands once.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.identity.scope import Scope
from server.measures.reading import read_settings
from server.signals import store
from server.signals.reading import read_signal_facts
from server.signals.rule import Given
from server.signals.signal import Signal
from server.signals.signs import SIGNS, signals
from server.signals.store import Answer, Shown

STATES = {
    "open": "To be answered",
    "passed": "No longer so, never answered",
    "answered": "Answered",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One signal of the list: in which of the `STATES`, and with which answer."""

    signal: Signal
    state: str
    answer: Answer | None = None


class SignalFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; "" is everything. `state` "unanswered" is all that nobody answered."""

    service: str = ""
    unit: str = ""
    theme: str = ""
    sign: str = ""
    state: str = ""

    def lets_through(self, line: Line) -> bool:
        """Whether a line is in it."""
        signal, state = line.signal, "unanswered" if line.state != "answered" else "answered"
        return (
            self.service in ("", signal.service)
            and (not self.unit or self.unit in signal.units)
            and (not self.theme or self.theme in SIGNS[signal.code].themes)
            and self.sign in ("", signal.code)
            and self.state in ("", line.state, state)
        )


class SignalList(msgspec.Struct, frozen=True):
    """What somebody sees; `fresh`: signals that nobody was shown before; `waiting`: which signs wait for what."""

    lines: list[Line]
    fresh: list[Signal]
    waiting: dict[str, str]


def read_list(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, as_of: datetime
) -> SignalList:
    """Every signal that `scope` may see, the unanswered first, each state by when it showed, the newest first."""
    services = scope.services
    shown = store.read_shown(connection, services)
    facts = read_signal_facts(connection, services, catalogue, as_of)
    given = Given(facts, read_settings(connection, scope, catalogue), store.covered_by(shown))
    now = signals(given)
    known = {one.signal.id for one in shown}
    return SignalList(
        lines=[line for line in lines(now, shown, as_of) if may_see(scope, line.signal)],
        fresh=[signal for signal in now if signal.id not in known],
        waiting={code: words for code, sign in SIGNS.items() if (words := sign.waits_for(facts))},
    )


def lines(now: Iterable[Signal], shown: Sequence[Shown], as_of: datetime) -> list[Line]:
    """What shows now, with what was shown before."""
    current = list(now)
    telling: dict[tuple[str, str, str], set[str]] = {}
    for signal in current:
        telling.setdefault(signal.place, set()).update(signal.fired_by)
    found = [Line(signal=signal, state="open" if signal.holds(as_of) else "passed") for signal in current]
    for one in shown:
        if one.answer is not None:
            signal = msgspec.structs.replace(one.signal, fired_by=one.answer.fired_by)
            found.append(Line(signal=signal, state="answered", answer=one.answer))
        elif not telling.get(one.signal.place, set()) & set(one.signal.fired_by):
            found.append(Line(signal=one.signal, state="passed"))
    order = list(STATES)
    found.sort(key=lambda line: (line.signal.fired_at, line.signal.id), reverse=True)
    return sorted(found, key=lambda line: order.index(line.state))


def may_see(scope: Scope, signal: Signal) -> bool:
    """Whether all that fired it is within reach. Actions belong to the service, and so do controls of no unit; who sees
    one unit is shown what is about that unit alone.
    """
    return all(scope.shows_place(signal.service, unit) for unit in signal.units)
