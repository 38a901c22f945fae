"""Filling a form as a hand does it: every kind of question by its own control, top to bottom."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from observation_forms import Definition
from observation_forms.definition import Question

_LONDON = ZoneInfo("Europe/London")
_NEVER_ASKED = ("information", "worked_out", "duration")


async def fill_form(page: Page, definition: Definition, answers: Mapping[str, Any]) -> None:
    """Give every answer, by key, in the order of the form. What the form works out itself is left to it."""
    for section in definition.sections:
        for question in section.questions:
            if question.kind == "repeat":
                await _fill_rows(page, question, answers)
            elif question.kind == "counts":
                await _fill_cells(page, question, answers)
            elif question.id in answers:
                await answer(page, question, answers[question.id])


async def answer(page: Page, question: Question, value: Any, key: str = "") -> None:
    """Answer one question with its own control; `key` names it inside a row."""
    if question.kind in _NEVER_ASKED:
        return
    holder = held(page, key or question.id)
    if question.kind in ("standard", "choice", "yes_no"):
        await holder.locator(f'label:has(input[value="{value}"])').click()
    elif question.kind in ("choices", "staff"):
        for code in value:
            await holder.locator(f'label:has(input[value="{code}"])').click()
    elif question.kind in ("person", "pick"):
        await holder.locator("select").select_option(str(value))
    elif question.kind == "signer":
        await _sign(holder, str(value))
    elif question.kind == "instant":
        await holder.locator("input").first.fill(local_time(str(value)))
    else:
        await holder.locator("input, textarea").first.fill(str(value))


def held(page: Page, key: str) -> Locator:
    """The element of the form that holds one question."""
    return page.locator(f'#fragment [data-question="{key}"]').first


async def _sign(holder: Locator, staff: str) -> None:
    await holder.locator("select").select_option(staff)
    await holder.locator("label:has([data-accept])").click()


async def _fill_rows(page: Page, repeat: Question, answers: Mapping[str, Any]) -> None:
    wanted = answers.get(repeat.id)
    if wanted is None:
        return
    holder = held(page, repeat.id)
    if wanted == ["none"]:
        if not repeat.rows_from:
            await holder.locator("[data-none]").first.click()
        return
    for row in wanted:
        there = held(page, f"{repeat.id}.{row}.{repeat.questions[0].id}")
        if not repeat.rows_from and await there.count() == 0:
            await holder.locator("[data-add]").first.click()
            await expect(there).to_have_count(1)
        await _fill_row(page, repeat, row, answers)


async def _fill_row(page: Page, repeat: Question, row: str, answers: Mapping[str, Any]) -> None:
    for question in repeat.questions:
        key = f"{repeat.id}.{row}.{question.id}"
        if key in answers:
            await answer(page, question, answers[key], key)


async def _fill_cells(page: Page, grid: Question, answers: Mapping[str, Any]) -> None:
    for item in grid.items:
        key = f"{grid.id}.{item.code}"
        if key in answers:
            await held(page, key).locator("input").first.fill(str(answers[key]))


def local_time(instant: str) -> str:
    """An instant as the field of a tablet in Britain shows it."""
    moment = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(_LONDON)
    return moment.strftime("%Y-%m-%dT%H:%M")


def asked_questions(definition: Definition) -> Iterable[Question]:
    """Every question of a form, rows' included."""
    for section in definition.sections:
        for question in section.questions:
            yield question
            yield from question.questions


__all__ = ["answer", "asked_questions", "fill_form", "held", "local_time"]
