"""Free text without names: what people wrote in actions, reasons and answers, as far as a program can tell a name.

Names in lists are ids and become pseudonyms for certain. In free text the names of staff, whole or one of them, and
the initials of people are replaced; a nickname or a description is not, and the pack says so.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from server.identity.pseudonyms import pseudonyms

SHORTEST = 3
# Two letters that are words of ours, and so are not taken for somebody's initials
_OURS = frozenset(
    {"SG", "MD", "ST", "CP", "CO", "IL", "OV", "RE", "DE", "CM"}
    | {"NI", "RM", "QL", "QS", "GP", "AM", "PM", "OK", "ID", "UK", "NA"}
)


class Hiding:
    """`text` gives free text without names; `key` says which pseudonym stood for whom in the texts it is given."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        give = pseudonyms(connection)
        staff = {row[0]: row[1] for row in connection.execute("SELECT id, name FROM staff")}
        people = connection.execute("SELECT id, initials, place FROM person").fetchall()
        self._known = [(give("staff", id), "staff", name) for id, name in staff.items()]
        self._known += [(give("person", one[0]), "person", f"{one[1]}, {one[2]}") for one in people]
        whole = {name.casefold(): give("staff", id) for id, name in staff.items()}
        single = _single_names(staff, give_for={id: give("staff", id) for id in staff})
        initials = _initials((one[1], give("person", one[0])) for one in people)
        self._whole, self._words = whole, {**initials, **single}
        names = sorted([*map(re.escape, staff.values())], key=len, reverse=True)
        self._pattern = re.compile("|".join([rf"(?i:\b(?:{'|'.join(names)})\b)"] if names else []) or r"(?!)")
        words = sorted(map(re.escape, self._words), key=len, reverse=True)
        self._single = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)" if words else r"(?!)")

    def text(self, words: str) -> str:
        """The text with each name replaced."""
        words = self._pattern.sub(lambda found: self._whole[found.group().casefold()], words)
        return self._single.sub(lambda found: self._words[found.group()], words)

    def key(self, texts: Iterable[bytes]) -> list[tuple[str, str, str]]:
        """(pseudonym, "staff" or "person", name) of everybody who stands in these files, by pseudonym."""
        found = {
            match.group() for text in texts for match in re.finditer(rb"(Staff|Person) [A-Z2-7]{5}", text)
        }
        return sorted(one for one in self._known if one[0].encode() in found)


def _single_names(staff: Mapping[str, str], give_for: Mapping[str, str]) -> dict[str, str]:
    """One of somebody's names, to their pseudonym; of several who share it, to nobody in particular."""
    owners = [(word, id) for id, name in staff.items() for word in set(name.split()) if len(word) >= SHORTEST]
    shared = Counter(word for word, _ in owners)
    return {word: give_for[id] if shared[word] == 1 else "[a member of staff]" for word, id in owners}


def _initials(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    owners = [(initials, name) for initials, name in people if len(initials) > 1 and initials not in _OURS]
    shared = Counter(initials for initials, _ in owners)
    return {initials: name if shared[initials] == 1 else "[a person]" for initials, name in owners}
