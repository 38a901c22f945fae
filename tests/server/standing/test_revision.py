"""Every change of what figures rest on moves the revision of its service, whoever makes it and wherever."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from observation_forms import load_catalogue
from server.coverage.wanted import Wanted
from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value
from server.evidence.action_page import read_action_page
from server.evidence.action_register import RegisterQuery
from server.evidence.action_register_page import read_register_page
from server.evidence.recovery_map import read_map
from server.evidence.recovery_map_query import read_map_query
from server.evidence.recovery_map_theme import read_theme
from server.evidence.times import day_in_london
from server.identity import organisation
from server.identity.permissions import Role
from server.identity.scope import of_services
from server.signals.listing import read_list_kept
from server.standing.kept import read_moment
from server.standing.of_coverage import coverage_told
from server.standing.schema import MOVES, MOVES_WITH
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
# What pages read that no kept figure rests on
IN_NO_FIGURE = {
    "tablet": "names of tablets stand beside records, which are always read anew",
    "provider": "its name stands on top of pages",
    "entry": "whether somebody signed, and what is held, is read with the newest records",
    "record_signature": "verdicts stand beside records",
    "concern": "marks stand beside records",
    "evidence_revision": "the revision itself",
    "action_kept": "what is kept",
    "service_kept": "what is kept of services",
    "signal_shown": "what was shown before is read beside what is kept",
    "signal_answer": "what is kept rests on how many answers there are",
    "sqlite_master": "SQLite's own",
    "record_current": "a view of record_version",
    "json_each": "a list that was asked for",
}


def revision(world: World, service: str = "alder") -> int:
    with world.sql() as sql:
        return read_moment(sql, service).revision


class Moves:
    """Says whether the revision of Alder House moved since it was last asked, and that of Birch Row did not."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = revision(world), revision(world, "birch")

    def only_here(self) -> bool:
        before, self._seen = self._seen, (revision(self._world), revision(self._world, "birch"))
        return self._seen[0] > before[0] and self._seen[1] == before[1]


def test_figures_read_no_table_whose_changes_move_nothing(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, measure_1="M04", how_1="", themes=["SG", "DE"])
    for measure in ("M01", "M02", "M03", "M06", "M07", "M08", "M09", "M11", "M13", "M14"):
        make_action(chidi, measure_1=measure, how_1="", title=f"On {measure}")
    bears = [{"action": action, "themes": ["SG", "DE"], "bearing": "supports"}]
    for form in ("sample_deterioration", "lived_experience", "incident_record", "handover_check"):
        shift.record(form, "2026-11-16T08:00:00Z", bearings=bears)
    read: set[str] = set()

    def note(what: int, table: str | None, *_: object) -> int:
        if what == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    scope, now = of_services(["alder"]), world.clock()
    with closing(sqlite3.connect(world.settings.database, isolation_level=None)) as sql:
        sql.row_factory = sqlite3.Row
        sql.set_authorizer(note)
        read_map(sql, scope, read_map_query({}, day_in_london(now)), CATALOGUE, now)
        read_action_page(sql, action, scope, CATALOGUE, now)
        read_register_page(sql, scope, RegisterQuery(), now)
        read_theme(sql, scope, "DE", CATALOGUE, now)
        read_list_kept(sql, scope, "alder", CATALOGUE, now)
        coverage_told(sql, scope, CATALOGUE, Wanted("alder"), now)
    assert {"record_version", "answer", "bearing", "dated_setting", "due_item", "listed"} <= read
    assert read - MOVES.keys() - MOVES_WITH.keys() - IN_NO_FIGURE.keys() == set()
    assert set(MOVES_WITH.values()) <= MOVES.keys()


def test_each_change_moves_the_revision_of_its_service_alone(
    world: World, shift: Shift, chidi: Browser
) -> None:
    moves = Moves(world)
    action = make_action(chidi, themes=["SG", "DE"])
    assert moves.only_here()
    bears = [{"action": action, "themes": ["SG", "DE"], "bearing": "supports"}]
    record = shift.record("practice_observation", "2026-11-16T08:00:00Z", bearings=bears)
    assert moves.only_here()
    shift.record(
        "practice_observation",
        "2026-11-16T08:00:00Z",
        record=record,
        version=2,
        reason="A slip",
        bearings=bears,
    )
    assert moves.only_here()
    assert edit_action(chidi, action, 1, deadline="2027-01-15", themes=["SG", "DE"]).status_code == 303
    assert moves.only_here()
    form = {"state": "set_aside", "reason": "It was another house.", "version": "2", "act": "0"}
    assert chidi.post(f"/evidence/{record}/review", data=form, follow_redirects=False).status_code == 303
    assert moves.only_here()
    with world.sql() as sql:
        setting = known_settings(CATALOGUE)["evidence_current_days"]
        set_value(sql, "alder", setting, "20", "chidi", "Every three weeks", world.clock())
        assert moves.only_here()
        organisation.add_unit(sql, "alder-3", "alder", "Loft")
        assert moves.only_here()
        organisation.add_person(sql, "alder-3-a", "alder-3", "CD", "7")
        assert moves.only_here()
        sql.execute(
            "INSERT INTO chart_note VALUES ('n', 'alder', '', 'M04', '2026-11-01', 0, 'New rota', 'chidi', '')"
        )
        assert moves.only_here()
        sql.execute("INSERT INTO chart_note_taken_back VALUES ('n', 'Wrong day', 'chidi', '')")
        assert moves.only_here()


def test_a_member_of_staff_may_be_named_anywhere(world: World) -> None:
    before = revision(world), revision(world, "birch")
    with world.sql() as sql:
        organisation.add_staff(sql, "jo", "Jo Hill", "jo@example.test")
        organisation.give_role(sql, "jo", Role.QUALITY_LEAD, "alder", world.clock() - timedelta(days=1))
    assert revision(world) > before[0]
    assert revision(world, "birch") > before[1]


def test_a_service_begins_with_a_revision_of_its_own(world: World, tmp_path: Path) -> None:
    with world.sql() as sql:
        organisation.add_service(sql, "cedar", "provider", "Cedar Lodge", "homecare")
        assert read_moment(sql, "cedar").revision >= 0
