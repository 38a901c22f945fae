"""The road to a closed action through the doors of the desk: an action that may be closed, and each step of it."""

import json
from typing import Any

from httpx import Response

from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.world import Browser, World

NOTE = "Two staff now share the night rounds, and every audit since says what was found and done."
WHY = "The audits and the observations since September agree."
SAW = "The record says what the tracker claims, and the audit agrees."
GOOD: dict[str, Any] = {
    "title": "Audits that lead somewhere",
    "themes": ["OV"],
    "measure_1": "M05",
    "how_1": "",
    "target_1": "90",
    "window_start_1": "2026-10-01",
    "window_end_1": "2026-11-14",
    "risk": "high",
    "owner": "ben",
    "evidence_kinds": ["observation", "audit"],
    "changed_on": "2026-10-01",
    "changed_what": "Two staff share the night rounds.",
}
# When practice was watched
OBSERVED = ("2026-11-10T09:00:00Z", "2026-11-12T23:00:00Z")


class Steps:
    """Each step on the road of one action of Alder House, taken at the desk of `world`."""

    def __init__(self, world: World, action: str) -> None:
        self.world, self.action = world, action

    @property
    def version(self) -> int:
        """The version of the action."""
        with self.world.sql() as sql:
            return int(sql.execute("SELECT version FROM action WHERE id = ?", (self.action,)).fetchone()[0])

    @property
    def status(self) -> str:
        """The state that is kept of the action."""
        with self.world.sql() as sql:
            return str(sql.execute("SELECT status FROM action WHERE id = ?", (self.action,)).fetchone()[0])

    def page(self, who: str = "dana") -> str:
        """The page of its closure test."""
        return self.world.signed_in(who).get(f"/actions/{self.action}/closure").text

    def send(self, who: str | Browser, door: str, /, **form: Any) -> Response:
        """The answer to one step, redirect not followed."""
        browser = self.world.signed_in(who) if isinstance(who, str) else who
        data = {"version": str(self.version), **form}
        return browser.post(f"/actions/{self.action}/closure/{door}", data=data, follow_redirects=False)

    def propose(self, who: str = "chidi", /, **changed: Any) -> Response:
        """Recommend closing it."""
        return self.send(who, "proposal", **{"note": NOTE, "reason": WHY, "checker": "ben", **changed})

    def draw(self, who: str = "ivo") -> Response:
        """Draw the sample."""
        return self.send(who, "draw")

    def look(self, who: str = "ivo", agree: str = "yes", **changed: Any) -> Response:
        """Look at every record of the sample."""
        form: dict[str, Any] = {"reason": SAW}
        for place, record in enumerate(self.drawn(), 1):
            form |= {f"record_{place}": record, f"agrees_{place}": agree, f"seen_{place}": SAW}
        return self.send(who, "sample", **{**form, **changed})

    def sign(self, who: str = "dana", **changed: Any) -> Response:
        """Sign, so that it is closed."""
        return self.send(who, "decision", **{"outcome": "accept", "reason": WHY, **changed})

    def refuse(self, who: str = "dana", checks: str = "Watch two more night rounds.") -> Response:
        """Refuse to close it."""
        return self.send(who, "decision", outcome="refuse", reason=WHY, further_checks=checks)

    def build(self) -> None:
        """Evidence is collected again, after a refusal."""
        form = {"step": "build", "reason": WHY, "version": str(self.version)}
        browser = self.world.signed_in("chidi")
        answer = browser.post(f"/actions/{self.action}/steps", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text

    def drawn(self) -> list[str]:
        """The records of the sample that was drawn last."""
        with self.world.sql() as sql:
            row = sql.execute(
                "SELECT said FROM closure_decision WHERE action = ? AND step = 'drawn' ORDER BY version DESC",
                (self.action,),
            ).fetchone()
        return [one["record"] for one in json.loads(row["said"])["words"].get("drawn", [])] if row else []

    def walk_to_signature(self) -> None:
        """Everything before the signature."""
        for answer in (self.propose(), self.draw(), self.look()):
            assert answer.status_code == 303, answer.text

    def walk(self) -> None:
        """All of it: the action is closed."""
        self.walk_to_signature()
        answer = self.sign()
        assert answer.status_code == 303, answer.text


class Road(Steps):
    """An action of Alder House with everything that its closure test asks for, made and evidenced in `world`."""

    def __init__(
        self, world: World, shifts: tuple[str, str] = ("day", "night"), name: str = "Oak", **changed: Any
    ) -> None:
        super().__init__(world, make_action(world.signed_in("chidi"), **{**GOOD, **changed}))
        self.shift = Shift(world, name=name)
        self.observations = [
            self.observe(at, chosen={"shift": shift}) for at, shift in zip(OBSERVED, shifts, strict=True)
        ]
        self.audits = [self.audit(f"2026-11-{day:02}T10:00:00Z") for day in range(3, 9)]

    def observe(self, at: str, says: str = "supports", **more: Any) -> str:
        """An observation of practice that bears on the action."""
        return self.shift.record("practice_observation", at, bearings=[self.bearing(says)], **more)

    def audit(self, at: str, **more: Any) -> str:
        """An audit sheet that bears on the action."""
        usual = {"author": "ben", "bearings": [self.bearing("supports")]}
        return self.shift.record("sample_audit", at, **{**usual, **more})

    def bearing(self, says: str) -> dict[str, Any]:
        """What a body says about the action."""
        return {"action": self.action, "themes": ["OV"], "bearing": says}
