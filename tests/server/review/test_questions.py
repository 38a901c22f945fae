"""A manager's question: it waits on the author's tablet, and the answer comes to stand under it."""

import json
from typing import Any

from observation_forms import Context
from tests.server.evidence.floor import Floor
from tests.server.review.reviewing import review, words_of
from tests.server.world import Browser, World
from tests.sync.bodies import good_answers

ASKED = "Which resident was this?"


def due_on(tablet: Browser) -> list[dict[str, Any]]:
    """The questions that a tablet holds."""
    changes = tablet.get("/sync/changes").json()["changes"]
    due = [change["body"] for change in changes if change["kind"] == "due" and not change["deleted"]]
    return [one for one in due if one["id"].startswith("question/")]


def answer(floor: Floor, due: dict[str, Any], words: str, **more: Any) -> str:
    """Amina answers on the tablet."""
    form = floor.catalogue.current("reply").definition
    times = {"recorded_at": "2026-11-16T08:30:00Z", "happened_at": "2026-11-16T08:30:00Z"}
    answers = good_answers(form, Context("2026-11-16T08:30:00Z"), "2026-11-16T08:30:00Z", answer=words)
    return floor.record(form="reply", answers=answers, spawned_by=due["id"], **{**times, **more})


def test_a_question_waits_on_the_tablets_for_its_author(floor: Floor, chidi: Browser) -> None:
    record = floor.record()
    assert review(chidi, record, "question", ASKED).status_code == 303
    (due,) = due_on(floor.browser)
    assert (due["form"], due["staff"], due["source"], due["says"]) == ("reply", "amina", record, ASKED)
    said = words_of(chidi.get(f"/evidence/{record}").text, "side-questions")
    assert ASKED in said
    assert "Chidi Okafor asked Amina Yusuf" in said
    assert "No answer yet." in said


def test_the_answer_stands_under_the_question(floor: Floor, chidi: Browser) -> None:
    record = floor.record()
    review(chidi, record, "question", ASKED)
    (due,) = due_on(floor.browser)
    reply = answer(floor, due, "It was the lady in <room> 4.")
    page = chidi.get(f"/evidence/{record}").text
    said = words_of(page, "side-questions")
    assert "It was the lady in <room> 4." in said
    assert "&lt;room&gt;" in page
    assert f'href="/evidence/{reply}"' in page
    assert "No answer yet." not in said


def test_an_answer_that_is_withdrawn_is_no_answer(floor: Floor, chidi: Browser) -> None:
    record = floor.record()
    review(chidi, record, "question", ASKED)
    (due,) = due_on(floor.browser)
    answer(floor, due, "It was the lady in room 4.")
    sealed = floor.tablet.sealed[-1]
    kept = {name: json.loads(sealed)[name] for name in ("spawned_by", "unit", "author", "recorded_at")}
    floor.send(floor.tablet.correct(sealed, "Wrong question", withdrawn=1, **kept))
    assert "No answer yet." in words_of(chidi.get(f"/evidence/{record}").text, "side-questions")


def test_what_few_may_see_does_not_stand_under_a_question_it_names(
    world: World, floor: Floor, chidi: Browser
) -> None:
    record = floor.record()
    review(chidi, record, "question", ASKED)
    (due,) = due_on(floor.browser)
    reply = answer(floor, due, "The kestrel shouted.")
    with world.sql() as sql:
        sql.execute("UPDATE record_version SET restricted = 1 WHERE record = ?", (reply,))
    assert "kestrel" not in chidi.get(f"/evidence/{record}").text


def test_two_questions_keep_their_own_answers(floor: Floor, chidi: Browser) -> None:
    record = floor.record()
    review(chidi, record, "question", "First?")
    (first,) = due_on(floor.browser)
    answer(floor, first, "The first answer.")
    review(chidi, record, "question", "Second?")
    said = words_of(chidi.get(f"/evidence/{record}").text, "side-questions")
    assert said.index("First?") < said.index("The first answer.") < said.index("Second?")
    assert said.count("No answer yet.") == 1
