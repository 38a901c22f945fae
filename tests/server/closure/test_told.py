"""What measures and signals are told of closures: M03, W08 and W09."""

from fractions import Fraction

from observation_forms import load_catalogue
from server.identity.scope import of_services
from server.measures.periods import window
from server.measures.reading import read_series
from server.signals.listing import read_list
from server.signals.reading import read_signal_facts
from server.signals.signs import SIGNS
from tests.server.closure.road import WHY, Road
from tests.server.world import START, World

ALDER = of_services(["alder"])
CATALOGUE = load_catalogue()


def fired(world: World, code: str) -> list[str]:
    """What the signals of one sign that show now are about."""
    with world.sql() as sql:
        lines = read_list(sql, ALDER, CATALOGUE, world.clock()).lines
    return [line.signal.about for line in lines if line.signal.code == code and line.state == "open"]


def supported(world: World) -> tuple[int, int, Fraction | None]:
    """M03 in the quarter."""
    period = window(START.date().replace(month=10, day=1), START.date().replace(month=12, day=31))
    with world.sql() as sql:
        (point,) = read_series(sql, ALDER, CATALOGUE, "M03", [period], world.clock())
    return point.count.numerator, point.count.denominator, point.count.value


def test_a_closing_counts_with_the_evidence_that_stood_behind_it_then(world: World) -> None:
    assert supported(world) == (0, 0, None)
    road = Road(world)
    road.walk()
    assert supported(world) == (1, 1, Fraction(100))
    with world.sql() as sql:
        sql.execute("DELETE FROM bearing")
    assert supported(world) == (1, 1, Fraction(100))
    road.send("ivo", "reopening", reopen_reason="It slipped in the first week.")
    assert supported(world) == (1, 1, Fraction(100))


def test_closings_of_less_than_high_risk_are_not_counted(world: World) -> None:
    Road(world, risk="medium").walk()
    assert supported(world) == (0, 0, None)


def test_a_proposal_without_evidence_shows_as_a_sign_and_one_with_it_does_not(world: World) -> None:
    road = Road(world)
    assert SIGNS["W08"].fired_by == "action"
    assert road.propose().status_code == 303
    assert fired(world, "W08") == []
    bare = Road(world, name="Elm", title="Without evidence")
    with world.sql() as sql:
        sql.execute("DELETE FROM bearing WHERE action = ?", (bare.action,))
        sql.execute("UPDATE action SET status = 'building' WHERE id = ?", (bare.action,))
    assert bare.propose().status_code == 303
    assert fired(world, "W08") == [bare.action]
    page = world.signed_in("ivo").get("/signals").text
    assert "A closure is proposed without evidence" in page
    assert f"/actions/{bare.action}" in page


def test_what_was_put_right_and_is_found_again_after_the_closing_shows_as_a_sign(world: World) -> None:
    road = Road(world)
    road.audit("2026-09-20T10:00:00Z", example="no_impact_check")
    road.walk()
    assert fired(world, "W09") == []
    road.audit("2026-11-16T09:30:00Z", example="no_impact_check", bearings=[])
    world.clock.move(hours=1)
    assert fired(world, "W09") == [road.action]
    assert road.send("ivo", "reopening", reopen_reason=WHY).status_code == 303
    assert fired(world, "W09") == []


def test_every_list_of_closures_has_a_source(world: World) -> None:
    with world.sql() as sql:
        facts = read_signal_facts(sql, ["alder"], CATALOGUE, world.clock())
    assert [code for code in ("W08", "W09") if SIGNS[code].waits_for(facts)] == []
