"""A row of the ledger for tests that need many and no inbox."""

from hashlib import sha256

from sync.ledger import Entry

RECEIVED_AT = "2026-11-21T12:00:00.000Z"


def make_entry(seq: int, body: bytes = b"{}") -> Entry:
    """The entry with this number, all different, none of them a record."""
    return Entry(
        seq=seq,
        standing="stored",
        record=f"00000000-0000-7000-8000-{seq:012d}",
        version=1,
        service="service-willow",
        tablet="oak",
        tablet_seq=seq,
        tablet_prev="0" * 64,
        body=body + str(seq).encode(),
        sha256=sha256(body + str(seq).encode()).hexdigest(),
        leaf="",
        signatures="[]",
        sender_tablet="oak",
        sender_service="service-willow",
        held_for="",
        findings="[]",
        received_at=RECEIVED_AT,
    )
