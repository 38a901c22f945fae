"""How ids and codes are spelled, so that rules can name them bare."""

import keyword

from .errors import Place

NONE = "none"
"""What a repeat holds in place of row names when someone says that there is nothing to tell."""

_ROW_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_LONGEST_ROW_NAME = 40


def check_code(text: str, what: str, place: Place) -> str:
    """An id or code: small letters, figures and _ after a first letter, and no word of the rule language."""
    is_plain = (
        text.isascii() and text[0].isalpha() and text.replace("_", "a").isalnum() and text == text.lower()
    )
    if not is_plain or len(text) > 60:
        remedy = "Use small letters a to z, figures and _, starting with a letter, 60 at most"
        raise place.error(f"{what} cannot be '{text}'", remedy)
    if keyword.iskeyword(text):
        raise place.error(f"{what} cannot be '{text}', a word of the rule language", "Choose another")
    return text


def is_row(text: str) -> bool:
    """Whether a row of a repeat can be called so."""
    return 0 < len(text) <= _LONGEST_ROW_NAME and text != NONE and _ROW_NAME.issuperset(text)
