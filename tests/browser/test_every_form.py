"""Every form, filled offline by its own worked examples: sealed, received, shown and printed as it was meant.

The two forms of the Wi-Fi drill are opened and written by the drill alone: test_drill.py does so.
Every example is looked at by axe-core; the fullest of each form also at 320 px and with text twice as large.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from observation_forms import Example, Form, load_catalogue
from tests.browser.chromium import Complaints, TabletBrowser, accessibility_faults, desk_context
from tests.browser.example_house import FOR_DUE_ITEMS, OF_THE_DRILL, about, due_for, put_on_the_lists
from tests.browser.filling import fill_form
from tests.browser.narrow import faults_narrow_and_large
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    check_and_save,
    enrolled,
    open_form,
    send_now,
    sign_in,
    start_again,
    tap_due,
)
from tests.server.world import World

UNSTICK = (
    "() => { for (const bar of document.querySelectorAll('.bar, .save-bar')) bar.style.position = 'static'; }"
)
FORMS = [form for form in load_catalogue().current_forms() if form.definition.form not in OF_THE_DRILL]


def sound(form: Form) -> list[Example]:
    """The examples that break no rule: those a tablet would seal."""
    return [example for example in form.examples if not example.broken]


class Case(NamedTuple):
    """Sound examples of one form that can share a house: the same rows stand on the lists they take rows from."""

    form: Form
    examples: list[Example]


def cases() -> list[Any]:
    """Every form; twice where some examples have rows from a list and others none."""
    found = []
    for form in FORMS:
        listed = [question.id for question in form.definition.questions() if question.rows_from]
        houses: dict[str, list[Example]] = {}
        for example in sound(form):
            rows = sorted({row for id in listed for row in example.answers.get(id, []) if row != "none"})
            houses.setdefault(",".join(rows), []).append(example)
        for listed_rows, examples in houses.items():
            name = form.definition.code + (f", {listed_rows}" if listed_rows else "")
            found.append(pytest.param(Case(form, examples), id=name))
    return found


@pytest.fixture
def house(tmp_path: Path, case: Case) -> Path:
    """A database whose tablets know everyone and everything the examples name."""
    world = World(tmp_path)
    with world.sql() as sql:
        put_on_the_lists(sql, case.form, case.examples)
    return world.settings.database


@pytest.fixture
def filled(server: RunningServer) -> Iterator[RunningServer]:
    """The server of the house, shown to be whole after the test."""
    yield server
    assert server.rows("SELECT 1 FROM entry WHERE standing <> 'stored'") == []


@pytest.mark.parametrize("case", cases())
async def test_a_form_is_filled_offline_and_received_as_it_was_meant(
    case: Case,
    filled: RunningServer,
    tablet: TabletBrowser,
    office: Browser,
    complaints: Complaints,
) -> None:
    form = case.form
    page = await enrolled(tablet, filled)
    await be(page, "amina")
    filled.stop()
    sealed = {}
    fullest = max(case.examples, key=lambda each: len(each.answers))
    for example in case.examples:
        sealed[await _fill_and_save(page, form, example, example is fullest)] = example
    filled.start()
    await page.clock.set_system_time(datetime.now(UTC))
    await start_again(page)
    await send_now(page)
    await all_sent(page)
    for record, example in sealed.items():
        assert_received(filled, form, example, record)
    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, filled, "dana")
    for record, example in sealed.items():
        await _shown_and_printed(desk, filled, form, example, record)


async def _fill_and_save(page: Page, form: Form, example: Example, fullest: bool) -> str:
    """One worked example, by hand, on a tablet whose clock stands at the moment of sealing."""
    await page.clock.set_fixed_time(example.recorded_at)
    await start_again(page)
    if form.definition.form in FOR_DUE_ITEMS:
        await tap_due(page, f'[data-due="{due_for(example)}"]')
        await expect(page.locator("form.observation")).to_be_visible()
    else:
        await open_form(page, form.definition.code)
    for theme in example.themes:
        await page.locator(f'input[name="linked-action"][value="{about(theme)}"]').check(force=True)
    await fill_form(page, form.definition, example.answers)
    where = f"{form.definition.code} {example.id}"
    # What stays in view covers a part of the page wherever it stands; axe would call that part too small
    await page.evaluate(UNSTICK)
    assert await accessibility_faults(page) == [], where
    if fullest:
        assert await faults_narrow_and_large(page, where) == []
    await check_and_save(page)
    return page.url.split("/saved/")[1].split("/")[0]


def assert_received(server: RunningServer, form: Form, example: Example, record: str) -> None:
    """What the server keeps of it is what the example says, by the tablet's word and by the server's own."""
    (entry,) = server.rows("SELECT body FROM entry WHERE record = ?", record)
    body: dict[str, Any] = msgspec.json.decode(entry["body"])
    where = f"{form.definition.code} {example.id}"
    assert body["form_hash"] == form.hash
    assert body["answers"] == example.answers | _added(form, body["answers"]), where
    (row,) = server.rows("SELECT * FROM record_current WHERE record = ?", record)
    assert (row["result"], row["points"], row["scored"]) == (
        example.result,
        example.points,
        example.scored,
    ), where
    assert row["errors_count"] == 0, where
    concerns = server.rows("SELECT question FROM concern WHERE seq = ?", row["seq"])
    assert sorted(concern["question"] for concern in concerns) == sorted(example.concerns), where
    told = {found["code"] for found in server.rows("SELECT code FROM finding WHERE seq = ?", row["seq"])}
    assert "worked_out_differs" not in told, where
    assert "hidden_answer" not in told, where


def _added(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """What the form worked out itself, and what the tablet adds when it has no network; no example need write it."""
    added = {}
    for key, value in answers.items():
        question = form.definition.question_at(key)
        if question and (question.kind in ("worked_out", "duration") or key == "without_sight_of"):
            added[key] = value
    return added


async def _shown_and_printed(
    desk: Page, server: RunningServer, form: Form, example: Example, record: str
) -> None:
    await desk.goto(f"{server.origin}/evidence/{record}")
    await expect(desk.locator("h1")).to_contain_text(form.definition.title)
    shown = await desk.locator("main [data-question]").evaluate_all(
        "all => all.map(each => each.dataset.question)"
    )
    assert {key for key in example.answers if _stands_alone(form, key)} <= set(shown), example.id
    await desk.emulate_media(media="print")
    await expect(desk.locator(".answers").first).to_be_visible()
    await expect(desk.locator("nav").first).to_be_hidden()
    await desk.emulate_media(media="screen")


def _stands_alone(form: Form, key: str) -> bool:
    """Facts are shown with their question, and a repeat as its rows."""
    question = form.definition.question_at(key)
    return question is not None and not question.facts_for and question.kind != "repeat"
