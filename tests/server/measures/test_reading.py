"""What is read for measures: of whom, from when, what stands, and what each form says."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from observation_forms import load_catalogue
from server.dated_settings import store as dated_settings
from server.dated_settings.known import known_settings
from server.evidence.times import write_instant
from server.floor_lists import store as floor_lists
from server.identity.scope import Part, Scope
from server.measures.counting import Count
from server.measures.facts import Facts
from server.measures.periods import month_of, week_of
from server.measures.reading import READERS, read_facts, read_people, read_series, read_settings
from tests.server.due.shift import Shift
from tests.server.measures.made import at
from tests.server.review.reviewing import review
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
NOVEMBER = month_of(date(2026, 11, 1))
ALDER = Scope((Part(service="alder"),))


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def facts(world: World, *needs: str, scope: Scope = ALDER) -> Facts:
    with world.sql() as sql:
        return read_facts(sql, scope, CATALOGUE, needs, [NOVEMBER], world.clock())


def counted(world: World, code: str, scope: Scope = ALDER) -> Count:
    with world.sql() as sql:
        (point,) = read_series(sql, scope, CATALOGUE, code, [NOVEMBER], world.clock())
    return point.count


def test_only_the_lists_that_are_needed_are_read(world: World, shift: Shift) -> None:
    shift.record("senior_oversight", "2026-11-16T08:00:00Z")
    found = facts(world, "incidents")
    assert (found.oversight_entries, found.readable, found.services) == ((), frozenset(READERS), ("alder",))
    assert len(facts(world, "oversight_entries").oversight_entries) == 1


def test_nothing_out_of_reach_is_read(world: World, shift: Shift) -> None:
    record = shift.record("senior_oversight", "2026-11-16T08:00:00Z")
    other = Shift(world, "alder-2", "Elm").record("senior_oversight", "2026-11-16T08:00:00Z")
    unit = Scope((Part(service="alder", unit="alder-2"),))
    read = {
        name: {entry.id for entry in facts(world, "oversight_entries", scope=scope).oversight_entries}
        for name, scope in (("all", ALDER), ("unit", unit), ("birch", Scope((Part(service="birch"),))))
    }
    assert read == {"all": {record, other}, "unit": {other}, "birch": set()}


def test_what_few_may_see_counts_for_those_few_alone(world: World, shift: Shift) -> None:
    shift.record("immediate_concern", "2026-11-16T08:00:00Z", "about_the_manager")
    few = Scope((Part(service="alder", restricted=True),))
    assert len(facts(world, "concerns").concerns) == 0
    assert len(facts(world, "concerns", scope=few).concerns) == 1


def test_what_a_manager_sets_aside_counts_for_nothing(world: World, shift: Shift, chidi: Browser) -> None:
    example = {"chosen": {"noticed_at": "2026-11-16T06:00:00Z", "told_at": "2026-11-16T06:30:00Z"}}
    record = shift.record("senior_oversight", "2026-11-16T08:00:00Z", "urgent_gp_called", **example)
    assert counted(world, "M04-all").met == (record,)
    assert review(chidi, record, "set_aside", "It is about another home.").status_code == 303
    assert counted(world, "M04-all").denominator == 0


def test_the_sample_comes_to_what_its_own_record_says(world: World, shift: Shift) -> None:
    """M04 by the instants and the setting is M04 by the answer that the form works out, for every worked example."""
    examples = [one.id for one in CATALOGUE.current("sample_deterioration").examples if not one.broken]
    for number, example in enumerate(examples):
        shift.record("sample_deterioration", f"2026-11-16T08:0{number}:00Z", example)
    with world.sql() as sql:
        said = dict(
            sql.execute(
                "SELECT v.record, a.value FROM record_current v JOIN answer a ON a.seq = v.seq "
                "WHERE a.question = 'within_timescale'"
            ).fetchall()
        )
    found = counted(world, "M04")
    assert {record for record, value in said.items() if value == "yes"} == set(found.met)
    assert {record for record, value in said.items() if value == "no"} == set(found.unmet)
    assert found.met
    assert found.unmet


def test_an_answer_that_the_form_did_not_ask_for_does_not_count(world: World, shift: Shift) -> None:
    """A plan that is not about a complaint hides the question which: a forged answer stays out."""
    honest = shift.record("sample_care_plan", "2026-11-16T08:00:00Z", "plan_changed")
    incident = next(
        one.id
        for one in CATALOGUE.current("sample_care_plan").examples
        if one.answers.get("learning_from") == "incident"
    )
    shift.record("sample_care_plan", "2026-11-16T08:01:00Z", incident, chosen={"complaint": "complaint_1"})
    forged = shift.record(
        "sample_care_plan", "2026-11-16T08:02:00Z", "not_changed", chosen={"plan_updated_on": "2026-06-02"}
    )
    checks = {check.id: check for check in facts(world, "plan_checks").plan_checks}
    assert checks[honest].updated_on is not None
    assert (checks[forged].updated, checks[forged].updated_on) == ("no", None)


def test_an_exception_is_reviewed_when_somebody_at_the_desk_read_it(
    world: World, shift: Shift, chidi: Browser
) -> None:
    record = shift.record("shift_review", "2026-11-16T08:30:00Z", "one_short_covered")
    (before,) = facts(world, "shifts").shifts
    assert (before.enough, before.reviewed) == (False, False)
    review(chidi, record, "read")
    (after,) = facts(world, "shifts").shifts
    assert (after.reviewed, after.risk_assessed) == (True, before.risk_assessed)


def test_a_correction_must_be_reviewed_again(world: World, shift: Shift, chidi: Browser) -> None:
    sealed = shift.seal("shift_review", "2026-11-16T08:30:00Z", "one_short_covered")
    review(chidi, shift.send(sealed), "read")
    shift.send(shift.tablet.correct(sealed, "Two were short", author="amina", unit="alder-1",
                                    recorded_at="2026-11-16T08:40:00Z"))  # fmt: skip
    (shift_now,) = facts(world, "shifts").shifts
    assert not shift_now.reviewed


@pytest.mark.parametrize(
    ("happened", "name", "day"),
    [
        ("2026-11-16T07:30:00Z", "night", "2026-11-15"),
        ("2026-11-15T23:30:00Z", "night", "2026-11-15"),
        ("2026-11-16T14:45:00Z", "day", "2026-11-16"),
        ("2026-10-25T06:30:00Z", "night", "2026-10-24"),
        ("2026-03-29T00:30:00Z", "night", "2026-03-28"),
        ("2026-03-29T06:30:00Z", "night", "2026-03-28"),
        ("2026-07-01T11:30:00Z", "night", "2026-07-01"),
    ],
)
def test_a_night_that_is_written_up_in_the_morning_began_the_day_before(
    world: World, shift: Shift, happened: str, name: str, day: str
) -> None:
    shift.record("shift_review", happened, "calm_day", chosen={"shift": name})
    period = month_of(date.fromisoformat(day))
    with world.sql() as sql:
        (found,) = read_facts(sql, ALDER, CATALOGUE, ["shifts"], [period], world.clock()).shifts
    assert (found.day.isoformat(), found.shift, found.enough) == (day, name, True)


def test_entries_of_a_screen_are_concerns_less_those_screened_as_none(world: World, shift: Shift) -> None:
    example = example_of("safeguarding_screen", "three_entries")
    rows = [row for row in example["found"] if example[f"found.{row}.decision"] != "no_concern"]
    of_home = shift.record(
        "safeguarding_screen", "2026-11-16T09:30:00Z", "three_entries", chosen={"notes_of": "home"}
    )
    of_unit = shift.record(
        "safeguarding_screen", "2026-11-16T09:31:00Z", "three_entries", chosen={"notes_of": "unit"}
    )
    found = {concern.id: concern.unit for concern in facts(world, "concerns").concerns}
    assert found == {
        **{f"{of_home}/found.{row}": "" for row in rows},
        **{f"{of_unit}/found.{row}": "alder-1" for row in rows},
    }


def test_a_visit_has_what_its_form_asks_for(world: World, shift: Shift) -> None:
    good = shift.record("provider_visit", "2026-11-16T08:00:00Z", "a_good_visit")
    example = example_of("provider_visit", "promises_not_kept")
    rows = [f"findings.{row}" for row in example["findings"]]
    whole = shift.record("provider_visit", "2026-11-15T08:00:00Z", answers=example)
    parts = {
        part: shift.record("provider_visit", "2026-11-15T08:00:00Z", answers=without(example, *keys))
        for part, keys in {
            "actions": [f"{rows[0]}.finding_by"],
            "owners": [f"{rows[0]}.finding_owner", f"{rows[0]}.finding_owner_name"],
            "findings": ["safety_good"],
            "follow_up": [f"previous.{example['previous'][0]}.proof_seen"],
        }.items()
    }
    visits = {visit.id: visit for visit in facts(world, "visits").visits}
    for id in (good, whole):
        assert (visits[id].findings, visits[id].actions, visits[id].owners, visits[id].follow_up) == (
            True,
        ) * 4
    assert {part: getattr(visits[id], part) for part, id in parts.items()} == dict.fromkeys(parts, False)
    assert counted(world, "M15").met == ("2026-11",)


def test_a_second_try_follows_the_first(world: World, shift: Shift) -> None:
    first = shift.record("family_contact", "2026-11-16T08:00:00Z", "tried_once_in_time")
    second = shift.record("family_contact", "2026-11-16T08:30:00Z", spawned_by=f"{first}/try_again")
    promise = shift.record("family_contact", "2026-11-16T08:40:00Z", spawned_by=f"{first}/promise")
    follows = {update.id: update.follows for update in facts(world, "family_updates").family_updates}
    assert follows == {first: "", second: first, promise: ""}


def test_what_was_learned_is_watched_through_the_item_it_opened(world: World, shift: Shift) -> None:
    message: Any = {"title": "Bells first", "given_at": "2026-11-10", "until": "2026-11-30"}
    with world.sql() as sql:
        floor_lists.add(sql, "m1", "learning_message", "alder", message, "chidi", world.clock())
        floor_lists.add(sql, "m2", "learning_message", "alder", message, "chidi", world.clock())
    shift.record(
        "practice_observation", "2026-11-15T08:00:00Z", "evening_care_all_met", spawned_by="learning/m1"
    )
    shift.record(
        "practice_observation", "2026-11-15T09:00:00Z", "stopped_when_asked", spawned_by="learning/m2"
    )
    taught = shift.record("incident_record", "2026-11-09T08:00:00Z", chosen={"learning_likely": "yes"})
    shift.record("not_needed", "2026-11-09T10:00:00Z", spawned_by=f"{taught}/observe")
    found = counted(world, "M14b")
    assert (found.met, found.not_yet_due) == (("learning/m1",), ("learning/m2",))
    assert [id for id, _ in found.left_out] == [taught]


def test_a_control_nobody_looked_at_in_time_is_unmet_and_an_ended_one_is_not_asked_for(
    world: World, shift: Shift
) -> None:
    with world.sql() as sql:
        for id in ("mat", "rail"):
            fields: Any = {"title": "Mat", "recheck_by": "2026-11-17", "critical": 0}
            floor_lists.add(sql, id, "control", "alder", fields, "chidi", world.clock())
        ended = floor_lists.find(sql, "rail", ["alder"])
        assert ended is not None
        floor_lists.end(sql, ended, 1, "chidi", world.clock())
    assert counted(world, "M11").not_yet_due == ("control/mat/2026-11-17",)
    world.clock.move(days=2)
    assert counted(world, "M11").unmet == ("control/mat/2026-11-17",)
    looked = {"controls": ["mat"], "controls.mat.control_holds": "met"}
    calm = example_of("shift_review", "calm_day")
    rest = without(calm, *(key for key in calm if key.startswith("controls")))
    record = shift.record("shift_review", "2026-11-17T09:00:00Z", answers={**rest, **looked})
    assert counted(world, "M11").met == (f"{record}/controls.mat",)
    assert counted(world, "M11").unmet == ()


def test_settings_hold_from_their_moment_and_for_their_service(world: World) -> None:
    setting = known_settings(CATALOGUE)["learning_update_days"]
    with world.sql() as sql:
        dated_settings.set_value(sql, "alder", setting, "42", "chidi", "Six weeks are enough", world.clock())
        both = read_settings(sql, Scope((Part(service="alder"), Part(service="birch"))), CATALOGUE)
    now = world.clock()
    assert both.number("alder", "learning_update_days", now) == 56
    world.clock.move(seconds=1)
    assert both.number("alder", "learning_update_days", world.clock()) == 42
    assert both.number("birch", "learning_update_days", world.clock()) == 56


def test_a_late_record_is_named_in_the_period_that_it_changed(world: World, shift: Shift) -> None:
    world.clock.move(days=7)
    record = shift.record("senior_oversight", "2026-11-16T08:00:00Z")
    week = week_of(date(2026, 11, 16))
    with world.sql() as sql:
        before, during, _ = read_series(
            sql, ALDER, CATALOGUE, "M04-all", [week_of(date(2026, 11, 9)), week, NOVEMBER], world.clock()
        )
    assert (before.late, during.late) == ((), (record,))


def test_a_time_that_no_calendar_has_stops_no_measure(world: World, shift: Shift) -> None:
    for number, odd in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z")):
        for form, key in (("senior_oversight", "noticed_at"), ("family_contact", "known_at")):
            shift.record(form, f"2026-11-16T08:0{number}:00Z", chosen={key: odd})
    assert dict(counted(world, "M04-all").left_out).keys() == {
        entry.id for entry in facts(world, "oversight_entries").oversight_entries
    }
    assert counted(world, "M06b").denominator == 0


def test_the_people_of_a_service_are_those_who_have_not_left(world: World) -> None:
    with world.sql() as sql:
        assert read_people(sql, "alder") == 2
        sql.execute(
            "UPDATE person SET left_at = ? WHERE id = 'alder-1-a'", (write_instant(datetime.now(UTC)),)
        )
        assert read_people(sql, "alder") == 1


def test_what_a_measure_costs_hangs_on_its_forms_and_not_on_the_ledger(world: World, shift: Shift) -> None:
    """No table of records is read from end to end."""
    shift.record("senior_oversight", "2026-11-16T08:00:00Z")
    asked: list[str] = []
    with world.sql() as sql:
        sql.set_trace_callback(asked.append)
        read_facts(sql, ALDER, CATALOGUE, READERS, [NOVEMBER], at("2026-11-21T12:00:00Z"))
        sql.set_trace_callback(None)
        plans = {
            step["detail"]
            for statement in set(asked)
            for step in sql.execute(f"EXPLAIN QUERY PLAN {statement}")
        }
    assert not [plan for plan in plans if plan.startswith(("SCAN v", "SCAN a", "SCAN record", "SCAN answer"))]


def example_of(form: str, example: str) -> dict[str, Any]:
    return dict(next(one for one in CATALOGUE.current(form).examples if one.id == example).answers)


def without(answers: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in keys}
