"""What happens on one tablet in a shift, told as steps: whose hands it is in, what is parked, what the clocks show."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Locator, Page, expect

from observation_forms import load_catalogue
from tests.browser.chromium import PATIENCE, TabletBrowser
from tests.browser.clocked import ClockedServer
from tests.browser.filling import fill_form
from tests.browser.steps import be, check_and_save, enrol, lock, open_form, tap_due, unlock
from tests.browser.store import stored

# A Tuesday in winter: the clock on the wall shows UTC
DAY = "2026-11-24"


def on_the_day(clock: str) -> str:
    """The instant at which the clock on the wall shows `clock`."""
    return f"{DAY}T{clock}:00Z"


def moment(clock: str) -> datetime:
    """The same, to reckon with."""
    return datetime.strptime(on_the_day(clock), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Floor:
    """A tablet that goes from hand to hand, and the server, which show the same time."""

    page: Page

    def __init__(self, server: ClockedServer, tablet: TabletBrowser) -> None:
        self.server = server
        self.tablet = tablet
        self._clock = ""
        self._staff = ""

    async def begins(self, clock: str) -> None:
        """The tablet is enrolled and lies on the desk."""
        self._clock = clock
        self.server.set_clock(moment(clock))
        self.server.start()
        await self._start()
        await enrol(self.page, self.server)
        await self.tablet.close()
        await self._start()
        await self.page.goto(f"{self.server.origin}/tablet/")

    async def at(self, clock: str) -> None:
        """Time passes, on both clocks, while the tablet lies on the desk: it has locked itself, and who had it
        unlocks it again.
        """
        self._clock = clock
        shown = await self.page.evaluate("Date.now()")
        self.server.set_clock(moment(clock))
        await self.page.clock.fast_forward(int(moment(clock).timestamp() * 1000 - shown))
        if self._staff:
            await unlock(self.page, self._staff)
            await expect(self.page.locator("#person")).to_be_visible()

    async def taken_by(self, staff: str) -> None:
        """Somebody else takes the tablet and says who they are."""
        if self._staff:
            await lock(self.page)
        self._staff = staff
        await be(self.page, staff)

    async def wifi(self, *, off: bool) -> None:
        """The Wi-Fi goes or comes back."""
        assert self.tablet.context is not None
        await self.tablet.context.set_offline(off)

    async def battery_dies(self, staff: str) -> None:
        """The browser is killed in the middle of what it does; it is started again, without Wi-Fi, by `staff`."""
        # A clock that went back would take the answers of a moment ago for times to come
        shown = await self.page.evaluate("Date.now()")
        await self.tablet.kill()
        await self._start(offline=True, shown=datetime.fromtimestamp(shown / 1000, UTC))
        await self.page.goto(f"{self.server.origin}/tablet/")
        self._staff = staff
        await be(self.page, staff)

    async def keeps(self, draft: str, key: str) -> None:
        """What was answered last is in the tablet's store: at most a quarter second later, on a quiet machine."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            drafts = {row["id"]: row["raw"] for row in await stored(self.page, "draft")}
            if key in drafts[draft]:
                return
        raise AssertionError(f"{key} was never kept")

    async def opens(self, code: str) -> str:
        """A form is begun from home. The draft's id."""
        await open_form(self.page, code)
        return self._draft()

    async def opens_due(self, id: str) -> str:
        """The form for a due item is begun, or carried on with. The draft's id."""
        await self._tap_due(f'[data-due="{id}"]')
        return self._draft()

    async def says_not_needed(self, id: str) -> None:
        """ "Not needed" is tapped beside a due item."""
        await self._tap_due(f'[data-not-needed="{id}"]')

    async def parks(self) -> None:
        """One tap, and the form is put aside."""
        await self.page.locator("#park").click()
        await expect(self.page.locator('[data-screen="home"]')).to_be_visible()

    async def carries_on(self, draft: str) -> None:
        """The parked form is opened again."""
        await self.parked(draft).click()
        await expect(self.page.locator("form.observation")).to_be_visible()
        assert self._draft() == draft

    async def hands_to(self, draft: str, staff: str) -> None:
        """The author hands a parked form to somebody else."""
        await self.page.locator(f'#parked [data-hand="{draft}"]').click()
        await self.page.locator(f'[data-hand-to="{staff}"]').click()
        await self.page.locator("#hand-over").click()
        await expect(self.parked(draft)).to_contain_text("Belongs to")

    async def answers(self, form: str, answers: Mapping[str, Any]) -> None:
        """Questions of the open form are answered, in its order."""
        await fill_form(self.page, load_catalogue().current(form).definition, answers)

    async def saves(self) -> str:
        """The form is checked and saved, and home is shown. The record's id."""
        await check_and_save(self.page)
        record = self.page.url.split("/saved/")[1].split("/")[0]
        await self.page.locator("#saved-home").click()
        await expect(self.page.locator('[data-screen="home"]')).to_be_visible()
        return record

    def parked(self, draft: str) -> Locator:
        """One parked form, as home lists it."""
        return self.page.locator(f'#parked [data-draft="{draft}"]')

    def due(self, id: str) -> Locator:
        """One row of the due list."""
        return self.page.locator(f'#due [data-due="{id}"]')

    def waiting(self) -> Locator:
        """What home says of the records that wait."""
        return self.page.locator("#waiting-words")

    async def _tap_due(self, selector: str) -> None:
        await tap_due(self.page, selector)
        await expect(self.page.locator("form.observation")).to_be_visible()

    async def _start(self, *, offline: bool = False, shown: datetime | None = None) -> None:
        self.page = await self.tablet.start(offline=offline)
        await self.page.clock.install(time=shown or moment(self._clock))

    def _draft(self) -> str:
        return self.page.url.split("/form/")[1].split("/")[0]
