"""What the page of an action makes of its records: figures, targets, charts, the kinds side by side, the sentence."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from server.measures import custom_store
from server.measures.custom import CustomMeasure
from server.measures.reading import READERS
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, words_of
from tests.server.world import Browser, World

CHANGED = {"changed_on": "2026-11-02", "changed_what": "Seniors ask at every handover."}
M04 = {
    "measure_1": "M04",
    "how_1": "",
    "window_start_1": "2026-11-02",
    "window_end_1": "2026-12-30",
    "themes": ["DE"],
    "evidence_kinds": ["record", "observation", "feedback"],
}
TOLD = "Nothing to count yet: it needs"


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


@pytest.fixture
def chidi(world: World) -> Iterator[Browser]:
    with world.signed_in("chidi") as browser:
        yield browser


def bearing(action: str, says: str = "supports") -> list[dict[str, object]]:
    return [{"action": action, "themes": ["DE"], "bearing": says}]


def sample(shift: Shift, day: str, *, told: str = "08:30", action: str = "") -> str:
    """A sampled change in health, first noted at eight, urgent: an hour to tell a senior."""
    chosen = {
        "first_sign_at": f"{day}T08:00:00Z",
        "senior_told": "yes",
        "senior_told_at": f"{day}T{told}:00Z",
        "urgency": "urgent",
        "clock_is_right": "yes",
    }
    more: dict[str, Any] = {"bearings": bearing(action)} if action else {}
    return shift.record("sample_deterioration", f"{day}T10:00:00Z", chosen=chosen, **more)


def test_a_measure_is_counted_exactly_in_its_window_and_in_the_newest_full_week(
    shift: Shift, chidi: Browser
) -> None:
    action = make_action(chidi, **M04)
    for day in range(2, 13):
        sample(shift, f"2026-11-{day:02}", told="10:30" if day == 10 else "08:30")
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "Its window so far Mon 2 Nov 2026 to Mon 16 Nov 2026" in page
    assert "10 of 11 (90.9%) Target not met Not met so far." in page
    assert "The newest full week Mon 9 Nov 2026 to Sun 15 Nov 2026 3 of 4 (75%) Too few" in page
    assert "M04 stands at 10 of 11 (90.9%), and its target is at least 95%" in page


def test_three_of_three_is_said_to_be_too_few(shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, **M04)
    for day in (10, 11, 12):
        sample(shift, f"2026-11-{day}", action=action)
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "3 of 3 (100%) Too few Met so far. Too few to tell: at least 5 are needed." in page
    assert "M04 rests on too little: 3 of 3 (100%), and at least 5 are needed" in page


def test_the_records_behind_a_figure_are_linked_and_what_was_left_out_says_why(
    shift: Shift, chidi: Browser
) -> None:
    action = make_action(chidi, **M04)
    good, bad = sample(shift, "2026-11-10"), sample(shift, "2026-11-11", told="11:30")
    page = chidi.get(f"/actions/{action}").text
    behind = page.split('<details class="behind">')[1].split("</details>")[0]
    met, unmet = behind.split("Counted as not met")
    assert f'href="/evidence/{good}"' in met
    assert f'href="/evidence/{bad}"' in unmet
    assert "Counted as met" in met


def test_a_record_that_came_late_is_said_to_have(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, **M04 | {"window_end_1": "2026-11-08"})
    sample(shift, "2026-11-04")
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "1 came late, and the figure was worked out again." in page


def test_the_chart_has_target_baseline_and_the_day_practice_changed(shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, **M04, **CHANGED)
    sample(shift, "2026-11-10")
    answer = chidi.get(f"/actions/{action}")
    page = words_of(answer)
    assert '<figure class="chart"' in answer.text
    assert "Per cent by week. Higher is better. Target: at least 95%." in page
    assert "Start: July 2026" in page
    assert "2 Nov 2026 Seniors ask at every handover. The day practice changed" in page
    assert "/static/styles/charts.css" in answer.text
    assert "/chart-notes?service=alder&amp;measure=M04" in answer.text
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_a_measure_that_waits_for_desk_records_says_which(
    chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(cast(dict[str, object], READERS), "reviews")
    action = make_action(chidi, **M04 | {"measure_1": "M09"})
    page = words_of(chidi.get(f"/actions/{action}"))
    assert f"{TOLD} signed reviews and minutes." in page
    assert "0%" not in page


def test_a_measure_in_own_words_is_left_to_a_person(chidi: Browser) -> None:
    page = words_of(chidi.get(f"/actions/{make_action(chidi)}"))
    assert "A person counts this one: no record is counted for it." in page


def test_a_measure_that_the_service_built_is_counted_when_an_action_calls_it_by_name(
    world: World, shift: Shift, chidi: Browser
) -> None:
    built = CustomMeasure(name="Bells timed", form="sample_deterioration", counted="senior_told == yes")
    with world.sql() as sql:
        custom_store.keep(sql, shift.catalogue, "built-1", "alder", built, "chidi", world.clock())
    sample(shift, "2026-11-16")
    action = make_action(chidi, how_1="bells timed")
    assert "1 of 1 (100%)" in words_of(chidi.get(f"/actions/{action}"))


def test_the_documents_own_sentence_comes_of_the_records(shift: Shift, chidi: Browser) -> None:
    kinds = ["record", "observation", "feedback"]
    action = make_action(chidi, **CHANGED, evidence_kinds=kinds, themes=["DE", "CO"], unit="alder-1")
    themes = [{"action": action, "themes": ["DE", "CO"], "bearing": "supports"}]
    sample(shift, "2026-11-12", action=action)
    shift.record("practice_observation", "2026-11-13T09:00:00Z", chosen={"shift": "day"}, bearings=themes)
    worse = [{**themes[0], "bearing": "contradicts"}]
    shift.record("lived_experience", "2026-11-13T10:00:00Z", bearings=worse)
    page = chidi.get(f"/actions/{action}").text
    assert page.split('<p class="sentence">')[1].split("</p>")[0] == (
        "Not enough yet: no night-shift observation since the change; feedback says worse."
    )
    agreed = "Records and observations support it; feedback contradicts it. They do not agree."
    assert agreed in page


def test_a_record_withdrawn_or_of_before_the_change_counts_on_no_side(shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, **CHANGED, evidence_kinds=["observation"], themes=["SG"])
    shift.record("practice_observation", "2026-11-01T09:00:00Z", bearings=bearing(action))
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "Nothing yet: no record speaks to it since the change." in page
    assert "Observations of practice Missing Support 0" in page


def test_who_sees_a_part_is_told_that_the_figures_are_of_that_part(world: World, chidi: Browser) -> None:
    action = make_action(chidi, **M04)
    assert "You see a part of the records" not in words_of(chidi.get(f"/actions/{action}"))
    with world.sql() as sql:
        sql.execute("UPDATE staff_role SET unit = 'alder-2' WHERE staff = 'ben'")
    assert "You see a part of the records" in words_of(world.signed_in("ben").get(f"/actions/{action}"))


def test_the_page_says_nothing_of_closing(chidi: Browser) -> None:
    page = words_of(chidi.get(f"/actions/{make_action(chidi)}"))
    told = page.split("What the evidence says")[1].split("What each kind")[0]
    assert "clos" not in told
    assert "for people to judge" in told
