"""Taking a picture of a page, small enough to be kept in the repository; somebody of the example at the desk."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, ViewportSize

from server import demo
from tests.browser.running import RunningServer

HERE = Path(__file__).parent / "pictures"
# Our pages have few colours; so many keep the rare ones too, which mean something
COLOURS = 160
MARGIN = 16


async def take(page: Page, name: str, at: Locator | None = None, height: int = 0) -> None:
    """What is on the screen, or `height` pixels of the page from `at` on, as pictures/<name>.png."""
    if at is None:
        taken = await page.screenshot()
    else:
        box = await at.bounding_box()
        assert box
        top = box["y"] + await page.evaluate("scrollY") - MARGIN
        width = float(await page.evaluate("document.documentElement.clientWidth"))
        clip = {"x": 0.0, "y": max(top, 0.0), "width": width, "height": float(height)}
        taken = await page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    picture = Image.open(BytesIO(taken)).convert("RGB")
    HERE.mkdir(exist_ok=True)
    small = picture.quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)
    small.save(HERE / f"{name}.png", optimize=True)


async def desk_of(browser: Browser, server: RunningServer, staff: str, size: ViewportSize) -> Page:
    """A desk browser in which somebody of the example has signed in."""
    page = await (await browser.new_context(viewport=size, locale="en-GB")).new_page()
    with server.sql() as sql:
        email = sql.execute("SELECT email FROM staff WHERE id = ?", (staff,)).fetchone()["email"]
    await page.goto(f"{server.origin}/sign-in")
    await page.locator('[name="email"]').fill(email)
    await page.locator('[name="password"]').fill(demo.PASSWORD)
    await page.locator('main button[type="submit"]').click()
    await page.locator(".signed-in, main h1").first.wait_for()
    return page
