"""Reading what somebody's spreadsheet wrote: any coding and separator it may use, and words for what is no table."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence.csv_cells import guarded, unguarded
from server.evidence.csv_reading import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, FileFault, read_table
from server.evidence.evidence_export import csv_lines

TEXT = "number;title\r\n1;Café “night”\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + TEXT).encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("number;title", "Number ; TITLE").encode(),
        ("\r\n" + TEXT + "\r\n;\r\n").encode(),
    ],
)
def test_a_file_reads_the_same_in_every_coding_and_with_every_separator(raw: bytes) -> None:
    table = read_table(raw)
    assert table.headings == ("number", "title")
    assert [line.cells for line in table.lines] == [{"number": "1", "title": "Café “night”"}]


def test_a_file_in_the_old_coding_is_read_and_said_to_be() -> None:
    (note,) = read_table(TEXT.encode("cp1252")).notes
    assert "Windows-1252" in note
    assert read_table(TEXT.encode()).notes == ()


def test_a_row_is_known_by_the_line_it_begins_on() -> None:
    raw = b'title,baseline\n"One\ntwo",a\n\nthird,b\n'
    assert [(line.number, line.cells["title"]) for line in read_table(raw).lines] == [
        (2, "One\ntwo"),
        (5, "third"),
    ]
    assert read_table(b"sep=,\n" + raw).lines[0].number == 3


def test_a_short_row_has_empty_cells_and_a_long_one_is_marked() -> None:
    short, full, long = read_table(b"a,b\n1\n1,2,\n1,2,3\n").lines
    assert short.cells == {"a": "1", "b": ""}
    assert [line.too_many for line in (short, full, long)] == [False, False, True]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no row below the headings"),
        (b"number,title\r\n", "no row below the headings"),
        (b"title,Title\r\n1,2\r\n", "stands twice"),
        (b"a,b\n" + b"1,2\n" * (MOST_ROWS + 1), "1,001 rows, and 1,000 are taken at once"),
        (b"a,b\n" + b"1,2\n" * 25_000, "far more than 1,000 rows"),
        (b"a" * (MOST_BYTES + 1), "larger than 2 MB"),
        (b"," * MOST_COLUMNS + b"\n1\n", "more than 200 cells"),
        (b'a,b\n"1,2\n' + b"x,y\n" * 8_000 + b'"\n', "quotation mark missing"),
        (b'a,b\n"1,2\n', "cannot be read as a table"),
        (b'a,b\n"1"x,2\n', "cannot be read as a table"),
        (b"\x89PNG\r\n\x1a\n\x00\x81\x8d\xff", "not a file of text"),
        (b"PK\x03\x04\x14\x00\x06\x00\x81\x8d\x9d", "not a file of text"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(FileFault, match=said):
        read_table(raw)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused_in_words(raw: bytes) -> None:
    try:
        said = [line.cells for line in read_table(raw).lines]
    except FileFault as fault:
        said = [{"fault": str(fault)}]
    assert said
    assert said != [{"fault": ""}]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''-1"])
def test_a_formula_is_guarded_and_comes_back_as_it_was(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(str(guarded(text))) == text


@pytest.mark.parametrize("text", ["", "'", "'quoted'", "plain", "1", "’=1", " =1"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_cell_of_a_file_begins_a_formula_and_all_come_back(text: str) -> None:
    raw = csv_lines([["a"], [text]]).decode()
    (_, cell) = (row[0] if row else "" for row in csv.reader(io.StringIO(raw, newline="")))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguarded(cell) == text
