"""Practice seen in one place: the sentence on an action's page and rule 5 of its closure test say the same."""

import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.closure.practice_changed import practice_changed
from server.triangulation.places import in_one_place
from server.triangulation.sentence import seen_in_one_place
from tests.server.closure.made import GOOD, piece
from tests.server.triangulation.made import picture, seen

UNITS = ("alder-1", "alder-2")
_RECORDS = st.lists(
    st.tuples(
        st.sampled_from(("record", "audit", "observation", "feedback")),
        st.sampled_from(("supports", "contradicts", "inconclusive")),
        st.sampled_from(("", *UNITS)),
        st.sampled_from(("", "day", "night")),
    ),
    max_size=5,
)


def test_two_units_or_two_shifts_are_more_than_one_place() -> None:
    for units, shifts in itertools.product(((), ("a",), ("a", "b")), ((), ("day",), ("day", "night"))):
        assert in_one_place(UNITS, units, shifts) is (len(units) < 2 and len(shifts) < 2)
        assert not in_one_place((), units, shifts)
        assert not in_one_place(UNITS[:1], units, shifts)
    assert in_one_place(UNITS, ("", "a"), ("", "day"))


@given(records=_RECORDS, units=st.sampled_from(((), UNITS)))
def test_the_sentence_and_rule_five_never_differ(
    records: list[tuple[str, str, str, str]], units: tuple[str, ...]
) -> None:
    sentence = picture(
        *(seen(kind, bearing, unit=unit, shift=shift) for kind, bearing, unit, shift in records), units=units
    )
    pieces = tuple(
        piece(f"r{at}", kind, bearing, unit=unit, shift=shift)
        for at, (kind, bearing, unit, shift) in enumerate(records)
    )
    rule = practice_changed(msgspec.structs.replace(GOOD, pieces=pieces, units=units))
    assert bool(seen_in_one_place(sentence)) is ("in one unit on one shift alone" in rule.reason)
