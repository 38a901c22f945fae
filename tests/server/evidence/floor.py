"""What happens on the floor, in one line: somebody records, the tablet sends, the desk has something to show."""

from collections.abc import Mapping
from typing import Any

from observation_forms import Catalogue, Context, Value
from tests.server.world import Browser, World, enrol
from tests.sync.bodies import FakeTablet, batch, good_answers

ACTION: dict[str, Any] = {
    "title": "Drinks within reach",
    "themes": ["CP", "CO"],
    "unit": "alder-1",
    "source": "audit",
    "baseline": "In October, night staff left 9 of 20 people in Alder House 1 without a drink in reach.",
    "baseline_numerator": "11",
    "baseline_denominator": "20",
    "baseline_period": "October 2026",
    "expected": "Everyone has a drink they can reach, at night as well.",
    "measure_1": "M08",
    "how_1": "",
    "comparator_1": "at_least",
    "target_1": "95",
    "target_unit_1": "percent",
    "window_start_1": "2026-11-01",
    "window_end_1": "2026-12-31",
    "risk": "medium",
    "owner": "ben",
    "review_route": "Monthly quality meeting",
    "deadline": "2026-12-31",
    "evidence_kinds": ["observation"],
}


class Floor:
    """An enrolled tablet and what it sealed. `service` and `unit` say where it lives."""

    def __init__(
        self, world: World, catalogue: Catalogue, service: str = "alder", unit: str = "alder-1"
    ) -> None:
        self.catalogue = catalogue
        self.browser: Browser = world.client()
        self.unit = unit
        tablet = enrol(world, self.browser, unit, f"Oak {unit}")["tablet"]["id"]
        self.tablet = FakeTablet(catalogue, tablet, service)

    def record(self, *, author: str = "amina", **more: Any) -> str:
        """Record and send one good observation, with fields of the body as `more`; its id."""
        return self.send(self.seal(author=author, **more))

    def seal(self, *, author: str = "amina", chosen: Mapping[str, Value] | None = None, **more: Any) -> bytes:
        """Seal one observation; `chosen` answers stand in place of the good ones."""
        if chosen is not None:
            happened = more.get("happened_at", "2026-11-15T10:00:00Z")
            more.setdefault("recorded_at", "2026-11-15T10:05:00Z")
            more["happened_at"] = happened
            themes = frozenset(theme for bearing in more.get("bearings", []) for theme in bearing["themes"])
            context = Context(recorded_at=more["recorded_at"], themes=themes)
            answers = good_answers(
                self.catalogue.current("practice_observation").definition, context, happened, **chosen
            )
            more["answers"] = {**answers, **chosen}
        return self.tablet.seal(unit=self.unit, author=author, **more)

    def send(self, sealed: bytes) -> str:
        """Send what was sealed; the record's id."""
        answer = self.browser.post(
            "/sync/records", content=batch([sealed]), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 201, answer.text
        receipt = answer.json()["receipts"][0]
        assert receipt["status"] == "stored", receipt
        return str(receipt["record"])


def make_action(desk: Browser, **changed: Any) -> str:
    """Make an action through the page's form; its id."""
    answer = desk.post("/actions/new", data={**ACTION, **changed}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/actions/")


def bearing(action: str, says: str = "supports", themes: tuple[str, ...] = ("CO", "CP")) -> dict[str, Any]:
    """What a body says about an action."""
    return {"action": action, "themes": list(themes), "bearing": says}
