"""Secrets that prove who is asking. What leaves the server is random; what stays is its SHA-256.

A plain hash is enough here: the tokens have 256 random bits, and the short codes die within minutes.
"""

import secrets
from hashlib import sha256

# No 0 O 1 I L U: a code is read aloud and typed with thumbs
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


def new_token() -> str:
    """A secret for a cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code for a person to type: 8 letters and digits (39 bits), shown as "ABCD-EFGH"."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def hash_code(typed: str) -> str:
    """What is kept of a code, whatever case, spaces or dashes it was typed with."""
    return hash_token("".join(letter for letter in typed.upper() if letter.isalnum()))
