"""A narrow screen and large text: what of a page nobody could read or hit (WCAG 2.2, 1.4.10 and 1.4.4)."""

from pathlib import Path

from playwright.async_api import Page, ViewportSize

from tests.browser.chromium import TOUCH

# WCAG 2.2, 1.4.10: 320 CSS px without sideways scrolling. 1.4.4: text at 200 % without loss
NARROW: ViewportSize = {"width": 320, "height": 640}
PHONE: ViewportSize = {"width": 412, "height": 915}
LARGE = "200%"
# What a page shows of itself at this moment that somebody could not read or hit
FAULTS = (Path(__file__).parent / "reflow.js").read_text("utf-8")


async def faults_narrow(page: Page, where: str, *, targets: bool) -> list[str]:
    """What cannot be read or hit at 320 px, and on a telephone."""
    await page.evaluate(TOUCH)
    own = page.viewport_size
    assert own is not None
    found = []
    for size in (NARROW, PHONE):
        await page.set_viewport_size(size)
        faults = await page.evaluate(FAULTS, {"targets": targets})
        found += [f"{where}, {size['width']} px: {fault}" for fault in faults]
    await page.set_viewport_size(own)
    return found


async def faults_narrow_and_large(page: Page, where: str) -> list[str]:
    """What cannot be read or hit at 320 px, and at the tablet's own size with text twice as large."""
    narrow = await faults_narrow(page, where, targets=True)
    await page.evaluate("size => { document.documentElement.style.fontSize = size }", LARGE)
    large = await page.evaluate(FAULTS, {"targets": True})
    await page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    return narrow + [f"{where}, {LARGE}: {fault}" for fault in large]
