"""The heat map: counts, what could not be observed yet, and its empty cells in words."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.coverage.heat import DAYS, Cell, HeatRow, empty_words, heat_map
from server.coverage.seen import SHIFTS, Seen
from server.evidence.times import read_instant
from server.evidence.words import SHIFTS as SHIFT_WORDS
from tests.server.coverage.made import days, seen

WEEK = days("2026-11-16", "2026-11-22")
LATER = read_instant("2026-12-31T12:00:00Z")


def rows(*observed: Seen, window: object = WEEK, as_of: object = LATER) -> dict[tuple[str, str], HeatRow]:
    found = heat_map(observed, ["alder-1", "alder-2"], SHIFTS, window, as_of)  # type: ignore[arg-type]
    return {(row.unit, row.shift): row for row in found}


def test_nothing_observed_is_a_map_of_noughts() -> None:
    found = rows()
    assert list(found) == [(unit, shift) for unit in ("alder-1", "alder-2") for shift in SHIFTS]
    assert all(row.cells == tuple(Cell(day, 0, 1) for day in DAYS) and row.never for row in found.values())


def test_each_record_is_in_the_cell_of_its_unit_shift_and_weekday() -> None:
    found = rows(
        seen("2026-11-21T09:00:00Z", "a", shift="day"),
        seen("2026-11-21T10:00:00Z", "b", shift="day"),
        # The small hours of Sunday are Saturday's night
        seen("2026-11-22T03:00:00Z", "c", shift="night", unit="alder-2"),
    )
    assert [cell.count for cell in found["alder-1", "day"].cells] == [0, 0, 0, 0, 0, 2, 0]
    assert [cell.count for cell in found["alder-2", "night"].cells] == [0, 0, 0, 0, 0, 1, 0]
    assert sum(row.total for row in found.values()) == 3


def test_what_was_stopped_at_once_observed_nothing() -> None:
    assert rows(seen("2026-11-21T09:00:00Z", stopped=True))["alder-1", "day"].never


def test_a_shift_that_has_not_begun_is_not_empty() -> None:
    found = rows(as_of=read_instant("2026-11-18T14:00:00Z"))
    assert [cell.shifts for cell in found["alder-1", "late"].cells] == [1, 1, 1, 0, 0, 0, 0]
    assert found["alder-1", "night"].empty == ("Monday", "Tuesday")
    assert not rows(as_of=read_instant("2026-11-15T12:00:00Z"))["alder-1", "day"].never


def test_in_the_week_of_each_clock_change_every_weekday_has_one_shift() -> None:
    for first, last in (("2026-03-23", "2026-03-29"), ("2026-10-19", "2026-10-25")):
        found = rows(window=days(first, last))
        assert {cell.shifts for row in found.values() for cell in row.cells} == {1}


def test_a_record_without_a_unit_or_of_an_unusual_shift_has_a_row_of_its_own() -> None:
    observed = (seen("2026-11-21T15:00:00Z", "a", unit=""), seen("2026-11-21T15:00:00Z", "b", shift="late"))
    found = heat_map(observed, ["alder-1"], ("day", "night"), WEEK, LATER)
    assert [(row.unit, row.shift, row.total) for row in found] == [
        ("alder-1", "day", 0), ("alder-1", "late", 1), ("alder-1", "night", 0), ("", "late", 1),
    ]  # fmt: skip


def test_empty_cells_are_said_in_words() -> None:
    def said(*counts: int) -> str:
        row = HeatRow("alder-1", "night", tuple(map(Cell, DAYS, counts, (1,) * 7)))
        return empty_words(row, SHIFT_WORDS)

    assert said(1, 1, 1, 1, 1, 1, 1) == ""
    assert said(1, 1, 1, 1, 1, 1, 0) == "Night: nobody on a Sunday"
    assert said(1, 0, 1, 1, 1, 0, 0) == "Night: nobody on a Tuesday, Saturday or Sunday"
    assert said(0, 0, 0, 0, 0, 0, 0) == "Night: nobody at all"


def test_shades_go_up_with_the_number() -> None:
    assert [Cell("Monday", count, 4).shade for count in range(6)] == [0, 1, 2, 2, 3, 3]


@given(
    st.lists(st.tuples(st.integers(0, 60 * 24 * 20), st.sampled_from(("", *SHIFTS))), max_size=30),
    st.randoms(),
)
def test_every_record_of_the_window_is_counted_once_in_whatever_order(
    made: list[tuple[int, str]], chance: object
) -> None:
    start = read_instant("2026-10-15T00:00:00Z")
    observed = [
        seen(f"{start + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}", str(number), shift=shift)
        for number, (minutes, shift) in enumerate(made)
    ]
    window = days("2026-10-18", "2026-10-31")
    found = rows(*observed, window=window)
    chance.shuffle(observed)  # type: ignore[attr-defined]
    assert rows(*observed, window=window) == found
    inside = [one for one in observed if window.holds_day(one.worked[0])]
    assert sum(row.total for row in found.values()) == len(inside)
