"""Browsers killed while somebody types, saves and sends: what was promised and what was lost.

`python -m tests.bench.kills --kills 100 --engines all`: so many kills in each engine, each of one process picked at
random at a random moment; the exit code is 1 if anything acknowledged is gone. `--seed` begins the same way again.
"""

import argparse
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from tests.browser.running import RunningServer
from tests.engines.engine import NAMES, Kind
from tests.engines.hands import be, enrol
from tests.engines.killing import Killing, Toll
from tests.model.tally import count
from tests.server.world import World

_ROW = "{:<10}{:<12}{:>8}{:>14}{:>7}"
# CAPTURE.md 3: a crash takes the answer; the store dies under the page, as WebKit's does with its network process
_CRASH, _STORE_DIES = 5, 7


def main() -> None:
    """Kill, look, print the table."""
    options = _options()
    print(f"SIGHTLINE_SEED={options.seed}", flush=True)
    tolls: dict[tuple[str, str], Toll] = {}
    for name in NAMES if options.engines == "all" else options.engines.split(","):
        if missing := Kind(name).missing():
            print(f"Left out: {missing}")
            continue
        chance = random.Random(f"{options.seed}/{name}")
        tolls |= {(name, which): toll for which, toll in killed(name, options.kills, chance).items()}
    sys.exit(_print(tolls))


def killed(name: str, kills: int, chance: random.Random) -> dict[str, Toll]:
    """What so many kills of one engine cost, by the process that was killed."""
    with tempfile.TemporaryDirectory(prefix="sightline-kills-", ignore_cleanup_errors=True) as folder:
        server = RunningServer(World(Path(folder)).settings.database)
        engine = Kind(name).make(Path(folder) / "profile")
        server.start()
        engine.start()
        killing = Killing(engine, server, chance)
        try:
            enrol(engine, server)
            be(engine)
            with click.progressbar(length=kills, label=f"{name} kills", file=sys.stderr) as bar:
                for _ in range(kills):
                    killing.once()
                    bar.update(1)
            killing.settle()
        finally:
            with suppress(Exception):
                engine.stop()
            server.kill()
    return killing.tolls


def _print(tolls: dict[tuple[str, str], Toll]) -> int:
    """The table, on standard output; 1 if anything is lost."""
    print(_ROW.format("engine", "killed", "kills", "acknowledged", "lost"))
    for (name, which), toll in sorted(tolls.items()):
        print(_ROW.format(name, which, toll.kills, toll.acknowledged, len(toll.lost)))
        mode = _STORE_DIES if (name, which) == ("webkit", "network") else _CRASH
        if toll.acknowledged:
            count(mode, toll.acknowledged, len(toll.lost))
    every = list(tolls.values())
    lost = [words for toll in every for words in toll.lost]
    acknowledged = sum(toll.acknowledged for toll in every)
    print(_ROW.format("all", "", sum(toll.kills for toll in every), acknowledged, len(lost)))
    print(*lost, sep="\n", end="\n" if lost else "")
    return 1 if lost or not every else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="kills in each engine")
    parser.add_argument("--engines", default="all", help=f"all, or some of {','.join(NAMES)}")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_args()


if __name__ == "__main__":
    main()
