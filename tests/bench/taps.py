"""`python -m tests.bench.taps`: what a typical use of each form asks of a thumb, counted in a real browser.

Prints a table for observation_forms/README.md and ends with 1 when a form is over its limit (issue 3: F12 at most 12
taps, F3 25, F1 40, F2 with two people changed 60). Each form's typical use is one of its own worked examples.
"""

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from observation_forms import Example, Form, load_catalogue
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.example_house import OF_THE_DRILL, about, due_for, put_on_the_lists
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled, start_again
from tests.browser.thumb import Effort, Thumb
from tests.server.world import PIN, World

LIMITS = {"F1": 40, "F2": 60, "F3": 25, "F12": 12}
TYPICAL = {"F2": "two_changed"}
"""Where the first sound example is not the typical use."""


def typical(form: Form) -> Example:
    """The worked example that shows the form's everyday use."""
    sound = [example for example in form.examples if not example.broken]
    wanted = TYPICAL.get(form.definition.code)
    return next((example for example in sound if example.id == wanted), sound[0])


def typical_house(form: Form, folder: Path) -> Path:
    """A database whose tablets know whom and what the typical use speaks of."""
    world = World(folder)
    with world.sql() as sql:
        put_on_the_lists(sql, form, [typical(form)])
    return world.settings.database


async def measure(form: Form, page: Page) -> Effort:
    """From home (unlocked) to "Saved on this tablet", on the enrolled tablet of the typical house."""
    example = typical(form)
    now = datetime.fromisoformat(example.recorded_at)
    await page.clock.set_fixed_time(now)
    await start_again(page)
    thumb = Thumb(page, now)
    await thumb.open(form.definition.code, due_for(example))
    for theme in example.themes:
        await thumb.tap(f'label:has(input[name="linked-action"][value="{about(theme)}"])')
    await thumb.fill(form.definition, example.answers)
    await thumb.tap("#check")
    await expect(page.locator("#errors [data-finding]")).to_have_count(0)
    await thumb.tap("#save")
    pad = page.locator("#accept-pin")
    await expect(pad.or_(page.locator("#saved-heading")).first).to_be_visible()
    if await pad.is_visible():
        # Six taps of the second person's: the limits are for the one who records
        for digit in PIN:
            await page.locator(f'#accept-pin [data-key="{digit}"]').tap()
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    return thumb.effort


async def _measured_apart(form: Form, folder: Path) -> Effort:
    server = RunningServer(typical_house(form, folder))
    server.start()
    try:
        async with async_playwright() as driver:
            tablet = TabletBrowser(driver, folder / "profile", Complaints())
            page = await enrolled(tablet, server)
            await be(page, "amina")
            effort = await measure(form, page)
            await tablet.close()
    finally:
        server.kill()
    return effort


async def measure_all(folder: Path) -> dict[str, tuple[Form, Effort]]:
    """Every current form that a person opens by itself."""
    found = {}
    forms = [form for form in load_catalogue().current_forms() if form.definition.form not in OF_THE_DRILL]
    for form in sorted(forms, key=lambda form: _order(form.definition.code)):
        print(f"{form.definition.code} ...", file=sys.stderr)
        own = folder / form.definition.form
        own.mkdir()
        found[form.definition.code] = (form, await _measured_apart(form, own))
    return found


def table(found: dict[str, tuple[Form, Effort]]) -> list[str]:
    """The table, as Markdown."""
    lines = [
        "| form | typical use | taps | limit | letters typed | seconds (model) |",
        "|---|---|---|---|---|---|",
    ]
    for code, (form, effort) in found.items():
        limit = LIMITS.get(code, "")
        cells = (code, typical(form).title, effort.taps, limit, effort.letters, round(effort.seconds))
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return lines


def over(found: dict[str, tuple[Form, Effort]]) -> list[str]:
    """The forms that ask for more taps than they may."""
    return [code for code, (_, effort) in found.items() if effort.taps > LIMITS.get(code, effort.taps)]


def _order(code: str) -> tuple[int, str]:
    figures = "".join(each for each in code.split("-")[0] if each.isdigit())
    return (int(figures) + (100 if code[0] == "A" else 0), code)


def main() -> int:
    """0 when every form is within its limit."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure_all(Path(folder)))
    print("\n".join(table(found)))
    for code in over(found):
        print(f"{code} is over its limit of {LIMITS[code]} taps.")
    return 1 if over(found) else 0


if __name__ == "__main__":
    sys.exit(main())
