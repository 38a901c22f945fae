"""What a shift does, in one line each: a tablet that seals any form by one of its worked examples and sends it."""

from typing import Any

from observation_forms import load_catalogue
from tests.server.world import Browser, World, enrol
from tests.sync.bodies import FakeTablet, batch

JSON = {"content-type": "application/json"}


class Shift:
    """An enrolled tablet of Alder House and the records made on it."""

    def __init__(self, world: World, unit: str = "alder-1", name: str = "Oak") -> None:
        self.world, self.unit = world, unit
        self.catalogue = load_catalogue()
        self.browser: Browser = world.client()
        self.tablet = FakeTablet(
            self.catalogue, enrol(world, self.browser, unit, name)["tablet"]["id"], "alder"
        )

    def record(self, form: str, at: str, /, example: str = "", **more: Any) -> str:
        """Record and send; the record's id. `chosen` answers stand in place of the example's."""
        return self.send(self.seal(form, at, example, **more))

    def seal(self, form: str, at: str, /, example: str = "", **more: Any) -> bytes:
        """Seal a record that happened and was recorded at `at` ("2026-11-16T08:00:00Z")."""
        examples = [each for each in self.catalogue.current(form).examples if not each.broken]
        answers = dict(next(each for each in examples if not example or each.id == example).answers)
        answers |= {"happened_at": at} | more.pop("chosen", {})
        answers.pop("backdated_reason", None)
        usual = {
            "author": "amina",
            "unit": self.unit,
            "happened_at": at,
            "recorded_at": at,
            "answers": answers,
        }
        return self.tablet.seal(**{"form": form, **usual, **more})

    def send(self, *sealed: bytes, status: str = "stored") -> str:
        """Send what was sealed, of which this must become; the first record's id."""
        answer = self.browser.post("/sync/records", content=batch(sealed), headers=JSON)
        receipts = answer.json()["receipts"]
        assert {receipt["status"] for receipt in receipts} == {status}, receipts
        return str(receipts[0]["record"])

    def due(self) -> dict[str, dict[str, Any]]:
        """What a tablet of the service is told is due, by id."""
        return self.feed("due")

    def feed(self, kind: str) -> dict[str, dict[str, Any]]:
        """What a new tablet of the service would pull of one kind, by id."""
        return feed_of(self.browser, kind)

    def outcomes(self, *ids: str) -> list[str]:
        """What became of the items, "" for an open one."""
        with self.world.sql() as sql:
            return [
                sql.execute("SELECT outcome FROM due_item WHERE id = ?", (id,)).fetchone()["outcome"]
                for id in ids
            ]


def feed_of(tablet: Browser, kind: str) -> dict[str, dict[str, Any]]:
    """What a new tablet of the same service would pull of one kind ("due", "control"), by id."""
    found: dict[str, dict[str, Any]] = {}
    cursor, more = "", 1
    while more:
        page = tablet.get(f"/sync/changes?cursor={cursor}").json()
        cursor, more = page["cursor"], page["more"]
        found |= {row["id"]: row["body"] for row in page["changes"] if row["kind"] == kind}
    return found


def due_rows(world: World) -> list[tuple[Any, ...]]:
    """Every row of the due list, whole."""
    with world.sql() as sql:
        return [tuple(row) for row in sql.execute("SELECT * FROM due_item ORDER BY id")]
