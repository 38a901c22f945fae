"""Forms with two versions: a checkout that knows only the first, what each asks, and which one is open or shown."""

from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Page, expect

from observation_forms import Example, Form, load_catalogue
from observation_forms.shelf import read_published, write_published
from tests.browser.running import RunningServer, copy_checkout
from tests.browser.store import stored

LIBRARY = Path("observation_forms") / "library"
SECOND = ("practice_observation", "handover_check")


class Case(NamedTuple):
    """A form with two versions, and a worked example of the first; `text` is an answer that may be put right."""

    old: Form
    new: Form
    example: Example
    text: str

    @property
    def code(self) -> str:
        """F1, say."""
        return self.old.definition.code

    @property
    def only_new(self) -> set[str]:
        """What version 2 asks and version 1 does not."""
        return asked(self.new) - asked(self.old)


def asked(form: Form) -> set[str]:
    """The ids of all its questions outside of rows."""
    return {question.id for section in form.definition.sections for question in section.questions}


def two_versions(form: str, example: str, text: str) -> Case:
    """The first version of a form and the newest, as they are in the library."""
    catalogue = load_catalogue()
    (old,) = (each for each in catalogue.forms() if named(each) == (form, 1))
    case = Case(old, catalogue.current(form), next(each for each in old.examples if each.id == example), text)
    assert case.only_new
    return case


def named(form: Form) -> tuple[str, int]:
    """The form's id and version."""
    return form.definition.form, form.definition.version


def older_checkout(folder: Path) -> Path:
    """A checkout from before the later versions of these forms were published."""
    copy = copy_checkout(folder)
    published = read_published(copy / LIBRARY)
    for form, version in list(published):
        if form in SECOND and version != "1":
            (copy / LIBRARY / form / f"{version}.toml").unlink()
            del published[form, version]
    write_published(copy / LIBRARY, published)
    return copy


def halves(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers of the example, cut in two where a person might be called away."""
    answered = {key.split(".")[0] for key in case.example.answers}
    order = [
        question.id
        for section in case.old.definition.sections
        for question in section.questions
        if question.id in answered
    ]
    early = set(order[: len(order) // 2])
    first = {key: value for key, value in case.example.answers.items() if key.split(".")[0] in early}
    return first, {key: value for key, value in case.example.answers.items() if key not in first}


async def asks_as(page: Page, form: Form, never: set[str]) -> None:
    """The open form is this version, and asks nothing of `never`."""
    await expect(page.locator("form.observation")).to_be_visible()
    here = page.url.split("/form/")[1].split("/")[0]
    (draft,) = [each for each in await stored(page, "draft") if each["id"] == here]
    assert draft["form_hash"] == form.hash
    for question in never:
        await expect(page.locator(f'#fragment [data-question="{question}"]')).to_have_count(0)


async def shows_version_1(page: Page, where: str, case: Case) -> None:
    """Every answer of the example stands there under the question version 1 asked, and nothing else is asked."""
    asks = {
        key: question.ask
        for key in case.example.answers
        if (question := case.old.definition.question_at(key)) and "{" not in question.ask
    }
    shown = page.locator(f"{where} [data-question]")
    await expect(shown.first).to_be_visible()
    found = {await row.get_attribute("data-question"): await row.inner_text() for row in await shown.all()}
    assert not case.only_new & {str(key).split(".")[-1] for key in found}
    for key, ask in asks.items():
        if key in found:
            assert ask in found[key], key
    assert {key.split(".")[0] for key in asks} <= {str(key).split(".")[0] for key in found}


def findings(server: RunningServer, record: str) -> list[str]:
    """What the server noted about the version that counts."""
    rows = server.rows(
        "SELECT finding.code FROM finding JOIN record_current USING (seq) WHERE record_current.record = ?",
        record,
    )
    return [str(row["code"]) for row in rows]
