"""The catalogue is held to the table of domain/2 1.3: no name is missing and none is another's."""

import re

import pytest

from observation_forms import load_catalogue
from server.named_logs.catalogue import BY_CODE, LOGS
from server.named_logs.named_log import NamedLog
from tests.observation_forms.test_records_table import rows

# Each record of domain/2 1.3 that is a view over floor records, or over what the desk keeps beside them today
EXPECTED = {
    1: "safeguarding-themes",
    6: "staffing-variance",
    9: "workforce-feedback",
    17: "daily-handover",
    18: "senior-oversight",
    19: "care-record-quality",
    22: "template-changes",
    23: "audit-workbook",
    24: "audit-effectiveness",
    27: "family-contact-procedure",
    28: "family-contact",
    29: "contact-quality",
    32: "operational-quality",
    33: "shift-review",
    37: "care-planning-audit",
    39: "practice-observation",
    49: "practice-monitoring",
    53: "risk-control",
    59: "local-quality-review",
    61: "safeguarding-screen",
    64: "supervision-and-briefing",
    66: "incidents",
    68: "handover-file",
    69: "practice-observation-audit",
    71: "provider-visits",
    73: "visit-report",
}
TABLE = {int(number): (name, source, form) for number, name, source, form, _ in rows()}
CODES = {form.definition.form: form.definition.code for form in load_catalogue().current_forms()}


def test_each_record_that_is_a_view_has_its_log() -> None:
    assert {number: log.code for log in LOGS for number, _ in log.records} == EXPECTED


def test_each_record_that_the_floor_captures_has_its_log() -> None:
    of_the_floor = {number for number, (_, _, form) in TABLE.items() if re.search(r"\bF\d", _floor(form))}
    assert of_the_floor == EXPECTED.keys() - {22, 27}


@pytest.mark.parametrize("log", LOGS, ids=BY_CODE)
def test_a_log_has_the_name_and_place_of_the_table_and_the_forms_that_capture_it(log: NamedLog) -> None:
    for number, place in log.records:
        name, source, form = TABLE[number]
        assert name.lower().startswith(log.name.lower()), number
        assert source == place
        named = set(re.findall(r"\bF\d+(?:-[A-Z]+)?", _floor(form)))
        assert {CODES[one] for one in log.forms} == named, number


def _floor(form: str) -> str:
    return form.partition("desk:")[0]
