"""`python -m tests.bench.pdf_check [PACK.pdf]`: hold the PDF of a pack to outloud, a checker of PDF/UA-1.

Somebody else wrote it. It knows more of the standard than pdfua, which the tests ask, and is no part of what Sightline
installs: its wheels weigh hundreds of megabytes, and PyMuPDF among them is under the AGPL. So it gets an environment of
its own, which is thrown away. Without a file it checks the PDF of a pack of the example service. Exit code 1 when it
finds an error.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from observation_forms import load_catalogue
from tests.server.evidence_pack.conftest import make_example_pack

CHECKER = "outloud==0.2.1"


def main() -> None:
    """Make the PDF, get the checker, ask it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("pdf", type=Path, nargs="?")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pdf = given.pdf or _example(place)
        subprocess.run([sys.executable, "-m", "venv", place / "checker"], check=True)
        run = place / "checker" / "bin"
        subprocess.run([run / "pip", "install", "--quiet", CHECKER], check=True)
        done = subprocess.run([run / "outloud", "--layer", "conformance", pdf], check=False)
    sys.exit(done.returncode)


def _example(place: Path) -> Path:
    made = asyncio.run(make_example_pack(place / "example.db", load_catalogue()))
    path = place / "pack.pdf"
    path.write_bytes(made.files["pack.pdf"])
    return path


if __name__ == "__main__":
    main()
