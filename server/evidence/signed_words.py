"""Who signed a record, in words: for its page, for held records, and for files."""

from collections.abc import Callable, Sequence

import msgspec

from sync.signatures import Verdict

# Of a record that came before the server checked signatures, until everything is derived again
UNCHECKED = "Not checked: it came before signatures were checked here"


class Signed(msgspec.Struct, frozen=True):
    """One sentence about one signature. `bad` = something is wrong with it; `key` is the key's id, or ""."""

    words: str
    bad: bool = False
    key: str = ""


def signed_words(
    verdicts: Sequence[Verdict], name_of: Callable[[str], str], tablet: str, author: str, held_for: str = ""
) -> list[Signed]:
    """A sentence for each verdict. `tablet` and `author` are names; `held_for` is what the record is held for."""
    if not verdicts:
        return [Signed(UNCHECKED)]
    return [_one(verdict, name_of, tablet, author, held_for) for verdict in verdicts]


def _one(verdict: Verdict, name_of: Callable[[str], str], tablet: str, author: str, held_for: str) -> Signed:
    who = name_of(verdict.staff) if verdict.staff else ""
    match verdict.verdict:
        case "good" | "good_old_key":
            said = f"Accepted and signed by {who}"
            if verdict.role == "author":
                said = f"Signed by {who} on tablet {tablet}"
            old = ", with a key that ended later" if verdict.verdict == "good_old_key" else ""
            return Signed(said + old, key=verdict.key)
        case "missing" if verdict.role == "acceptor":
            return Signed(f"Not signed by {who}, who is named as accepting it")
        case "missing" if held_for == "not_signed":
            return Signed(f"Not signed, though {who} has a key on tablet {tablet}", bad=True)
        case "missing" if held_for:
            return Signed("Not signed")
        case "missing":
            return Signed(f"Not signed: {who} had no key on tablet {tablet} when it came")
        case "unknown_key":
            return Signed("Signed with a key this server does not know", bad=bool(held_for), key=verdict.key)
        case "wrong_person" if who == author:
            return Signed(f"Signed with a key that {who} has on another tablet", bad=True, key=verdict.key)
        case "wrong_person":
            return Signed(f"Signed with the key of {who}, who is not named for it", bad=True, key=verdict.key)
        case "key_revoked":
            return Signed(f"Signed with a key of {who} that no longer counted", bad=True, key=verdict.key)
        case "bad":
            return Signed(
                "The signature is wrong: it does not fit what the record says", bad=True, key=verdict.key
            )
