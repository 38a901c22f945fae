"""What travels between tablet and server, as closed shapes: integers, strings and lists, nothing else.

A sealed body is decoded strictly: no missing field, no unknown field, no "7" for 7. A body that does not
fit is kept as it came (`inbox.py`), so strictness here never costs evidence.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

PROTOCOL_MIN = 1
PROTOCOL_MAX = 1
MAX_ITEMS = 100
MAX_BYTES = 1_048_576
MAX_ASKED = 1_000
MAX_PROVEN = 100

FIRST_PREV = "0" * 64

# Every integer must survive both a JavaScript number and a 64-bit column
_LIMIT = 2**53 - 1
Integer = Annotated[int, Meta(ge=-_LIMIT, le=_LIMIT)]
Count = Annotated[int, Meta(ge=0, le=_LIMIT)]
Number = Annotated[int, Meta(ge=1, le=_LIMIT)]
YesNo = Annotated[int, Meta(ge=0, le=1)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
RecordId = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Instant = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]
Value = Integer | str | list[str]
BearingWord = Literal["supports", "contradicts", "inconclusive"]
ResultWord = Literal["", "met", "partly", "not_met", "not_scored"]
ReceiptStatus = Literal["stored", "duplicate", "conflict", "held", "corrupt"]


class TabletClock(Struct, frozen=True, forbid_unknown_fields=True):
    """The tablet's clocks when the record was sealed.

    `wall` and `monotonic` in milliseconds; `boot` names the run of the tablet the monotonic clock belongs to;
    `offset` is empty or [server minus tablet, its bound, its age], in milliseconds.
    """

    wall: Integer
    monotonic: Integer
    boot: str
    offset: list[Integer]


class BearingClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """What the author says the record means for one action; the action's themes as the tablet knew them."""

    action: Name
    themes: list[str]
    bearing: BearingWord


class Attachment(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to the record, named by its content."""

    sha256: Digest
    type: Name
    bytes: Count


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed record version. Its exact bytes are what is hashed, signed and kept.

    `begun_by` began the draft and handed it over to the author; `withdrawn` 1: this version takes the record
    back; `audit` is the audit this sample belongs to.
    """

    protocol: Integer
    record: RecordId
    version: Number
    reason: str
    form: Name
    form_version: Number
    form_hash: Digest
    service: Name
    unit: str
    author: Name
    tablet: Name
    tablet_seq: Number
    tablet_prev: Digest
    happened_at: Instant
    recorded_at: Instant
    clock: TabletClock
    app: str
    answers: dict[str, Value]
    bearings: list[BearingClaim]
    lowered_to: ResultWord
    lowered_reason: str
    spawned_by: str = ""
    attachments: list[Attachment] = []
    begun_by: str = ""
    withdrawn: YesNo = 0
    audit: str = ""


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """One signature over the body's bytes, and the key that made it."""

    key: str
    signature: str


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One sealed record on its way: the body's text, the digest the tablet computed, the signatures."""

    body: str
    sha256: str
    signatures: list[Signature]


class Finding(Struct, frozen=True):
    """Something about a record that a person should know. It never stops the record being kept."""

    code: str
    question: str
    severity: str
    message: str


class Receipt(Struct, frozen=True):
    """What became of one item. `leaf` stands in the log at `position`, counted from 0.

    When nothing was kept (corrupt), `seq` is 0, `position` -1, `received_at` and `leaf` are empty.
    """

    status: ReceiptStatus
    record: str
    version: int
    sha256: str
    seq: int
    received_at: str
    leaf: str
    held_for: str
    findings: list[Finding]
    position: int = -1


class SignedCheckpoint(Struct, frozen=True):
    """A checkpoint's text (`checkpoint.py`) and the server's Ed25519 signature over it, in base64."""

    text: str
    signature: str


class PushAnswer(Struct, frozen=True):
    """The answer to a batch: one receipt per item, in the order of the items; then the log as it now is.

    `consistency` shows that the log begins with the checkpoint whose size the tablet named, in hex.
    """

    receipts: list[Receipt]
    server_time: str
    server_time_ms: int
    epoch: str
    checkpoint: SignedCheckpoint
    consistency: list[str]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """A record version the tablet wants to know about."""

    record: str
    version: int
    sha256: str


class HaveQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of these does the server lack?"""

    records: list[Asked]


class Missing(Struct, frozen=True):
    """A record version the server does not have with those bytes."""

    record: str
    version: int


class HaveAnswer(Struct, frozen=True):
    """The record versions to send again."""

    missing: list[Missing]
    epoch: str
    server_time_ms: int


class Change(Struct, frozen=True):
    """One row of reference data as it is now; `deleted` 1 and an empty body when it is gone."""

    kind: str
    id: str
    deleted: int
    body: Raw


class TabletSeen(Struct, frozen=True):
    """Another tablet of the service: when it was last heard of, and what it said it still held ("" = nothing)."""

    id: str
    name: str
    heard_at: str
    waiting: int
    oldest: str


class Changes(Struct, frozen=True):
    """What changed after a cursor; `more` 1 when asking again at once would bring more.

    `tablets` is how the other tablets of the service stand at this moment, whatever the cursor; `checkpoint` and
    `consistency` are as in the answer to a push.
    """

    changes: list[Change]
    cursor: str
    more: int
    epoch: str
    server_time_ms: int
    tablets: list[TabletSeen]
    checkpoint: SignedCheckpoint
    consistency: list[str]


class Inclusion(Struct, frozen=True):
    """What has to be hashed with the leaf at `position`, from the leaf up, to come to the root; in hex."""

    position: int
    inclusion: list[str]


class Inclusions(Struct, frozen=True):
    """The proofs that were asked for, in that order, for the log as it was at `size`."""

    size: int
    proofs: list[Inclusion]


class Info(Struct, frozen=True):
    """What the server accepts."""

    protocol_min: int
    protocol_max: int
    max_items: int
    max_bytes: int
    epoch: str
    server_time_ms: int


class Refused(Exception):
    """A whole request cannot be taken. `code` is stable; `str()` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
