"""What a form asks of a thumb: taps and letters counted, seconds estimated by the keystroke-level model.

The model is that of Card, Moran and Newell (1980): 1.35 s to make up one's mind at each question, 1.10 s to point,
0.10 s to press, 0.28 s for a letter typed by an average typist. It leaves out looking, thinking and talking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from observation_forms import Definition
from observation_forms.definition import Question
from tests.browser.filling import held, local_time

MIND, POINT, PRESS, LETTER = 1.35, 1.10, 0.10, 0.28
# The tablet's own time and date pickers: open it, two wheels (or a day), done
PICKER_TAPS = {"instant": 4, "date": 3}
_OPTIONS = ("standard", "choice", "yes_no", "choices", "staff")
_NEVER_ASKED = ("information", "worked_out", "duration")


@dataclass
class Effort:
    """What one form asked for."""

    taps: int = 0
    letters: int = 0
    questions: int = 0
    typed: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The keystroke-level estimate."""
        return self.questions * MIND + self.taps * (POINT + PRESS) + self.letters * LETTER


class Thumb:
    """One hand on one form. `now` is what the tablet's clock shows."""

    def __init__(self, page: Page, now: datetime) -> None:
        self.page = page
        self.now = now
        self.effort = Effort()

    async def tap(self, selector: str) -> None:
        """One tap on what the selector names, as a finger does it: the page scrolls there by swiping."""
        await self.page.locator(selector).first.tap()
        self.effort.taps += 1

    async def open(self, code: str, due: str = "") -> None:
        """Open a form from home: from the list, unfolding it where needed, or for a due item."""
        entry = f'#start [data-form="{code}"]'
        await expect(self.page.locator(f'{entry}, #due [data-due="{due}"]').first).to_be_attached()
        if await self.page.locator(entry).count() == 0:
            await self.tap(f'#due [data-due="{due}"]')
        else:
            if not await self.page.locator(entry).is_visible():
                await self.tap(f"#start details:has({entry.removeprefix('#start ')}) summary")
            await self.tap(entry)
        await expect(self.page.locator("form.observation")).to_be_visible()

    async def fill(self, definition: Definition, answers: Mapping[str, Any]) -> None:
        """Give these answers with as few taps as the form allows; what it has filled in already costs none."""
        for section in definition.sections:
            for question in section.questions:
                if question.kind == "repeat":
                    await self._rows(question, answers)
                elif question.kind == "counts":
                    await self._cells(question, answers)
                elif question.id in answers:
                    await self.answer(question, question.id, answers[question.id])

    async def answer(self, question: Question, key: str, value: Any) -> None:
        """Answer one question."""
        if question.kind in _NEVER_ASKED or await self._stands(question, key, value):
            return
        self.effort.questions += 1
        holder = held_selector(key)
        if question.kind in _OPTIONS:
            for code in value if isinstance(value, list) else [value]:
                await self.tap(f'{holder} label:has(input[value="{code}"])')
        elif question.kind in ("person", "pick", "signer"):
            await self._choose(holder, str(value))
            if question.kind == "signer":
                await self.tap(f"{holder} label:has([data-accept])")
        elif question.kind in PICKER_TAPS:
            await self._time(question, key, str(value))
        else:
            await self.tap(f"{holder} :is(input, textarea)")
            await self.page.keyboard.type(str(value))
            self.effort.letters += len(str(value))
            self.effort.typed.append(key)

    async def _choose(self, holder: str, value: str) -> None:
        # One tap opens the list, one takes a name from it; the list itself is the tablet's own
        await self.page.locator(f"{holder} select").first.select_option(value)
        self.effort.taps += 2

    async def _time(self, question: Question, key: str, value: str) -> None:
        for minutes in question.quick:
            if question.kind == "instant" and self._in(minutes) == value:
                await self.tap(f'{held_selector(key)} [data-quick="{minutes}"]')
                return
        written = local_time(value) if question.kind == "instant" else value
        await held(self.page, key).locator("input").first.fill(written)
        self.effort.taps += PICKER_TAPS[question.kind]

    def _in(self, minutes: int) -> str:
        return (self.now + timedelta(minutes=minutes)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")

    async def _rows(self, repeat: Question, answers: Mapping[str, Any]) -> None:
        wanted = answers.get(repeat.id, [])
        if wanted == ["none"] and not repeat.rows_from:
            self.effort.questions += 1
            await self.tap(f"{held_selector(repeat.id)} [data-none]")
            return
        for row in wanted if wanted != ["none"] else []:
            first = held(self.page, f"{repeat.id}.{row}.{repeat.questions[0].id}")
            if await first.count() == 0:
                await self.tap(f"{held_selector(repeat.id)} [data-add]")
                await expect(first).to_have_count(1)
            for question in repeat.questions:
                key = f"{repeat.id}.{row}.{question.id}"
                if key in answers:
                    await self.answer(question, key, answers[key])

    async def _cells(self, grid: Question, answers: Mapping[str, Any]) -> None:
        keys = {f"{grid.id}.{item.code}": item for item in grid.items}
        wanted = {key: answers[key] for key in keys if key in answers}
        if not wanted:
            return
        self.effort.questions += 1
        if len(wanted) == len(keys):
            await self.tap(f"{held_selector(grid.id)} [data-zero]")
        for key, number in wanted.items():
            if number or len(wanted) < len(keys):
                await self.tap(f"{held_selector(key)} input")
                await self.page.keyboard.press("Control+a")
                await self.page.keyboard.type(str(number))
                self.effort.letters += len(str(number))

    async def _stands(self, question: Question, key: str, value: Any) -> bool:
        holder = held(self.page, key)
        if question.kind in _OPTIONS:
            boxes = holder.locator("input:checked")
            found = [await box.get_attribute("value") for box in await boxes.all()]
            return sorted(filter(None, found)) == sorted(value if isinstance(value, list) else [value])
        fields = holder.locator("input, textarea, select")
        if await fields.count() == 0:
            return False
        written = local_time(str(value)) if question.kind == "instant" else str(value)
        return await fields.first.input_value() == written


def held_selector(key: str) -> str:
    """The element of the form that holds one question, as a selector."""
    return f'#fragment [data-question="{key}"]'
