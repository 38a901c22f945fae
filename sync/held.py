"""Why a record is kept but not yet counted as evidence. Never a reason to refuse it: the observation
happened.
"""

HELD_REASONS: dict[str, str] = {
    "unreadable": "Its content cannot be read as a record.",
    "unknown_protocol": "The tablet's app speaks a version of the protocol this server does not know.",
    "unknown_form": "It was made with a form version this server does not have.",
    "not_judged": "The server failed while checking it against its form.",
    "wrong_tablet": "It says it was made on another tablet than the one that sent it.",
    "tablet_revoked": "The tablet that sent it is no longer trusted.",
    "out_of_scope": "It belongs to a service or unit the tablet does not work for.",
    "version_far_ahead": "It counts its corrections far beyond those that are known of this record.",
    "author_unknown": "Nobody with its author's name is known to this service.",
    "author_left": "Its author had left, or no longer worked in that service, when it was recorded.",
    "bad_signature": "Its signature does not fit what it says: it was changed, or signed with another key.",
    "wrong_signer": "It was signed with the key of somebody else than it says, or of another tablet.",
    "key_revoked": "It was signed with a key that had ended, or that was on a tablet that was lost.",
    "unknown_key": "It was signed with a key this server does not know, though its author has one on that tablet.",
    "not_signed": "It is not signed, though its author has a key on that tablet.",
}

RECEIPT_STATUSES: dict[str, str] = {
    "stored": "Kept, and counted as evidence.",
    "duplicate": "Kept and counted before; this is the first receipt again.",
    "conflict": "Kept aside: another body already has this record and version. A person decides.",
    "held": "Kept aside for the reason in `held_for`. A person looks.",
    "corrupt": "Not kept: the body did not arrive as it was sent. Send it again.",
}
