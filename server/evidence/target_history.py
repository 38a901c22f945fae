"""Every target that an action ever had: from when until when it held, who set it, who replaced it, and why.

A past window keeps the target that held in it: what it came to is counted over the days in which that target stood.
Pure, but for `read_changed` (a job for `Database.read`).
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from server.evidence.action_history import target_line
from server.evidence.action_store import Edit, all_of, history
from server.evidence.actions import Action, Target
from server.evidence.people import Names
from server.evidence.times import day_in_london, moment_words, read_instant

SHORTEST_WHY, LONGEST_WHY = 10, 1000
NO_REASON = "No reason was asked for then."
MADE = "The action was made with it."


class HeldTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One target, from the instant it was set, by whom and why; `until` "" while it stands, else what came then: by
    whom, why, and the targets that replaced it, in words ("" = none).
    """

    target: Target
    since: str
    set_by: str
    why: str
    until: str = ""
    ended_by: str = ""
    ended_why: str = ""
    then: str = ""

    @property
    def counted(self) -> Target | None:
        """The target with its window as far as it held; None for one whose window had not begun."""
        if not self.until:
            return self.target
        last = min(date.fromisoformat(self.target.end), day_in_london(read_instant(self.until)))
        if last < date.fromisoformat(self.target.start):
            return None
        return replace(self.target, end=last.isoformat())


def held_targets(action: Action, edits: Iterable[Edit]) -> list[HeldTarget]:
    """Those that stand first, then those before, the last replaced first. `edits` in any order."""
    changes = [edit for edit in sorted(edits, key=lambda one: one.version) if "targets" in edit.changed]
    first = _targets(changes[0].changed["targets"][0]) if changes else action.fields.targets
    stands = [
        HeldTarget(target=target, since=action.created_at, set_by=action.created_by, why=MADE)
        for target in first
    ]
    ended: list[HeldTarget] = []
    for edit in changes:
        after, why = _targets(edit.changed["targets"][1]), edit.reason or NO_REASON
        fresh = [target for target in after if target not in [one.target for one in stands]]
        for one in stands:
            if one.target not in after:
                then = "; ".join(target_line(target) for target in _instead(one.target, fresh))
                over = replace(one, until=edit.at, ended_by=edit.who, ended_why=why, then=then)
                ended.append(over)
        kept = {_key(one.target): one for one in stands if one.target in after}
        stands = [
            kept.get(_key(target)) or HeldTarget(target=target, since=edit.at, set_by=edit.who, why=why)
            for target in after
        ]
    return stands + ended[::-1]


class HeldWords(msgspec.Struct, frozen=True, kw_only=True):
    """The same in words; `until` "" while it stands, `then` "" where nothing came instead."""

    line: str
    since: str
    set_by: str
    why: str
    until: str
    ended_by: str
    ended_why: str
    then: str


def in_words(held: HeldTarget, names: Names) -> HeldWords:
    """One target as people read it."""
    return HeldWords(
        line=target_line(held.target),
        since=moment_words(held.since),
        set_by=names.one_of_staff(held.set_by),
        why=held.why,
        until=moment_words(held.until) if held.until else "",
        ended_by=names.one_of_staff(held.ended_by) if held.until else "",
        ended_why=held.ended_why,
        then=held.then,
    )


def read_changed(
    connection: sqlite3.Connection, services: Sequence[str]
) -> list[tuple[Action, list[HeldTarget]]]:
    """The actions of these services whose targets were ever changed, each with all its targets."""
    rows = connection.execute(
        "SELECT DISTINCT action FROM action_history WHERE json_extract(changed, '$.targets') IS NOT NULL"
    )
    changed = {row["action"] for row in rows}
    return [
        (action, held_targets(action, history(connection, action.id)))
        for action in all_of(connection, services)
        if action.id in changed
    ]


def why_fault(before: Sequence[Target], after: Sequence[Target], why: str) -> str:
    """What to say where targets change and nobody says why; "" where all is well."""
    if tuple(before) == tuple(after) or SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        return ""
    return f"Write why the target changes, in {SHORTEST_WHY} to {LONGEST_WHY:,} letters: it stays in the history."


def _instead(target: Target, fresh: Sequence[Target]) -> Sequence[Target]:
    """Of what came then, what counts the same; else all of it."""
    same = [one for one in fresh if (one.measure, one.variant) == (target.measure, target.variant)]
    return same or fresh


def _key(target: Target) -> tuple[object, ...]:
    return msgspec.structs.astuple(target)


def _targets(kept: object) -> tuple[Target, ...]:
    return msgspec.convert(kept, tuple[Target, ...])
