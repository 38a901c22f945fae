"""What is due as a calendar (RFC 5545): kinds, places, times and links. Pure; nobody is named.

An instant is an event without an end, in UTC, so that no time zone has to be told; a day is an event of that day.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from server.notices.notice import Dated

# RFC 5545 3.1: octets of a line, without its end
LONGEST_LINE = 75


def as_calendar(found: Iterable[Dated], origin: str, now: datetime) -> bytes:
    """The calendar. `origin` goes before each link."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sightline//What is due//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Sightline: what is due",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for one in found:
        lines += _event(one, origin, now)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def fold(line: str) -> bytes:
    """A line with its end, in pieces of at most 75 octets, each but the first after a space; no letter is cut."""
    pieces, piece = [], b""
    for letter in line:
        encoded = letter.encode()
        if len(piece) + len(encoded) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def escaped(text: str) -> str:
    """A text as its value is written (3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "".join(
        "\\n" if letter == "\n" else letter for letter in text if letter == "\n" or letter.isprintable()
    )


def _event(one: Dated, origin: str, now: datetime) -> list[str]:
    host = urlsplit(origin).hostname or "sightline"
    uid = sha256(one.uid.encode()).hexdigest()[:40]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@{host}",
        f"DTSTAMP:{_utc(now)}",
        *_when(one.at),
        f"SUMMARY:{escaped(one.kind)}",
        f"LOCATION:{escaped(one.place)}",
        f"URL:{origin}{one.address}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _when(at: datetime | date) -> list[str]:
    if isinstance(at, datetime):
        return [f"DTSTART:{_utc(at)}"]
    after = at + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
