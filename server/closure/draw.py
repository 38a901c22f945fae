"""Drawing the sample of a closure test: by chance, and so that anybody can draw it again (S0E3.3). Pure but for a seed.

The records are put in the order of the SHA-256 of seed and record id, and the first so many are drawn. Rejected:
`random.Random(seed)`, whose order is a promise of one language in one version; this is a promise of SHA-256.
"""

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """A seed that nobody chose."""
    return secrets.token_hex(16)


def draw(records: Iterable[str], seed: str, size: int) -> list[str]:
    """`size` of the records, or all where there are fewer; the same for the same records and seed, in any order."""
    return sorted(set(records), key=lambda record: (_place(seed, record), record))[:size]


def _place(seed: str, record: str) -> str:
    return hashlib.sha256(f"{seed}/{record}".encode()).hexdigest()
