"""Which passwords are refused, and in what words: those too short, the commonest, and those made of one's own name.

NIST SP 800-63B-4, 3.1.1.2 and ASVS 5.0, 6.2: length, a list of what is commonly used and of words of one's own, and
no rules of composition, no expiry. The list and the guess at effort are zxcvbn's, which ask nobody on the network.
"""

import re
from collections.abc import Sequence

SHORTEST = 12
LONGEST = 200
# Below this a stranger who can try ten thousand times a second is through within a day (zxcvbn: score 3 of 4)
ENOUGH = 3
# What must be left of a password when one's own words are taken out of it
LEFT_OVER = 8
# zxcvbn's own limit: its time grows with the square of the length
_LOOKED_AT = 72

TOO_SHORT = f"A password has {SHORTEST} to {LONGEST} characters: choose another, such as four short words."
OWN_WORDS = (
    "This is made of your name, your email or where you work. "
    "Choose four words that have nothing to do with you."
)
EASY = (
    "This is one of the first that a stranger would try. "
    "Choose four words that have nothing to do with each other."
)


def why_weak(password: str, knows: Sequence[str] = ()) -> str:
    """What to say of a password that will not do, "" of one that will.

    `knows` is what others know of its owner: name, email, services.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return TOO_SHORT
    words = own_words(knows)
    left = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    if words and len(left) < len(password) and len(re.sub(r"\W|\d|_", "", left)) < LEFT_OVER:
        return OWN_WORDS
    # Its lists are long, and a server that starts does not wait for them
    from zxcvbn import zxcvbn

    score = zxcvbn(password[:_LOOKED_AT], user_inputs=list(words))["score"]
    return "" if score >= ENOUGH else EASY


def own_words(knows: Sequence[str]) -> list[str]:
    """The words of a name, an email and services, of three letters or more."""
    found = (word for text in knows for word in re.split(r"[\W_]+", text.casefold()))
    return sorted({word for word in found if len(word) >= 3})
