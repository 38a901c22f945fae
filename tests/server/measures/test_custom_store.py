"""A measure that a manager built is kept with every version it had."""

import sqlite3

import msgspec
import pytest

from observation_forms import FormError, load_catalogue
from server.measures.custom import CustomMeasure
from server.measures.custom_store import Kept, Overtaken, end, find, history, keep, read_custom
from tests.server.world import START, World

CATALOGUE = load_catalogue()
CALM = CustomMeasure(
    name="Calm shifts", form="shift_review", counted="pressure == calm", only="shift == night"
)
BUSY = msgspec.structs.replace(CALM, name="Busy shifts", counted="pressure == busy_safe", unit="count")


def kept(
    sql: sqlite3.Connection, measure: CustomMeasure = CALM, began_from: int = 0, service: str = "alder"
) -> Kept:
    return keep(sql, CATALOGUE, "m", service, measure, "chidi", START, began_from)


def test_what_is_kept_is_what_was_built(world: World) -> None:
    with world.sql() as sql:
        made = kept(sql)
        assert find(sql, "m", ["alder"]) == made
        assert (made.measure, made.version, made.who) == (CALM, 1, "chidi")
        assert read_custom(sql, ["alder"]) == [made]
        assert read_custom(sql, ["birch"]) == []
        assert find(sql, "m", ["birch"]) is None


def test_sending_it_twice_keeps_one(world: World) -> None:
    with world.sql() as sql:
        assert kept(sql) == kept(sql)
        assert len(history(sql, "m")) == 1


def test_a_change_is_a_version_more_and_the_old_one_can_be_read(world: World) -> None:
    with world.sql() as sql:
        kept(sql)
        changed = kept(sql, BUSY, 1)
        assert read_custom(sql, ["alder"]) == [changed]
        assert [one.measure for one in history(sql, "m")] == [BUSY, CALM]


def test_the_second_of_two_who_change_it_at_once_is_told(world: World) -> None:
    with world.sql() as sql:
        kept(sql)
        kept(sql, BUSY, 1)
        with pytest.raises(Overtaken):
            kept(sql, msgspec.structs.replace(CALM, name="Quiet shifts"), 1)
        with pytest.raises(Overtaken):
            kept(sql, CALM, 2, service="birch")


def test_an_ended_one_is_offered_no_more_and_is_still_found(world: World) -> None:
    with world.sql() as sql:
        kept(sql)
        ended = end(sql, "m", "alder", "chidi", START, 1)
        assert read_custom(sql, ["alder"]) == []
        assert find(sql, "m", ["alder"]) == ended
        assert end(sql, "m", "alder", "chidi", START, 1) == ended
        with pytest.raises(LookupError):
            end(sql, "other", "alder", "chidi", START, 1)


def test_a_rule_that_cannot_be_used_is_not_kept(world: World) -> None:
    with world.sql() as sql:
        with pytest.raises(FormError):
            kept(sql, msgspec.structs.replace(CALM, counted="presure == calm"))
        with pytest.raises(KeyError):
            kept(sql, msgspec.structs.replace(CALM, form="shift_revue"))
        assert history(sql, "m") == []


def test_nobody_changes_or_deletes_what_was_kept(world: World) -> None:
    with world.sql() as sql:
        kept(sql)
        for statement in ("UPDATE custom_measure SET name = 'x'", "DELETE FROM custom_measure"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed or deleted"):
                sql.execute(statement)


def test_the_trail_says_who_built_and_who_ended_it(world: World) -> None:
    with world.sql() as sql:
        kept(sql)
        end(sql, "m", "alder", "dana", START, 1)
        rows = sql.execute(
            "SELECT what, who, about, details FROM identity_audit WHERE what LIKE 'measure%' ORDER BY position"
        ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("measure_built", "chidi", "m", "version 1"),
        ("measure_ended", "dana", "m", "version 2"),
    ]
