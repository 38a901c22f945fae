"""A signal is answered once: it does not come back for the same records, and comes anew when new ones make it again."""

from hypothesis import given as each
from hypothesis import strategies as st

from server.signals.listing import Line, lines
from server.signals.signal import Signal
from server.signals.store import Answer, Shown
from tests.server.measures.made import at
from tests.server.signals.made import concern, entry, fired, on, oversight, shift

DAYS = st.lists(st.integers(1, 40), min_size=0, max_size=14)


def answer_for(signal: Signal) -> dict[tuple[str, str, str], frozenset[str]]:
    return {signal.place: frozenset(signal.fired_by)}


def answered(signal: Signal) -> Shown:
    said = Answer(
        fired_by=signal.fired_by, answer="accepted", action="", reason="Looked into", who="chidi", at=on(20)
    )
    return Shown(signal, on(20), said)


def test_what_was_answered_for_does_not_come_back() -> None:
    week = [oversight("a", on(2)), oversight("b", on(3)), oversight("c", on(4))]
    (signal,) = fired("W01", oversight=week)
    covered = answer_for(signal)
    assert fired("W01", covered=covered, oversight=week) == []
    # One more within the days would make four with those answered for; alone it makes nothing
    assert fired("W01", covered=covered, oversight=[*week, oversight("d", on(5))]) == []


def test_new_records_make_it_anew() -> None:
    week = [oversight("a", on(2)), oversight("b", on(3)), oversight("c", on(4))]
    (first,) = fired("W01", oversight=week)
    more = [*week, oversight("d", on(5)), oversight("e", on(6)), oversight("f", on(7))]
    (again,) = fired("W01", covered=answer_for(first), oversight=more)
    assert again.fired_by == ("d", "e", "f")
    assert again.id != first.id


def test_it_is_the_same_one_while_it_goes_on() -> None:
    week = [shift("a", on(2), tired=True), shift("b", on(3), tired=True)]
    (before,) = fired("W11b", shifts=week)
    (later,) = fired("W11b", shifts=[*week, shift("c", on(8), tired=True)])
    assert (later.id, later.fired_at) == (before.id, before.fired_at)
    assert later.mark != before.mark
    assert later.fired_by == ("a", "b", "c")


def test_after_a_gap_it_is_another_one() -> None:
    found = fired(
        "W05a", concerns=[concern(id, on(day)) for id, day in (("a", 1), ("b", 2), ("c", 40), ("d", 41))]
    )
    assert [signal.fired_by for signal in found] == [("a", "b"), ("c", "d")]
    assert found[0].until == at("2026-03-30T23:00:00Z")


def test_an_answer_for_one_thing_leaves_the_other() -> None:
    week = [oversight(f"{who}{day}", on(day), person=who) for who in ("ab", "cd") for day in (2, 3, 4)]
    first, second = fired("W01", oversight=week)
    assert fired("W01", covered=answer_for(first), oversight=week) == [second]


def test_a_week_answered_for_shows_again_by_its_other_entries_alone() -> None:
    good = [entry(f"g{number}", on(3, f"0{number}:00")) for number in range(4)]
    bad = [entry("v", on(4), factual="not_met"), entry("w", on(5), factual="not_met")]
    (signal,) = fired("W06", entries=[*good, *bad])
    more = [*good, *bad, entry("x", on(6), factual="not_met")]
    (again,) = fired("W06", covered=answer_for(signal), entries=more)
    assert again.fired_by == ("x",)


@each(days=DAYS, known=st.data())
def test_no_record_fires_a_sign_twice(days: list[int], known: st.DataObject) -> None:
    facts = [oversight(f"r{number:02}", on(day)) for number, day in enumerate(days)]
    found = fired("W01", oversight=known.draw(st.permutations(facts)))
    assert found == fired("W01", oversight=facts)
    ids = [id for signal in found for id in signal.fired_by]
    assert len(ids) == len(set(ids))
    assert len({signal.id for signal in found}) == len(found)
    covered = {found[0].place: frozenset(ids)} if found else {}
    again = fired("W01", covered=covered, oversight=facts)
    assert not {id for signal in again for id in signal.fired_by} & set(ids)


@each(days=DAYS, later=st.integers(1, 60), earlier=st.integers(1, 60))
def test_what_showed_once_goes_on_showing_as_time_goes_by(days: list[int], later: int, earlier: int) -> None:
    facts = [oversight(f"r{number:02}", on(day)) for number, day in enumerate(sorted(days))]
    before = fired("W01", on(min(earlier, later), "12:00"), oversight=facts)
    after = fired("W01", on(max(earlier, later), "12:00"), oversight=facts)
    assert {signal.id for signal in before} <= {signal.id for signal in after}


def test_what_was_shown_and_is_gone_stays_as_never_answered() -> None:
    week = [oversight("a", on(2)), oversight("b", on(3)), oversight("c", on(4))]
    (signal,) = fired("W01", oversight=week)
    shown = [Shown(signal, on(4), None)]
    assert lines([], shown, at(on(5))) == [Line(signal=signal, state="passed")]


def test_a_signal_that_got_an_earlier_first_record_stands_once() -> None:
    week = [oversight("b", on(3)), oversight("c", on(4)), oversight("d", on(5))]
    (before,) = fired("W01", oversight=week)
    (now,) = fired("W01", on(6), oversight=[oversight("a", on(2)), *week])
    assert before.id != now.id
    assert lines([now], [Shown(before, on(5), None)], at(on(6))) == [Line(signal=now, state="open")]


def test_the_list_says_what_became_of_each() -> None:
    week = [oversight("a", on(2)), oversight("b", on(3)), oversight("c", on(4))]
    (old,) = fired("W01", on(30), oversight=week)
    (new,) = fired(
        "W01", on(30), oversight=[oversight(id, on(day)) for id, day in (("x", 28), ("y", 29), ("z", 30))]
    )
    (other,) = fired("W11b", shifts=[shift("s", on(2), tired=True), shift("t", on(3), tired=True)])
    found = lines([old, new], [answered(other)], at(on(30)))
    assert [(line.signal.id, line.state) for line in found] == [
        (new.id, "open"),
        (old.id, "passed"),
        (other.id, "answered"),
    ]
