"""What all benches share: figures beside a limit or a peer of the same run, the table, the machine, the JSON.

A bench is a module with `BENCH`, a `Bench`: its name, what it measures, its arguments, and the function that measures.
`run` reads the arguments, measures, prints the table, writes `NAME.json`, and gives the exit code: 1 when something is
over its limit.
"""

import argparse
import gc
import math
import os
import platform
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from tests.browser.find_browser import find

HOUSE = Path(__file__).resolve().parents[2]
RESULTS = HOUSE / "data" / "bench"
ROUNDS = 5
PACKAGES = ("litestar", "granian", "msgspec", "cryptography", "aiosqlite", "playwright")
HELD_TO = "| bench | what | came to | limit | of the limit | kept |"


class Figure(msgspec.Struct, frozen=True):
    """One thing that was measured, once for each round.

    `limit` is the most its middle may be, None where there is none; `beside` names the figure it is divided by, and
    `most` is what that ratio may be. `total` says that the largest counts instead of the middle: of what must never be.
    """

    name: str
    values: list[float]
    unit: str
    limit: float | None = None
    beside: str = ""
    most: float | None = None
    total: bool = False

    @property
    def counts(self) -> float:
        """The middle of the rounds, or the largest."""
        return max(self.values) if self.total else statistics.median(self.values)


class Found(msgspec.Struct):
    """What one bench came to, as it is written to its file."""

    bench: str
    about: str
    settings: dict[str, Any]
    machine: dict[str, str]
    began: str
    seconds: float
    figures: list[Figure]
    ratios: dict[str, float] = {}
    broken: list[str] = []
    notes: list[str] = []


class Bench(msgspec.Struct, frozen=True):
    """A bench: `arguments` adds its own to the parser, `measure` gives its figures and notes. One that is done `once`
    has no rounds.
    """

    name: str
    about: str
    arguments: Callable[[argparse.ArgumentParser], object]
    measure: Callable[[argparse.Namespace], tuple[list[Figure], list[str]]]
    once: bool = False


def run(bench: Bench, typed: Sequence[str] | None = None) -> int:
    """Measure, print, write. 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench.{bench.name}", description=bench.about)
    if not bench.once:
        parser.add_argument("--rounds", type=int, default=ROUNDS, help="the middle one counts")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder of the JSON")
    bench.arguments(parser)
    asked = parser.parse_args(typed)
    began, start = datetime.now(UTC), time.perf_counter()
    # As `sightline serve` does with what was loaded before it answers (server/loading.py)
    gc.freeze()
    figures, notes = bench.measure(asked)
    settings = {name: _plain(value) for name, value in vars(asked).items() if name != "results"}
    found = Found(
        bench.name,
        bench.about.split("\n")[0],
        settings,
        machine(),
        began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        round(time.perf_counter() - start, 1),
        figures,
        ratios(figures),
        broken(figures),
        notes,
    )
    print("\n".join(report(found)), flush=True)
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / f"{bench.name}.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(found), indent=2)
    )
    return int(bool(found.broken))


def report(found: Found) -> list[str]:
    """The table as Markdown, then what is broken, what is to be said, and where it was measured."""
    lines = [
        f"## {found.bench}: {found.about}",
        "",
        "| | median | least to most | limit | of the limit | beside | ratio | at most | kept |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(figure, found) for figure in found.figures]
    lines += ["", *(f"- {note}" for note in found.notes)]
    lines.append("- " + ", ".join(f"{name} {value}" for name, value in found.settings.items()))
    lines.append("- " + ", ".join(f"{name} {value}" for name, value in found.machine.items()))
    return [*lines, f"- {found.began}, {found.seconds} s", ""]


def held(found: Found) -> list[str]:
    """The rows of `HELD_TO`: every figure that has a limit, or a ratio that is held to one."""
    rows = []
    for figure in found.figures:
        kept = "no" if _is_broken(figure, found) else "yes"
        came = f"{_number(figure.counts)} {figure.unit}".strip()
        if figure.limit is not None:
            limit = f"{_number(figure.limit)} {figure.unit}".strip()
            rows.append([found.bench, figure.name, came, limit, _of_limit(figure), kept])
        if figure.most is not None:
            ratio = found.ratios[figure.name]
            said = f"{figure.most:g} times {figure.beside}"
            rows.append(
                [found.bench, figure.name, f"{ratio:.2f} times", said, f"{ratio / figure.most:.2f}", kept]
            )
    return [f"| {' | '.join(cells)} |" for cells in rows]


def ratios(figures: list[Figure]) -> dict[str, float]:
    """Each figure that stands beside another, divided by it."""
    by_name = {figure.name: figure for figure in figures}
    return {
        figure.name: round(figure.counts / by_name[figure.beside].counts, 3)
        for figure in figures
        if figure.beside and by_name[figure.beside].counts
    }


def broken(figures: list[Figure]) -> list[str]:
    """What is over its limit, or over its ratio, in words."""
    divided = ratios(figures)
    over = [
        f"{one.name}: {_number(one.counts)} {one.unit}, at most {_number(one.limit)}"
        for one in figures
        if one.limit is not None and one.counts > one.limit
    ]
    return over + [
        f"{one.name}: {divided[one.name]} times {one.beside}, at most {one.most}"
        for one in figures
        if one.most is not None and divided[one.name] > one.most
    ]


def part(values: Sequence[float], of_a_hundred: float) -> float:
    """The value that so many of a hundred are not above: `part(times, 99)`."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(of_a_hundred / 100 * len(ordered)) - 1)]


def say(words: str) -> None:
    """How far it is, to whoever waits."""
    print(words, file=sys.stderr, flush=True)


def cores_used() -> float:
    """Seconds of a core that this process and those it started, and that have ended, have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def machine() -> dict[str, str]:
    """Where and with what it was measured."""
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "load": "/".join(f"{one:.1f}" for one in os.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
        "Chromium": _browser(),
        "commit": _commit(),
    }


def _row(figure: Figure, found: Found) -> str:
    divided = found.ratios.get(figure.name)
    judged = figure.limit is not None or figure.most is not None
    cells = [
        figure.name,
        f"{_number(figure.counts)} {figure.unit}",
        f"{_number(min(figure.values))} to {_number(max(figure.values))}" if len(figure.values) > 1 else "",
        "" if figure.limit is None else f"{_number(figure.limit)} {figure.unit}",
        _of_limit(figure),
        figure.beside,
        "" if divided is None else f"{divided:.2f}",
        "" if figure.most is None else f"{figure.most:g}",
        ("no" if _is_broken(figure, found) else "yes") if judged else "",
    ]
    return f"| {' | '.join(cells)} |"


def _is_broken(figure: Figure, found: Found) -> bool:
    return any(words.startswith(f"{figure.name}: ") for words in found.broken)


def _of_limit(figure: Figure) -> str:
    return f"{figure.counts / figure.limit:.2f}" if figure.limit else ""


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _plain(value: object) -> Any:
    return value if isinstance(value, int | float | str | list | bool) else str(value)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or platform.machine()


def _browser() -> str:
    path = find()
    if path is None:
        return "none"
    asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return next((word for word in asked.stdout.split() if word[0].isdigit()), "unknown")


def _commit() -> str:
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=HOUSE, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return asked.stdout.strip()
