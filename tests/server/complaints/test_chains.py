"""Complaints that repeat one another, however they are joined."""

from hypothesis import given
from hypothesis import strategies as st

from server.complaints.chains import first_of, runs, would_ring

IDS = [str(number) for number in range(8)]
ANY = st.fixed_dictionaries({id: st.sampled_from(["", *IDS]) for id in IDS})


@st.composite
def earlier_ones(draw: st.DrawFn) -> dict[str, str]:
    """Each repeats one before it, or none, as the register lets it."""
    return {id: draw(st.sampled_from(["", *IDS[:place]])) for place, id in enumerate(IDS)}


@given(earlier_ones())
def test_everything_is_in_one_run_and_a_run_begins_with_what_repeats_none(repeats: dict[str, str]) -> None:
    found = runs(IDS, repeats)
    assert sorted(id for run in found.values() for id in run) == IDS
    for first, run in found.items():
        assert repeats[first] == ""
        assert run[0] == first
        assert all(repeats[id] in run for id in run if id != first)


@given(earlier_ones(), st.sampled_from(IDS), st.sampled_from(IDS))
def test_what_does_not_ring_can_be_joined_and_still_ends(
    repeats: dict[str, str], id: str, target: str
) -> None:
    rings = would_ring(id, target, repeats)
    assert rings == (first_of_many(target, id, repeats))
    if not rings:
        joined = {**repeats, id: target}
        assert joined[first_of(id, joined)] == ""


@given(ANY, st.sampled_from(IDS))
def test_a_ring_that_came_in_some_other_way_is_walked_once(repeats: dict[str, str], id: str) -> None:
    assert first_of(id, repeats) in IDS
    assert sum(map(len, runs(IDS, repeats).values())) == len(IDS)


def first_of_many(target: str, id: str, repeats: dict[str, str]) -> bool:
    """Whether `id` is among what `target` leads to, itself too."""
    while target:
        if target == id:
            return True
        target = repeats[target]
    return False
