"""How the reference tablet asks and what an answer means, as in pwa/js/classify.mjs and pull.mjs."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple

Meaning = Literal["answered", "retry", "sign_in", "attention", "too_large", "revoked"]


class NetworkLost(Exception):
    """No answer came: the request, or its answer, was lost on the way."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


Send = Callable[[str, str, dict[str, str], bytes], Awaitable[Answer]]
"""Method, path, headers, body. Like a browser's fetch it keeps its tablet's cookies and sends the Origin header.
Raises `NetworkLost`."""


class Reply(NamedTuple):
    """An answer and what it means. `said` is None when the body is not JSON."""

    meaning: Meaning
    status: int
    said: Any


NO_REPLY = Reply("retry", 0, None)
_RETRY_SOON = frozenset({408, 421, 423, 425, 429})
_SIGN_IN = frozenset({401, 407, 511})


def classify(status: int, json_as_expected: bool, accepted: int) -> Meaning:
    """What a status means for the work that waits; none of it ever removes anything."""
    if status == accepted:
        return "answered" if json_as_expected else "retry"
    if status == 413:
        return "too_large"
    if status in _SIGN_IN:
        return "sign_in"
    if status in _RETRY_SOON or status >= 500 or status < 400:
        return "retry"
    return "attention" if json_as_expected else "retry"


async def ask(
    send: Send,
    method: str,
    path: str,
    headers: dict[str, str],
    body: Any = None,
    *,
    accepted: int = 200,
    expected: Callable[[Any], bool] = lambda said: said is not None,
) -> Reply:
    """Ask once. `expected` says whether the JSON of the accepted status is ours."""
    raw = b""
    if body is not None:
        headers, raw = {**headers, "Content-Type": "application/json"}, write_json(body)
    try:
        status, text = await send(method, path, headers, raw)
    except NetworkLost:
        return NO_REPLY
    said = read_json(text)
    if isinstance(said, dict) and said.get("code") == "tablet_revoked":
        return Reply("revoked", status, said)
    fits = expected(said) if status == accepted else said is not None
    return Reply(classify(status, fits, accepted), status, said)


def write_json(value: Any) -> bytes:
    """As a browser's JSON.stringify writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(text: bytes) -> Any:
    """None for what is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_push_answer(said: Any) -> bool:
    """Whether this is our server's answer to a push, and not a captive portal's page."""
    return _has_time(said) and isinstance(said.get("receipts"), list) and said.get("epoch") is not None


def is_changes(said: Any) -> bool:
    """Whether this is a page of changes."""
    return _has_time(said) and isinstance(said.get("changes"), list) and bool(said.get("cursor"))


def is_have(said: Any) -> bool:
    """Whether this says what is missing."""
    return _has_time(said) and isinstance(said.get("missing"), list)


def is_info(said: Any) -> bool:
    """Whether this is what a server says of itself."""
    return _has_time(said) and said.get("epoch") is not None


def _has_time(said: Any) -> bool:
    return isinstance(said, dict) and isinstance(said.get("server_time_ms"), int)
