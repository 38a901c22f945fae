"""Records to push: believable, all different, about 2 kB each, sealed and chained as by several tablets."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from observation_forms import Catalogue
from sync.sender import Sender
from tests.sync.bodies import FakeTablet, batch, make_body, make_record_id, seal

BATCH = 100
BYTES = 2_000
START = datetime(2026, 8, 1, 7, tzinfo=UTC)
AUTHORS = [f"staff-{number}" for number in range(30)]
UNITS = [f"unit-{number}" for number in range(4)]
SPAN = timedelta(weeks=12)
_WORDS = """
    asked before helping waited for an answer drink in reach bell answered at once chose her clothes hoist
    sling checked two staff together calmly chart written before lunch daughter greeted told of the new plan
"""
_ACTIONS = [
    {"action": f"action-{number}", "themes": [theme], "bearing": "supports"}
    for number, theme in enumerate(("CO", "MD", "IL", "DE", "SG", "ST"))
]


@dataclass(frozen=True)
class Place:
    """Where records are made: the units of a service, and who works there."""

    units: Sequence[str]
    authors: Sequence[str]


WILLOW = Place(UNITS, AUTHORS)


@dataclass(frozen=True)
class Delivery:
    """One batch as it is sent, who sends it, and the sealed bodies in it."""

    raw: bytes
    sender: Sender
    bodies: list[bytes]


def make_deliveries(
    catalogue: Catalogue,
    count: int,
    tablets: Sequence[FakeTablet],
    seed: int,
    together: int = BATCH,
    place: Place = WILLOW,
) -> list[Delivery]:
    """`count` records, so many `together`, in turn from each of the tablets, spread over twelve weeks."""
    chance = random.Random(seed)
    deliveries = []
    for start in range(0, count, together):
        tablet = tablets[start // together % len(tablets)]
        moments = [
            START + (number + chance.random()) * (SPAN / count) for number in range(start, start + together)
        ]
        bodies = [_record(tablet, moment, chance, place) for moment in moments[: count - start]]
        deliveries.append(Delivery(batch(bodies), tablet.sender(), bodies))
    return deliveries


@cache
def _patterns(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [make_body(catalogue, bearings=[action]) for action in _ACTIONS]


def _record(tablet: FakeTablet, happened: datetime, chance: random.Random, place: Place) -> bytes:
    pattern = chance.choice(_patterns(tablet.catalogue))
    recorded_at = _instant(happened + timedelta(minutes=chance.randrange(60)))
    answers = pattern["answers"] | {
        "happened_at": _instant(happened),
        "person_supported": f"person-{chance.randrange(40)}",
        "note": "",
    }
    fields = {
        "record": make_record_id(recorded_at, chance),
        "author": chance.choice(place.authors),
        "unit": chance.choice(place.units),
        "happened_at": _instant(happened),
        "recorded_at": recorded_at,
        "bearings": [{**pattern["bearings"][0], "bearing": "inconclusive"}],
        "answers": answers,
    }
    answers["note"] = _sentence(chance, BYTES - len(seal(pattern | fields)))
    return tablet.seal(**fields)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(_WORDS.split(), k=length // 3))[:length].strip()
