"""Who signed a record: each signature checked against the key that its author, or whoever accepted it, had on that
tablet.

The first signature is the author's, each further one that of a person a question of kind `signer` names; all are
ECDSA P-256 over SHA-256 of the body's bytes, raw r and s in base64. This room knows no staff: whose key it is, the
room above says (`KeyBook`).

A verdict is a function of the entry and of the keys as they stood when the entry came: a key's end holds from an entry
on (`*_entry`), not from an instant, so a rebuild finds it again even for two things within one second. One thing may
change it later: a key that was not known becomes known (`signed_entries.judge_again`).

Decided: a signature that is wrong holds the record; one that is missing or by a key nobody knows holds it when its
author has a key on that tablet, so that taking signatures off on the way gains nothing. Rejected: refusing (the
observation happened); to trust what was sent with a tablet's cookie alone.
"""

import sqlite3
from base64 import b64decode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from observation_forms import Form
from sync.key_book import Key, KeyBook
from sync.record_row import DOUBTFUL_CLOCK_MS, shifted
from sync.wire import Body, Signature

VerdictWord = Literal["good", "good_old_key", "key_revoked", "bad", "wrong_person", "unknown_key", "missing"]
# More than anybody needs; what is beyond would cost the writer its time, and is bad unread
MOST_CHECKED = 8
_HELD_FOR: dict[VerdictWord, str] = {
    "bad": "bad_signature", "wrong_person": "wrong_signer", "key_revoked": "key_revoked"
}  # fmt: skip
_HELD_WITH_A_KEY: dict[VerdictWord, str] = {"unknown_key": "unknown_key", "missing": "not_signed"}
# Over the digest: OpenSSL by way of the library takes five times as long to hash a body as Python's own
_ALGORITHM = ec.ECDSA(Prehashed(SHA256()))


class Verdict(NamedTuple):
    """A row of `record_signature`: one signature, or one that is missing (`key` ""). `staff` is whose key it is, and
    who should have signed when that cannot be said.
    """

    seq: int
    position: int
    role: Literal["author", "acceptor"]
    key: str
    staff: str
    verdict: VerdictWord


class SignatureJudge:
    """Judges entry after entry on one connection. It looks each tablet's keys up once: it lives for one job."""

    def __init__(self, connection: sqlite3.Connection, book: KeyBook) -> None:
        self._connection = connection
        self._book = book
        self._by_tablet: dict[str, dict[str, Key]] = {}

    def judge(
        self,
        seq: int,
        body: Body,
        sealed: bytes,
        signatures: Sequence[Signature],
        accepting: Sequence[str] | None,
    ) -> list[Verdict]:
        """A verdict for each signature of entry `seq` and for each that is missing.

        `accepting` are those whose acceptance the form asks for; None = that is not known, and anybody's will do.
        """
        verdicts = [
            self._verdict(seq, position, body, sealed, one, accepting)
            for position, one in enumerate(signatures)
        ]
        if not verdicts:
            verdicts.append(Verdict(seq, 0, "author", "", body.author, "missing"))
        signed = {one.staff for one in verdicts if one.verdict in ("good", "good_old_key")}
        for staff in dict.fromkeys(accepting or ()):
            if staff not in signed and not any(
                one.role == "acceptor" and one.staff == staff for one in verdicts
            ):
                verdicts.append(Verdict(seq, len(verdicts), "acceptor", "", staff, "missing"))
        return verdicts

    def held_for(self, body: Body, verdicts: Iterable[Verdict]) -> str:
        """Why a record with these verdicts waits for a person: a key of `HELD_REASONS`, or ""."""
        for one in verdicts:
            if reason := _HELD_FOR.get(one.verdict, ""):
                return reason
            if one.role == "author" and one.verdict in _HELD_WITH_A_KEY and self._has_a_key(body):
                return _HELD_WITH_A_KEY[one.verdict]
        return ""

    def _verdict(
        self,
        seq: int,
        position: int,
        body: Body,
        sealed: bytes,
        signature: Signature,
        accepting: Sequence[str] | None,
    ) -> Verdict:
        role: Literal["author", "acceptor"] = "acceptor" if position else "author"
        named = signature.key[:64]
        key = self._keys_on(body.tablet).get(named) or self._book.find_key(self._connection, named)
        if position >= MOST_CHECKED:
            return Verdict(seq, position, role, named, "", "bad")
        if key is None:
            return Verdict(seq, position, role, named, "" if position else body.author, "unknown_key")
        word = _word(seq, position, body, sealed, signature, key, accepting)
        return Verdict(seq, position, role, named, key.staff, word)

    def _has_a_key(self, body: Body) -> bool:
        return any(key.staff == body.author for key in self._keys_on(body.tablet).values())

    def _keys_on(self, tablet: str) -> dict[str, Key]:
        known = self._by_tablet.get(tablet)
        if known is None:
            known = {key.id: key for key in self._book.keys_on(self._connection, tablet)}
            self._by_tablet[tablet] = known
        return known


def is_signed(point: bytes, sealed: bytes, signature: str) -> bool:
    """Whether `signature` (base64 of r and s) was made over `sealed` with the secret of the key at `point`."""
    try:
        raw = b64decode(signature, validate=True)
        if len(raw) != 64:
            return False
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        _public(point).verify(encode_dss_signature(r, s), sha256(sealed).digest(), _ALGORITHM)
    except (ValueError, InvalidSignature):
        return False
    return True


def signers_of(form: Form, body: Body) -> list[str]:
    """The people whose acceptance the record names, in the answers to questions of kind `signer`."""
    if not _asks_for_signers(form):
        return []
    definition = form.definition
    answered = ((definition.question_at(key), value) for key, value in body.answers.items())
    return [
        value
        for question, value in answered
        if question and question.kind == "signer" and isinstance(value, str)
    ]


def _word(
    seq: int,
    position: int,
    body: Body,
    sealed: bytes,
    signature: Signature,
    key: Key,
    accepting: Sequence[str] | None,
) -> VerdictWord:
    if not is_signed(key.point, sealed, signature.signature):
        return "bad"
    if 0 < key.revoked_entry <= seq:
        return "key_revoked"
    expected = (body.author,) if position == 0 else accepting
    if key.tablet != body.tablet or (expected is not None and key.staff not in expected):
        return "wrong_person"
    if not 0 < key.superseded_entry <= seq:
        return "good"
    return "good_old_key" if _recorded_before(body, key.superseded_at) else "key_revoked"


def _recorded_before(body: Body, instant: str) -> bool:
    """By the server's clock as far as the tablet knew it, give or take what no clock is doubted for."""
    skew = body.clock.offset[0] if body.clock.offset else 0
    recorded = shifted(body.recorded_at, skew - DOUBTFUL_CLOCK_MS) or body.recorded_at
    return recorded[:19] <= instant[:19]


@lru_cache(maxsize=4096)
def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


_ASKS_FOR_SIGNERS: dict[str, bool] = {}


def _asks_for_signers(form: Form) -> bool:
    asks = _ASKS_FOR_SIGNERS.get(form.hash)
    if asks is None:
        asks = any(question.kind == "signer" for question in form.definition.questions())
        _ASKS_FOR_SIGNERS[form.hash] = asks
    return asks
