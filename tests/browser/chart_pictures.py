"""The specimen charts as somebody sees them:   python -m tests.browser.chart_pictures FOLDER

A tablet's width and a desk's, light, dark and on paper, in pieces that fit on a screen. To be looked at by people.
"""

import asyncio
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, async_playwright

from tests.browser.chromium import DESKTOP_SIZE, FLAGS, TABLET_SIZE, chromium_path
from tests.server.charts import gallery

PIECE = 1500
LOOKS: tuple[tuple[str, int, Literal["light", "dark"], Literal["screen", "print"]], ...] = (
    ("tablet-light", TABLET_SIZE["width"], "light", "screen"),
    ("tablet-dark", TABLET_SIZE["width"], "dark", "screen"),
    ("desk-light", DESKTOP_SIZE["width"], "light", "screen"),
    ("desk-dark", DESKTOP_SIZE["width"], "dark", "screen"),
    ("paper", 760, "light", "print"),
)


async def take_all(page_file: Path) -> None:
    """Take every picture of the page, and put it beside the page."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for name, width, scheme, media in LOOKS:
            page = await browser.new_page(viewport={"width": width, "height": 1000})
            await page.emulate_media(color_scheme=scheme, media=media)
            await page.goto(page_file.as_uri())
            await _take(page, page_file.parent, name, width)
            await page.close()
        await browser.close()


async def _take(page: Page, folder: Path, name: str, width: int) -> None:
    height = await page.evaluate("document.documentElement.scrollHeight")
    for number, top in enumerate(range(0, height, PIECE), 1):
        clip = {"x": 0, "y": top, "width": width, "height": min(PIECE, height - top)}
        await page.screenshot(path=folder / f"{name}-{number}.png", full_page=True, clip=clip)  # type: ignore[arg-type]


def main(folder: Path) -> None:
    """Write the page, then look at it."""
    folder.mkdir(parents=True, exist_ok=True)
    page_file = folder.resolve() / "charts.html"
    page_file.write_text(gallery.page(), "utf-8")
    asyncio.run(take_all(page_file))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
