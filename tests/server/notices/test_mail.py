"""One mail a day to each who asked: counts and links, never a name; what fails is tried again and blocks nothing."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.notices.mailing import Mailing
from server.operations import doctor
from server.operations.checks import Ground, run
from server.settings import Settings, SettingsError, read_settings
from tests.server.due.shift import Shift
from tests.server.notices.post_office import PostOffice, post_office
from tests.server.staffing import act
from tests.server.world import World

EVERY_DAY = {f"day_{day}": "yes" for day in range(1, 8)}
MONDAYS = {"day_1": "yes"}
NONE: dict[str, str] = {}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def house(tmp_path: Path, office: PostOffice) -> Iterator[World]:
    with World(tmp_path, **mail_settings(office)) as world:
        yield world


def mail_settings(office: PostOffice, **more: str) -> dict[str, str]:
    return {
        "SIGHTLINE_MAIL_HOST": "127.0.0.1",
        "SIGHTLINE_MAIL_PORT": str(office.port),
        "SIGHTLINE_MAIL_TLS": "none",
        "SIGHTLINE_MAIL_FROM": "sightline@home.example",
        **more,
    }


def ask(world: World, name: str, days: dict[str, str]) -> None:
    with world.signed_in(name) as client:
        assert (
            client.post("/me/notices/mail", data={"kept": "yes", **days}, follow_redirects=False).status_code
            == 303
        )


def step(world: World, settings: Settings | None = None) -> int:
    """What the task in the background does once a minute."""

    rooms = world.app.state["rooms"]
    mailing = Mailing(rooms.database, rooms.catalogue, settings or world.settings, world.clock)
    with world._client.portal() as portal:
        return portal.call(mailing.step)


def letter(office: PostOffice, number: int = -1) -> EmailMessage:
    found = email.message_from_bytes(office.letters[number][1], policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def mail_check(world: World) -> tuple[str, str]:
    (check,) = run({"mail": doctor.ALL["mail"]}, Ground(world.settings, world.clock()))
    return check.verdict.value, check.words


def test_whoever_asked_gets_one_mail_a_day_with_what_waits(house: World, office: PostOffice) -> None:
    Shift(house).record("immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no"})
    ask(house, "ben", EVERY_DAY)
    assert [step(house), step(house)] == [1, 0]
    assert [to for to, _ in office.letters] == ["ben@example.test"]
    text = letter(office).get_content()
    assert "1 immediate concern is not answered" in text
    assert "http://127.0.0.1:8000/concerns" in text
    assert "Mon 16 Nov 2026" in letter(office)["Subject"]
    house.clock.move(days=1)
    assert step(house) == 1
    assert letter(office)["Message-ID"] != letter(office, 0)["Message-ID"]


def test_nobody_who_did_not_ask_gets_one(house: World, office: PostOffice) -> None:
    assert step(house) == 0
    ask(house, "ben", EVERY_DAY)
    ask(house, "ben", NONE)
    assert step(house) == 0
    assert office.calls == 0


def test_it_goes_on_the_days_that_were_chosen(house: World, office: PostOffice) -> None:
    ask(house, "ben", MONDAYS)
    sent = []
    for _ in range(8):
        sent.append(step(house))
        house.clock.move(days=1)
    assert sent == [1, 0, 0, 0, 0, 0, 0, 1]


def test_it_goes_from_seven_in_london_summer_and_winter(house: World, office: PostOffice) -> None:
    ask(house, "ben", EVERY_DAY)
    house.clock.instant = house.clock.instant.replace(day=17, hour=6, minute=59)
    assert step(house) == 0
    house.clock.move(minutes=1)
    assert step(house) == 1
    house.clock.instant = house.clock.instant.replace(year=2027, month=7, day=1, hour=5, minute=59)
    assert step(house) == 0
    house.clock.move(minutes=1)
    assert step(house) == 1


def test_it_comes_also_when_nothing_waits(house: World, office: PostOffice) -> None:
    ask(house, "ben", EVERY_DAY)
    with house.sql() as sql:
        sql.execute("DELETE FROM due_item")
    assert step(house) == 1
    assert "nothing waits" in letter(office)["Subject"]
    assert "Nothing waits for you." in letter(office).get_content()


def test_no_mail_names_anybody(house: World, office: PostOffice) -> None:
    shift = Shift(house)
    shift.record(
        "immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no", "person": "alder-1-a"}
    )
    shift.send(shift.seal("live_record_check", "2026-11-16T08:00:00Z", author="nobody"), status="held")
    house.clock.move(days=2)
    ask(house, "dana", EVERY_DAY)
    step(house)
    text = letter(office).get_content()
    assert "Alder House" in text
    assert not re.search(r"\bAB\b|Amina|Yusuf|Dana|alder-1-a|\bOak\b", text)
    for address in re.findall(r"http://\S+", text):
        assert re.fullmatch(r"http://127\.0\.0\.1:8000/[a-z/]+(\?[a-z_=&0-9-]*)?", address), address


def test_what_fails_is_tried_again_later_and_later_and_told_to_the_doctor(
    house: World, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    ask(house, "ben", EVERY_DAY)
    office.refuse = "550 no such mailbox ben@example.test"
    tries = []
    for minute in range(16):
        before = office.calls
        step(house)
        tries += [minute] if office.calls > before else []
        house.clock.move(minutes=1)
    assert tries == [0, 1, 3, 7, 15]
    assert mail_check(house) == ("watch", "1 not sent since yesterday: SMTPRecipientsRefused 550.")
    assert "ben@example.test" not in caplog.text
    office.refuse = ""
    house.clock.move(hours=1)
    assert step(house) == 1
    assert mail_check(house)[0] == "good"


def test_one_who_cannot_be_reached_keeps_nobody_from_theirs(house: World, office: PostOffice) -> None:
    ask(house, "ben", EVERY_DAY)
    ask(house, "chidi", EVERY_DAY)
    with house.sql() as sql:
        sql.execute("UPDATE staff SET email = 'not an address@' WHERE id = 'ben'")
    step(house)
    assert "chidi@example.test" in [to for to, _ in office.letters]


def test_a_mail_server_that_is_away_blocks_nothing(house: World, office: PostOffice) -> None:
    ask(house, "ben", EVERY_DAY)
    office.hang_up = True
    assert step(house) == 0
    with house.signed_in("ben") as ben:
        assert ben.get("/today").status_code == 200
    assert mail_check(house)[0] == "watch"


def test_yesterdays_mail_is_given_up(house: World, office: PostOffice) -> None:
    ask(house, "ben", MONDAYS)
    office.hang_up = True
    step(house)
    office.hang_up = False
    house.clock.move(days=1)
    assert step(house) == 0
    assert office.letters == []


def test_whoever_left_or_may_see_nothing_gets_none(house: World, office: PostOffice) -> None:
    ask(house, "ben", EVERY_DAY)
    with house.signed_in("chidi") as chidi:
        assert act(chidi, "/ben/leaving").status_code == 303
    house.clock.move(days=1)
    assert step(house) == 0
    assert office.calls == 0


def test_it_is_off_unless_it_is_set_up(world: World) -> None:
    with world.signed_in("ben") as ben:
        assert "This server sends no mails" in ben.get("/me/notices").text
    assert mail_check(world) == ("good", "Not asked for (SIGHTLINE_MAIL_HOST).")


def test_the_password_is_read_from_its_file_each_time_and_is_nowhere_else(
    house: World, office: PostOffice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office.auth = True
    secret = tmp_path / "secret"
    secret.write_text("correct horse staple\n")
    more = {"SIGHTLINE_MAIL_USER": "house", "SIGHTLINE_MAIL_PASSWORD_FILE": str(secret)}
    settings = read_settings(
        {"SIGHTLINE_DATABASE": str(house.settings.database), **mail_settings(office, **more)}
    )
    ask(house, "ben", EVERY_DAY)
    assert step(house, settings) == 1
    secret.write_text("another one by now\n")
    house.clock.move(days=1)
    assert step(house, settings) == 1
    assert office.signed_in == ["\0house\0correct horse staple", "\0house\0another one by now"]
    for file in house.settings.database.parent.glob("sightline.db*"):
        assert b"correct horse" not in file.read_bytes()
    assert "correct horse" not in caplog.text


def test_a_password_is_in_no_words_about_the_settings() -> None:
    settings = read_settings(
        {
            "SIGHTLINE_MAIL_HOST": "localhost",
            "SIGHTLINE_MAIL_FROM": "a@b.example",
            "SIGHTLINE_MAIL_USER": "house",
            "SIGHTLINE_MAIL_PASSWORD": "correct horse staple",
        }
    )
    assert settings.mail_password.text == "correct horse staple"
    assert "correct" not in repr(settings)
    with pytest.raises(SettingsError) as refused:
        read_settings({"SIGHTLINE_MAIL_PASSWORD": "correct\thorse"})
    assert "correct" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"SIGHTLINE_MAIL_FROM": ""}, "needs SIGHTLINE_MAIL_FROM"),
        ({"SIGHTLINE_MAIL_FROM": "Sightline <a@b.example>"}, "an address alone"),
        ({"SIGHTLINE_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "an address alone"),
        ({"SIGHTLINE_MAIL_USER": "house"}, "belong together"),
        ({"SIGHTLINE_MAIL_PASSWORD": "x"}, "belong together"),
        ({"SIGHTLINE_MAIL_TLS": "ssl"}, "starttls, tls, none"),
        ({"SIGHTLINE_MAIL_AT": "7:00"}, "a time of day"),
        (
            {"SIGHTLINE_MAIL_USER": "a", "SIGHTLINE_MAIL_PASSWORD": "b", "SIGHTLINE_MAIL_TLS": "none"},
            "in the clear",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_in_a_sentence(more: dict[str, str], words: str) -> None:
    whole = {"SIGHTLINE_MAIL_HOST": "post.example", "SIGHTLINE_MAIL_FROM": "a@b.example", **more}
    with pytest.raises(SettingsError, match=words):
        read_settings(whole)


def test_the_password_is_no_option_of_a_command() -> None:
    from click.testing import CliRunner

    from server.cli import main

    said = CliRunner().invoke(main, ["serve", "--help"]).output
    assert "--mail-host" in said
    assert "--mail-password-file" in said
    assert "--mail-password " not in said


def test_only_those_who_are_told_anything_may_ask(world: World) -> None:
    for name, status in (("ben", 303), ("gus", 303), ("amina", 404), ("eli", 404), ("hana", 404)):
        with world.signed_in(name) as client:
            answer = client.post("/me/notices/mail", data=MONDAYS, follow_redirects=False)
            assert answer.status_code == status, name


def test_it_is_in_the_audit_trail_once_for_each_choice(world: World) -> None:
    ask(world, "ben", MONDAYS)
    ask(world, "ben", MONDAYS)
    ask(world, "ben", NONE)
    with world.sql() as sql:
        rows = sql.execute("SELECT who, details FROM identity_audit WHERE what = 'mail_chosen'").fetchall()
    assert [tuple(row) for row in rows] == [("ben", "Monday"), ("ben", "none")]
