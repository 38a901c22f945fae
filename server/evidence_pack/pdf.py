"""The PDF (PDF/UA-1), drawn by WeasyPrint in a process of its own: it takes seconds of a core, and a library written in
C that fails takes no server with it. `python -m server.evidence_pack.pdf` reads HTML and writes a PDF; with
`--look` it only says whether it could.
"""

import asyncio
import os
import sys
from typing import Any

NICER = 5
LONGEST_SECONDS = 300
DEBIAN = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
_MISSING = 3
_PRINTED = 4


class PdfError(Exception):
    """No PDF could be drawn; `str()` says why and what to do."""


async def draw_pdf(html: str) -> bytes:
    """The PDF of a document that fetches nothing. Raises `PdfError`."""
    command = [sys.executable, "-m", "server.evidence_pack.pdf"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        out, said = await asyncio.wait_for(process.communicate(html.encode()), LONGEST_SECONDS)
    except TimeoutError:
        raise PdfError(
            f"The PDF was not drawn within {LONGEST_SECONDS} seconds: choose a shorter period."
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        words = said.decode(errors="replace").strip().splitlines()
        raise PdfError(words[-1] if words else f"What draws the PDF ended with {process.returncode}.")
    return out


def main() -> None:
    """Read HTML from standard input, write the PDF to standard output."""
    os.nice(NICER)
    try:
        import weasyprint
    except ImportError:
        _end(
            "Packs need WeasyPrint for the PDF: install Sightline anew with make, or pip install weasyprint."
        )
    except OSError:
        _end(f"Packs need libraries of the system for the PDF: on Debian, apt-get install {DEBIAN}.")
    if sys.argv[1:] == ["--look"]:
        return
    # What stands in the document itself, and no other address
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    html = weasyprint.HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=fetcher)
    sys.stdout.buffer.write(html.write_pdf(finisher=_finish, pdf_variant="pdf/ua-1"))


def _finish(_: object, pdf: Any) -> None:
    """What WeasyPrint leaves open of ISO 14289-1."""
    objects: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    found = {one.reference: one for one in objects}
    for element in found.values():
        if element.get("S") == "/TH":
            _scope(element)
        elif element.get("Subtype") == "/Link":
            element["F"] = _PRINTED
    _run_pages_as_artifacts(pdf, found)


def _scope(head: Any) -> None:
    """Say what a header cell heads (7.5): WeasyPrint names headers by their ids alone, so that one above cells that are
    headers themselves would head nothing. Each of our tables has one row of column headers.
    """
    row = head["ID"].string.split("-")[1]
    head["A"]["Scope"] = "/Column" if row == "0" else "/Row"


def _run_pages_as_artifacts(pdf: Any, found: dict[bytes, Any]) -> None:
    """Say that page numbers and running feet are no content (7.8): WeasyPrint marks them, and hangs them on no tree."""
    reached, waiting = set(), [found[pdf.catalog["StructTreeRoot"]]]
    while waiting:
        kids = waiting.pop().get("K", ())
        new = [kid for kid in kids if kid in found and kid not in reached]
        reached.update(new)
        waiting += [found[kid] for kid in new]
    streams = {one.reference: one for one in pdf.objects if hasattr(one, "stream")}
    for reference, element in found.items():
        if element.get("Type") == "/StructElem" and reference not in reached:
            line = streams[found[element["Pg"]]["Contents"]].stream if "Pg" in element else []
            marks = [kid for kid in element["K"] if isinstance(kid, int)]
            for place, token in enumerate(line):
                if isinstance(token, dict) and token.get("MCID") in marks:
                    line[place - 1] = "/Artifact"
                    token.clear()
                    token["Type"] = "/Pagination"


def _end(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.exit(_MISSING)


if __name__ == "__main__":
    main()
