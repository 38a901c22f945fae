"""Reading a sealed body: strictly, and, when that fails, as much of it as a person needs to find where it
came from.
"""

import re
from typing import Any, NamedTuple

import msgspec

from sync import instants
from sync.wire import PROTOCOL_MAX, PROTOCOL_MIN, Body, Value

NOT_DECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<place>[^`]*)`")
_NAMED = re.compile(r"field `(?P<name>[^`]*)`")
_decode = msgspec.json.Decoder(Body, strict=True).decode


class Unreadable(Exception):
    """A body that is not a sealed record of a protocol this server speaks.

    `code` is a held reason ("unreadable" or "unknown_protocol"); `field` is where reading stopped ("" = the
    whole).
    """

    def __init__(self, code: str, field: str, why: str) -> None:
        self.code = code
        self.field = field
        super().__init__(f"{field}: {why}" if field else why)


class Claimed(NamedTuple):
    """What a body says of itself; empty or 0 where it says nothing that can be read."""

    record: str = ""
    version: int = 0
    service: str = ""
    tablet: str = ""
    tablet_seq: int = 0
    tablet_prev: str = ""


def read_body(sealed: bytes) -> Body:
    """The body in `sealed`. Raises `Unreadable`, naming the field."""
    try:
        body = _decode(sealed)
    except NOT_DECODABLE as error:
        raise _unreadable(sealed, error) from None
    if not PROTOCOL_MIN <= body.protocol <= PROTOCOL_MAX:
        raise _unknown_protocol(body.protocol)
    _check_instants(body)
    if len(body.clock.offset) not in (0, 3):
        raise Unreadable("unreadable", "clock.offset", "expected nothing, or offset, bound and age")
    return body


def claimed_by(body: Body) -> Claimed:
    """What a readable body says of itself."""
    return Claimed(body.record, body.version, body.service, body.tablet, body.tablet_seq, body.tablet_prev)


def glimpse(sealed: bytes) -> Claimed:
    """What can be made out of a body that cannot be read. Never raises."""
    said = _as_object(sealed)
    return Claimed(
        record=_text(said.get("record")),
        version=_number(said.get("version")),
        service=_text(said.get("service")),
        tablet=_text(said.get("tablet")),
        tablet_seq=_number(said.get("tablet_seq")),
        tablet_prev=_text(said.get("tablet_prev")),
    )


def _check_instants(body: Body) -> None:
    for field, text in (("happened_at", body.happened_at), ("recorded_at", body.recorded_at)):
        try:
            instants.parse(text)
        except ValueError:
            raise Unreadable("unreadable", field, f"there is no such date and time as {text}") from None


def _unreadable(sealed: bytes, error: Exception) -> Unreadable:
    said = _as_object(sealed)
    protocol = said.get("protocol")
    if type(protocol) is int and not PROTOCOL_MIN <= protocol <= PROTOCOL_MAX:
        return _unknown_protocol(protocol)
    if not isinstance(error, msgspec.ValidationError):
        return Unreadable("unreadable", "", "the text is not JSON that can be read")
    why = str(error)
    found = _PLACE.search(why)
    field = found["place"] if found else ""
    if field.startswith("answers["):
        field = _wrong_answer(said.get("answers")) or "answers"
    named = _NAMED.search(why)
    if named:
        field = f"{field}.{named['name']}" if field else named["name"]
    return Unreadable("unreadable", field, _PLACE.sub("", why).replace("`", "").lower())


def _wrong_answer(answers: Any) -> str:
    for question, value in answers.items() if isinstance(answers, dict) else ():
        try:
            msgspec.convert(value, Value, strict=True)
        except msgspec.ValidationError:
            return f"answers.{question}"
    return ""


def _unknown_protocol(protocol: int) -> Unreadable:
    why = f"this server reads {PROTOCOL_MIN} to {PROTOCOL_MAX}, not {protocol}"
    return Unreadable("unknown_protocol", "protocol", why)


def _as_object(sealed: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(sealed)
    except NOT_DECODABLE:
        return {}
    return said if isinstance(said, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 200 else ""


def _number(value: Any) -> int:
    return value if type(value) is int and 0 < value < 2**53 else 0
