"""Framework tags, the day practice was changed, what was learned: on form, page and register, and in the history."""

import pytest

from server.framework import library
from tests.server.evidence.arranged import edit_action, make_action, send_action, words_of
from tests.server.world import Browser, World

SAFEGUARDING, SAME_IN_DRAFT, LEADERS = "qs/2023/S3", "kloe/draft-9/K-S4", "qs/2023/W2"


def titles(browser: Browser, query: str) -> list[str]:
    return sorted(line["title"] for line in browser.get(f"/actions.json{query}").json()["actions"])


def test_a_tag_is_shown_with_where_the_same_stands_in_the_other_edition(chidi: Browser) -> None:
    action = make_action(chidi, tags=[SAFEGUARDING, SAME_IN_DRAFT, LEADERS])
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "S3 Safeguarding Quality statements; also: K-S4 Safeguarding" in page
    assert "W2 Capable, compassionate and inclusive leaders Quality statements; also: K-W3" in page
    assert page.index("S3 Safeguarding") < page.index("W2 Capable") < page.index("K-S4 Safeguarding Draft")
    assert "S3 Safeguarding, W2 Capable" in words_of(chidi.get("/actions"))


def test_the_form_offers_every_title_of_both_editions(chidi: Browser) -> None:
    page = chidi.get("/actions/new").text
    assert page.count('name="tags"') == len(library().tags) == 58
    assert "not in force yet" in page


def test_the_register_is_filtered_by_a_tag_and_by_what_stands_for_the_same(chidi: Browser) -> None:
    make_action(chidi, title="Now", tags=[SAFEGUARDING])
    make_action(chidi, title="Draft", tags=[SAME_IN_DRAFT])
    make_action(chidi, title="Other", tags=[LEADERS])
    make_action(chidi, title="None")
    for tag in (SAFEGUARDING, SAME_IN_DRAFT):
        assert titles(chidi, f"?tag={tag}") == ["Draft", "Now"]
    assert titles(chidi, f"?tag={LEADERS}") == ["Other"]
    assert titles(chidi, "?tag=qs/2023/S8") == []
    assert "With what stands for the same: K-S4 Safeguarding." in words_of(
        chidi.get(f"/actions?tag={SAFEGUARDING}")
    )
    grouped = words_of(chidi.get("/actions?group=tag"))
    assert "No framework tag (1)" in grouped
    assert "S3 Safeguarding (1)" in grouped


def test_a_tag_nobody_knows_is_not_kept(chidi: Browser) -> None:
    make_action(chidi, tags=["qs/2023/S99", "S3", SAFEGUARDING])
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert line["tags"] == SAFEGUARDING


def test_a_tag_of_an_edition_that_is_gone_stays_until_somebody_takes_it_off(
    world: World, chidi: Browser
) -> None:
    action = make_action(chidi, tags=[SAFEGUARDING])
    with world.sql() as sql:
        sql.execute("UPDATE action_mark SET code = 'qs/2019/S3' WHERE code = ?", (SAFEGUARDING,))
    assert "qs/2019/S3" in chidi.get(f"/actions/{action}").text
    form = chidi.get(f"/actions/{action}/edit").text
    assert 'name="tags" value="qs/2019/S3" checked' in form
    assert edit_action(chidi, action, 1, tags=["qs/2019/S3", LEADERS]).status_code == 303
    assert chidi.get("/actions.json").json()["actions"][0]["tags"] == "qs/2019/S3; qs/2023/W2"
    assert send_action(chidi, title="New", tags=["qs/2019/S3"]).status_code == 303
    assert chidi.get("/actions.json").json()["actions"][1]["tags"] == ""


def test_the_day_of_the_change_keeps_every_day_that_was_once_given(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    assert "Not yet" in words_of(chidi.get(f"/actions/{action}"))
    first = {"changed_on": "2026-11-02", "changed_what": "Two staff share the night rounds."}
    assert edit_action(chidi, action, 1, **first).status_code == 303
    world.clock.move(minutes=5)
    assert edit_action(chidi, action, 2, **first | {"changed_on": "2026-10-05"}).status_code == 303
    plan = words_of(chidi.get(f"/actions/{action}"))
    assert "Mon 5 Oct 2026 : Two staff share the night rounds." in plan
    assert "Once given as Mon 2 Nov 2026, given Mon 16 Nov 2026" in plan
    assert "Practice changed on: from Mon 2 Nov 2026 → to Mon 5 Oct 2026" in plan
    assert edit_action(chidi, action, 3).status_code == 303
    taken_back = words_of(chidi.get(f"/actions/{action}"))
    assert "Once given as Mon 5 Oct 2026" in taken_back
    assert "Once given as Mon 2 Nov 2026" in taken_back


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"changed_on": "2026-11-17", "changed_what": "Two staff share rounds."}, "changed_on", "not come"),
        ({"changed_on": "2026-11-31", "changed_what": "Two staff share rounds."}, "changed_on", "real date"),
        ({"changed_on": "2026-11-02"}, "changed_what", "Say what was changed"),
        ({"changed_on": "2026-11-02", "changed_what": "Rounds"}, "changed_what", "6 of 10 characters"),
        ({"changed_what": "Two staff share the rounds."}, "changed_on", "Give the day"),
        ({"learning": "x" * 2001}, "learning", "Make this shorter"),
    ],
)
def test_a_change_has_a_day_that_has_come_and_words(
    chidi: Browser, changed: dict[str, str], field: str, said: str
) -> None:
    answer = send_action(chidi, **changed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in words_of(answer)


def test_a_change_of_today_is_taken(chidi: Browser) -> None:
    assert make_action(chidi, changed_on="2026-11-16", changed_what="Two staff share the rounds.")


def test_what_was_learned_is_shown_and_its_words_stay_in_the_history(chidi: Browser) -> None:
    action = make_action(chidi)
    assert "Nothing written yet" in words_of(chidi.get(f"/actions/{action}"))
    learned = "Nobody had asked at night: audits were made by day alone."
    assert edit_action(chidi, action, 1, learning=learned).status_code == 303
    page = words_of(chidi.get(f"/actions/{action}"))
    assert f"What was learned {learned}" in page
    assert f"What was learned: from none → to {learned}" in page
    form = words_of(chidi.get(f"/actions/{action}/edit"))
    for word in ("oversight", "support", "escalation", "audit"):
        assert word in form.split("What was learned")[1].split("Where it belongs")[0]


def test_a_visitor_reads_it_all_and_is_offered_nothing_to_do(world: World, chidi: Browser) -> None:
    action = make_action(
        chidi, learning="Nobody had asked at night.", expected="Bells are monitored at night."
    )
    page = words_of(world.signed_in("hana").get(f"/actions/{action}"))
    assert "Nobody had asked at night." in page
    assert "Begin to collect evidence" not in page
    assert "worth another look" not in page
