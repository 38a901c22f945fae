"""The page of one record: everything that was asked and answered, when, by whom, and every version of it."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from observation_forms import Example, Question, load_catalogue
from server.form_words import in_words
from server.identity import organisation
from server.identity.permissions import Role
from tests.server.evidence.arranged import make_action, words_of
from tests.server.evidence.test_list import FORM as AS_WRITTEN
from tests.server.evidence.test_list import id_of, instant, listed, maker, record_of, send
from tests.server.test_sync_routes import push, statuses
from tests.server.world import START, Browser, World
from tests.sync.bodies import seal

# The page speaks in the words of the service: a care home
FORM = in_words(AS_WRITTEN, organisation.WORDS["residential"])
EXAMPLES = load_catalogue().current("practice_observation").examples
SCRIPTS = ["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{ 7 * 7 }}</textarea><svg onload=1>"]


def text_of(markup: str) -> str:
    """The words of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def page_of(desk: Browser, sealed: bytes, version: int = 0) -> str:
    answer = desk.get(f"/evidence/{id_of(sealed)}{f'?version={version}' if version else ''}")
    assert answer.status_code == 200
    return answer.text


def answers_on(page: str) -> dict[str, str]:
    """Question id to the words beside it."""
    found = {}
    for piece in re.split(r'<div class="answer[^"]*" data-question="', page)[1:]:
        question, _, rest = piece.partition('">')
        found[question] = text_of(rest.split("</div>")[0])
    return found


def said(question: Question, value: Any) -> list[str]:
    """The words an answer must appear in, from the form itself."""
    worded: list[Any] = [*question.options, *question.special]
    labels: dict[str, str] = {each.code: each.label for each in worded}
    match question.kind:
        case "integer":
            return [f"{value} {question.unit}" if question.unit else str(value)]
        case "instant" | "date":
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                return [value]
            return [f"{moment.day} {moment:%B %Y}"]
        case "text":
            return [" ".join(value.split())]
    return [str(labels.get(str(code), code)) for code in (value if isinstance(value, list) else [value])]


def test_there_are_twenty_worked_examples() -> None:
    assert len(EXAMPLES) == 20


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_a_worked_example_shows_every_answer_in_its_words(
    oak: Browser, chidi: Browser, example: Example
) -> None:
    bearings = [
        {"action": f"of-{theme}", "themes": [theme], "bearing": example.bearings.get(theme, "inconclusive")}
        for theme in example.themes
    ]
    given = str(example.answers.get("happened_at", ""))
    happened = given if given.endswith("Z") else example.recorded_at
    sealed = record_of(
        maker(oak),
        answers=example.answers,
        bearings=bearings,
        happened_at=happened,
        recorded_at=example.recorded_at,
    )
    send(oak, sealed)
    page = page_of(chidi, sealed)
    shown = answers_on(page)
    for id, value in example.answers.items():
        question = FORM.by_id.get(id)
        if question is None:
            assert str(value) in shown[id]
            continue
        beside = shown[question.facts_for if question.facts_for in shown else id]
        for words in said(question, value):
            assert words in beside, id
        if not question.facts_for:
            assert question.ask in beside
    results = {"met": "Met", "partly": "Partly met", "not_met": "Not met", "not_scored": "Not scored"}
    assert f'<span class="mark mark-{example.result}">{results[example.result]}</span>' in page
    for id in example.concerns:
        assert "Raised a concern" in shown[id]


def test_the_answers_are_those_of_every_kind_a_form_can_ask(oak: Browser, chidi: Browser) -> None:
    chosen = {
        "others_present": 3,
        "staff_observed": ["amina", "ben"],
        "next_step": ["coaching_done", "watch_again"],
        "note": "First line.\nSecond line.",
        "watch_again_by": "2026-11-20",
        "kind_and_private": "not_met",
        "kind_and_private_facts": "The curtain stayed open all along.",
    }
    sealed = record_of(maker(oak), chosen=chosen)
    send(oak, sealed)
    kinds = {FORM.by_id[id].kind for id in json.loads(sealed)["answers"]}
    assert kinds >= {
        "choice",
        "choices",
        "standard",
        "yes_no",
        "integer",
        "text",
        "instant",
        "staff",
        "person",
    }
    shown = answers_on(page_of(chidi, sealed))
    assert "Amina Yusuf" in shown["staff_observed"]
    assert "Ben Carter" in shown["staff_observed"]
    assert "AB, 1" in shown["person_supported"]
    assert "3" in shown["others_present"]
    assert shown["note"].endswith("First line. Second line.")
    assert "20 November 2026" in shown["watch_again_by"]


def test_a_shown_question_without_an_answer_says_so(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak))
    body = json.loads(sealed)
    del body["answers"]["routine"]
    send(oak, seal(body))
    page = page_of(chidi, sealed)
    assert answers_on(page)["routine"].endswith("Not answered")
    assert "To look at" in page


@pytest.mark.parametrize(
    ("happened", "recorded", "words"),
    [
        (
            "2026-03-29T00:30:00Z",
            "2026-03-29T02:40:00Z",
            ["Sun 29 Mar 2026, 00:30", "Sun 29 Mar 2026, 03:40", "recorded 2 h 10 min after"],
        ),
        (
            "2026-03-29T00:59:00Z",
            "2026-03-29T01:00:00Z",
            ["Sun 29 Mar 2026, 00:59", "Sun 29 Mar 2026, 02:00", "recorded 1 min after"],
        ),
        (
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            ["Sun 25 Oct 2026, 01:30 BST", "Sun 25 Oct 2026, 01:30 GMT", "recorded 1 h after"],
        ),
        (
            "2026-10-24T22:59:00Z",
            "2026-10-24T23:01:00Z",
            ["Sat 24 Oct 2026, 23:59", "Sun 25 Oct 2026, 00:01", "recorded 2 min after"],
        ),
    ],
)
def test_the_three_times_are_londons_across_the_changes_of_the_clocks(
    world: World, oak: Browser, happened: str, recorded: str, words: list[str]
) -> None:
    sealed = record_of(maker(oak), datetime.fromisoformat(happened), recorded_at=recorded)
    world.clock.instant = datetime.fromisoformat(recorded) + timedelta(hours=25, minutes=3)
    send(oak, sealed)
    world.clock.instant = START
    page = text_of(page_of(world.signed_in("chidi"), sealed))
    for each in [*words, "received 1 day 1 h after"]:
        assert each in page


def test_a_record_that_came_at_once_says_so(world: World, oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak), START - timedelta(seconds=40), after=0)
    send(oak, sealed)
    page = text_of(page_of(chidi, sealed))
    assert "recorded at once" in page
    assert "received at once" in page


def test_the_tablet_is_named_with_the_records_number_on_it(oak: Browser, chidi: Browser) -> None:
    tablet = maker(oak)
    first, second = record_of(tablet), record_of(tablet)
    send(oak, first, second)
    assert "Record 1 of tablet Oak" in page_of(chidi, first)
    assert "Record 2 of tablet Oak" in page_of(chidi, second)


def test_findings_and_concerns_are_named_by_the_question_they_are_about(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak), chosen={"kind_and_private": "not_met", "rough_or_neglectful": "yes"})
    send(oak, sealed)
    page = page_of(chidi, sealed)
    checks = text_of(page.split('id="side-checks"')[1].split("</section>")[0])
    assert f"Concern {FORM.by_id['rough_or_neglectful'].ask}" in checks
    assert FORM.by_id["kind_and_private_facts"].ask in checks
    assert "Rule broken" in checks or "Worth a look" in checks


def test_a_lowered_result_shows_what_it_was_and_why(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak), lowered_to="partly", lowered_reason="It was rushed at the end")
    send(oak, sealed)
    page = text_of(page_of(chidi, sealed))
    assert "The answers came to “Met”; the author lowered it: " in page
    assert "It was rushed at the end" in page
    assert "Lowered" in chidi.get("/evidence").text


@pytest.mark.parametrize(
    ("chosen", "claimed", "counts", "words"),
    [
        ({}, "supports", "Supports", ""),
        ({}, "inconclusive", "Inconclusive", "The answers would say “supports”. The author put it lower."),
        (
            {"kind_and_private": "not_met", "kind_and_private_facts": "The door stood wide open all along."},
            "supports",
            "Contradicts",
            "The author put it as “supports”, which the answers do not bear out",
        ),
    ],
)
def test_a_bearing_shows_what_was_stated_and_what_the_answers_come_to(
    oak: Browser, chidi: Browser, chosen: dict[str, Any], claimed: str, counts: str, words: str
) -> None:
    action = make_action(chidi, themes=["SG"])
    bearings = [{"action": action, "themes": ["SG"], "bearing": claimed}]
    sealed = record_of(maker(oak), chosen=chosen, bearings=bearings)
    send(oak, sealed)
    page = page_of(chidi, sealed)
    weights = text_of(page.split('id="side-weights"')[1].split("</section>")[0])
    assert f"{counts} Action 1: Answer call bells at night" in weights
    assert words in weights
    assert ("The author put it" in weights) == bool(words)


def test_both_versions_of_a_corrected_record_can_be_read_and_the_old_one_is_marked(
    oak: Browser, chidi: Browser
) -> None:
    tablet = maker(oak)
    first = record_of(tablet, chosen={"note": "The heron stood there."})
    answers = {**json.loads(first)["answers"], "note": "The wagtail stood there."}
    same = {"unit": "alder-1", "author": "ben", "recorded_at": instant(START - timedelta(hours=1))}
    send(oak, first, tablet.correct(first, "I named the wrong bird", answers=answers, **same))
    new, old = page_of(chidi, first), page_of(chidi, first, version=1)
    shown, changed = new.split('id="differences"')[0], new.split('id="differences"')[1].split("</section>")[0]
    assert "The wagtail stood there." in new.split("</section>", 1)[1]
    assert "heron" not in shown + new.split(changed)[1]
    assert text_of(changed).endswith("The heron stood there. The wagtail stood there.")
    assert "Corrected: this is version 2." in new
    assert "Reason: “I named the wrong bird”" in new
    assert f'href="/evidence/{id_of(first)}?version=1"' in new
    assert "This is version 1, which was replaced." in old
    assert "The heron stood there." in old
    assert "wagtail" not in old
    assert f'href="/evidence/{id_of(first)}">See the version that stands' in old
    assert "which was replaced" not in page_of(chidi, first, version=2)
    assert chidi.get(f"/evidence/{id_of(first)}?version=3").status_code == 404


def test_a_correction_without_a_reason_says_that_none_was_given(oak: Browser, chidi: Browser) -> None:
    tablet = maker(oak)
    first = record_of(tablet)
    send(oak, first, tablet.correct(first, "", unit="alder-1", author="amina", recorded_at=instant(START)))
    assert re.search("No reason was given|none was given", page_of(chidi, first))


def test_a_disputed_version_points_to_what_was_kept_apart(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak), lowered_to="partly", lowered_reason="It was rushed")
    other = seal({**json.loads(sealed), "lowered_reason": "Another reason"})
    assert [status for status, _ in statuses(push(oak, sealed, other))] == ["stored", "conflict"]
    page = page_of(chidi, sealed)
    assert "Another body claims to be this version" in page
    assert 'href="/held"' in page
    assert "Another reason" not in page
    held = chidi.get("/held").text
    assert "Another reason" in held
    assert f"/evidence/{id_of(sealed)}" in held


def test_a_correction_that_is_held_is_pointed_to_from_the_record(oak: Browser, chidi: Browser) -> None:
    tablet = maker(oak)
    first = record_of(tablet)
    later = tablet.correct(first, "Wrong room", unit="alder-1", author="nobody", recorded_at=instant(START))
    assert [status for status, _ in statuses(push(oak, first, later))] == ["stored", "held"]
    assert "must be looked at first" in page_of(chidi, first)


def test_a_held_record_has_no_page_and_is_on_the_held_page(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak), author="nobody-known")
    assert statuses(push(oak, sealed)) == [("held", "author_unknown")]
    assert chidi.get(f"/evidence/{id_of(sealed)}").status_code == 404
    assert listed(chidi.get("/evidence").text) == []
    assert id_of(sealed) in chidi.get("/held").text


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_in_a_record_are_shown_as_text_everywhere(
    world: World, oak: Browser, chidi: Browser, script: str
) -> None:
    with world.sql() as connection:
        organisation.add_staff(connection, script, f"Name {script}", "script@example.test")
        organisation.give_role(connection, script, Role.FLOOR, "alder", START - timedelta(days=30))
    action = make_action(chidi, title=f"Title {script}", baseline=script * 3, expected=script * 3)
    claims = [
        {"action": id, "themes": ["SG", "DE", script], "bearing": "inconclusive"} for id in (action, script)
    ]
    texts = {question.id: script for question in FORM.questions() if question.kind == "text"}
    odd = {"person_supported": script, "staff_observed": [script], "shift": script, "unasked": script}
    tablet = maker(oak)
    body = json.loads(record_of(tablet, bearings=claims))
    body |= {"author": script, "answers": {**body["answers"], **texts, **odd}, "app": script}
    body |= {"lowered_to": "partly", "lowered_reason": script}
    first = seal(body)
    same = {"unit": "alder-1", "author": script, "recorded_at": instant(START)}
    second = tablet.correct(first, script, lowered_to="partly", lowered_reason=script, app=script, **same)
    send(oak, first, second)
    held = seal({**json.loads(record_of(tablet)), "author": f"{script}-unknown", "reason": script})
    push(oak, held, {"strange": script})
    escaped = html.escape(script).replace("&quot;", "&#34;")
    for address in (
        "/evidence",
        f"/evidence?action={action}",
        f"/evidence/{body['record']}",
        f"/evidence/{body['record']}?version=1",
        f"/actions/{action}",
        "/actions",
        "/held",
    ):
        page = chidi.get(address)
        assert page.status_code == 200, address
        assert script not in page.text, address
        assert (
            escaped in page.text
            or html.escape(json.dumps(script)[1:-1]).replace("&quot;", "&#34;") in page.text
        ), address


def test_the_page_has_the_digests_by_which_the_record_is_proved(oak: Browser, chidi: Browser) -> None:
    sealed = record_of(maker(oak))
    answer = push(oak, sealed)
    receipt = answer.json()["receipts"][0]
    page = words_of(chidi.get(f"/evidence/{id_of(sealed)}"))
    for proof in (receipt["sha256"], receipt["leaf"], FORM.hash, f"Entry {receipt['seq']}"):
        assert proof in page


def test_a_record_that_is_not_there_is_not_found(chidi: Browser) -> None:
    assert chidi.get("/evidence/none-such").status_code == 404
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    assert chidi.get(f"/evidence/{instant(moment)}").status_code == 404
