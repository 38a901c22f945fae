"""The handover, family contact, oversight, incident and concern forms ask, time and raise what domain/4 says."""

from typing import Any

import pytest

from observation_forms import Context, Definition, Example, Judgement, judge, load_catalogue, see
from observation_forms.spawn import Spawned, spawned

NUMBERS = {
    "handover_check": "01-04 10-11 20-27 30-32 40-43 50-50 70-71",
    "family_contact": "01-17 20-20",
    "senior_oversight": "01-14",
    "immediate_concern": "01-06",
}


def definition(form: str) -> Definition:
    return load_catalogue().current(form).definition


def example(form: str, id: str) -> Example:
    return next(each for each in load_catalogue().current(form).examples if each.id == id)


def judged(form: str, id: str, timescales: dict[str, int] | None = None, **changes: Any) -> Judgement:
    """What comes of an example with some of its answers changed; None takes an answer out."""
    found = example(form, id)
    answers = {key: value for key, value in (found.answers | changes).items() if value is not None}
    return judge(definition(form), answers, Context(found.recorded_at, timescales=timescales or {}))


def worked_out(
    form: str, id: str, question: str, timescales: dict[str, int] | None = None, **changes: Any
) -> Any:
    """The code that a worked-out question comes to in an example with some of its answers changed."""
    found = example(form, id)
    context = Context(found.recorded_at, timescales=timescales or {})
    return see(definition(form), found.answers | changes, context).facts.answers.get(question)


def caused(form: str, id: str) -> dict[str, Spawned]:
    """What an example causes, by the id without the record's."""
    found = example(form, id)
    return {each.id[2:]: each for each in spawned(definition(form), found.answers, found.context, "r")}


@pytest.mark.parametrize("form", NUMBERS)
def test_every_question_of_domain_4_is_asked_once(form: str) -> None:
    numbers = [question.number for question in definition(form).questions() if question.number]
    code = definition(form).code.removeprefix("F")
    blocks = [block.split("-") for block in NUMBERS[form].split()]
    asked = {f"{code}.{n:02}" for first, last in blocks for n in range(int(first), int(last) + 1)}
    assert asked <= set(numbers)
    assert len(numbers) == len(set(numbers))


def test_the_handover_asks_of_each_control_on_the_list() -> None:
    found = judged("handover_check", "message_shared_with_a_worry")
    held = [key for key in found.visible if key.endswith("control_holds")]
    assert held == [
        "controls.control_hoist_two_staff.control_holds",
        "controls.control_sensor_mat.control_holds",
    ]


def test_the_stars_and_measures_of_domain_4_are_there() -> None:
    stars = {each.number for form in NUMBERS for each in definition(form).questions() if each.star}
    assert stars == {"2.10"}
    measured = {
        form: {each.id: each.measures[0] for each in definition(form).questions() if each.measures}
        for form in NUMBERS
    }
    assert measured == {
        "handover_check": {"told_in_time": "M04", "understood": "M11", "control_holds": "M11"},
        "family_contact": {"made_in_time": "M06b"},
        "senior_oversight": {"told_in_time": "M04"},
        "immediate_concern": {},
    }


@pytest.mark.parametrize(("present", "code"), [(5, "all"), (6, "all"), (4, "most"), (3, "too_few")])
def test_four_of_five_staff_is_partly_and_fewer_is_a_no(present: int, code: str) -> None:
    assert worked_out("handover_check", "quiet_night", "turnout", staff_due=5, staff_present=present) == code


def test_a_handover_with_nobody_changed_needs_no_more_than_the_none_button_of_section_c() -> None:
    changed = [key for key in judged("handover_check", "quiet_night").visible if key.startswith("changed")]
    assert changed == ["changed"]


def test_a_senior_told_on_the_last_minute_is_in_time_and_a_minute_on_is_late() -> None:
    at = {"changed.1.noticed_at": "2026-06-02T04:20:00Z"}
    key, form, id = "changed.1.told_in_time", "handover_check", "two_changed"
    assert worked_out(form, id, key, None, **at, **{"changed.1.told_at": "2026-06-02T05:20:00Z"}) == "in_time"
    assert worked_out(form, id, key, None, **at, **{"changed.1.told_at": "2026-06-02T05:21:00Z"}) == "late"


def test_the_time_a_home_has_set_itself_counts_before_the_forms_own() -> None:
    form, id = "family_contact", "fall_told_within_the_hour"
    assert worked_out(form, id, "made_in_time") == "in_time"
    assert worked_out(form, id, "made_in_time", {"family_urgent": 44}) == "late"
    assert worked_out(form, id, "made_in_time", {"family_urgent": 45}) == "in_time"


@pytest.mark.parametrize(
    "sign", ["trouble_breathing", "not_waking", "chest_pain", "stroke_signs", "bleeding", "head_injury"]
)
def test_a_dangerous_sign_shows_the_card_and_raises_a_concern(sign: str) -> None:
    signs: dict[str, Any] = {"changed.2.different": [sign]}
    found = judged("handover_check", "two_changed", **signs)
    assert found.concerns == ["changed.2.different"]
    assert "changed.2.danger_card" in found.visible
    assert "changed.1.danger_card" not in found.visible


def test_each_changed_person_makes_an_oversight_entry_filled_in_from_the_row() -> None:
    found = caused("handover_check", "two_changed")
    assert found["oversight/1"].answers == {
        "entry": "new",
        "person": "person_two",
        "different": ["eating_less", "sleepy_or_restless"],
        "own_words": "Left his supper and slept through his drinks.",
        "noticed_at": "2026-06-02T04:20:00Z",
        "noticed_by": "care_staff",
        "told_at": "2026-06-02T04:20:00Z",
    }
    assert set(found) == {"oversight/1", "oversight/2", "family/1", "concern"}
    assert found["concern"].answers == {"person": "person_five"}


@pytest.mark.parametrize("form", ["family_contact", "senior_oversight", "handover_check", "incident_record"])
def test_what_a_form_causes_can_be_filled_into_the_form_it_names(form: str) -> None:
    for each in load_catalogue().current(form).examples:
        for made in spawned(definition(form), each.answers, each.context, "r") if not each.broken else []:
            found = judge(definition(made.form), made.answers, Context(each.recorded_at))
            assert [fault for fault in found.findings if fault.code != "required"] == []


def test_the_contact_part_stops_when_it_is_not_clear_who_may_be_told() -> None:
    found = judged("family_contact", "not_clear_who")
    assert "not_clear_card" in found.visible
    assert {"update_made", "family_first", "said_clearly"}.isdisjoint(found.visible)
    assert caused("family_contact", "not_clear_who")["who_may_be_told"].who == "manager"


def test_an_update_that_family_had_to_ask_for_is_never_met() -> None:
    form, id = "family_contact", "fall_told_within_the_hour"
    assert worked_out(form, id, "made_in_time", family_first="yes") == "asked_first"
    assert judged(form, id, family_first="yes").score.points == judged(form, id).score.points - 50


def test_a_late_promise_is_a_no_and_a_kept_one_is_in_time() -> None:
    form, id = "family_contact", "promise_kept_late"
    assert worked_out(form, id, "made_in_time") == "promise_late"
    assert worked_out(form, id, "made_in_time", promised_by="2026-06-08T19:30:00Z") == "in_time"


@pytest.mark.parametrize(
    ("told_at", "code"),
    [("15:20", "in_time"), ("15:21", "late"), ("16:20", "late"), ("16:21", "very_late")],
)
def test_a_senior_told_after_twice_the_time_allowed_is_a_no(told_at: str, code: str) -> None:
    at = f"2026-06-04T{told_at}:00Z"
    assert worked_out("senior_oversight", "urgent_gp_called", "told_in_time", told_at=at) == code


def test_an_emergency_cannot_be_saved_before_somebody_was_called() -> None:
    found = judged("senior_oversight", "emergency_and_no_one_called")
    assert "call_now" in found.visible
    assert ("call_first", "error") in [(each.code, each.severity) for each in found.findings]


def test_a_second_look_weighs_its_own_time_only() -> None:
    found = judged("senior_oversight", "looked_again_worse")
    assert "review_in_time" in found.visible
    assert {"noticed_at", "told_at", "told_in_time"}.isdisjoint(found.visible)


def test_an_incident_in_the_homes_own_system_asks_its_number_and_who_was_told() -> None:
    sections = {each.id: [q.id for q in each.questions] for each in definition("incident_record").sections}
    visible = judged("incident_record", "in_our_own_system").visible
    assert [key for key in visible if key in sections["which"]] == ["written_in", "own_number", "person"]
    assert [key for key in visible if key in sections["what"]] == []
    assert [key for key in visible if key in sections["told"]] == [
        "senior_told",
        "senior_told_at",
        "family",
        "safeguarding",
        "learning_likely",
    ]


def test_learning_from_an_incident_asks_for_an_observation_within_seven_days() -> None:
    made = caused("incident_record", "fall_in_own_room")["observe"]
    assert (made.form, made.due_at) == ("practice_observation", "2026-06-10T21:10:00Z")
    assert made.answers == {"reason": "after_incident", "person_supported": "person_one"}


def test_a_concern_can_only_be_saved_when_somebody_was_told_and_is_never_scored() -> None:
    found = judged("immediate_concern", "no_one_told", others_present=None)
    assert [(each.question, each.code, each.severity) for each in found.findings] == [
        ("told_by_voice", "no_one_told", "error")
    ]
    assert "tell_now_card" in found.visible
    assert definition("immediate_concern").scored == ()
