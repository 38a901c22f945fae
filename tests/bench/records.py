"""Records to push: believable, all different, about 2 kB each, sealed and chained as by several tablets."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from observation_forms import Catalogue
from sync.sender import Sender
from tests.sync.bodies import FakeTablet, batch, make_body

BATCH = 100
BYTES = 2_000
START = datetime(2026, 8, 1, 7, tzinfo=UTC)
MINUTES = 84 * 24 * 60
_WORDS = [
    "she",
    "asked",
    "before",
    "helping",
    "and",
    "waited",
    "for",
    "an",
    "answer",
    "the",
    "drink",
    "was",
    "in",
    "reach",
    "the",
    "bell",
    "was",
    "answered",
    "at",
    "once",
    "he",
    "chose",
    "his",
    "own",
    "clothes",
    "the",
    "hoist",
    "sling",
    "was",
    "checked",
    "two",
    "staff",
    "worked",
    "together",
    "calmly",
    "and",
    "the",
    "chart",
    "was",
    "written",
    "before",
    "lunch",
    "her",
    "daughter",
    "was",
    "greeted",
    "at",
    "the",
    "door",
    "and",
    "told",
    "about",
    "the",
    "new",
    "plan",
]
_ACTIONS = [
    {"action": f"action-{number}", "themes": [theme], "bearing": "supports"}
    for number, theme in enumerate(("CO", "MD", "IL", "DE", "SG", "ST"))
]


@dataclass(frozen=True)
class Delivery:
    """One batch as it is sent, who sends it, and the sealed bodies in it."""

    raw: bytes
    sender: Sender
    bodies: list[bytes]


def make_deliveries(catalogue: Catalogue, count: int, tablets: int, seed: int) -> list[Delivery]:
    """`count` records in batches of 100, in turn from each of `tablets` tablets."""
    chance = random.Random(seed)
    senders = [FakeTablet(catalogue, f"tablet-{number}") for number in range(tablets)]
    patterns = [make_body(catalogue, bearings=[action]) for action in _ACTIONS]
    deliveries = []
    for start in range(0, count, BATCH):
        tablet = senders[start // BATCH % tablets]
        bodies = [_record(tablet, chance, patterns) for _ in range(min(BATCH, count - start))]
        deliveries.append(Delivery(batch(bodies), tablet.sender(), bodies))
    return deliveries


def _record(tablet: FakeTablet, chance: random.Random, patterns: list[dict[str, Any]]) -> bytes:
    pattern = chance.choice(patterns)
    answers = dict(pattern["answers"])
    answers["note"] = _sentence(chance, 60)
    happened = START + timedelta(minutes=chance.randrange(MINUTES))
    answers["happened_at"] = _instant(happened)
    answers["person_supported"] = f"person-{chance.randrange(40)}"
    bearing = {**pattern["bearings"][0], "bearing": "inconclusive"}
    fields = {
        "record": str(UUID(int=chance.getrandbits(128), version=4)),
        "author": f"staff-{chance.randrange(30)}",
        "unit": f"unit-{chance.randrange(4)}",
        "happened_at": _instant(happened),
        "recorded_at": _instant(happened + timedelta(minutes=chance.randrange(60))),
        "bearings": [bearing],
        "answers": answers,
    }
    missing = BYTES - len(json.dumps({**pattern, **fields}, separators=(",", ":")))
    answers["note"] = _sentence(chance, 60 + max(0, missing))[:1000]
    return tablet.seal(**fields)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(_WORDS, k=length // 3))[:length].strip()
