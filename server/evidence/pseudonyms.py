"""Pseudonyms in the place of names: "Person 4f2a", "Staff 91c3", the same all through one file, and in no other.

They come from a key that is made for one export and thrown away, so that two files cannot be laid side by side, and
nobody can work out a pseudonym for somebody they know. What this does not do stands in server/README.md.
"""

import hmac
import secrets
from collections.abc import Iterator, Mapping

import msgspec

from server.evidence.people import Names

SHORTEST = 4
LEFT_OUT = "(left out)"


class Pseudonyms(Mapping[str, str]):
    """Every id to its pseudonym, also one that nobody knows. "" stays without one."""

    def __init__(self, key: bytes, kind: str, known: Mapping[str, str]) -> None:
        self._key = key
        self._kind = kind
        self._known = known
        digests = [self._digest(id) for id in known]
        # Two people must never become one
        self._digits = next(
            count
            for count in range(SHORTEST, 65)
            if len({digest[:count] for digest in digests}) == len(digests)
        )

    def __getitem__(self, id: str) -> str:
        if not id:
            raise KeyError(id)
        return f"{self._kind} {self._digest(id)[: self._digits]}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _digest(self, id: str) -> str:
        return hmac.digest(self._key, f"{self._kind}/{id}".encode(), "sha256").hex()


def new_key() -> bytes:
    """A key for one export."""
    return secrets.token_bytes(32)


def pseudonymised(names: Names, key: bytes) -> Names:
    """The same names with pseudonyms for staff and for people supported; units, services and tablets keep theirs."""
    return msgspec.structs.replace(
        names,
        staff=Pseudonyms(key, "Staff", names.staff),
        people=Pseudonyms(key, "Person", names.people),
    )
