"""A case and its records years later: an open one keeps them, a closed one loses its words with the last of them."""

import asyncio
from pathlib import Path

from server import commands
from tests.server.cases.steps import act, open_case
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.retention.years import SECRET, Years, destroy
from tests.server.world import World

WORDS = "quillmarmot"
TABLES = ("desk_record", "desk_act", "desk_said", "case_record")


def close(years: Years, case: str) -> None:
    """Do with a case what closing it asks for."""
    with years.world.signed_in("chidi") as chidi:
        for what in ("decided", "candour_assessed", "outcome_set", "outcome", "closed"):
            act(chidi, case, what, **({"by": "2026-11-30"} if what == "outcome_set" else {}))


def test_an_open_case_keeps_its_records_from_being_destroyed(years: Years) -> None:
    record = years.about()
    with years.world.signed_in("chidi") as chidi:
        open_case(chidi, record=record, kind="concern")
    years.person_leaves()
    years.pass_by(8.1)
    destroy(years.desk(), record)
    assert years.gone() == []


def test_the_words_of_a_closed_case_go_with_the_last_of_its_records(years: Years) -> None:
    first, second = years.about(), years.about()
    with years.world.signed_in("chidi") as chidi:
        case = open_case(chidi, record=first, kind="concern", title=f"The {WORDS}")
        act(chidi, case, "record_added", record=second)
        act(chidi, case, "said", note=f"A {WORDS} again.")
        plain = open_case(chidi, title="Another case, without records")
    close(years, case)
    years.person_leaves()
    years.pass_by(8.1)
    desk = years.desk()
    destroy(desk, first)
    assert WORDS in desk.get(case).text
    destroy(desk, second)
    page = words_of(desk.get(case))
    assert WORDS not in page
    assert SECRET not in page
    assert "destroyed with its records, under a retention rule" in page
    assert "Chidi Okafor, registered manager" in page
    assert "Another case, without records" in desk.get(plain).text


def test_a_rebuild_leaves_every_case_as_it_was(tmp_path: Path) -> None:
    def kept(world: World) -> dict[str, list[tuple[object, ...]]]:
        with world.sql() as sql:
            return {table: [tuple(row) for row in sql.execute(f"SELECT * FROM {table}")] for table in TABLES}

    world = World(tmp_path)
    with world, world.signed_in("chidi") as chidi:
        record = Shift(world).record("incident_record", "2026-11-16T08:00:00Z")
        act(chidi, open_case(chidi, record=record), "fact")
    before = kept(world)
    asyncio.run(commands.rebuild(world.settings.database))
    assert all(before.values())
    assert kept(world) == before
