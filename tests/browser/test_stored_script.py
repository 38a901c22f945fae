"""In a real browser: a script stored in every field runs on no page, and the policy has nothing to complain of."""

from pathlib import Path

from playwright.async_api import Browser, Dialog

from tests.browser.chromium import Complaints, desk_context
from tests.browser.steps import sign_in
from tests.fire.nursery import QuickServer
from tests.server.test_stored_script import tell
from tests.server.world import World

PAGES = tuple(
    f"/{name}"
    for name in (
        *(
            "evidence",
            "actions",
            "due",
            "concerns",
            "lists",
            "held",
            "manage",
            "staff",
            "visitors",
            "tablets",
        ),
        *("settings", "audit", "log", "retention", "forms", "about"),
    )
)


async def test_nothing_that_is_stored_runs_in_a_browser(
    tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    with World(tmp_path) as world:
        tell(world)
        with world.sql() as sql:
            records = [
                row["record"] for row in sql.execute("SELECT record FROM record_current WHERE restricted = 0")
            ]
            actions = [row["id"] for row in sql.execute("SELECT id FROM action")]
    server = QuickServer(world.settings.database)
    server.start()
    try:
        context = await desk_context(office, complaints)
        ran: list[str] = []
        await context.expose_function("zqrun", lambda: ran.append("ran"))
        page = await context.new_page()

        async def note(dialog: Dialog) -> None:
            ran.append(dialog.message)
            await dialog.dismiss()

        page.on("dialog", note)
        await sign_in(page, server, "chidi")
        await page.wait_for_url("**/today")
        addresses = [*PAGES, *(f"/evidence/{id}" for id in records), *(f"/actions/{id}" for id in actions)]
        shown = 0
        for address in addresses:
            answer = await page.goto(f"{server.origin}{address}", wait_until="load")
            assert answer is not None
            assert answer.status == 200, address
            shown += "<script>zqrun()" in await page.locator("body").inner_text()
            assert await page.locator('img[src="x"]').count() == 0, address
        assert ran == []
        assert shown >= 4
    finally:
        server.kill()
