"""The system's libraries that WeasyPrint draws with. `python -m server.evidence_pack.libraries` installs what is
missing: by apt, where this is root and there is one; elsewhere it says what to install. All but packs works without.
"""

import os
import shutil
import subprocess
import sys

from server.evidence_pack.pdf import DEBIAN

_UPDATE = ("apt-get", "update", "-qq")
_INSTALL = ("apt-get", "install", "-qq", "-y", "--no-install-recommends", *DEBIAN.split())


def main() -> None:
    """Install what is missing; always ends well, since nothing else needs it."""
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (_UPDATE, _INSTALL):
            subprocess.run(command, env=environment, stdout=sys.stderr, check=False)  # noqa: S603 our own words
    if words := missing():
        print(words)


def missing() -> str:
    """Why no PDF can be drawn here, and what to do; "" where one can. Asked in a process of its own."""
    command = [sys.executable, "-m", "server.evidence_pack.pdf", "--look"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own words
    return (asked.stderr.strip().splitlines() or ["No PDF can be drawn."])[-1] if asked.returncode else ""


if __name__ == "__main__":
    main()
