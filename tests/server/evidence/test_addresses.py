"""Whatever an address says, the answer is a page or a problem that says what to do, never an error of ours."""

import random
import sqlite3
from typing import Any
from urllib.parse import quote

import pytest

from server.evidence import evidence_query, live
from server.evidence.evidence_filter import Filter
from tests.server.evidence.arranged import make_action, send_record, words_of
from tests.server.world import Browser, World

NASTY = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%",
    "%F0%9F%92%A9",
    *map(
        quote,
        [
            "",
            " ",
            "'",
            '"',
            '"" OR 1=1 --',
            "staff AND NOT",
            "NEAR(a b",
            "words:*",
            "^*(){}[]",
            "!!!",
            "*",
            "-",
            "\u202e\u200b",
            "٣",
            "²",
            "-1",
            "1e9",
            "0x10",
            "9" * 30,
            "9" * 5000,
            "a" * 5000,
            "0001-01-01",
            "9999-12-31",
            "2026-W01-1",
            "2026-02-30",
            "1900-01-01",
            "2200-12-31",
            "0000-00-00",
            "9999-99-99T99:99:99Z~" + "0" * 36,
            "0001-01-01T00:00:00Z~" + "f" * 36,
            "xyz",
            "\r\n",
            "<script>",
            "{{ 7 * 7 }}",
            "late",
            "met",
            "SG",
        ],
    ),
]
EVIDENCE = [
    "text",
    "action",
    "bearing",
    "form",
    "service",
    "unit",
    "person",
    "author",
    "shift",
    "result",
    "since",
    "until",
    "flag",
    "after",
    "before",
    "mark",
]
REGISTER = ["service", "theme", "risk", "owner", "unit", "overdue", "sort", "group"]
PAGES = [
    *[(page, name) for page in ("/evidence", "/evidence.csv", "/evidence.json") for name in EVIDENCE],
    *[(page, name) for page in ("/actions", "/actions.csv", "/actions.json") for name in REGISTER],
    ("/actions/new", "service"),
]
FINE = {200, 400, 404}


@pytest.fixture
def ivo(world: World, oak: Browser, chidi: Browser) -> Browser:
    """Somebody who sees all services, and something to see."""
    send_record(oak, make_action(chidi))
    return world.signed_in("ivo")


def test_no_value_of_any_filter_is_an_error_of_ours(ivo: Browser) -> None:
    for page, name in PAGES:
        for value in NASTY:
            status = ivo.get(f"{page}?{name}={value}").status_code
            assert status in FINE, f"{page}?{name}={value[:40]} is {status}"


def test_no_mixture_of_values_is_an_error_of_ours(ivo: Browser) -> None:
    chance = random.Random(7)
    for _ in range(150):
        page = chance.choice(["/evidence", "/evidence.csv", "/evidence.json"])
        names = chance.choices(EVIDENCE, k=4)
        query = "&".join(f"{name}={chance.choice(NASTY)}" for name in names)
        assert ivo.get(f"{page}?{query}").status_code in FINE, f"{page}?{query[:200]}"


@pytest.mark.parametrize("bearing", ["", "supports", "xyz"])
def test_every_way_of_reading_works_with_every_limit(ivo: Browser, bearing: str) -> None:
    """Each limit alone and with a bearing: every index that a query names is there."""
    limits = (
        "action=x unit=alder-1 person=x author=amina form=practice_observation result=met shift=late text=staff "
        "flag=late flag=clock flag=concern since=2026-01-01 until=2026-12-31 service=alder"
    )
    for limit in limits.split():
        assert ivo.get(f"/evidence?{limit}&bearing={bearing}").status_code == 200, limit


def test_no_mark_or_version_is_an_error_of_ours(ivo: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.0)
    action = ivo.get("/actions.json").json()["actions"][0]["id"]
    record = ivo.get("/evidence.json").json()["records"][0]["record"]
    for value in NASTY:
        assert ivo.get(f"/actions/{action}/live?mark={value}").status_code in FINE, value[:40]
        assert ivo.get(f"/evidence/live?text={value}&mark={value}").status_code in FINE, value[:40]
        assert ivo.get(f"/evidence/{record}?version={value}").status_code in FINE, value[:40]


@pytest.mark.parametrize("name", ["shift", "result", "bearing", "flag"])
def test_an_unknown_code_is_said_and_left_out(
    ivo: Browser, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ivo.get(f"/evidence?{name}=xyz")
    assert f"“xyz” is not a {name} anything has. It was left out." in words_of(page)
    assert "1 record" in words_of(page)
    asked: list[bool] = []
    reads = evidence_query.read_rows

    def noted(sql: sqlite3.Connection, wanted: Filter, *more: Any) -> list[sqlite3.Row]:
        asked.append(wanted.empty)
        return reads(sql, wanted, *more)

    monkeypatch.setattr(evidence_query, "read_rows", noted)
    ivo.get(f"/evidence?{name}=xyz")
    assert asked == [True]


def test_a_date_out_of_reach_is_said_and_left_out(ivo: Browser) -> None:
    page = words_of(ivo.get("/evidence?until=9999-12-31"))
    assert "“9999-12-31” is not a date" in page
    assert "1 record" in page
