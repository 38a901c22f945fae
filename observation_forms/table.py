"""Reading a TOML table key by key, so that a slip in a form file is named and not guessed at."""

import tomllib
from functools import lru_cache
from typing import Any, TypeVar

from .errors import Place, did_you_mean
from .wording import WORDS

T = TypeVar("T")

_NAMES = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a table",
}


def read_toml(content: bytes, place: Place) -> "Table":
    """The outermost table of a TOML file; one clear sentence when it is not TOML."""
    try:
        return Table(_loads(content), place)
    except UnicodeDecodeError as error:
        raise place.error("the file is not UTF-8 text", "Save it as UTF-8 in your editor") from error
    except tomllib.TOMLDecodeError as error:
        raise place.error(
            f"the file is not TOML ({error})", "Look at that line for a quote or bracket"
        ) from error


# A form is looked into for its header before it is read, and its header is that of the forms beside it. Nobody changes
# what comes back
@lru_cache(4)
def _loads(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8"))


class Table:
    """A TOML table at a place. Each method takes one key; `finish` refuses the keys nobody took."""

    def __init__(self, values: dict[str, Any], place: Place) -> None:
        self.place = place
        self._values = values
        self._known: list[str] = []

    def names(self) -> list[str]:
        """Every key written."""
        return list(self._values)

    def has(self, key: str) -> bool:
        """Whether the key is written; asking also makes it known."""
        self._known.append(key)
        return key in self._values

    def text(self, key: str) -> str:
        """A text that must be written and not be blank."""
        found = self._of_type(key, str)
        if not found.strip():
            raise self.place.error(f"'{key}' is empty", "Write some text, or take the line out")
        return found

    def text_or_none(self, key: str) -> str | None:
        """A text, or None when the key is not written."""
        return self.text(key) if self.has(key) else None

    def wording(self, key: str) -> str:
        """A text that is said to people, in which {person} and its like stand for the service's words."""
        found = self.text(key)
        for part in found.split("{")[1:]:
            name = part.partition("}")[0]
            if name[:1].lower() + name[1:] not in WORDS:
                known = ", ".join(f"{{{word}}}" for word in WORDS)
                raise self.place.error(f"'{key}' has an unknown word in '{{{name}'", f"There are {known}")
        return found

    def wording_or_none(self, key: str) -> str | None:
        """The same, or None when the key is not written."""
        return self.wording(key) if self.has(key) else None

    def integer(self, key: str) -> int:
        """A whole number that must be written."""
        return self._of_type(key, int)

    def integer_or_none(self, key: str) -> int | None:
        """A whole number, or None when the key is not written."""
        return self.integer(key) if self.has(key) else None

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        return self._of_type(key, bool) if self.has(key) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts; none when the key is not written."""
        found = self._list(key, str)
        for index, text in enumerate(found):
            if text in found[:index]:
                raise self.place.error(f"'{key}' has '{text}' twice", "Take one out")
        return tuple(found)

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; none when the key is not written."""
        return tuple(self._list(key, int))

    def numbers(self, key: str) -> dict[str, int]:
        """A table of whole numbers; empty when the key is not written."""
        found = self._of_type(key, dict) if self.has(key) else {}
        inner = Table(found, self.place.at(f"{self.place.part}, {key}" if self.place.part else f"[{key}]"))
        return {name: inner.integer(name) for name in found}

    def pairs(self, key: str) -> dict[str, str]:
        """A table of texts; empty when the key is not written."""
        found = self._of_type(key, dict) if self.has(key) else {}
        inner = Table(found, self.place)
        return {name: inner.text(name) for name in found}

    def anything(self, key: str) -> Any:
        """What is written, of whatever type."""
        return self._values[key]

    def values(self, key: str) -> dict[str, Any]:
        """A table taken as it is; empty when the key is not written."""
        return self._of_type(key, dict) if self.has(key) else {}

    def table(self, key: str, part: str = "") -> "Table":
        """A table inside this one, that must be written."""
        return Table(self._of_type(key, dict), self.place.at(part) if part else self.place)

    def tables(self, key: str) -> "list[Table]":
        """A list of tables; none when the key is not written."""
        return [Table(each, self.place) for each in self._list(key, dict)]

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """A text that must be one of the known ones."""
        if default is not None and not self.has(key):
            return default
        found = self.text(key)
        if found not in known:
            remedy = did_you_mean(found, known, f"Use one of: {', '.join(known)}")
            raise self.place.error(f"'{key}' cannot be '{found}'", remedy)
        return found

    def finish(self) -> None:
        """Refuses the first key that nobody took."""
        for key in self._values:
            if key not in self._known:
                remedy = did_you_mean(
                    key, self._known, f"What can stand here: {', '.join(sorted(set(self._known)))}"
                )
                raise self.place.error(f"there is no '{key}' here", remedy)

    def _list(self, key: str, of: type[T]) -> list[T]:
        found = self._of_type(key, list) if self.has(key) else []
        for each in found:
            if type(each) is not of:
                raise self.place.error(f"'{key}' must hold only {_NAMES[of]}", f"Look at {each!r}")
        return found

    def _of_type(self, key: str, expected: type[T]) -> T:
        if not self.has(key):
            raise self.place.error(f"'{key}' is missing", f"Add {key} = {_NAMES[expected]}")
        found = self._values[key]
        # `type(...) is`, because True is an int in Python.
        if type(found) is not expected:
            raise self.place.error(f"'{key}' cannot be {found!r}", f"Write {_NAMES[expected]}")
        return found
