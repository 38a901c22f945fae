"""Who asked for a mail on which days, and what became of each day's. Jobs for `Database.read` and `Database.write`."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

import server.notices.schema  # noqa: F401 the tables
from server.dated_settings.setting import WEEKDAYS
from server.identity import audit
from server.identity.instants import at

# The first try that fails is made again after a minute, then after two, four ... an hour at most
FIRST_MINUTES, LONGEST_MINUTES = 1, 60
KEPT_DAYS = 62


class Waiting(msgspec.Struct, frozen=True):
    """A mail that is to go out now: to whom, of which day, and how often it was tried."""

    staff: str
    day: str
    tries: int


class Standing(msgspec.Struct, frozen=True):
    """How mails went lately: how many were sent and when the last was; how many people wait, and why."""

    asked: int
    sent: int
    last_sent_at: str
    failing: int
    fault: str


def choose_days(connection: sqlite3.Connection, staff: str, days: Sequence[str], now: datetime) -> None:
    """Send `staff` a mail on these weekdays ("1" = Monday); none = no mails any more."""
    known = [day for day in WEEKDAYS if day in days]
    if known == read_days(connection, staff):
        return
    if known:
        connection.execute(
            "INSERT OR REPLACE INTO notice_mail (staff, days, chosen_at) VALUES (?, ?, ?)",
            (staff, " ".join(known), at(now)),
        )
    else:
        connection.execute("DELETE FROM notice_mail WHERE staff = ?", (staff,))
    details = ", ".join(WEEKDAYS[day] for day in known) or "none"
    audit.note(connection, "mail_chosen", now, who=staff, about=staff, details=details, service="")


def read_days(connection: sqlite3.Connection, staff: str) -> list[str]:
    """The weekdays on which `staff` asked for a mail."""
    row = connection.execute("SELECT days FROM notice_mail WHERE staff = ?", (staff,)).fetchone()
    return row["days"].split() if row else []


def begin_day(connection: sqlite3.Connection, day: date, now: datetime) -> None:
    """Put down whose mails are to go out on a day; once for each. Forget what is long past."""
    weekday = str(day.isoweekday())
    asked = connection.execute("SELECT staff, days, chosen_at FROM notice_mail").fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO notice_mail_sent VALUES (?, ?, 0, ?, '', '')",
        [(row["staff"], day.isoformat(), at(now)) for row in asked if weekday in row["days"].split()],
    )
    oldest = (day - timedelta(days=KEPT_DAYS)).isoformat()
    connection.execute("DELETE FROM notice_mail_sent WHERE day < ?", (oldest,))


def read_waiting(connection: sqlite3.Connection, day: date, now: datetime) -> list[Waiting]:
    """The mails of a day that have not gone and may be tried now, of those who still want one."""
    weekday = str(day.isoweekday())
    rows = connection.execute(
        """
        SELECT s.staff, s.day, s.tries FROM notice_mail_sent s JOIN notice_mail m ON m.staff = s.staff
        WHERE s.day = ? AND s.sent_at = '' AND s.next_at <= ? AND instr(m.days, ?) > 0 ORDER BY s.tries, s.staff
        """,
        (day.isoformat(), at(now), weekday),
    )
    return [Waiting(**dict(row)) for row in rows]


def note_sent(connection: sqlite3.Connection, waiting: Waiting, now: datetime) -> None:
    """It went, or there was nobody to send it to any more."""
    connection.execute(
        "UPDATE notice_mail_sent SET sent_at = ?, tries = tries + 1, fault = '' WHERE staff = ? AND day = ?",
        (at(now), waiting.staff, waiting.day),
    )


def note_failed(connection: sqlite3.Connection, waiting: Waiting, fault: str, now: datetime) -> None:
    """It did not go: try again later, each time twice as late."""
    minutes = min(FIRST_MINUTES * 2 ** min(waiting.tries, 10), LONGEST_MINUTES)
    connection.execute(
        "UPDATE notice_mail_sent SET tries = tries + 1, next_at = ?, fault = ? WHERE staff = ? AND day = ?",
        (at(now, minutes=minutes), fault, waiting.staff, waiting.day),
    )


def forget(connection: sqlite3.Connection, waiting: Waiting) -> None:
    """There is nobody to send it to: they left, or may see nothing any more."""
    connection.execute(
        "DELETE FROM notice_mail_sent WHERE staff = ? AND day = ?", (waiting.staff, waiting.day)
    )


def read_standing(connection: sqlite3.Connection, day: date) -> Standing:
    """How the mails of `day` and the day before went."""
    since = (day - timedelta(days=1)).isoformat()
    sent, last = connection.execute(
        "SELECT count(*), coalesce(max(sent_at), '') FROM notice_mail_sent WHERE day >= ? AND sent_at <> ''",
        (since,),
    ).fetchone()
    failing, fault = connection.execute(
        """
        SELECT count(*), coalesce(max(fault), '') FROM notice_mail_sent
        WHERE day >= ? AND sent_at = '' AND fault <> ''
        """,
        (since,),
    ).fetchone()
    (asked,) = connection.execute("SELECT count(*) FROM notice_mail").fetchone()
    return Standing(asked, sent, last, failing, fault)
