"""What somebody asks a pack to hold: which services, which days, which themes, by which framework, and what for.

Pure. domain/3 1.10: filters by quality statement or key line of enquiry, theme and dates; everything else is decided.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from server.evidence.times import day_in_london, read_day, start_of_day, write_instant
from server.framework import library
from server.identity.scope import Part, Scope

SHORTEST_WHY, LONGEST_WHY = 10, 500
LONGEST = timedelta(days=3 * 366)
# Nothing has this id: a theme without an action must not open every action
_NONE = "none"


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Days are London's, both included; no theme is all of them. `framework` is an edition, such as "qs/2023"."""

    services: tuple[str, ...]
    since: date
    until: date
    themes: tuple[str, ...] = ()
    framework: str
    why: str

    def as_of(self, now: datetime) -> datetime:
        """The moment its figures are for: the end of its last day, or now when that is not over."""
        return min(now, start_of_day(self.until + timedelta(days=1)))

    def last(self, now: datetime) -> str:
        """The last second that is in it: of its last day, or now when that is not over."""
        end = start_of_day(self.until + timedelta(days=1)) - timedelta(seconds=1)
        return write_instant(min(now, end))

    def records(self, actions: tuple[str, ...]) -> Scope:
        """Which records stand in it, people and staff under pseudonyms; of some themes those about `actions` alone."""
        chosen = (actions or (_NONE,)) if self.themes else ()
        since, until = start_of_day(self.since), start_of_day(self.until + timedelta(days=1))
        return self._scope(actions=chosen, since=write_instant(since), until=write_instant(until))

    def figures(self, now: datetime) -> Scope:
        """What its figures are counted over: all that had happened by the end, as on the pages of the actions."""
        end = start_of_day(self.until + timedelta(days=1))
        return self._scope(until=write_instant(end) if end <= now else "")

    def _scope(self, **limits: object) -> Scope:
        parts = (msgspec.convert({"service": one, **limits}, Part) for one in self.services)
        return Scope(tuple(parts), named=False)


def editions() -> dict[str, str]:
    """The editions of frameworks that a pack may go by, with how they stand."""
    return {one.key: f"{one.name} ({one.standing})" for one in library().offered}


def read_chosen(
    typed: Mapping[str, tuple[str, ...]],
    services: Mapping[str, str],
    themes: Mapping[str, str],
    now: datetime,
) -> tuple[Chosen | None, dict[str, str]]:
    """What was asked for, or what to put right, by field. `services`, `themes`: those that may be chosen."""
    why = " ".join(_one(typed, "why").split())
    since, until = read_day(_one(typed, "since")), read_day(_one(typed, "until"))
    faults: dict[str, str] = {}
    if not typed.get("services"):
        faults["services"] = "Choose at least one service."
    for name, known in (("services", services), ("themes", themes)):
        if not set(typed.get(name, ())) <= set(known):
            faults[name] = "Choose only from this list."
    if since is None:
        faults["since"] = "Give the first day, such as 2026-09-01."
    if until is None or until > day_in_london(now):
        faults["until"] = "Give the last day. It cannot lie ahead."
    elif since is not None and not since <= until <= since + LONGEST:
        faults["until"] = "The last day must not be before the first one, nor three years after it."
    if _one(typed, "framework") not in editions():
        faults["framework"] = "Choose one of these."
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["why"] = "Write what it is for and who gets it, in ten letters or more. Name nobody."
    if faults or since is None or until is None:
        return None, faults
    return (
        Chosen(
            services=tuple(sorted(set(typed["services"]))),
            since=since,
            until=until,
            themes=tuple(sorted(set(typed.get("themes", ())))),
            framework=_one(typed, "framework"),
            why=why,
        ),
        {},
    )


def _one(typed: Mapping[str, tuple[str, ...]], name: str) -> str:
    return "".join(typed.get(name, ())[:1])
