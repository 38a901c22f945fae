"""The words of a service put into the texts of a form: "resident" in one, "tenant" in another.

Twin of wording.mjs. A form writes {person}, or {Person} at the beginning of a sentence.
"""

from collections.abc import Mapping

WORDS = ("person", "people", "place", "unit", "home")


def worded(text: str, words: Mapping[str, str]) -> str:
    """The text with each word put in once; a word that the service has not said stays as it is written."""
    if "{" not in text:
        return text
    first, *parts = text.split("{")
    found = [first]
    for part in parts:
        name, closed, rest = part.partition("}")
        word = _word(name, words) if closed else None
        found.append("{" + part if word is None else word + rest)
    return "".join(found)


def _word(name: str, words: Mapping[str, str]) -> str | None:
    if name in WORDS:
        return words.get(name)
    plain = name[:1].lower() + name[1:]
    word = words.get(plain) if plain in WORDS else None
    return None if word is None else word[:1].upper() + word[1:]
