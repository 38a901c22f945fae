"""How soon does a long form take a finger?   python -m tests.bench.long_forms

A form of 60 questions and one of 300, made for this, in a real Chromium whose processor is slowed six times, with a
cold browser for each opening. Beside them in the same run stand the same questions in the same styles as bare pages of
the same Alpine (CSP build) and as plain HTML without a script. DESIGN 11: the first tap within 1.3 of Alpine; a tap, a
key and a tap that reveals to paint within 1.25 of plain HTML (95 of a hundred); the 50th row of a repeat in 100 ms.
With --profile it says where the processor's time to paint goes: script (which functions), style, layout, paint.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, Playwright, async_playwright

from tests.bench.form_pages import (
    PEERS,
    answered,
    ours_opened,
    peer_opened,
    peers_served,
    profiled,
    row_added,
    throttled,
)
from tests.bench.frame import Bench, Figure, run, say
from tests.bench.long_form import checkout_with, write_peers
from tests.bench.served import new_server
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrol
from tests.server.world import World

OURS = "ours"
SLOWER, SIZES, ROW = 6.0, [60, 300], 50
OPEN_RATIO, ANSWER_RATIO, ROW_MS = 1.3, 1.25, 100
# Rounds of a size that is held to nothing, and shown as the worst case
UNHELD_ROUNDS = 2
# Opening is held beside Alpine, answering beside plain HTML
ONLY_OPENED = "alpine"
Times = defaultdict[str, list[float]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--questions", type=int, nargs="+", default=SIZES, help="the first is held to limits")
    parser.add_argument("--slower", type=float, default=SLOWER, help="the processor of the browser")
    parser.add_argument("--times", type=int, default=20, help="taps and keys of each opening")
    parser.add_argument("--row", type=int, default=ROW)
    parser.add_argument(
        "--profile", action="store_true", help="trace it instead: where the processor's time to paint goes"
    )


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Each size on the three pages, in rounds."""
    return asyncio.run(_measure(asked))


async def _measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        folder = Path(made)
        (folder / "house").mkdir()
        server = new_server(World(folder / "house").settings.database)
        (folder / "checkout").mkdir()
        server.checkout = checkout_with(folder / "checkout", asked.questions)
        server.start()
        try:
            async with async_playwright() as driver:
                tablet = TabletBrowser(driver, folder / "profile", Complaints())
                page = await tablet.start()
                await enrol(page, server)
                await be(page)
                await tablet.close()
                place = Place(driver, folder, tablet, server)
                figures: list[Figure] = []
                notes: list[str] = []
                for at, questions in enumerate(asked.questions):
                    peers = folder / f"peers{questions}"
                    peers.mkdir()
                    write_peers(peers, questions)
                    with peers_served(peers) as origin:
                        if asked.profile:
                            notes += await _profiles(place, origin, questions, asked)
                            continue
                        rounds = min(asked.rounds, UNHELD_ROUNDS) if at else asked.rounds
                        times = await _rounds(place, origin, questions, rounds, asked)
                    figures += _figures(questions, times, held=at == 0, row=asked.row)
        finally:
            server.kill()
    return figures, notes or [
        "ours, whole: the app up to the names, and the form from its tap to the first tap in it; not the PIN between"
    ]


@dataclass(frozen=True)
class Place:
    """What a round is driven with: the tablet is enrolled."""

    driver: Playwright
    folder: Path
    tablet: TabletBrowser
    server: RunningServer


async def _pages(
    place: Place, peers: str, questions: int, slower: float
) -> AsyncIterator[tuple[str, Page, Mapping[str, float]]]:
    """The three pages, each opened in a cold browser that is closed afterwards: whose, and how long that took."""
    for peer in PEERS:
        browser = TabletBrowser(place.driver, place.folder / f"profile of {peer}", Complaints())
        page = await throttled(browser, slower)
        yield peer, page, {"first tap": await peer_opened(page, f"{peers}/{peer}.html")}
        await browser.close()
    page = await throttled(place.tablet, slower)
    yield OURS, page, await ours_opened(page, place.server, f"T{questions}")
    await place.tablet.close()


async def _rounds(place: Place, peers: str, questions: int, rounds: int, asked: argparse.Namespace) -> Times:
    times: Times = defaultdict(list)
    for turn in range(rounds):
        async for whose, page, opened in _pages(place, peers, questions, asked.slower):
            then = {} if whose == ONLY_OPENED else await answered(page, asked.times)
            for what, took in {**opened, **then}.items():
                times[f"{whose}, {what}"].append(took)
            if whose == OURS:
                times["ours, row"].append(await row_added(page, asked.row))
        say(f"long forms: {questions} questions, round {turn + 1} of {rounds}")
    return times


async def _profiles(place: Place, peers: str, questions: int, asked: argparse.Namespace) -> list[str]:
    """Each act on the three pages in milliseconds of the processor: in all, by kind of work, by function."""
    said = []
    async for whose, page, _ in _pages(place, peers, questions, asked.slower):
        for what, profile in (await profiled(page, asked.times)).items():
            lines = [f"{questions} questions: {whose}, {what}: {profile.said}", *profile.dearest]
            say("\n".join(lines))
            said += lines
    return said


def _figures(questions: int, times: Times, *, held: bool, row: int) -> list[Figure]:
    """The peers, then ours beside them; only the first size is held to what DESIGN allows."""

    def named(what: str) -> str:
        return f"{questions} questions: {what}"

    def figure(what: str, beside: str = "", most: float | None = None, limit: float | None = None) -> Figure:
        by = named(beside) if beside else ""
        return Figure(named(what), times[what], "ms", limit if held else None, by, most if held else None)

    answers = [
        one
        for what in ("tap", "key", "reveal")
        for one in (
            figure(f"static, {what}"),
            figure(f"ours, {what}", f"static, {what}", ANSWER_RATIO),
        )
    ]
    return [
        figure("static, first tap"),
        figure("alpine, first tap"),
        figure("ours, names", "alpine, first tap"),
        figure("ours, form", "alpine, first tap", OPEN_RATIO),
        figure("ours, whole", "alpine, first tap"),
        *answers,
        _of_row(figure("ours, row", limit=ROW_MS), questions, row),
    ]


def _of_row(one: Figure, questions: int, row: int) -> Figure:
    return Figure(f"{questions} questions: ours, row {row} of a repeat", one.values, one.unit, one.limit)


BENCH = Bench(
    "long_forms", "Long forms on a slow tablet, beside bare Alpine and plain HTML", arguments, measure
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
