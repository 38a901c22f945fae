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
    sys.stdout.buffer.write(html.write_pdf(finisher=_scope_headers, pdf_variant="pdf/ua-1"))


def _scope_headers(_: object, pdf: Any) -> None:
    """Say of every header cell what it heads (ISO 14289-1, 7.5): WeasyPrint names headers by their ids alone, so that
    one above cells that are headers themselves would head nothing. Each of our tables has one row of column headers.
    """
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            row = element["ID"].string.split("-")[1]
            element["A"]["Scope"] = "/Column" if row == "0" else "/Row"
        elif isinstance(element, dict) and element.get("Subtype") == "/Link":
            element["F"] = _PRINTED


def _end(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.exit(_MISSING)


if __name__ == "__main__":
    main()
