"""The bench of the desk's pages does what it says, on a provider small enough for a test."""

import sqlite3
from contextlib import closing
from pathlib import Path

from observation_forms import load_catalogue
from tests.bench.desk_pages import figures_of, measured, pages_of, scans, scans_of
from tests.bench.frame import broken
from tests.bench.many_records import ACTIONS, SERVICES, build, read_note, write_note
from tests.bench.measures import after_one


def test_pages_are_timed_and_no_query_reads_through_a_whole_table(tmp_path: Path) -> None:
    built = build(tmp_path, 640)
    write_note(tmp_path, built)
    assert read_note(tmp_path) == built
    assert SERVICES * ACTIONS == 400
    assert scans(tmp_path, built) == []
    with closing(sqlite3.connect(tmp_path / "sightline.db")) as sql:
        sql.row_factory = sqlite3.Row
        for through in (
            "record_version v WHERE v.code = 'F1'",
            "answer",
            "bearing AS b WHERE b.bearing = ''",
        ):
            assert len(list(scans_of(sql, f"SELECT 1 FROM {through}"))) == 1
        assert list(scans_of(sql, "SELECT 1 FROM record_version v WHERE v.seq = 1")) == []
    found = measured({640: (tmp_path, built)}, 1, "the map, first")[640]
    assert "the map, first page" in pages_of(built)
    figures = figures_of({640: found, 641: {name: [1000.0, 1000.0] for name in found}})
    assert [figure.name for figure in figures] == [
        "the map, first page: 640",
        "the map, first page: 641",
        "the map, first page: 641, p95",
    ]
    assert any(
        words.startswith("the map, first page: 641, p95: 1,000 ms, at most 150") for words in broken(figures)
    )
    before = revision_of(tmp_path)
    moved = after_one(tmp_path / "sightline.db", load_catalogue(), 2)
    assert moved[0].name == "a record moves the revision"
    assert revision_of(tmp_path) == before + 2


def revision_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "sightline.db")) as sql:
        rows = sql.execute("SELECT revision FROM evidence_revision WHERE service = 'alder'")
        return int(rows.fetchone()[0])
