"""The PDF: PDF/UA-1 as far as a machine can tell. By our own look at the tags, named by the checkpoints of the
Matterhorn Protocol, and by pdfua, which somebody else wrote.
"""

import asyncio
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate

from server.evidence_pack import pdf as drawing
from server.evidence_pack.libraries import missing
from server.evidence_pack.pdf import PdfError, draw_pdf
from server.evidence_pack.sections import SECTIONS
from tests.server.evidence_pack.conftest import MadePack

PAGE = '<!doctype html><html lang="en-GB"><title>A page</title><body><h1>A page</h1>{}</body></html>'


@pytest.fixture(scope="module")
def document(made: MadePack) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made.files["pack.pdf"])) as document:
        yield document


def elements(document: pikepdf.Pdf) -> list[Any]:
    """Every structure element, in the order it is read."""
    found: list[Any] = []
    waiting: list[Any] = [document.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting += reversed(list(one))
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(one)
            waiting.append(one.get("/K", pikepdf.Array()))
    return found


def kinds(document: pikepdf.Pdf) -> Counter[str]:
    return Counter(str(one.S) for one in elements(document))


def test_it_is_marked_and_says_which_standard(document: pikepdf.Pdf) -> None:
    """Matterhorn 01-001, 06-001 to 06-004, 07-001, 07-002."""
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"].startswith("Evidence pack: ")


def test_its_language_is_british_english(document: pikepdf.Pdf) -> None:
    """Matterhorn 11-001."""
    assert str(document.Root.Lang) == "en-GB"


def test_it_has_a_bookmark_for_every_section_and_action(document: pikepdf.Pdf, made: MadePack) -> None:
    with document.open_outline() as outline:
        (top,) = outline.root
        titles = [one.title for one in top.children]
        assert titles == ["Contents", *(section.title for section in SECTIONS)]
        (actions,) = (one for one in top.children if one.title.startswith("Actions, from baseline"))
        assert len(actions.children) == made.files["csv/recovery-map.csv"].count(b"\n") - 1


def test_headings_begin_with_one_and_skip_no_level(document: pikepdf.Pdf) -> None:
    """Matterhorn 14-002, 14-003."""
    levels = [
        int(str(one.S)[2]) for one in elements(document) if str(one.S)[:2] == "/H" and len(str(one.S)) == 3
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_header_cell_says_what_it_heads(document: pikepdf.Pdf) -> None:
    """Matterhorn 15-003."""
    heads = [one for one in elements(document) if str(one.S) == "/TH"]
    scopes = Counter(str(one.A.Scope) for one in heads)
    assert set(scopes) == {"/Column", "/Row"}
    assert sum(scopes.values()) == len(heads) > 100


def test_every_table_has_rows_of_equal_length_and_a_head(document: pikepdf.Pdf) -> None:
    """Matterhorn 15-001, 09-004."""
    tables = [one for one in elements(document) if str(one.S) == "/Table"]
    assert len(tables) > 20
    for table in tables:
        inside: list[Any] = []
        waiting = [table.K]
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Array):
                waiting += list(one)
            elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
                inside.append(one)
                if str(one.S) in ("/THead", "/TBody"):
                    waiting.append(one.K)
        rows = [one for one in inside if str(one.S) == "/TR"]
        assert len({len(list(row.K)) for row in rows}) == 1
        assert any(str(one.S) == "/THead" for one in inside)


def test_every_figure_says_in_words_what_it_shows(document: pikepdf.Pdf) -> None:
    """Matterhorn 13-004."""
    figures = [one for one in elements(document) if str(one.S) == "/Figure"]
    assert len(figures) > 2
    assert all(len(str(one.Alt)) > 40 for one in figures)


def test_page_numbers_and_running_feet_are_no_content(document: pikepdf.Pdf) -> None:
    """Matterhorn 01-003, 18-001, 18-002."""
    reached = {(one.Pg.objgen, kid) for one in elements(document) if "/Pg" in one for kid in marks_of(one)}
    for page in document.pages:
        marked = pikepdf.parse_content_stream(page)
        used = [one.operands[1] for one in marked if str(one.operator) == "BDC"]
        assert any(one.get("/Type") == "/Pagination" for one in used)
        left = {(page.obj.objgen, int(one.MCID)) for one in used if "/MCID" in one} - reached
        assert left == set()


def marks_of(element: Any) -> list[int]:
    """The numbers of the marked content that hangs on an element."""
    kids = element.get("/K", pikepdf.Array())
    return [int(kid) for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(kid, int)]


def test_every_font_is_in_the_file(document: pikepdf.Pdf) -> None:
    """Matterhorn 31-009."""
    fonts = [
        one
        for one in document.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in fonts)


def test_it_holds_no_script_and_leads_nowhere_outside(document: pikepdf.Pdf) -> None:
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary):
            assert not {"/JS", "/JavaScript", "/URI", "/Launch", "/EmbeddedFiles", "/OpenAction"} & set(
                one.keys()
            )


def test_it_only_uses_tags_of_the_standard(document: pikepdf.Pdf) -> None:
    """Matterhorn 02-001."""
    plain = (
        "Document",
        "Part",
        "Sect",
        "Div",
        "P",
        "Link",
        "Span",
        "Figure",
        "NonStruct",
        "L",
        "LI",
        "Lbl",
        "LBody",
    )
    of_tables = ("Table", "Caption", "THead", "TBody", "TR", "TH", "TD")
    known = {f"/{kind}" for kind in (*plain, *of_tables, *(f"H{level}" for level in range(1, 7)))}
    assert set(kinds(document)) <= known


def test_a_checker_that_somebody_else_wrote_finds_no_error(made: MadePack, tmp_path: Path) -> None:
    """pdfua looks at 16 of the 106 rules that a machine can decide; `make pdfua` asks one that knows more."""
    path = tmp_path / "pack.pdf"
    path.write_bytes(made.files["pack.pdf"])
    found = validate(str(path))
    assert [(one.rule_id, one.message) for one in found.findings] == []
    assert found.exit_code == 0


def test_nothing_outside_is_fetched() -> None:
    for address in ("https://example.org/x.png", "file:///etc/passwd", "http://127.0.0.1:1/x.png"):
        with pytest.raises(PdfError, match="Error fetching"):
            asyncio.run(draw_pdf(PAGE.format(f'<p><img src="{address}" alt="x"></p>')))


def test_what_is_missing_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(drawing.__file__).resolve().parents[2]}")
    assert "apt-get install libpango-1.0-0" in missing()
    with pytest.raises(PdfError, match="apt-get install libpango"):
        asyncio.run(draw_pdf(PAGE.format("")))
    (tmp_path / "weasyprint.py").write_text("raise ImportError\n")
    assert "install Sightline anew with make" in missing()


def test_drawing_is_given_up_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST_SECONDS", 0.05)
    with pytest.raises(PdfError, match="choose a shorter period"):
        asyncio.run(draw_pdf(PAGE.format("")))


def test_it_is_drawn_in_a_process_of_its_own() -> None:
    looked = subprocess.run([sys.executable, "-m", "server.evidence_pack.pdf", "--look"], check=False)
    assert looked.returncode == 0
