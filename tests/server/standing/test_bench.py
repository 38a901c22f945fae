"""The bench of the desk's pages does what it says, on a provider small enough for a test."""

from pathlib import Path

from tests.bench.desk_pages import measured, pages_of, scans, table
from tests.bench.many_records import ACTIONS, SERVICES, build, read_note, write_note


def test_pages_are_timed_and_no_query_reads_through_a_whole_table(tmp_path: Path) -> None:
    built = build(tmp_path, 640)
    write_note(tmp_path, built)
    assert read_note(tmp_path) == built
    assert SERVICES * ACTIONS == 400
    assert scans(tmp_path, built) == []
    found = measured(tmp_path, built, 1, "the map, first")
    lines = table({640: found})
    assert "the map, first page" in pages_of(built)
    assert lines[0].startswith("| page | 640: least, p50, p95")
    assert lines[-1].startswith("| the map, first page |")
