"""Where does the time of the slowest paths go?   python -m tests.bench.profile push   ... profile page

Runs the push, or a page of the desk, while a thread beside it looks a thousand times a second at what all others are
at. Each look weighs what that thread used of a processor since the last one, so waiting weighs nothing and a busy
machine changes little. Prints the twenty lines of ours that weigh most; writes `data/bench/profile-push.svg`, a flame
graph that any browser shows (the name of a box, and its share, under the pointer), and the same as text, a line a
stack, for other programs.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from observation_forms import load_catalogue
from server.standing import kept
from tests.bench.desk_pages import built_in, desk, pages_of, timed, work_out
from tests.bench.flame import draw
from tests.bench.frame import RESULTS, machine, say
from tests.bench.house import make_house
from tests.bench.push import TABLETS, seal_for, time_push
from tests.bench.records import BATCH
from tests.bench.sampling import Sampler, Weights, folded, heaviest

HEAVIEST = 20


def main(typed: Sequence[str] | None = None) -> int:
    """Read what is asked, run it, print and write what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder of the picture")
    paths = parser.add_subparsers(dest="path", required=True)
    push = paths.add_parser("push", help="sealed records through the app's own inbox")
    push.add_argument("--records", type=int, default=10_000)
    page = paths.add_parser("page", help="a page of the desk in a large provider")
    page.add_argument("--records", type=int, default=1_000_000)
    page.add_argument("--page", default="", help="part of its name in desk_pages; else the slowest of all")
    page.add_argument("--anew", action="store_true", help="worked out anew each time, nothing being kept")
    page.add_argument("--times", type=int, default=5, help="how often it is asked for")
    page.add_argument("--folder", type=Path, help="keep the database there, and use the one that is there")
    asked = parser.parse_args(typed)
    about, weights = _push(asked) if asked.path == "push" else _page(asked)
    if not weights:
        parser.error("it was over before anything was seen: ask for more")
    said = f"{about}: {sum(weights.values()):.2f} s of processor time"
    print("\n".join(_report(said, weights)), flush=True)
    asked.results.mkdir(parents=True, exist_ok=True)
    picture = asked.results / f"profile-{asked.path}.svg"
    picture.write_text(draw(weights, said), "utf-8")
    picture.with_suffix(".folded").write_text(folded(weights), "utf-8")
    say(f"profile: {picture}")
    return 0


def _push(asked: argparse.Namespace) -> tuple[str, Weights]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        path, catalogue = Path(folder) / "push.db", load_catalogue()
        tablets = make_house(path, 1, TABLETS, staff_each=8)
        say(f"profile: sealing {asked.records} records")
        work = seal_for(tablets, asked.records, BATCH, 1)
        say("profile: pushing them")
        with Sampler() as sampler:
            time_push(path, catalogue, work)
    return f"push of {asked.records:,} records in batches of {BATCH}", sampler.weights


def _page(asked: argparse.Namespace) -> tuple[str, Weights]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        folder = Path(asked.folder or made) / str(asked.records)
        folder.mkdir(parents=True, exist_ok=True)
        built = built_in(folder, asked.records)
        if not asked.anew:
            work_out(folder, built)
        with desk(folder) as dana:
            pages = {name: at for name, at in pages_of(built).items() if asked.page in name}
            took = {}
            for name, address in pages.items():
                _prepare(folder, asked.anew)
                took[name] = timed(dana, address, 1)[0]
                say(f"profile: {name}: {took[name]:.0f} ms")
            name = max(took, key=lambda one: took[one])
            sampler = Sampler()
            for turn in range(asked.times):
                _prepare(folder, asked.anew)
                with sampler:
                    dana.get(pages[name])
                say(f"profile: {name}, {turn + 1} of {asked.times}")
    anew = ", worked out anew" if asked.anew else ""
    return f"{name}{anew}, {asked.times} times over {asked.records:,} records", sampler.weights


def _prepare(folder: Path, anew: bool) -> None:
    if anew:
        with closing(sqlite3.connect(folder / "sightline.db", isolation_level=None, timeout=60)) as sql:
            kept.empty(sql)


def _report(about: str, weights: Weights) -> list[str]:
    """The heaviest lines of ours as Markdown, and where they were seen."""
    return [
        f"## profile: {about}",
        "",
        "| alone | with ours below | line | |",
        "|---|---|---|---|",
        *(
            f"| {one.alone:.1%} | {one.whole:.1%} | {one.place} | `{one.text}` |"
            for one in heaviest(weights, HEAVIEST)
        ),
        "",
        "- alone: the line itself and what it calls of Python, SQLite and libraries",
        "- " + ", ".join(f"{name} {value}" for name, value in machine().items()),
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
