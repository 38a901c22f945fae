"""The register of actions and an action's page: order, limits, groups, and the same counts of evidence in both."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.server.evidence.arranged import make_action
from tests.server.evidence.test_list import count_of, listed, maker, record_of, send
from tests.server.evidence.test_record_page import text_of
from tests.server.world import START, Browser, World

# Title to what differs; the order here is the order they are made in
ACTIONS: dict[str, dict[str, Any]] = {
    "Delta": {"risk": "low", "owner": "chidi", "deadline": "2026-12-30", "themes": ["SG", "DE"]},
    "alpha": {"risk": "high", "owner": "ben", "deadline": "2026-12-01", "themes": ["RE"]},
    "Charlie": {"risk": "medium", "owner": "dana", "deadline": "2026-11-20", "themes": ["SG"]},
    "Bravo": {"risk": "high", "owner": "chidi", "deadline": "2026-11-15", "themes": ["CM"]},
}
MORE = {
    "alpha": {"unit": "alder-2", "review_route": "Board"},
    "Charlie": {"unit": "alder-1"},
    "Bravo": {"unit": "alder-2"},
}


def titles(page: str) -> list[str]:
    found = re.findall(r'class="register-title"><a href="/actions/[^"]*">\d+\. ([^<]*)</a>', page)
    return [html.unescape(title) for title in found]


def groups(page: str) -> dict[str, list[str]]:
    """Heading to the titles under it, in the order of the page."""
    found = {}
    for body in page.split('<tr class="table-group">')[1:]:
        found[text_of(body.split("</th>")[0])] = titles(body)
    return found


def line_of(page: str, title: str) -> str:
    (line,) = [row for row in page.split("<tr>") if f". {title}</a>" in row]
    return line


def make_all(desk: Browser) -> dict[str, str]:
    two = {
        "evidence_kinds": ["observation", "audit"],
        "window_start_1": "2026-10-01",
        "window_end_1": "2027-01-30",
    }
    return {
        title: make_action(desk, title=title, **{**two, **fields, **MORE.get(title, {})})
        for title, fields in ACTIONS.items()
    }


def claims(says: str, *actions: str) -> list[dict[str, Any]]:
    return [{"action": action, "themes": ["SG"], "bearing": says} for action in actions]


NOT_MET = {"kind_and_private": "not_met", "kind_and_private_facts": "The curtain stayed open all along."}


def test_actions_are_sorted_as_asked(chidi: Browser) -> None:
    make_all(chidi)
    for sort, order in {
        "": ["Bravo", "Charlie", "alpha", "Delta"],
        "deadline": ["Bravo", "Charlie", "alpha", "Delta"],
        "risk": ["Bravo", "alpha", "Charlie", "Delta"],
        "owner": ["alpha", "Bravo", "Delta", "Charlie"],
        "title": ["alpha", "Bravo", "Charlie", "Delta"],
        "nonsense": ["Bravo", "Charlie", "alpha", "Delta"],
    }.items():
        assert titles(chidi.get(f"/actions?sort={sort}").text) == order, sort


def test_actions_are_sorted_by_their_newest_evidence(oak: Browser, chidi: Browser) -> None:
    made, tablet = make_all(chidi), maker(oak)
    for hours, title in ((30, "Delta"), (2, "alpha"), (9, "Charlie")):
        send(oak, record_of(tablet, START - timedelta(hours=hours), bearings=claims("supports", made[title])))
    found = titles(chidi.get("/actions?sort=latest").text)
    assert found == ["alpha", "Charlie", "Delta", "Bravo"]
    assert "nothing recorded yet" in line_of(chidi.get("/actions").text, "Bravo")


def test_the_register_shows_what_fits_every_limit(chidi: Browser) -> None:
    make_all(chidi)
    limits: dict[str, set[str]] = {
        "": set(ACTIONS),
        "theme=SG": {"Delta", "Charlie"},
        "risk=high": {"alpha", "Bravo"},
        "owner=chidi": {"Delta", "Bravo"},
        "unit=alder-2": {"alpha", "Bravo"},
        "overdue=yes": {"Bravo"},
        "risk=high&owner=chidi": {"Bravo"},
        "theme=SG&risk=high": set(),
        "service=alder": set(ACTIONS),
        "service=birch": set(),
        "theme=none-such": set(),
    }
    for query, expected in limits.items():
        page = chidi.get(f"/actions?{query}").text
        assert set(titles(page)) == expected, query
        number = len(expected)
        assert count_of(page) == {0: "No actions", 1: "1 action"}.get(number, f"{number} actions")


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("risk", {"High risk": ["Bravo", "alpha"], "Medium risk": ["Charlie"], "Low risk": ["Delta"]}),
        (
            "owner",
            {"Ben Carter": ["alpha"], "Chidi Okafor": ["Bravo", "Delta"], "Dana Price": ["Charlie"]},
        ),
        (
            "unit",
            {"Alder House 1": ["Charlie"], "Alder House 2": ["Bravo", "alpha"], "Whole service": ["Delta"]},
        ),
        ("review", {"Board": ["alpha"], "Monthly quality meeting": ["Bravo", "Charlie", "Delta"]}),
    ],
)
def test_actions_are_grouped_as_asked(chidi: Browser, group: str, expected: dict[str, list[str]]) -> None:
    make_all(chidi)
    found = groups(chidi.get(f"/actions?group={group}").text)
    assert found == {f"{name} ({len(under)})": under for name, under in expected.items()}
    assert list(found) == [f"{name} ({len(under)})" for name, under in expected.items()]


def test_an_action_stands_under_each_of_its_themes(chidi: Browser) -> None:
    make_all(chidi)
    page = chidi.get("/actions?group=theme").text
    assert sorted(title for under in groups(page).values() for title in under) == sorted([*ACTIONS, "Delta"])
    assert count_of(page) == "4 actions"


def test_an_action_is_overdue_the_day_after_its_deadline_and_not_before(world: World) -> None:
    make_action(world.signed_in("chidi"), title="Due", deadline="2026-11-20")
    for later, words in (
        ("2026-11-18T23:30:00+00:00", "2 days left"),
        ("2026-11-19T23:30:00+00:00", "1 day left"),
        ("2026-11-20T23:59:00+00:00", "today"),
        ("2026-11-21T00:01:00+00:00", "1 day overdue"),
        ("2026-11-22T00:01:00+00:00", "2 days overdue"),
    ):
        world.clock.instant = datetime.fromisoformat(later)
        desk = world.signed_in("chidi")
        line = line_of(desk.get("/actions").text, "Due")
        assert words in text_of(line), later
        assert ("mark-overdue" in line) == ("overdue" in words)
        assert titles(desk.get("/actions?overdue=yes").text) == (["Due"] if "overdue" in words else [])


def test_evidence_is_counted_the_same_in_the_register_on_the_page_and_in_the_list(
    oak: Browser, chidi: Browser
) -> None:
    made, tablet = make_all(chidi), maker(oak)
    action = made["Charlie"]
    first = record_of(tablet, bearings=claims("supports", action))
    sealed = [first, *(record_of(tablet, bearings=claims("supports", action)) for _ in range(3))]
    sealed += [record_of(tablet, chosen=NOT_MET, bearings=claims("contradicts", action)) for _ in range(2)]
    sealed += [record_of(tablet, bearings=claims("inconclusive", action, made["Delta"]))]
    # Claims more than its answers bear out, so it counts against the action
    sealed += [record_of(tablet, chosen=NOT_MET, bearings=claims("supports", action))]
    # A correction takes the place of what it corrects
    sealed += [
        tablet.correct(
            first,
            "I ticked the wrong one",
            bearings=claims("inconclusive", action),
            unit="alder-1",
            author="amina",
            recorded_at="2026-11-16T08:30:00Z",
        )
    ]
    send(oak, *sealed)
    counted = {"supports": 3, "contradicts": 3, "inconclusive": 2}
    line = line_of(chidi.get("/actions").text, "Charlie")
    page = chidi.get(f"/actions/{action}").text
    for says, number in counted.items():
        cell = re.search(rf'<li class="{says}"><span aria-hidden="true">.</span> (\d+)<', line)
        tally = re.search(rf'<li class="{says}">.*?<strong>(\d+)</strong>', page)
        assert cell
        assert tally
        assert int(cell[1]) == int(tally[1]) == number
        assert len(listed(chidi.get(f"/evidence?action={action}&bearing={says}").text)) == number
    assert len(listed(page)) == sum(counted.values())
    assert "See all 8" in page


def test_a_kind_of_evidence_is_missing_until_it_is_recorded(oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi, themes=["SG"], evidence_kinds=["observation", "audit", "feedback"])

    def kinds() -> list[str]:
        page = chidi.get(f"/actions/{action}").text
        part = page.split('<ul class="sides">')[1].split("</ul>")[0]
        return [text_of(f"<li{kind}").split(" Support ")[0] for kind in part.split("<li")[1:]]

    assert kinds() == ["Audits Missing", "Observations of practice Missing", "Feedback Missing"]
    tablet = maker(oak)
    send(oak, *(record_of(tablet, bearings=claims("supports", action)) for _ in range(2)))
    assert kinds() == ["Audits Missing", "Observations of practice Supports it", "Feedback Missing"]
    assert "Support 2" in text_of(chidi.get(f"/actions/{action}").text)


def test_a_kind_nobody_asked_for_is_counted_and_said_to_be_extra(oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi, themes=["SG"], evidence_kinds=["audit"])
    send(oak, record_of(maker(oak), bearings=claims("supports", action)))
    page = text_of(chidi.get(f"/actions/{action}").text)
    assert "Observations of practice (not asked for) Supports it Support 1" in page


def test_the_page_says_on_which_shifts_and_weekends_of_which_unit_it_was_seen(
    oak: Browser, chidi: Browser
) -> None:
    action, tablet = make_action(chidi, themes=["SG"]), maker(oak)
    told = [
        ("alder-1", "day", "2026-11-13T10:00:00+00:00"),
        ("alder-1", "night", "2026-11-13T23:59:00+00:00"),
        ("alder-1", "night", "2026-11-14T00:00:00+00:00"),
        ("alder-1", "late", "2026-11-15T23:59:00+00:00"),
        ("alder-1", "late", "2026-11-16T00:00:00+00:00"),
        # In London it was Saturday and Monday already
        ("alder-2", "night", "2026-07-03T23:30:00+00:00"),
        ("alder-2", "night", "2026-07-05T23:30:00+00:00"),
    ]
    send(
        oak,
        *(
            record_of(
                tablet,
                datetime.fromisoformat(at),
                chosen={"shift": shift},
                unit=unit,
                bearings=claims("supports", action),
            )
            for unit, shift, at in told
        ),
    )
    page = chidi.get(f"/actions/{action}").text
    part = page.split('id="spread"')[1].split("</section>")[0].split("<tbody>")[1]
    lines = [[text_of(cell) for cell in re.split("</t[hd]>", row)[:-1]] for row in part.split("<tr>")[1:]]
    # Unit, day, late, night, all, weekend
    assert lines == [
        ["Alder House 1", "1", "2", "2", "5", "2"],
        ["Alder House 2", "0", "0", "2", "2", "1"],
    ]


def test_an_action_without_evidence_says_so(chidi: Browser) -> None:
    page = chidi.get(f"/actions/{make_action(chidi)}").text
    assert "No evidence yet" in page
    assert "Nothing has been recorded yet." in page
