"""How an example ends in a closure that is supported: what leaders see at each step of the decision, and after it."""

from datetime import timedelta

from server.evidence.times import day_words
from tests.server.fifteen.telling import Telling

READY = "Ready to propose"
PASSES = "Passes"


def close(told: Telling, note: str, why: str, answered: str = "") -> None:
    """No rule fails; Chidi proposes, Ivo draws and looks, Dana signs. Then it is closed, with its reasons, off the map,
    and is to be looked at again after 30 and 90 days.
    """
    assert told.failing() == {}
    assert told.verdict() == READY
    told.taken(told.propose("chidi", note=note, reason=why, answered=answered))
    assert "1 closure waits for a sample" in told.today("ivo")
    told.taken(told.draw())
    told.taken(told.look("ivo"))
    assert "1 closure waits for a signature" in told.today("dana")
    told.taken(told.sign("dana", reason=why))
    assert told.status == "closed"
    assert [state for state, _ in told.rules().values()] == [PASSES] * 10
    page, today = told.words(f"/actions/{told.action}/closure"), told.world.clock().date()
    for said in (READY, note, why, "Closed"):
        assert said in page
    for number, days in ((1, 30), (2, 90)):
        due = day_words(today + timedelta(days=days))
        assert f"Check {number}, {due}: Due in {days} days" in page
    assert told.fields["title"] not in told.on_map()
    assert "State: from Under test → to Closed" in told.action_page()


def hold(told: Telling, saw: str, who: str = "ben") -> None:
    """On the day of the first check it is found to hold, and is not asked for again."""
    assert "1 closed action is to be looked at again" in told.today(who)
    told.taken(told.send(told.desk(who), "check", held="yes", check_reason=saw))
    assert "1 closed action is to be looked at again" not in told.today(who)
    assert saw in told.words(f"/actions/{told.action}/closure")
