"""Signs as the records of the floor and the register fire them: by the forms' own worked examples."""

from datetime import timedelta

import pytest

from observation_forms import load_catalogue
from server.evidence.times import write_instant
from server.floor_lists import store as floor_lists
from server.floor_lists.kinds import Fields
from server.identity.scope import of_services
from server.signals.facts import SignalFacts
from server.signals.listing import SignalList, read_list
from server.signals.reading import READERS, read_signal_facts
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.review.reviewing import review
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def listed(world: World) -> SignalList:
    with world.sql() as sql:
        return read_list(sql, of_services(["alder"]), CATALOGUE, world.clock())


def facts(world: World) -> SignalFacts:
    with world.sql() as sql:
        return read_signal_facts(sql, ["alder"], CATALOGUE, world.clock())


def fired(world: World, code: str) -> list[tuple[str, ...]]:
    return [line.signal.fired_by for line in listed(world).lines if line.signal.code == code]


def test_all_that_is_read_today_has_a_reader(world: World) -> None:
    assert facts(world).readable == frozenset(READERS)
    assert not listed(world).waiting


def test_small_changes_and_unclear_reasons(world: World, shift: Shift) -> None:
    chosen = {"chosen": {"decision_and_reason": "Watching her a bit"}}
    ids = tuple(
        shift.record("senior_oversight", f"2026-11-15T{hour}:00:00Z", "watch_and_review", **chosen)
        for hour in ("08", "09", "10")
    )
    assert fired(world, "W01") == [ids]
    assert sorted(fired(world, "W02")) == sorted((id,) for id in ids)
    shift.record("senior_oversight", "2026-11-15T11:00:00Z", "urgent_gp_called")
    assert len(fired(world, "W02")) == 3


def test_a_contact_asked_for_and_not_made(world: World, shift: Shift) -> None:
    told = shift.record("incident_record", "2026-11-15T08:00:00Z", chosen={"family": "yes_soon"})
    assert fired(world, "W04") == [(told,)]
    with world.sql() as sql:
        (item,) = sql.execute(
            "SELECT id FROM due_item WHERE cause = ? AND form = 'family_contact'", (told,)
        ).fetchone()
    shift.record("family_contact", "2026-11-15T08:30:00Z", "fall_told_within_the_hour", spawned_by=item)
    assert fired(world, "W04") == []


def test_a_family_that_asked_first_twice(world: World, shift: Shift) -> None:
    ids = tuple(
        shift.record("family_contact", f"2026-11-1{day}T08:00:00Z", chosen={"family_first": "yes"})
        for day in (4, 5)
    )
    assert fired(world, "W03") == [ids]


def test_two_concerns_of_one_kind(world: World, shift: Shift) -> None:
    first = shift.record("immediate_concern", "2026-11-14T08:00:00Z", chosen={"what": "abuse"})
    second = shift.record("immediate_concern", "2026-11-15T08:00:00Z", chosen={"what": "abuse"})
    shift.record("immediate_concern", "2026-11-15T09:00:00Z", chosen={"what": "medicine_error"})
    assert fired(world, "W05a") == [(first, second)]


def test_what_few_may_see_fires_nothing(world: World, shift: Shift) -> None:
    for day in (14, 15):
        shift.record(
            "immediate_concern", f"2026-11-{day}T08:00:00Z", "about_the_manager", chosen={"what": "abuse"}
        )
    assert fired(world, "W05a") == []


def test_a_record_that_managers_ask_about_twice(world: World, shift: Shift, chidi: Browser) -> None:
    record = shift.record("shift_review", "2026-11-15T21:00:00Z", "calm_day")
    for words in ("When did the night staff come?", "And who was told of it then?"):
        assert review(chidi, record, "question", words).status_code == 303
    assert len(fired(world, "W05b")) == 1
    assert review(chidi, record, "set_aside", "It is about another home.").status_code == 303
    assert fired(world, "W05b") == []


def test_entries_that_were_looked_at(world: World, shift: Shift) -> None:
    shift.record("live_record_check", "2026-11-15T08:00:00Z", "late_and_very_late")
    shift.record("sample_recording", "2026-11-15T09:00:00Z", chosen={"factual_words": "not_met"})
    found = facts(world).entries
    assert {entry.factual for entry in found} >= {"met", "not_met"}
    minutes = [entry.minutes for entry in found if entry.minutes is not None]
    assert minutes
    assert max(minutes) > 15


def test_a_hard_shift(world: World, shift: Shift) -> None:
    ids = tuple(shift.record("shift_review", f"2026-11-1{day}T07:00:00Z", "unsafe_night") for day in (4, 5))
    assert fired(world, "W11b") == [ids]
    (one, _) = facts(world).shifts
    assert one.strained
    assert one.missed


def test_a_handover_that_could_not_say_what_was_learned(world: World, shift: Shift) -> None:
    example = next(
        one
        for one in CATALOGUE.current("handover_check").examples
        if not one.broken and "understood" in one.answers
    )
    more = {"understood_facts": "Two of three could not say it"}
    handover = shift.record(
        "handover_check", "2026-11-15T07:30:00Z", answers={**example.answers, "understood": "few", **more}
    )
    assert fired(world, "W12") == [(handover,)]


def test_a_control_that_nobody_looked_at_again(world: World, shift: Shift) -> None:
    fields: Fields = {"title": "Sensor mat", "recheck_by": "2026-11-17", "critical": 0}
    with world.sql() as sql:
        floor_lists.add(sql, "mat", "control", "alder", fields, "chidi", world.clock())
    assert fired(world, "W13a") == []
    world.clock.move(days=2)
    assert fired(world, "W13a") == [("control/mat/2026-11-17",)]


def test_an_incident_is_followed_by_the_observation_it_asked_for(world: World, shift: Shift) -> None:
    yes = {"learning_likely": "yes"}
    first = shift.record("incident_record", "2026-11-01T08:00:00Z", chosen=yes)
    second = shift.record("incident_record", "2026-11-01T09:00:00Z", chosen=yes)
    shift.record("practice_observation", "2026-11-10T08:00:00Z", spawned_by=f"{first}/observe")
    assert fired(world, "W13b") == [(second,)]


def test_a_visit_and_a_sample_that_lead_nowhere(world: World, shift: Shift, chidi: Browser) -> None:
    example = next(
        one.answers
        for one in CATALOGUE.current("provider_visit").examples
        if not one.broken and any(row != "none" for row in one.answers.get("findings", ()))
    )
    row = next(row for row in example["findings"] if row != "none")
    answers = {**example, f"findings.{row}.finding_what": "Late"}
    visit = shift.record("provider_visit", "2026-10-01T08:00:00Z", answers=answers)
    assert fired(world, "W18c") == [(visit,)]
    sample = shift.record("sample_recording", "2026-10-01T09:00:00Z", chosen={"factual_words": "not_met"})
    assert (sample,) in fired(world, "W19")
    action = make_action(chidi)
    bears = [{"action": action, "themes": ["RE"], "bearing": "contradicts"}]
    linked = shift.record(
        "sample_recording", "2026-10-01T10:00:00Z", chosen={"factual_words": "not_met"}, bearings=bears
    )
    assert (linked,) not in fired(world, "W19")


def test_an_action_left_alone_past_its_day(world: World, shift: Shift, chidi: Browser) -> None:
    action = make_action(chidi, baseline_numerator="", baseline_denominator="", baseline_period="")
    assert fired(world, "W07") == [(action,)]
    assert fired(world, "W17") == []
    world.clock.move(days=60)
    assert fired(world, "W17") == [(f"{action}/1",)]


def test_a_signal_of_a_correction_is_that_of_the_right_record(world: World, shift: Shift) -> None:
    sealed = shift.seal("senior_oversight", "2026-11-15T08:00:00Z", "watch_and_review",
                        chosen={"decision_and_reason": "Watching her a bit"})  # fmt: skip
    record = shift.send(sealed)
    assert fired(world, "W02") == [(record,)]
    again = write_instant(world.clock() - timedelta(minutes=5))
    example = next(
        one for one in CATALOGUE.current("senior_oversight").examples if one.id == "watch_and_review"
    )
    answers = {**example.answers, "happened_at": "2026-11-15T08:00:00Z"}
    shift.send(
        shift.tablet.correct(sealed, "I left the reason out", author="amina", unit="alder-1", recorded_at=again,
                             answers=answers)
    )  # fmt: skip
    assert fired(world, "W02") == []
