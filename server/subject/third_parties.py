"""Other people in what is given to one person: their names become what they are to that person.

Names in lists and answers are replaced for certain, for they are ids. In free text, the names of staff that the
service knows are replaced word by word; a nickname, a family's name or a description is not. So every free text
goes onto the list of what somebody must read first.
"""

import re
from collections.abc import Mapping

import msgspec

from server.evidence.people import Names

STAFF = "a member of staff"
SHORTEST = 3


class Subject(msgspec.Struct, frozen=True):
    """Whom it is about: "person" or "staff", their id, and how they are called in the papers."""

    kind: str
    id: str
    name: str


class Cover:
    """Names as the subject may read them, and free text with the names of others taken out."""

    def __init__(self, subject: Subject, names: Names) -> None:
        self.other_person = f"another {names.words['person']}"
        self.replaced: set[str] = set()
        self._others = _words_of({id: name for id, name in names.staff.items() if id != subject.id})
        self._words = re.compile(r"\b[\w'’-]+\b")
        staff = dict.fromkeys(names.staff, STAFF)
        people = dict.fromkeys([*names.people, *names.elsewhere], self.other_person)
        own = {subject.id: subject.name}
        self.names = msgspec.structs.replace(
            names,
            staff=staff | (own if subject.kind == "staff" else {}),
            people=people | (own if subject.kind == "person" else {}),
            elsewhere={},
        )

    def text(self, words: str) -> str:
        """Free text in which each name of a colleague stands as "[a member of staff]"."""
        return self._words.sub(self._replace, words)

    def _replace(self, found: re.Match[str]) -> str:
        word = found.group()
        if word.removesuffix("'s").removesuffix("’s") not in self._others:
            return word
        self.replaced.add(word)
        return f"[{STAFF}]"


def _words_of(names: Mapping[str, str]) -> frozenset[str]:
    """The single names in full names: people are called by one of them."""
    return frozenset(word for name in names.values() for word in name.split() if len(word) >= SHORTEST)
