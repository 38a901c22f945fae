"""The mail itself: counts and links, nothing that names anybody, so that it may lie in any mailbox. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from server.evidence.times import day_in_london, day_words
from server.notices.notice import URGENCIES, Notice
from server.settings import Settings

NOTHING = "Nothing waits for you."
ENDS = (
    "This mail has counts and links alone; nobody is named in it. Sightline raises no alarm: it says what was sent by "
    "tablets when it was written. Choose other days, or none, at {address}"
)


def write_letter(
    settings: Settings,
    to: str,
    staff: str,
    notices: Sequence[Notice],
    places: Mapping[str, str],
    now: datetime,
) -> EmailMessage:
    """What waits, under the name of each service. The same letter of a day has the same id, so that one that was sent
    twice for a line that broke stands once in a mailbox.
    """
    letter = EmailMessage()
    day = day_in_london(now)
    waits = sum(notice.count for notice in notices)
    letter["Subject"] = f"Sightline, {day_words(day)}: {_waiting(waits)}"
    letter["From"] = settings.mail_from
    letter["To"] = to
    letter["Date"] = format_datetime(now)
    name = sha256(f"{staff} {day}".encode()).hexdigest()[:32]
    letter["Message-ID"] = f"<{name}@{settings.mail_from.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_body(settings, notices, places), charset="utf-8", cte="quoted-printable")
    return letter


def _body(settings: Settings, notices: Sequence[Notice], places: Mapping[str, str]) -> str:
    parts = []
    for place, name in (*places.items(), ("", "This server")):
        lines = [_line(settings, notice) for notice in notices if notice.service == place]
        if lines:
            parts.append("\n".join([name, "", *lines]))
    ends = ENDS.format(address=f"{settings.origin}/me/notices")
    return "\n\n".join([*(parts or [NOTHING]), f"All of it: {settings.origin}/today", ends]) + "\n"


def _line(settings: Settings, notice: Notice) -> str:
    link = f"\n  {settings.origin}{notice.address}" if notice.address else ""
    return f"- {URGENCIES[notice.urgency]}: {notice.says}{link}"


def _waiting(count: int) -> str:
    if not count:
        return "nothing waits"
    return f"{count:,} {'thing waits' if count == 1 else 'things wait'}"
