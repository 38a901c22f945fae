"""What happened is judged by the value that held when it happened."""

import pytest

from server.measures.in_force import InForce
from tests.server.measures.made import USUAL, at

STRICTER = InForce(
    USUAL.defaults,
    {
        ("alder", "escalation_urgent"): (
            (at("2026-03-05T00:00:00Z"), "30"),
            (at("2026-03-20T00:00:00Z"), "45"),
        )
    },
)


def test_each_value_holds_from_its_moment_on() -> None:
    found = [
        STRICTER.number("alder", "escalation_urgent", at(instant))
        for instant in ("2026-03-04T23:59:59Z", "2026-03-05T00:00:00Z", "2026-03-20T00:00:00Z")
    ]
    assert found == [60, 30, 45]


def test_another_service_keeps_its_own() -> None:
    assert STRICTER.number("birch", "escalation_urgent", at("2026-04-01T00:00:00Z")) == 60


def test_a_setting_that_nobody_knows_is_no_default() -> None:
    with pytest.raises(KeyError):
        STRICTER.number("alder", "escalation_maybe", at("2026-04-01T00:00:00Z"))


@pytest.mark.parametrize(("people", "minimum"), [(40, 10), (10, 10), (8, 8), (5, 5), (3, 5), (0, 5)])
def test_a_small_home_has_a_smaller_minimum_but_three_of_three_is_no_proof(people: int, minimum: int) -> None:
    assert USUAL.minimum("alder", at("2026-03-01T00:00:00Z"), people) == minimum


def test_the_smallest_minimum_is_never_more_than_the_usual_one() -> None:
    two = InForce({**USUAL.defaults, "measure_minimum": "2"})
    assert two.minimum("alder", at("2026-03-01T00:00:00Z"), 3) == 2
