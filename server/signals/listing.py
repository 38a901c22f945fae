"""The list of signals that somebody sees: those that show now, those that passed unanswered, those that were answered.

None goes silently: what was once shown stays until somebody answers it, though its cause has passed or its records
were put right. A signal that only got an earlier or another first record is the same one, and stands once.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.times import day_in_london, start_of_day
from server.identity.scope import Scope, of_services
from server.measures.periods import ONE_DAY
from server.measures.reading import read_settings
from server.signals import store
from server.signals.facts import SignalFacts
from server.signals.reading import READERS, read_signal_facts
from server.signals.rule import Given
from server.signals.signal import Signal
from server.signals.signs import SIGNS, signals
from server.signals.store import Answer, Shown
from server.standing.of_service import ServiceKept, Told, told
from server.standing.standing import AsOf, place_of

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
    """What somebody sees; `fresh`: signals that nobody was shown before; `waiting`: which signs wait for what. `older`:
    it is older than the evidence; `keep`: what is to be kept.
    """

    lines: list[Line]
    fresh: list[Signal]
    waiting: dict[str, str]
    older: AsOf | None = None
    keep: tuple[ServiceKept, ...] = ()


def read_list(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, as_of: datetime
) -> SignalList:
    """Every signal that `scope` may see, the unanswered first, each state by when it showed, the newest first."""
    shown = store.read_shown(connection, scope.services)
    found, _ = _read_signals(connection, scope.services, catalogue, shown, as_of)
    return _listed(scope, found, shown, as_of)


def read_list_kept(
    connection: sqlite3.Connection,
    scope: Scope,
    service: str,
    catalogue: Catalogue,
    as_of: datetime,
    *,
    anew: bool = False,
) -> SignalList:
    """The same of one service, as its signals were kept, or told now. What was answered since is left out at once."""
    shown = store.read_shown(connection, [service])
    found = signals_told(connection, service, catalogue, shown, as_of, anew=anew)
    listed = _listed(scope.within([service]), found.of, shown, as_of)
    return msgspec.structs.replace(listed, older=found.older, keep=found.keep)


def signals_told(
    connection: sqlite3.Connection,
    service: str,
    catalogue: Catalogue,
    shown: Sequence[Shown],
    as_of: datetime,
    *,
    anew: bool = False,
) -> Told[list[Signal]]:
    """The signals of a whole service, which are the same for whoever looks. They rest on what was answered as well."""
    return told(
        connection,
        place_of(connection, of_services([service]), service),
        "signals",
        list[Signal],
        answers_mark(shown),
        lambda: _read_signals(connection, [service], catalogue, shown, as_of),
        as_of,
        anew=anew,
    )


def answers_mark(shown: Iterable[Shown]) -> str:
    """Another one with each answer: none is changed or taken back."""
    return f"{sum(one.answer is not None for one in shown)} answers"


def _read_signals(
    connection: sqlite3.Connection,
    services: Sequence[str],
    catalogue: Catalogue,
    shown: Sequence[Shown],
    as_of: datetime,
) -> tuple[list[Signal], datetime]:
    """The signals of now, and the first moment at which time alone may change them."""
    settings = read_settings(connection, of_services(services), catalogue)
    given = Given(
        read_signal_facts(connection, services, catalogue, as_of), settings, store.covered_by(shown)
    )
    found = signals(given)
    tomorrow = start_of_day(day_in_london(as_of) + ONE_DAY)
    return found, min([tomorrow, *given.to_come])


def _listed(scope: Scope, now: Sequence[Signal], shown: Sequence[Shown], as_of: datetime) -> SignalList:
    known = {one.signal.id for one in shown}
    readable = SignalFacts(as_of=as_of, readable=frozenset(READERS))
    return SignalList(
        lines=[line for line in lines(now, shown, as_of) if may_see(scope, line.signal)],
        fresh=[signal for signal in now if signal.id not in known],
        waiting={code: words for code, sign in SIGNS.items() if (words := sign.waits_for(readable))},
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
