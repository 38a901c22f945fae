"""The shift review, the checks of records, lived experience, the samples, the screen and the visit ask what
domain/4 asks: F4, F5, F6, F7, F9, F11."""

import pytest

from observation_forms import Context, Form, judge, load_catalogue
from observation_forms.definition import Value
from observation_forms.sight import see

FORMS = {form.definition.code: form for form in load_catalogue().current_forms()}

SAMPLE = [f"7.{n:02}" for n in range(1, 11)]
NUMBERS = {
    # 4.12 is the part that F2 and F4 share, which has no numbers.
    "F4": [f"4.{n:02}" for n in (*range(1, 12), 13)],
    # domain/4 has no 5.09.
    "F5": [f"5.{n:02}" for n in (*range(1, 9), *range(10, 15))],
    "F6": [f"6.{n:02}" for n in range(1, 16)],
    "F7-DE": [*SAMPLE, *(f"7.{n}" for n in range(20, 28))],
    "F7-SG": [*SAMPLE, *(f"7.{n}" for n in range(30, 36))],
    "F7-CP": [*SAMPLE, *(f"7.{n}" for n in range(40, 45))],
    "F7-HP": [*SAMPLE, *(f"7.{n}" for n in range(50, 54))],
    "F7-CM": [*SAMPLE, *(f"7.{n}" for n in range(60, 65))],
    "F7-RE": [*SAMPLE, *(f"7.{n}" for n in range(70, 75))],
    "F7-AU": [*SAMPLE, *(f"7.{n}" for n in range(80, 86))],
    # 9.04 is the manager's, at the desk.
    "F9": [f"9.{n:02}" for n in range(1, 4)],
    "F11": [f"6.{n:02}" for n in range(5, 13)],
}
STARS = {
    "F6": {"6.06"},
    "F7-DE": {"7.23"},
    "F7-SG": {"7.30", "7.31", "7.32", "7.34"},
    "F7-CP": {"7.41"},
    "F7-RE": {"7.71"},
    "F7-AU": {"7.80", "7.81", "7.82", "7.83"},
    "F11": {"6.06"},
}
MEASURES = {
    "F4": {"M02", "M07b", "M11"},
    "F5": {"M10"},
    "F6": {"M12"},
    "F7-DE": {"M04", "M10"},
    "F7-SG": {"M10", "M13"},
    "F7-CP": {"M08", "M10"},
    "F7-HP": {"M07b", "M10"},
    "F7-CM": {"M06b", "M10"},
    "F7-RE": {"M10"},
    "F7-AU": {"M05", "M10"},
    "F9": {"M01b", "M13"},
    "F11": {"M12", "M15"},
}
SAMPLES = [code for code in NUMBERS if code.startswith("F7")]


@pytest.mark.parametrize("code", NUMBERS)
def test_a_form_has_every_question_of_domain_4(code: str) -> None:
    numbers = {question.number for question in FORMS[code].definition.questions() if question.number}
    assert sorted(number for number in numbers if number[-1].isdigit()) == NUMBERS[code]


@pytest.mark.parametrize("code", NUMBERS)
def test_a_form_has_the_stars_and_measures_of_domain_4(code: str) -> None:
    questions = list(FORMS[code].definition.questions())
    assert {question.number for question in questions if question.star} == STARS.get(code, set())
    assert {measure for question in questions for measure in question.measures} == MEASURES[code]


@pytest.mark.parametrize("code", NUMBERS)
def test_every_concern_is_raised_and_three_shifts_are_told_without_fault(code: str) -> None:
    form = FORMS[code]
    raised = {key.rpartition(".")[2] for example in form.examples for key in example.concerns}
    assert raised == {question.id for question in form.definition.concerning}
    assert len([example for example in form.examples if not example.broken]) >= 3


@pytest.mark.parametrize("code", SAMPLES)
def test_the_samples_of_one_audit_carry_its_set_up_from_sheet_to_sheet(code: str) -> None:
    definition = FORMS[code].definition
    assert definition.sampling is not None
    assert definition.sampling.planned == "planned"
    audit = next(section for section in definition.sections if section.id == "audit")
    assert list(definition.sampling.carry) == [question.id for question in audit.questions]


def _outcome(form: Form, example_id: str, key: str, changes: dict[str, Value]) -> Value | None:
    """What the form works out at `key` when some answers of an example are others."""
    example = next(each for each in form.examples if each.id == example_id)
    return see(form.definition, {**example.answers, **changes}, example.context).facts.answers.get(key)


@pytest.mark.parametrize(
    ("urgency", "told_at", "within"),
    [
        ("immediate", "2026-06-09T08:15:00Z", "yes"),
        ("immediate", "2026-06-09T08:16:00Z", "no"),
        ("urgent", "2026-06-09T09:00:00Z", "yes"),
        ("urgent", "2026-06-09T09:01:00Z", "no"),
        ("same_shift", "2026-06-09T12:00:00Z", "yes"),
        ("same_shift", "2026-06-09T12:01:00Z", "no"),
        ("routine", "2026-06-10T08:00:00Z", "yes"),
        ("routine", "2026-06-10T08:01:00Z", "no"),
    ],
)
def test_a_sampled_escalation_is_in_time_to_the_minute(urgency: str, told_at: str, within: str) -> None:
    changes: dict[str, Value] = {"urgency": urgency, "senior_told_at": told_at}
    assert _outcome(FORMS["F7-DE"], "told_in_an_hour", "within_timescale", changes) == within


@pytest.mark.parametrize(
    ("worked", "covered", "outcome"),
    [
        ((1, 4, 2), None, "enough"),
        ((2, 5, 2), None, "enough"),
        ((1, 3, 2), "as_planned", "one_short_covered"),
        ((1, 3, 2), "not_covered_safe", "short"),
        ((1, 2, 2), "as_planned", "short"),
        ((0, 3, 2), "as_planned", "short"),
        ((0, 5, 2), "as_planned", "one_short_covered"),
    ],
)
def test_a_shift_is_staffed_role_by_role(
    worked: tuple[int, int, int], covered: str | None, outcome: str
) -> None:
    changes: dict[str, Value] = {
        f"staff_worked.{role}": number
        for role, number in zip(("senior", "carer", "other"), worked, strict=True)
    }
    if covered is not None:
        changes["gap_covered"] = covered
    assert _outcome(FORMS["F4"], "calm_day", "staffing", changes) == outcome


@pytest.mark.parametrize(
    ("item", "times", "critical", "outcome"),
    [
        ("meals", 0, None, "all_given"),
        ("meals", 2, "no", "once_or_twice"),
        ("meals", 3, "no", "often_or_critical"),
        ("meals", 1, "yes", "often_or_critical"),
    ],
)
def test_support_is_short_by_how_often_and_how_critical(
    item: str, times: int, critical: str | None, outcome: str
) -> None:
    changes: dict[str, Value] = {f"missed_support.{item}": times}
    if critical is not None:
        changes["missed_critical"] = critical
    assert _outcome(FORMS["F4"], "calm_day", "support_given", changes) == outcome


@pytest.mark.parametrize(
    ("written_at", "outcome"),
    [
        ("2026-06-10T09:29:00Z", "before_care"),
        ("2026-06-10T10:00:00Z", "soon"),
        ("2026-06-10T10:01:00Z", "late"),
        ("2026-06-10T11:30:00Z", "late"),
        ("2026-06-10T11:31:00Z", "very_late"),
    ],
)
def test_a_record_is_soon_for_30_minutes_and_late_for_2_hours(written_at: str, outcome: str) -> None:
    changes: dict[str, Value] = {"entries.1.written_at": written_at}
    key = "entries.1.written_in_time"
    assert _outcome(FORMS["F5"], "three_records_all_soon", key, changes) == outcome


def test_a_finding_of_a_visit_needs_an_action_an_owner_and_a_date() -> None:
    form = FORMS["F11"]
    answers = {"findings": ["1"], "findings.1.finding_what": "The garden door stands open."}
    findings = judge(form.definition, answers, Context("2026-06-10T14:10:00Z")).findings
    blocked = {found.question for found in findings if found.code == "required" and found.severity == "error"}
    assert blocked >= {
        f"findings.1.{each}" for each in ("finding_action", "finding_owner_name", "finding_by")
    }
