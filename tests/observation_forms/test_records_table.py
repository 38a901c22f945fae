"""The README's table: each of the 75 records that the documents name, and the form that captures it."""

import re
from pathlib import Path

from observation_forms import load_catalogue

README = Path(__file__).resolve().parents[2] / "observation_forms" / "README.md"
_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (S\d\S*) \| (.+?) \| (.*?) \|$", re.MULTILINE)
_CODE = re.compile(r"\bF\d+(?:-[A-Z]+)?")


def rows() -> list[tuple[str, str, str, str, str]]:
    """Number, record, source, form, proof."""
    return _ROW.findall(README.read_text("utf-8"))


def test_all_seventy_five_records_are_in_the_table_once_and_in_order() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, 76))


def test_each_record_has_a_form_of_the_library_or_belongs_to_the_desk() -> None:
    codes = {form.definition.code for form in load_catalogue().current_forms()}
    for number, _, _, form, _ in rows():
        named = _CODE.findall(form)
        assert named or form.startswith("desk"), number
        assert set(named) <= codes, number


def test_each_record_of_the_floor_is_proved_by_filling_its_form_in_a_browser() -> None:
    for number, _, _, form, proof in rows():
        captured = _CODE.findall(form.split("desk:")[0])
        assert _CODE.findall(proof) == captured, number


def test_the_forms_of_the_library_all_stand_in_the_table() -> None:
    named = {code for row in rows() for code in _CODE.findall(row[3])}
    codes = {form.definition.code for form in load_catalogue().current_forms()}
    assert {code for code in codes if code.startswith("F")} <= named
