"""The first half of receiving: what can be said of a batch and its items without looking at the ledger."""

import logging
from collections.abc import Callable, Mapping
from hashlib import sha256

import msgspec
from msgspec import Struct

from observation_forms import Catalogue
from sync.judging import Judged, UnknownForm, judge_body
from sync.ledger import Themes
from sync.sealed import NOT_DECODABLE, Claimed, Unreadable, claimed_by, glimpse, read_body
from sync.wire import MAX_BYTES, MAX_ITEMS, Body, Finding, Item, Refused, Signature

_LOG = logging.getLogger(__name__)

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_item = msgspec.json.Decoder(Item, strict=True).decode


class Examined(Struct, frozen=True):
    """One item, alone: the bytes to keep and what they claim.

    `held_for` "" = nothing against it so far; `body` None = it cannot be read; `judged` None = nor judged.
    `themes` is what the server knows of the actions it bears on.
    """

    sealed: bytes
    sha256: str
    signatures: list[Signature]
    claimed: Claimed
    corrupt: bool = False
    body: Body | None = None
    judged: Judged | None = None
    held_for: str = ""
    findings: tuple[Finding, ...] = ()
    themes: Themes = {}


def split_batch(raw: bytes) -> list[msgspec.Raw]:
    """The items of a batch, undecoded. Raises `Refused` for what is not a list, or is too much at once."""
    if len(raw) > MAX_BYTES:
        raise Refused("batch_too_large", f"Send at most {MAX_BYTES} bytes at once: halve the batch.")
    try:
        items = _split(raw)
    except NOT_DECODABLE:
        raise Refused("not_a_batch", "Send a JSON list of records.") from None
    if len(items) > MAX_ITEMS:
        raise Refused("batch_too_large", f"Send at most {MAX_ITEMS} records at once: halve the batch.")
    return items


def examine(
    raw_item: bytes,
    catalogue: Catalogue,
    themes_of: Callable[[str], frozenset[str]] = lambda action: frozenset(),
    timescales_of: Callable[[Body], Mapping[str, int]] = lambda body: {},
) -> Examined:
    """Check the digest, read the body, judge it by its own form version, by the actions' themes and by the
    timescales then in force.

    Raises nothing but what the two functions do: whatever is wrong is said in what it gives back.
    """
    try:
        item = _read_item(raw_item)
    except NOT_DECODABLE as error:
        return _not_an_item(raw_item, error)
    sealed = item.body.encode()
    digest = sha256(sealed).hexdigest()
    if digest != item.sha256:
        return Examined(sealed, digest, item.signatures, glimpse(sealed), corrupt=True)
    try:
        body = read_body(sealed)
    except Unreadable as error:
        return Examined(
            sealed,
            digest,
            item.signatures,
            glimpse(sealed),
            held_for=error.code,
            findings=(_finding(error),),
        )
    known = {claim.action: themes_of(claim.action) for claim in body.bearings}
    themes = {action: of_action for action, of_action in known.items() if of_action}
    judged, held_for = _judge(body, catalogue, themes, timescales_of(body))
    return Examined(
        sealed,
        digest,
        item.signatures,
        claimed_by(body),
        body=body,
        judged=judged,
        held_for=held_for,
        findings=tuple(judged.findings) if judged else (),
        themes=themes,
    )


def _judge(
    body: Body, catalogue: Catalogue, themes: Themes, timescales: Mapping[str, int]
) -> tuple[Judged | None, str]:
    try:
        return judge_body(catalogue, body, themes, timescales), ""
    except UnknownForm:
        return None, "unknown_form"
    except Exception:  # noqa: BLE001
        # A mistake in one form's rules must not cost a tablet the rest of its batch, for ever
        _LOG.exception("record %s could not be judged", body.record)
        return None, "not_judged"


def _not_an_item(raw_item: bytes, error: Exception) -> Examined:
    """Not {body, sha256, signatures}: the item's own bytes are kept, for there is no body to keep."""
    why = f"the item is not a body with its sha256 and signatures ({error})"
    return Examined(
        raw_item,
        sha256(raw_item).hexdigest(),
        [],
        Claimed(),
        held_for="unreadable",
        findings=(_finding(Unreadable("unreadable", "", why)),),
    )


def _finding(error: Unreadable) -> Finding:
    return Finding(error.code, error.field, "error", f"The record cannot be read: {error}.")
