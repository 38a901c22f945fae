"""The calendar: read by a strict reader of RFC 5545; its address is a secret of one person, made anew or taken back."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.identity.permissions import Role
from server.identity.secret_tokens import hash_token
from server.notices.icalendar import as_calendar, fold
from server.notices.notice import Dated
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.reach import add_member
from tests.server.staffing import act
from tests.server.world import Browser, World

NAME = re.compile(r"[A-Z0-9-]+")
ONCE = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "LOCATION", "URL", "TRANSP")
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@dataclass
class Event:
    """One event as it was read: each property with its parameters and its value."""

    properties: dict[str, tuple[dict[str, str], str]]

    def value(self, name: str) -> str:
        return self.properties[name][1]

    @property
    def starts(self) -> datetime | date:
        parameters, value = self.properties["DTSTART"]
        if parameters.get("VALUE") == "DATE":
            return datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC).date()
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read_calendar(raw: bytes) -> list[Event]:
    """The events of a calendar. Fails for anything that RFC 5545 does not allow."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    physical = raw[:-2].split(b"\r\n")
    assert all(0 < len(line) <= 75 for line in physical)
    assert all(piece.decode() for piece in physical)  # no letter is cut
    lines = raw[:-2].decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    head: dict[str, str] = {}
    events: list[Event] = []
    inside: dict[str, tuple[dict[str, str], str]] | None = None
    for line in lines[1:-1]:
        name, parameters, value = _parts(line)
        if (name, value) == ("BEGIN", "VEVENT"):
            assert inside is None
            inside = {}
        elif (name, value) == ("END", "VEVENT"):
            assert inside is not None
            assert all(one in inside for one in ONCE)
            events.append(Event(inside))
            inside = None
        elif inside is None:
            assert name not in head
            head[name] = value
        else:
            assert name not in inside
            inside[name] = (parameters, value)
    assert inside is None
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    uids = [event.value("UID") for event in events]
    assert len(set(uids)) == len(uids)
    for event in events:
        assert re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", event.value("DTSTAMP"))
        assert event.starts
    return events


def _parts(line: str) -> tuple[str, dict[str, str], str]:
    head, colon, value = line.partition(":")
    assert colon, line
    name, *parameters = head.split(";")
    assert NAME.fullmatch(name), line
    return name, dict(one.split("=") for one in parameters), value


def unescaped(text: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", text), text
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], text)


def make_address(client: Browser) -> str:
    """The path of a new secret address."""
    answer = client.post("/me/notices/calendar")
    assert answer.status_code == 201, answer.text
    found = re.search(
        r"<code>http://127\.0\.0\.1:8000(/calendar/[A-Za-z0-9_-]{43}/sightline\.ics)</code>", answer.text
    )
    assert found
    return found[1]


def events(world: World, address: str) -> list[Event]:
    """The calendar as a program without any cookie reads it."""
    answer = world.client(origin=False).get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    return read_calendar(answer.content)


def test_it_has_what_is_due_and_the_deadlines_of_actions(world: World) -> None:
    Shift(world)
    with world.signed_in("chidi") as chidi:
        action = make_action(chidi, deadline="2026-12-30")
        found = events(world, make_address(chidi))
        deadline = next(event for event in found if event.value("SUMMARY") == "Deadline of action 1")
        assert (deadline.starts, deadline.value("LOCATION")) == (date(2026, 12, 30), "Alder House")
        assert deadline.value("URL") == f"http://127.0.0.1:8000/actions/{action}"
        assert deadline.properties["DTEND"][1] == "20261231"
        with world.sql() as sql:
            due = sql.execute(
                "SELECT due_at FROM due_item WHERE service = 'alder' AND outcome = ''"
            ).fetchall()
        wanted = sorted(datetime.fromisoformat(row[0]) for row in due)
        assert sorted(event.starts for event in found if isinstance(event.starts, datetime)) == wanted
        assert wanted


def test_the_same_thing_keeps_its_uid(world: World) -> None:
    Shift(world)
    with world.signed_in("chidi") as chidi:
        make_action(chidi)
        address = make_address(chidi)
        first = {event.value("UID") for event in events(world, address)}
        world.clock.move(minutes=30)
        assert {event.value("UID") for event in events(world, address)} == first


def test_nobody_is_named_in_it(world: World) -> None:
    shift = Shift(world)
    shift.record("incident_record", "2026-11-16T08:00:00Z", chosen={"person": "alder-1-a"})
    with world.signed_in("chidi") as chidi:
        make_action(chidi, title="Answer the bell of Mrs Jones in room 12")
        address = make_address(chidi)
    text = world.client(origin=False).get(address).text
    assert not re.search(r"\bAB\b|Amina|Jones|room|alder-1-a", text.replace("\r\n ", ""))


def test_it_reaches_as_far_as_its_owner_does(world: World) -> None:
    Shift(world)
    with world.sql() as sql:
        add_member(sql, "una", Role.SHIFT_MANAGER, "alder", "alder-2", world)
        sql.execute("UPDATE due_item SET unit = 'alder-1' WHERE unit = ''")
        ours = sql.execute(
            "SELECT count(*) FROM due_item WHERE unit = 'alder-2' AND outcome = ''"
        ).fetchone()[0]
    with world.signed_in("una") as una, world.signed_in("fay") as fay:
        places = {event.value("LOCATION") for event in events(world, make_address(una))}
        assert places <= {"Alder House 2", "Alder House"}
        assert len(events(world, make_address(una))) == ours
        assert "Alder" not in {event.value("LOCATION")[:5] for event in events(world, make_address(fay))}


def test_a_new_address_ends_the_one_before_and_taking_it_back_ends_both(world: World) -> None:
    with world.signed_in("ben") as ben:
        first, second = make_address(ben), make_address(ben)
        assert world.client().get(first).status_code == 404
        assert world.client().get(second).status_code == 200
        assert ben.post("/me/notices/calendar/ending", follow_redirects=False).status_code == 303
        assert world.client().get(second).status_code == 404
    with world.sql() as sql:
        rows = sql.execute(
            "SELECT what FROM identity_audit WHERE what LIKE 'calendar%' AND who = 'ben'"
        ).fetchall()
    assert [row["what"] for row in rows] == ["calendar_made", "calendar_made", "calendar_ended"]


def test_only_its_hash_is_kept(world: World) -> None:
    with world.signed_in("ben") as ben:
        token = make_address(ben).split("/")[2]
        assert token not in ben.get("/me/notices").text
    with world.sql() as sql:
        (kept,) = sql.execute("SELECT token_hash FROM notice_calendar").fetchone()
    assert kept == hash_token(token)
    for file in world.settings.database.parent.glob("sightline.db*"):
        assert token.encode() not in file.read_bytes()


def test_it_ends_when_its_owner_leaves(world: World) -> None:
    with world.signed_in("ben") as ben:
        address = make_address(ben)
    with world.signed_in("chidi") as chidi:
        assert act(chidi, "/ben/leaving").status_code == 303
    world.clock.move(days=1)
    assert world.client().get(address).status_code == 404


def test_guessing_slows_down_and_is_in_the_trail(world: World) -> None:
    stranger = world.client()
    codes = [stranger.get(f"/calendar/guess-{number}/sightline.ics").status_code for number in range(202)]
    assert codes[0] == 404
    assert codes[-1] == 429
    with world.sql() as sql:
        (noted,) = sql.execute(
            "SELECT count(*) FROM identity_audit WHERE what = 'calendar_refused'"
        ).fetchone()
    assert 0 < noted <= 10


@pytest.mark.parametrize("name", ["amina", "eli", "hana"])
def test_whoever_is_told_nothing_has_no_address(world: World, name: str) -> None:
    with world.signed_in(name) as client:
        assert client.get("/me/notices").status_code == 404
        assert client.post("/me/notices/calendar").status_code == 404


def test_the_page_says_when_it_was_last_asked_for(world: World) -> None:
    with world.signed_in("ben") as ben:
        address = make_address(ben)
        assert "Nobody has asked for it yet" in ben.get("/me/notices").text
        world.client().get(address)
        assert "Last asked for Mon 16 Nov 2026, 09:00" in ben.get("/me/notices").text


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=300))
def test_a_line_of_any_length_folds_and_unfolds(text: str) -> None:
    folded = fold(f"SUMMARY:{text}")
    assert all(len(line) <= 75 for line in folded.split(b"\r\n"))
    assert folded.decode().replace("\r\n ", "") == f"SUMMARY:{text}\r\n"


@given(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=80),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)),
)
def test_any_words_come_back_as_they_were(words: str, at: datetime) -> None:
    place = "".join(letter for letter in words if letter.isprintable() or letter == "\n")
    dated = Dated(
        uid=words, kind=words, place=words, at=at.replace(tzinfo=UTC, microsecond=0), address="/due"
    )
    (event,) = read_calendar(as_calendar([dated], "https://home.example", NOW))
    assert unescaped(event.value("LOCATION")) == unescaped(event.value("SUMMARY")) == place
    assert event.starts == at.replace(tzinfo=UTC, microsecond=0)
