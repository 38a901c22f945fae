"""The browser is killed, again and again, while someone answers a form. What was on screen comes back."""

import asyncio
import os
import random

from playwright.async_api import Page, expect

from observation_forms.definition import Question
from tests.browser.chromium import TabletBrowser
from tests.browser.conftest import ACTION
from tests.browser.filling import answer, fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    enrolled,
    example_answers,
    go,
    kept,
    link_action,
    open_form,
    practice_observation,
    record,
    send_now,
    tap_send,
)
from tests.browser.store import stored

KILLS = 30


async def test_killed_after_each_of_thirty_inputs_nothing_older_than_a_quarter_second_is_lost(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    seed = int(os.environ.get("SIGHTLINE_SEED") or random.randrange(2**32))
    print(f"SIGHTLINE_SEED={seed}")
    chance = random.Random(seed)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    await link_action(page, ACTION)
    answers = example_answers("medicines_round_not_met")
    questions = [each for each in practice_observation().questions() if each.id in answers]
    given: dict[str, object] = {}
    for number in range(KILLS):
        question = questions[number % len(questions)]
        given[question.id] = typed_or_chosen(question, answers[question.id], number, chance)
        await answer(page, question, given[question.id])
        await kept(page)
        await tablet.kill()
        page = await resume(tablet, server)
        for known in questions:
            if known.id in given:
                assert await shown(page, known) == given[known.id], (number, known.id)
    await tablet.close()


async def test_killed_at_any_moment_of_saving_a_record_is_a_draft_or_saved_and_never_both(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    promised: set[str] = set()
    for delay in (0.0, 0.005, 0.02, 0.06, 0.15):
        await open_form(page)
        await fill_form(page, practice_observation(), example_answers("evening_care_all_met"))
        await page.locator("#check").click()
        made = page.url.split("/form/")[1].split("/")[0]
        await page.locator("#save").click(no_wait_after=True)
        await asyncio.sleep(delay)
        if await page.locator("#saved-heading").count():
            promised.add(made)
        await tablet.kill()
        page = await tablet.start()
        await page.goto(f"{server.origin}/tablet/outbox")
        waiting = {row["record"] for row in await stored(page, "record")}
        assert promised <= waiting
        await expect(page.locator("#outbox [data-record]")).to_have_count(len(waiting))
        await page.goto(f"{server.origin}/tablet/")
        await be(page, "amina")
        drafts = {row["id"] for row in await stored(page, "draft")}
        assert len({made} & waiting) + len({made} & drafts) == 1
        await expect(page.locator("#parked [data-draft]")).to_have_count(len(drafts))
    server.start()
    await send_now(page)
    await all_sent(page)
    held = {row["record"] for row in server.rows("SELECT record FROM record_current")}
    assert promised <= held


async def test_a_server_killed_while_it_receives_has_every_record_the_tablet_counts_as_delivered(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    for _ in range(3):
        server.kill()
        made = await record(page, "evening_care_all_met")
        await go(page, "/tablet/outbox")
        await expect(page.locator(f'#outbox [data-record="{made}"]')).to_be_visible()
        server.start()
        await tap_send(page)
        server.kill()
        server.start()
        await tap_send(page)
        await all_sent(page)
        assert [
            row["n"] for row in server.rows("SELECT count(*) AS n FROM entry WHERE record = ?", made)
        ] == [1]
        await go(page, "/tablet/")


def typed_or_chosen(question: Question, value: object, number: int, chance: random.Random) -> object:
    """The example's answer; for text, words of this round's own: an old draft cannot pass for the new."""
    if question.kind == "text":
        return f"{value} ({number}: {chance.randrange(10**6)})"
    return value


async def resume(tablet: TabletBrowser, server: RunningServer) -> Page:
    """Open the app again, say who it is, go back into the parked form."""
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await be(page, "amina")
    await page.locator("#parked [data-draft]").click()
    await expect(page.locator("form.observation")).to_be_visible()
    return page


async def shown(page: Page, question: Question) -> object:
    """What the form shows as the answer to a question, in the shape of an answer."""
    holder = page.locator(f'[data-question="{question.id}"]')
    if question.kind in ("standard", "choice", "yes_no"):
        chosen = holder.locator("input:checked")
        return await chosen.get_attribute("value") if await chosen.count() else None
    if question.kind in ("choices", "staff"):
        chosen = holder.locator("input:checked")
        return await chosen.evaluate_all("all => all.map(e => e.value)")
    typed = await holder.locator("input, textarea, select").first.input_value()
    return int(typed) if question.kind == "integer" and typed else typed
