"""Times in London's words, to the ends of the calendar and through the nights the clocks change."""

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from observation_forms import load_catalogue
from server.evidence.evidence_rows import is_weekend
from server.evidence.times import clock_words, day_of, gap_words, moment_words, read_day
from server.form_words import answer_words
from tests.server.evidence.arranged import make_action, send_record
from tests.server.world import Browser

FIRST = "0001-01-01T00:00:00Z"


@given(st.datetimes())
@example(datetime.min)
@example(datetime.max)
def test_every_instant_a_record_can_say_has_words(moment: datetime) -> None:
    instant = f"{moment.isoformat()[:19]}Z"
    for worded in (moment_words, clock_words, day_of):
        assert worded(instant)
    is_weekend(instant)


@pytest.mark.parametrize("instant", [FIRST, "9999-12-31T23:59:59Z"])
def test_an_answer_at_the_end_of_the_calendar_has_words(instant: str) -> None:
    definition = load_catalogue().current("practice_observation").definition
    question = next(one for one in definition.questions() if one.kind == "instant")
    assert answer_words(question, instant, {})


def test_a_record_of_the_year_one_is_shown_on_every_page(oak: Browser, chidi: Browser) -> None:
    action = make_action(chidi)
    record = send_record(oak, action, happened_at=FIRST)
    for address in ("/evidence", f"/evidence/{record}", "/actions", f"/actions/{action}"):
        assert chidi.get(address).status_code == 200, address
    rows = list(csv.DictReader(io.StringIO(chidi.get("/evidence.csv").content.decode("utf-8-sig"))))
    assert [row["record"] for row in rows] == [record]
    assert chidi.get("/evidence.json").json()["records"][0]["happened_at"] == FIRST


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-03-29T00:59:00Z", "Sun 29 Mar 2026, 00:59"),
        ("2026-03-29T01:00:00Z", "Sun 29 Mar 2026, 02:00"),
        ("2026-10-25T00:30:00Z", "Sun 25 Oct 2026, 01:30 BST"),
        ("2026-10-25T01:30:00Z", "Sun 25 Oct 2026, 01:30 GMT"),
        ("2026-06-30T23:30:00Z", "Wed 1 Jul 2026, 00:30"),
    ],
)
def test_an_instant_is_worded_by_the_clock_on_the_wall(instant: str, words: str) -> None:
    assert moment_words(instant) == words


@pytest.mark.parametrize(
    "text",
    [
        "2026-W01-1",
        "20260101",
        "2026-001",
        "2026-02-30",
        "1899-12-31",
        "2201-01-01",
        "9999-12-31",
        "",
        " 2026-01-1",
    ],
)
def test_what_is_not_a_plain_date_of_our_time_is_none(text: str) -> None:
    assert read_day(text) is None


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_plain_date_is_read(day: date) -> None:
    assert read_day(day.isoformat()) == day


@given(st.text(max_size=12))
def test_whatever_is_typed_as_a_date_is_a_date_or_none(text: str) -> None:
    day = read_day(text)
    assert day is None or day.isoformat() == text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "under a minute"), (60, "1 min"), (7800, "2 h 10 min"), (86_400, "1 day"), (273_600, "3 days 4 h")],
)
def test_a_gap_is_worded_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert gap_words(seconds) == words
