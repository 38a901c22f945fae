"""All benches of issue 8, one after another, in under 15 minutes on two quiet cores.   python -m tests.bench

Each is a process of its own, so that none inherits another's memory; the large databases are built once and used by all
that need them. Says which is under way and for how long; ends with every figure that has a limit beside it, what is
over its own (the quarter of an hour for all of them too), and with 1 if anything is.
`python -m tests.bench push pull` runs those two.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.bench.frame import HELD_TO, HOUSE, RESULTS, Found, held, say

# {folder}: where the large databases are kept while it runs
ALL = {
    "push": "--http",
    "pull": "",
    "shift_change": "",
    "cost": "",
    "measures": "--folder {folder}",
    "start": "--folder {folder}",
    # Last of those that share the million: at its end it throws away what the others keep
    "desk_pages": "--records 10000 100000 1000000 --times 21 --folder {folder}",
    "checkpoints": "--leaves 200000",
    "tablet": "--shift 12",
    "long_forms": "",
}
SECONDS = 15 * 60


def main() -> int:
    """1 when something is over its limit, or a bench did not come to its end."""
    names, results = read_arguments(sys.argv[1:])
    rows, broken, began = [HELD_TO, "|---|---|---|---|---|---|"], [], time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        for number, name in enumerate(names, 1):
            say(f"[{number}/{len(names)}] {name}, {time.perf_counter() - began:.0f} s so far")
            found = _run(name, folder, results)
            if isinstance(found, str):
                broken.append(found)
            else:
                rows += held(found)
                broken += [f"{name}: {words}" for words in found.broken]
    seconds = time.perf_counter() - began
    if seconds > SECONDS:
        broken.append(f"all of them: {seconds:.0f} s, at most {SECONDS}")
    print("\n".join([*rows, ""]))
    print(f"{len(names)} benches in {seconds:.0f} s; over a limit: {len(broken)}")
    print("\n".join(f"- {words}" for words in broken))
    return int(bool(broken))


def read_arguments(given: Sequence[str]) -> tuple[list[str], Path]:
    """Which benches were asked for, all of them when none is named, and the folder of the JSON. Ends the program with
    what to type instead when one is not known.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="BENCH", help=f"of {', '.join(ALL)}; else all of them")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder of the JSON")
    asked = parser.parse_args(given)
    if unknown := sorted({*asked.names} - {*ALL}):
        parser.error(f"there is no bench called {unknown[0]}: choose of {', '.join(ALL)}")
    return asked.names or list(ALL), asked.results


def _run(name: str, folder: str, results: Path) -> Found | str:
    """What it found; or that the bench itself failed."""
    given = ALL[name].format(folder=folder).split()
    written = results / f"{name}.json"
    written.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}", "--results", str(results), *given],
        cwd=HOUSE,
        check=False,
    )
    if not written.exists():
        return f"{name}: ended with {done.returncode}"
    return msgspec.json.decode(written.read_bytes(), type=Found)


if __name__ == "__main__":
    sys.exit(main())
