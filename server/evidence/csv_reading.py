"""Reading a CSV file that somebody's spreadsheet wrote: UTF-8 with or without its mark, UTF-16, or Windows-1252;
commas, semicolons or tabs; Excel's own first line "sep=;". Never more than a set size.
"""

import csv
import io
import re
from collections import Counter

import msgspec

from server.evidence.csv_cells import unguarded

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 1_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
OLD_CODING = (
    "The file is not in UTF-8, so it was read as Excel's older coding, Windows-1252. Look at its accents."
)


class FileFault(Exception):
    """A file that cannot be read as a table; `str()` says what to do."""


class Line(msgspec.Struct, frozen=True):
    """One row: which line of the file it begins on, and its cells by heading. `too_many`: more cells than headings."""

    number: int
    cells: dict[str, str]
    too_many: bool


class Table(msgspec.Struct, frozen=True):
    """A file's headings, as small letters with `_` for spaces, its rows, and what there is to say about the file."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def read_table(raw: bytes) -> Table:
    """The table in a file. Raises `FileFault`. Rows with nothing in them are left out; guards against formulas are
    taken off.
    """
    if len(raw) > MOST_BYTES:
        raise FileFault(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Take it in parts.")
    text, notes = _decode(raw)
    separator, text, skipped = _separator(text)
    lines = _rows(text, separator)
    headings = tuple(_heading(cell) for cell in (lines[0][1] if lines else []))
    _check_headings(headings)
    rows = tuple(
        Line(
            number + skipped,
            {
                name: unguarded(cell)
                for name, cell in zip(headings, _padded(cells, len(headings)), strict=False)
            },
            any(cell.strip() for cell in cells[len(headings) :]),
        )
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    )
    if len(rows) > MOST_ROWS:
        raise FileFault(
            f"The file has {len(rows):,} rows, and {MOST_ROWS:,} are taken at once. Take it in parts."
        )
    if not rows:
        raise FileFault("There is no row below the headings, so there is nothing to bring in.")
    return Table(headings, rows, notes)


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16"), ()
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), (OLD_CODING,)
    except UnicodeDecodeError:
        raise FileFault(
            "This is not a file of text. In the spreadsheet, save it as “CSV UTF-8” and hand that in."
        ) from None


def _separator(text: str) -> tuple[str, str, int]:
    """The sign between cells, the text to read, and how many lines at its top are not part of it."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if told := re.fullmatch(r'"?sep=(.)"?\r?', first, re.IGNORECASE):
        return told[1], text.lstrip("\r\n").partition("\n")[2], 1
    bare = Counter(re.sub(r'"[^"]*"', "", first))
    return max(",;\t", key=lambda sign: bare[sign]), text, 0


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Each row with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
                raise FileFault(
                    f"Line {before + 1} has more than {MOST_COLUMNS} cells, or one with more than {LONGEST_CELL:,} "
                    "letters. Is a quotation mark missing?"
                )
            if cells or rows:
                rows.append((before + 1, cells))
            before = reader.line_num
            if len(rows) > 20 * MOST_ROWS:
                raise FileFault(f"The file has far more than {MOST_ROWS:,} rows. Take it in parts.")
    except csv.Error as error:
        raise FileFault(
            f"Near line {reader.line_num} this cannot be read as a table ({error}). Save it from the spreadsheet again."
        ) from None
    return rows


def _heading(cell: str) -> str:
    return re.sub(r"[\s_]+", "_", cell.strip().lower())


def _check_headings(headings: tuple[str, ...]) -> None:
    twice = [name for name, count in Counter(headings).items() if name and count > 1]
    if twice:
        raise FileFault(f"The column “{twice[0]}” stands twice. Take one of them out.")


def _padded(cells: list[str], length: int) -> list[str]:
    return cells + [""] * (length - len(cells))
