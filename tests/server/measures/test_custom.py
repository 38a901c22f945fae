"""A manager's own measure: built from menus, checked by the form's language, tried on real records."""

from datetime import date
from typing import Any

import pytest

from observation_forms import FormError, load_catalogue
from server.measures.counting import Count
from server.measures.custom import (
    Condition,
    CustomMeasure,
    compiled,
    count_custom,
    rule_of,
    usable_versions,
)
from server.measures.custom_preview import Preview, custom_series, preview
from server.measures.in_force import InForce
from server.measures.periods import month_of, weeks
from server.measures.reading_records import Record
from tests.server.due.shift import Shift
from tests.server.measures.ledgers import WHOLE
from tests.server.measures.made import MARCH, USUAL, at
from tests.server.world import World

CATALOGUE = load_catalogue()
NOVEMBER = month_of(date(2026, 11, 1))
SOON = CustomMeasure(
    name="Entries written soon", form="live_record_check", repeat="entries", counted="written_in_time == soon"
)


def record(form: str, version: int = 0, id: str = "r", **answers: Any) -> Record:
    """A record with these answers alone; version 0 is the current one."""
    found = [one for one in CATALOGUE.forms() if one.definition.form == form]
    definition = found[version - 1].definition
    return Record(
        id=id, form=form, definition=definition, service="alder", unit="alder-1", person="", shift="day",
        happened_at=at("2026-03-10T10:00:00Z"), recorded_at="2026-03-10T10:20:00Z",
        received_at=at("2026-03-10T10:21:00Z"), spawned_by="", reviewed=False,
        answers={
            key.replace("__", "."): tuple(value) if isinstance(value, list) else (value,)
            for key, value in answers.items()
        },
    )  # fmt: skip


def counted(measure: CustomMeasure, *records: Record, settings: InForce = USUAL) -> Count:
    return count_custom(measure, CATALOGUE, records, MARCH, settings)


def built(form: str, **rules: Any) -> CustomMeasure:
    return CustomMeasure(**{"name": "Mine", "form": form, **rules})


def test_menus_become_rules_of_the_forms_own_language() -> None:
    conditions = [
        Condition("pressure", "one_of", ("stretched", "unsafe")),
        Condition("missed_support.meals", "at_least", ("1",)),
        Condition("tiredness", "is_not", ("none",)),
        Condition("staff_said", "answered"),
    ]
    rule = rule_of(conditions)
    assert rule == (
        "pressure in [stretched, unsafe] and cell(missed_support, meals) >= 1 and tiredness != none "
        "and answered(staff_said)"
    )
    compiled(built("shift_review", counted=rule), CATALOGUE.current("shift_review").definition)
    assert rule_of(conditions[:2], "or").count(" or ") == 1
    has = Condition("support_was", "has", ("missed",))
    compiled(
        built("sample_pressure", counted=rule_of([has])), CATALOGUE.current("sample_pressure").definition
    )


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"counted": "presure == calm"}, "Did you mean 'pressure'"),
        ({"counted": "pressure == quiet"}, "not an option"),
        ({"counted": "pressure > 3"}, "pressure"),
        ({"counted": "staff_said == good"}, "staff_said"),
        ({"counted": " "}, "nothing is counted"),
        ({"counted": "theme(ST)"}, "no theme"),
        ({"counted": "fell_short()"}, "fell short"),
        ({"counted": "__import__('os')"}, "__import__"),
        ({"counted": "control_risk == x"}, "asked in each row"),
        ({"counted": "pressure == calm", "among": "nobody == yes"}, "among what"),
        ({"counted": "pressure == calm", "only": "nobody == yes"}, "of which records"),
        ({"counted": "pressure == calm", "repeat": "staff_planned"}, "has no rows"),
    ],
)
def test_a_rule_that_cannot_be_used_says_what_to_put_right(rules: dict[str, str], words: str) -> None:
    with pytest.raises(FormError) as refused:
        compiled(built("shift_review", **rules), CATALOGUE.current("shift_review").definition)
    assert words in str(refused.value)


def test_what_was_not_seen_or_not_answered_leaves_both() -> None:
    measure = built("practice_observation", counted="safe_practice == met and not_rushed == met")
    found = counted(
        measure,
        record("practice_observation", id="a", safe_practice="met", not_rushed="met"),
        record("practice_observation", id="b", safe_practice="met", not_rushed="partly"),
        record("practice_observation", id="c", safe_practice="met", not_rushed="not_seen"),
        record("practice_observation", id="d", safe_practice="met"),
    )
    assert (found.met, found.unmet, [id for id, _ in found.left_out]) == (("a",), ("b",), ["c", "d"])


def test_a_denominator_of_its_own_decides_alone() -> None:
    measure = built(
        "practice_observation", counted="safe_practice == met", among="routine == medicines_round"
    )
    found = counted(
        measure,
        record("practice_observation", id="a", routine="medicines_round", safe_practice="met"),
        record("practice_observation", id="b", routine="medicines_round"),
        record("practice_observation", id="c", routine="handover", safe_practice="met"),
    )
    assert (found.met, found.unmet, [id for id, _ in found.left_out]) == (("a",), ("b",), ["c"])


def test_a_filter_says_of_which_records_at_all() -> None:
    measure = built("practice_observation", counted="safe_practice == met", only="shift == night")
    found = counted(
        measure,
        record("practice_observation", id="a", shift="night", safe_practice="met"),
        record("practice_observation", id="b", shift="day", safe_practice="met"),
    )
    assert (found.met, [id for id, _ in found.left_out]) == (("a",), ["b"])


def test_rows_are_counted_one_by_one() -> None:
    said: dict[str, Any] = {
        "entries": ["1", "2", "3"],
        "entries__1__written_in_time": "soon",
        "entries__2__written_in_time": "late",
        "entries__3__written_in_time": "not_due",
    }
    found = counted(SOON, record("live_record_check", **said))
    assert (found.met, found.unmet) == (("r/entries.1",), ("r/entries.2",))
    assert [id for id, _ in found.left_out] == ["r/entries.3"]


def test_rows_may_be_asked_about_from_outside() -> None:
    measure = built("live_record_check", counted="any_row(entries, facts_only == not_met)")
    rows: dict[str, Any] = {"entries": ["1"], "entries__1__facts_only": "not_met"}
    found = counted(measure, record("live_record_check", **rows), record("live_record_check", id="s"))
    assert (found.met, [id for id, _ in found.left_out]) == (("r",), ["s"])


def test_a_version_that_did_not_ask_leaves_its_records_out() -> None:
    measure = built("handover_check", counted="followed_up == met")
    assert len(usable_versions(measure, CATALOGUE)) == 1
    found = counted(
        measure,
        record("handover_check", 1, id="old"),
        record("handover_check", 2, id="new", followed_up="met"),
    )
    assert found.met == ("new",)
    assert found.left_out == (("old", "This version of the form does not ask it"),)


def test_times_are_measured_and_timescales_are_those_in_force() -> None:
    told = record("senior_oversight", noticed_at="2026-03-10T08:00:00Z", told_at="2026-03-10T08:45:00Z")
    within = built(
        "senior_oversight", counted="minutes_between(noticed_at, told_at) <= timescale(escalation_urgent)"
    )
    assert counted(within, told).met == ("r",)
    stricter = InForce(
        USUAL.defaults, {("alder", "escalation_urgent"): ((at("2026-03-01T00:00:00Z"), "30"),)}
    )
    assert counted(within, told, settings=stricter).unmet == ("r",)
    soon = built(
        "senior_oversight",
        counted="minutes_between(noticed_at, recorded_at) <= 140",
        among="answered(noticed_at)",
    )
    assert counted(soon, told).met == ("r",)


def test_a_number_is_given_as_a_number() -> None:
    measure = built("shift_review", counted="pressure == unsafe", unit="count")
    found = counted(
        measure, record("shift_review", pressure="unsafe"), record("shift_review", id="s", pressure="calm")
    )
    assert found.value == 1


def read(world: World, measure: CustomMeasure) -> Preview:
    with world.sql() as sql:
        return preview(sql, WHOLE, CATALOGUE, measure, NOVEMBER, world.clock())


def test_a_preview_shows_what_became_of_real_records(world: World) -> None:
    shift = Shift(world)
    record = shift.record("live_record_check", "2026-11-16T08:00:00Z", "late_and_very_late")
    shift.record("live_record_check", "2026-10-16T08:00:00Z", "late_and_very_late")
    seen = read(world, SOON)
    assert seen.count.denominator == len(seen.looked) > 1
    assert {one.record for one in seen.looked} == {record}
    assert {one.verdict for one in seen.looked} <= {"met", "unmet"}
    said = {one.answers for one in seen.looked}
    assert {question for answers in said for question, _ in answers} == {"Written in time"}
    assert {"Soon", "Late"} & {answer for answers in said for _, answer in answers}
    with world.sql() as sql:
        points = custom_series(
            sql, WHOLE, CATALOGUE, SOON, weeks(date(2026, 11, 9), date(2026, 11, 22)), world.clock()
        )
    assert [point.count.denominator for point in points] == [0, seen.count.denominator]


def test_a_preview_of_a_wrong_rule_or_form_says_so(world: World) -> None:
    with pytest.raises(FormError):
        read(world, built("live_record_check", counted="nobody == yes"))
    with pytest.raises(KeyError):
        read(world, built("live_recrod_check", counted="coached_now == yes"))
