"""How much a typical practice observation asks of a thumb (DESIGN 11)."""

from playwright.async_api import Page, expect

from observation_forms.definition import Question
from tests.browser.chromium import TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled, example_answers, practice_observation

MOST_TAPS = 40
WENT_WELL = "She asked about the bath first and laid out the blue towel he likes."


class Thumb:
    """Taps and counts; typing is counted apart, in fields and in letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.typed: dict[str, int] = {}

    async def tap(self, selector: str) -> None:
        """One tap on what the selector names, as a finger does it: the page scrolls there by swiping."""
        await self.page.locator(selector).tap()
        self.taps += 1

    async def answer(self, question: Question, value: object) -> None:
        """Answer one question with as few taps as it takes."""
        holder = f'[data-question="{question.id}"]'
        if question.kind == "person":
            # One tap opens the list, one takes a name from it; the list itself is the tablet's own
            await self.page.locator(f"{holder} select").select_option(str(value))
            self.taps += 2
        elif question.kind == "text":
            await self.tap(f"{holder} :is(input, textarea)")
            await self.page.keyboard.type(str(value))
            self.typed[question.id] = len(str(value))
        else:
            for code in value if isinstance(value, list) else [value]:
                await self.tap(f'{holder} label:has(input[value="{code}"])')


async def test_a_typical_observation_with_all_met_takes_at_most_forty_taps(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    thumb = Thumb(page)
    form = practice_observation()
    typical = example_answers(
        "evening_care_all_met", reason="planned", next_step=["none"], went_well=WENT_WELL
    )
    await thumb.tap('[data-form="F1"]')
    await expect(page.locator("form.observation")).to_be_visible()
    for question in form.questions():
        asked = page.locator(f'[data-question="{question.id}"]')
        if not await asked.is_visible() or question.kind == "information":
            continue
        if question.required and not await is_answered(page, question):
            await thumb.answer(question, typical[question.id])
    await thumb.tap("#check")
    await expect(page.locator("#errors [data-finding]")).to_have_count(0)
    await expect(page.locator("#result-mark")).to_have_text("Met")
    await thumb.tap("#save")
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    print(f"an all-met practice observation: {thumb.taps} taps, and typed: {thumb.typed}")
    assert thumb.taps <= MOST_TAPS
    # domain/4 asks one thing in words even when all is met (1.51: what went well)
    assert list(thumb.typed) == ["went_well"]


async def is_answered(page: Page, question: Question) -> bool:
    """Whether the form answered it by itself, as it does for the time and the shift."""
    holder = page.locator(f'[data-question="{question.id}"]')
    if question.kind in ("instant", "date", "integer", "text", "person"):
        return await holder.locator("input, textarea, select").first.input_value() != ""
    return await holder.locator("input:checked").count() > 0
