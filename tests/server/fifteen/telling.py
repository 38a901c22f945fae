"""How the fifteen examples of domain/1 are told: one world, a clock that moves, and verbs in the words of DESIGN.

Everything goes through doors that people use: sealed records over the sync wire (`Floor`), the forms of the desk
(`Telling`), the steps of the closure test (`tests.server.closure.road.Steps`); what leaders see is read from the pages
(`Seen`). The story begins on Monday 16 November 2026, 09:00.
"""

from datetime import UTC, datetime
from typing import Any

from httpx import Response

from observation_forms import load_catalogue
from server.due.laying_out import lay_out
from tests.server.cases import steps as cases
from tests.server.closure.road import NOTE, WHY
from tests.server.complaints import test_complaints as complaints
from tests.server.evidence.arranged import FIELDS, edit_action, make_action
from tests.server.fifteen.floor import Floor
from tests.server.fifteen.seen import Seen
from tests.server.review.reviewing import hidden
from tests.server.reviews import test_reviews as reviews
from tests.server.staffing_weeks import test_staffing_weeks as weeks
from tests.server.summaries import test_summaries as summaries
from tests.server.world import World


class Telling(Seen):
    """One story in a world of its own. `floor` is the tablet of Alder House."""

    def __init__(self, world: World) -> None:
        super().__init__(world, "")
        self._desks = {}
        self.floor, self.fields = Floor(world), dict(FIELDS)

    # The clock

    def on(self, at: str) -> None:
        """It is later now: "2026-11-23T10:00", UTC. What came due meanwhile is laid out, as it is by itself."""
        now = datetime.fromisoformat(f"{at}:00").replace(tzinfo=UTC)
        assert now >= self.world.clock.instant, "time does not run back"
        self.world.clock.instant = now
        with self.world.sql() as sql:
            # One transaction, as the server's writer has it: else each row would wait for the disk
            sql.execute("BEGIN IMMEDIATE")
            while not lay_out(sql, load_catalogue(), now):
                pass
            sql.execute("COMMIT")

    # The action

    def plan(self, who: str = "chidi", /, **fields: Any) -> str:
        """The improvement action of the story; what the floor records from now on bears on it."""
        self.fields |= fields
        self.action = make_action(self.desk(who), **self.fields)
        self.floor.action, self.floor.themes = self.action, list(self.fields["themes"])
        return self.action

    def change(self, who: str = "chidi", /, **fields: Any) -> None:
        """Something of the action is written anew, such as what changed in practice and since when."""
        self.fields |= fields
        answer = edit_action(self.desk(who), self.action, self.version, **self.fields)
        assert answer.status_code == 303, answer.text

    # What else the desk does

    def answer(self, code: str, answer: str, reason: str = "", action: str = "", who: str = "chidi") -> None:
        """Answer the one open signal of a sign: "created" or "changed" (the action of the story unless another is
        given), or "accepted" with a reason.
        """
        signal = self.signal(code, who)
        form = {**hidden(self.desk(who).get(f"/signals/{signal}").text), "answer": answer, "reason": reason}
        if answer != "accepted":
            form["action"] = action or self.action
        sent = self.desk(who).post(f"/signals/{signal}/answer", data=form, follow_redirects=False)
        assert sent.status_code == 303, sent.text

    def acknowledge(self, concern: str, decision: str, who: str = "chidi") -> None:
        """Answer an immediate concern."""
        address = f"/concerns/{concern}/acknowledgement"
        sent = self.desk(who).post(address, data={"decision": decision}, follow_redirects=False)
        assert sent.status_code == 303, sent.text

    def open_case(self, who: str = "chidi", /, **said: str) -> str:
        """Open a case ("kind" concern, incident or safeguarding); its address."""
        return cases.open_case(self.desk(who), **said)

    def act(self, address: str, what: str, who: str = "chidi", /, **said: str) -> None:
        """Do something in a case (`tests.server.cases.steps.ACTS`)."""
        cases.act(self.desk(who), address, what, **said)

    def complain(self, who: str = "chidi", /, **said: str) -> str:
        """Register a complaint or feedback; its address."""
        return complaints.add(self.desk(who), **said)

    def act_on_complaint(self, address: str, what: str, who: str = "chidi", /, **said: str) -> None:
        """Do something about it (`tests.server.complaints.test_complaints.ACTS`)."""
        complaints.act(self.desk(who), address, what, **said)

    def hold_review(self, kind: str, who: str = "dana", /, **said: Any) -> str:
        """Hold a review today and sign its minutes ("leadership", "quality", "oversight", ...); its id."""
        today = self.world.clock().date().isoformat()
        return reviews.signed(self.desk(who), kind, **{"held_on": today, "review_on_1": today, **said})

    def look_at_short_shift(self, day: str, shift: str, assessed: str = "yes", who: str = "chidi") -> None:
        """Say of a shift with fewer than planned why, and whether its risk was assessed ("yes" or "no")."""
        assert weeks.send_review(self.desk(who), assessed, day=day, shift=shift) == 303

    def sum_up(self, kind: str, month: str, judgement: str, who: str = "chidi") -> str:
        """Judge a monthly summary ("workforce", "2026-11") and sign it; its words."""
        address = f"/summaries/{kind}/{month}"
        for part, typed in (("judgement", {"judgement": judgement}), ("signature", {})):
            sent = summaries.send(self.desk(who), address, part, **typed)
            assert sent.status_code == 303, sent.text
        return self.words(address, who)

    def set(self, name: str, value: str, who: str = "chidi") -> None:
        """Change a dated setting of Alder House."""
        form = {"value": value, "why": "Agreed by the leaders of the home", "service": "alder"}
        sent = self.desk(who).post(f"/settings/{name}", data=form, follow_redirects=False)
        assert sent.status_code == 303, sent.text

    # The decision: `propose`, `draw`, `look`, `sign`, `refuse`, `build` are those of `Steps`

    def taken(self, answer: Response) -> None:
        """The step was taken."""
        assert answer.status_code == 303, answer.text

    def walk_to_decision(self, note: str = NOTE, why: str = WHY, agree: str = "yes") -> None:
        """Chidi proposes, Ivo draws and says of each record of the sample whether it agrees."""
        self.taken(self.propose("chidi", note=note, reason=why))
        self.taken(self.draw())
        self.taken(self.look("ivo", agree))
