"""How ids and codes are spelled, so that rules can name them bare."""

import keyword

from .errors import Place


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
