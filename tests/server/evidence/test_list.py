"""The list of evidence: its filters, search, pages and count, against a plain reading of what was pushed."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_forms import Context, judge, load_catalogue, weigh
from server.evidence.evidence_list import PAGE
from tests.server.evidence.arranged import make_action
from tests.server.test_sync_routes import push, statuses
from tests.server.world import START, Browser, World
from tests.sync.bodies import FakeTablet, good_answers, make_record_id

FORM = load_catalogue().current("practice_observation").definition
LONDON = ZoneInfo("Europe/London")


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def maker(oak: Browser) -> FakeTablet:
    """What seals records as this enrolled tablet."""
    return FakeTablet(load_catalogue(), oak.get("/tablet/identity").json()["tablet"]["id"], "alder")


def record_of(
    tablet: FakeTablet,
    happened: datetime = START - timedelta(hours=2),
    *,
    after: int = 5,
    chosen: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> bytes:
    """A record Amina sealed `after` minutes after it happened; `chosen` are some of its answers."""
    recorded = happened + timedelta(minutes=after)
    themes = frozenset(theme for one in overrides.get("bearings", ()) for theme in one["themes"])
    context = Context(recorded_at=instant(recorded), themes=themes)
    wanted = {"person_supported": "alder-1-a", "shift": "day", **(chosen or {})}
    answers = good_answers(FORM, context, instant(happened), **wanted)
    answers |= {id: value for id, value in wanted.items() if id.endswith("_facts")}
    usual = {
        "unit": "alder-1",
        "author": "amina",
        "record": make_record_id(instant(recorded)),
        "happened_at": instant(happened),
        "recorded_at": instant(recorded),
        "answers": answers,
    }
    return tablet.seal(**{**usual, **overrides})


def id_of(sealed: bytes) -> str:
    return str(json.loads(sealed)["record"])


def send(oak: Browser, *sealed: bytes) -> None:
    for start in range(0, len(sealed), 100):
        answer = push(oak, *sealed[start : start + 100])
        assert {status for status, _ in statuses(answer)} == {"stored"}, answer.text


def listed(page: str) -> list[str]:
    """The records of a page, in its order."""
    return re.findall(r'<th scope="row" class="evidence-what"><a href="/evidence/([0-9a-f-]{36})"', page)


def all_pages(desk: Browser, address: str) -> list[str]:
    """The records of every page, from the first to the last, following "Older"."""
    found: list[str] = []
    while address:
        page = desk.get(address).text
        found += listed(page)
        address = link(page, "next")
    return found


def link(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', page)
    return html.unescape(found[1]) if found else ""


def count_of(page: str) -> str:
    found = re.search(r'<div class="list-head">\s*<p><strong>([^<]*)</strong>', page)
    assert found
    return found[1]


@dataclass(frozen=True)
class Told:
    """One record to be pushed: how it differs from the usual one."""

    unit: str = "alder-1"
    author: str = "amina"
    person: str = "alder-1-a"
    shift: str = "day"
    hours_ago: int = 2
    after: int = 5
    standard: str = "met"
    note: str = "heron"
    actions: tuple[int, ...] = ()
    cautious: bool = False
    lowered: bool = False
    slow_clock: bool = False
    forgotten: bool = False
    corrected_to: str = ""
    themes: tuple[str, ...] = ("SG",)


TOLD = st.builds(
    Told,
    unit=st.sampled_from(["alder-1", "alder-2"]),
    author=st.sampled_from(["amina", "ben"]),
    person=st.sampled_from(["alder-1-a", "alder-2-a", "communal"]),
    shift=st.sampled_from(["day", "late", "night"]),
    # Around midnight in London, a day and more before the clock, so that days and lateness are at their edges
    hours_ago=st.sampled_from([2, 3, 9, 10, 25, 33, 34, 57]),
    after=st.sampled_from([5, 119, 120, 121]),
    standard=st.sampled_from(["met", "partly", "not_met"]),
    note=st.sampled_from(["heron", "kestrel"]),
    actions=st.sampled_from([(), (0,), (1,), (0, 1)]),
    cautious=st.booleans(),
    lowered=st.booleans(),
    slow_clock=st.booleans(),
    forgotten=st.booleans(),
    corrected_to=st.sampled_from(["", "", "wagtail"]),
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["heron", "kestrel", "wagtail", "KESTREL", "heron kestrel"]),
        "action": st.sampled_from([0, 1, 2]),
        "bearing": st.sampled_from(["supports", "contradicts", "inconclusive"]),
        "form": st.sampled_from(["practice_observation", "none_such"]),
        "unit": st.sampled_from(["alder-1", "alder-2"]),
        "person": st.sampled_from(["alder-1-a", "communal"]),
        "author": st.sampled_from(["amina", "ben", "chidi"]),
        "shift": st.sampled_from(["day", "late", "night"]),
        "result": st.sampled_from(["met", "partly", "not_met", "not_scored"]),
        "since": st.sampled_from(["2026-11-15", "2026-11-16"]),
        "until": st.sampled_from(["2026-11-14", "2026-11-15", "2026-11-16"]),
        "flag": st.lists(
            st.sampled_from(["concern", "findings", "late", "corrected", "lowered", "clock"]),
            max_size=2,
            unique=True,
        ),
    },
)
LOWER = {"met": "partly", "partly": "not_met"}


def sealed_from(tablet: FakeTablet, told: Told, actions: Sequence[str]) -> list[bytes]:
    """The record's versions, in the order they were made."""
    chosen = {
        "person_supported": told.person,
        "shift": told.shift,
        "note": f"A {told.note} stood by the window.",
        "kind_and_private": told.standard,
        "kind_and_private_facts": f"The door stood open while the {told.note} called.",
    }
    if told.standard == "met":
        del chosen["kind_and_private_facts"]
    happened = START - timedelta(hours=told.hours_ago)
    context = Context(instant(happened + timedelta(minutes=told.after)), frozenset(told.themes))
    answers = good_answers(FORM, context, instant(happened), **chosen)
    answers |= {id: value for id, value in chosen.items() if id.endswith("_facts")}
    if told.forgotten:
        del answers["routine"]
    result = judge(FORM, answers, context).result
    says = weigh(FORM, answers, context, frozenset(told.themes))
    claim = "inconclusive" if told.cautious and says == "supports" else says
    claims = [{"action": actions[one], "themes": list(told.themes), "bearing": claim} for one in told.actions]
    clock = {"wall": 1, "monotonic": 1, "boot": "b", "offset": [150_000 if told.slow_clock else 0, 50, 50]}
    same: dict[str, Any] = {"unit": told.unit, "author": told.author, "bearings": claims, "clock": clock}
    lowered = LOWER.get(result, "") if told.lowered else ""
    reason = "It did not feel right." if lowered else ""
    first = record_of(
        tablet,
        happened,
        after=told.after,
        **{**same, "answers": answers, "lowered_to": lowered, "lowered_reason": reason},
    )
    if not told.corrected_to:
        return [first]
    new = {**answers, "note": f"A {told.corrected_to} stood by the window."}
    recorded = instant(happened + timedelta(minutes=told.after))
    return [
        first,
        tablet.correct(first, "I named the wrong bird.", **same, answers=new, recorded_at=recorded),
    ]


def fits(body: Mapping[str, Any], asked: Mapping[str, Any], actions: Sequence[str]) -> bool:
    """Whether the current version of a record is let through, read straight from its body."""
    answers, bearings = body["answers"], body["bearings"]
    context = Context(body["recorded_at"], frozenset(theme for one in bearings for theme in one["themes"]))
    judged = judge(FORM, answers, context)
    happened, recorded = (datetime.fromisoformat(body[name]) for name in ("happened_at", "recorded_at"))
    result = body["lowered_to"] or judged.result
    day = happened.astimezone(LONDON).date()
    flags = {
        "concern": bool(judged.concerns),
        "findings": bool(judged.findings),
        "late": recorded - happened > timedelta(hours=2) or START - recorded > timedelta(days=1),
        "corrected": body["version"] > 1,
        "lowered": bool(body["lowered_to"]) and body["lowered_to"] != judged.result,
        "clock": abs(body["clock"]["offset"][0]) - body["clock"]["offset"][1] > 120_000,
    }
    words = " ".join(str(value) for value in answers.values() if isinstance(value, str)).lower()
    plain = {"form": body["form"], "unit": body["unit"], "author": body["author"], "result": result}
    plain |= {"person": answers.get("person_supported", ""), "shift": answers.get("shift", "")}
    said = [
        one
        for one in bearings
        if ("action" not in asked or one["action"] == actions[asked["action"]])
        and asked.get("bearing", one["bearing"]) == one["bearing"]
    ]
    return (
        all(asked.get(name, value) == value for name, value in plain.items())
        and all(word in words for word in asked.get("text", "").lower().split())
        and (not {"action", "bearing"} & set(asked) or bool(said))
        and ("since" not in asked or day >= date.fromisoformat(asked["since"]))
        and ("until" not in asked or day <= date.fromisoformat(asked["until"]))
        and all(flags[flag] for flag in asked.get("flag", ()))
    )


@settings(max_examples=25, deadline=None)
@given(
    told=st.lists(TOLD, min_size=1, max_size=10),
    asked=st.lists(FILTERS, min_size=4, max_size=10, unique_by=str),
)
def test_every_filter_lets_through_what_a_plain_reading_of_the_bodies_does(
    told: list[Told], asked: list[dict[str, Any]]
) -> None:
    with TemporaryDirectory() as folder, World(Path(folder)) as world:
        oak, chidi = world.tablet(), world.signed_in("chidi")
        tablet = maker(oak)
        actions = [make_action(chidi, title=f"Action {one}", themes=["SG"]) for one in range(3)]
        sealed = [version for one in told for version in sealed_from(tablet, one, actions)]
        send(oak, *sealed)
        bodies: dict[str, dict[str, Any]] = {}
        for body in map(json.loads, sealed):
            bodies[body["record"]] = body
        newest_first = sorted(bodies.values(), key=lambda body: (body["happened_at"], body["record"]))[::-1]
        for one in asked:
            query = {**one, "action": actions[one["action"]]} if "action" in one else one
            page = chidi.get(f"/evidence?{urlencode(query, doseq=True)}").text
            wanted = [body["record"] for body in newest_first if fits(body, one, actions)]
            assert listed(page) == wanted, one
            assert count_of(page) == {0: "No records", 1: "1 record"}.get(
                len(wanted), f"{len(wanted)} records"
            )


@pytest.mark.parametrize("text", ["kestrel", "Kestrels", "cushions kestrel", '"kestrel"', "kestrel AND"])
def test_search_finds_the_words_of_facts_and_of_notes(oak: Browser, chidi: Browser, text: str) -> None:
    tablet = maker(oak)
    partly = {
        "kind_and_private": "partly",
        "kind_and_private_facts": "The kestrel has two cushions and calls.",
    }
    facts = record_of(tablet, chosen=partly)
    note = record_of(tablet, chosen={"note": "Two cushions lay by the kestrel and the door."})
    send(oak, facts, note, record_of(tablet, chosen={"note": "Nothing of the kind was there to see."}))
    page = chidi.get(f"/evidence?{urlencode({'text': text})}").text
    assert set(listed(page)) == {id_of(facts), id_of(note)}


def test_search_does_not_find_the_words_of_a_superseded_version(oak: Browser, chidi: Browser) -> None:
    tablet = maker(oak)
    first = record_of(tablet, chosen={"note": "The heron stood there."})
    before = json.loads(first)
    new = {**before["answers"], "note": "The wagtail stood there."}
    send(oak, first)
    assert listed(chidi.get("/evidence?text=heron").text) == [id_of(first)]
    send(oak, tablet.correct(first, "I named the wrong bird.", answers=new, unit="alder-1", author="amina"))
    assert listed(chidi.get("/evidence?text=heron").text) == []
    assert listed(chidi.get("/evidence?text=wagtail").text) == [id_of(first)]


def many(tablet: FakeTablet, count: int) -> list[bytes]:
    """Records of which every five happened at one moment."""
    return [record_of(tablet, START - timedelta(hours=20, minutes=one // 5)) for one in range(count)]


def in_order(sealed: Sequence[bytes]) -> list[str]:
    bodies = [json.loads(one) for one in sealed]
    return [body["record"] for body in sorted(bodies, key=lambda b: (b["happened_at"], b["record"]))][::-1]


@pytest.mark.parametrize("query", ["", "?shift=day", "?author=amina", "?text=knocked"])
def test_pages_joined_are_the_whole_list_once_and_in_order(oak: Browser, chidi: Browser, query: str) -> None:
    sealed = many(maker(oak), 2 * PAGE + 7)
    send(oak, *sealed)
    assert all_pages(chidi, f"/evidence{query}") == in_order(sealed)


def test_pages_backwards_are_the_pages_forwards(oak: Browser, chidi: Browser) -> None:
    sealed = many(maker(oak), 2 * PAGE + 7)
    send(oak, *sealed)
    forwards, address = [], "/evidence"
    while address:
        page = chidi.get(address).text
        forwards.append(listed(page))
        last, address = page, link(page, "next")
    assert listed(chidi.get(link(last, "prev")).text) == forwards[1]


def test_records_that_arrive_between_pages_neither_repeat_nor_hide_any(oak: Browser, chidi: Browser) -> None:
    tablet = maker(oak)
    before = many(tablet, 2 * PAGE)
    send(oak, *before)
    first = chidi.get("/evidence").text
    send(oak, *[record_of(tablet, START - timedelta(hours=1, minutes=one)) for one in range(PAGE + 1)])
    assert listed(first) + all_pages(chidi, link(first, "next")) == in_order(before)


@pytest.mark.parametrize(("number", "said"), [(0, "No records"), (1, "1 record"), (PAGE + 1, "26 records")])
def test_the_count_is_of_all_pages(oak: Browser, chidi: Browser, number: int, said: str) -> None:
    if number:
        send(oak, *many(maker(oak), number))
    page = chidi.get("/evidence").text
    assert count_of(page) == said
    assert len(listed(page)) == min(number, PAGE)


def test_a_corrected_record_is_listed_once_at_the_time_its_newest_version_gives(
    oak: Browser, chidi: Browser
) -> None:
    tablet = maker(oak)
    first, other = (
        record_of(tablet, START - timedelta(hours=2)),
        record_of(tablet, START - timedelta(hours=3)),
    )
    moved = instant(START - timedelta(hours=4))
    answers = {**json.loads(first)["answers"], "happened_at": moved}
    same = {"unit": "alder-1", "author": "amina", "recorded_at": instant(START)}
    send(oak, first, other, tablet.correct(first, "An hour out.", happened_at=moved, answers=answers, **same))
    assert listed(chidi.get("/evidence").text) == [id_of(other), id_of(first)]
