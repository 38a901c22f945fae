"""One action ready to be signed in a running world, and for each of the ten rules a switch that breaks it and no other.

Every switch changes what the app reads, as the floor or the desk would have changed it, and changes it back; so one
world stands for every set of broken rules.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from server.identity.permissions import Role
from tests.server.closure.road import Road
from tests.server.evidence.arranged import make_action
from tests.server.reach import add_member
from tests.server.world import World

OWNER, CHECKER, DEPUTY = "kit", "lou", "jo"
SAID: Mapping[int, str] = {
    1: "The plan lacks an owner who works here.",
    2: "6 of 6 (100%), and the target is at most 90%.",
    3: "of oversight and minutes.",
    4: "Most of feedback contradicts it",
    5: "practice was seen in one unit on one shift alone.",
    6: "An immediate concern of Sun 15 Nov 2026",
    7: "Found again since the change: “Is it said how the difference will be checked?” (F7-AU).",
    8: "The closure note does not name what was changed",
    9: "A record of the sample was corrected, taken back or set aside since it was drawn.",
    10: "Whoever is named to see later whether it holds does not work here.",
}
"""What the reason of each broken rule says, beside its number."""


class Ready(Road):
    """The action, with everything beside it that a switch needs."""

    def __init__(self, world: World) -> None:
        with world.sql() as sql:
            for id, role in ((OWNER, Role.FLOOR), (CHECKER, Role.FLOOR), (DEPUTY, Role.SHIFT_MANAGER)):
                add_member(sql, id, role, "alder", "", world)
        super().__init__(world, owner=OWNER)
        self.other = make_action(world.signed_in("chidi"), title="Another action of this service")
        beside = [{"action": self.other, "themes": ["OV"], "bearing": "contradicts"}]
        self.feedback = self.shift.record(
            "lived_experience", "2026-11-14T10:00:00Z", "a_son_says_worse", bearings=beside
        )
        self.finding, _ = (
            self.audit(at, example="no_impact_check", bearings=beside)
            for at in ("2026-09-20T10:00:00Z", "2026-11-15T10:00:00Z")
        )
        self.concern = self.shift.record(
            "immediate_concern",
            "2026-11-15T11:00:00Z",
            "at_the_top_of_the_stairs",
            chosen={"what": "told_not_to_report"},
        )
        break_rule(self, 6, broken=False)
        form = {"service": "alder", "staff": DEPUTY, "since": "2026-11-16", "until": "2026-11-30"}
        answer = world.signed_in("dana").post("/closures/deputies", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        for step in (partial(self.propose, checker=CHECKER), self.draw, self.look):
            answer = step()
            assert answer.status_code == 303, answer.text


def _leaves(staff: str, road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    return "UPDATE staff SET left_at = ? WHERE id = ?", ("2026-11-16T08:00:00Z" if broken else "", staff)


def _target(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    comparator = "at_most" if broken else "at_least"
    return "UPDATE action_target SET comparator = ? WHERE action = ?", (comparator, road.action)


def _kind(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    if broken:
        return "INSERT INTO action_mark VALUES (?, 'evidence_kinds', 'oversight')", (road.action,)
    return "DELETE FROM action_mark WHERE action = ? AND code = 'oversight'", (road.action,)


def _bears(record: str, road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    action = road.action if broken else road.other
    return "UPDATE bearing SET action = ? WHERE record = ?", (action, getattr(road, record))


def _shift(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    shift = "day" if broken else "night"
    return "UPDATE record_version SET shift = ? WHERE record = ?", (shift, road.observations[1])


def _concern(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    return "UPDATE record_version SET withdrawn = ? WHERE record = ?", (int(not broken), road.concern)


def _changed(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    what = (
        "Care plans are read aloud before each handover." if broken else "Two staff share the night rounds."
    )
    return "UPDATE action SET changed_what = ? WHERE id = ?", (what, road.action)


def _drawn(road: Ready, broken: bool) -> tuple[str, tuple[object, ...]]:
    version = 2 if broken else 1
    return "UPDATE record_version SET version = ? WHERE record = ?", (version, road.drawn()[0])


SWITCHES: Mapping[int, Callable[[Ready, bool], tuple[str, tuple[object, ...]]]] = {
    1: partial(_leaves, OWNER),
    2: _target,
    3: _kind,
    4: partial(_bears, "feedback"),
    5: _shift,
    6: _concern,
    7: partial(_bears, "finding"),
    8: _changed,
    9: _drawn,
    10: partial(_leaves, CHECKER),
}


def break_rule(road: Ready, rule: int, *, broken: bool) -> None:
    """Break one rule, or mend it."""
    statement, values = SWITCHES[rule](road, broken)
    with road.world.sql() as sql:
        changed: sqlite3.Cursor = sql.execute(statement, values)
        assert changed.rowcount, (rule, broken)


@contextmanager
def breaking(road: Ready, rules: Iterable[int]) -> Iterator[None]:
    """These rules are broken, and mended afterwards."""
    chosen = list(rules)
    for rule in chosen:
        break_rule(road, rule, broken=True)
    yield
    for rule in chosen:
        break_rule(road, rule, broken=False)
