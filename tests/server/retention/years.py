"""People leave and years pass: what a test of retention says in a line."""

from typing import Any

from httpx import Response

from server.identity import organisation
from tests.server.evidence.floor import Floor
from tests.server.world import PASSWORD, Browser, World

# Words no other record, form or page has
SECRET = "quokkazimmer"
WHY = "Eight years have gone by since."


class Years:
    """A world in which time leaps. The desk is signed in anew after a leap, for its session has ended."""

    def __init__(self, world: World, floor: Floor) -> None:
        self.world = world
        self.floor = floor

    def about(self, person: str = "alder-1-a", **more: Any) -> str:
        """Record something about a person supported, in words of its own; the record's id."""
        chosen = {"person_supported": person, "note": f"A {SECRET} was seen."} | more.pop("chosen", {})
        return self.floor.record(chosen=chosen, **more)

    def person_leaves(self, person: str = "alder-1-a") -> None:
        """Somebody supported no longer is."""
        with self.world.sql() as sql:
            organisation.remove_person(sql, person, self.world.clock())

    def staff_leaves(self, staff: str) -> None:
        """A member of staff leaves."""
        with self.world.sql() as sql:
            organisation.end_employment(sql, staff, self.world.clock())

    def pass_by(self, years: float) -> None:
        """So many years later."""
        self.world.clock.move(days=365.25 * years)

    def desk(self, name: str = "chidi") -> Browser:
        """Somebody at the desk today, with today's list worked out."""
        desk = self.world.signed_in(name)
        assert desk.get("/retention").status_code == 200
        return desk

    def listed(self) -> dict[str, str]:
        """What is on the list: subject and rule."""
        with self.world.sql() as sql:
            return dict(sql.execute("SELECT subject, rule FROM retention_list").fetchall())

    def gone(self) -> list[str]:
        """The records that were destroyed."""
        with self.world.sql() as sql:
            return [row["record"] for row in sql.execute("SELECT DISTINCT record FROM destroyed")]


def destroy(desk: Browser, *records: str, rule: str = "person", **changed: object) -> Response:
    """Ask for these records to be destroyed, through the page's form; the answer, redirect not followed."""
    form: dict[str, Any] = {
        "rule": rule,
        "subject": [f"record/{record}" for record in records],
        "decision": "destroy",
        "why": WHY,
        "password": PASSWORD,
        **changed,
    }
    return desk.post("/retention/decisions", data=form, follow_redirects=False)


def hold(desk: Browser, what: str, **changed: str) -> Response:
    """Place a legal hold through the page's form."""
    form = {"what": what, "hold_why": "A claim, number 2026/11.", **changed}
    return desk.post("/retention/holds", data=form, follow_redirects=False)
