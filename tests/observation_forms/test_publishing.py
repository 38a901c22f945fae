"""A form is begun, tried, published and retired; what is published already never changes."""

import shutil
from pathlib import Path

import pytest

from observation_forms import FormError, load_catalogue
from observation_forms.__main__ import main
from observation_forms.proof import faults_of
from observation_forms.publishing import begin, publish, publish_file, retire
from observation_forms.shelf import LIBRARY, read_form_at, read_published

SPAWN = """
[[spawns]]
id = "watch"
form = "practice_observation"
why = "It is time to watch"
due_at = "happened_at"
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library that holds the first practice observation alone."""
    folder = tmp_path / "library"
    for name in ("header/1.toml", "practice_observation/1.toml"):
        (folder / name).parent.mkdir(parents=True)
        shutil.copy(LIBRARY / name, folder / name)
    publish(folder)
    return folder


@pytest.fixture
def begun(library: Path, tmp_path: Path) -> Path:
    """The file of a form just begun, made whole by the examples that its codes need."""
    file = begin("night_check", tmp_path / "drafts", library)
    text = file.read_text()
    broken = """
[[examples]]
id = "everything_wrong"
title = "Everything is wrong"
recorded_at = "2026-06-01T10:05:00Z"
themes = []
broken = ["shift wrong_type", "others_present too_small", "first_question unknown_option",
  "note unreadable_text", "in_no_form unknown_question"]
result = "not_scored"
points = 0
scored = 0
concerns = []
answers = { happened_at = "2026-06-01T10:00:00Z", shift = 1, others_present = -1, first_question = "maybe" }
"""
    file.write_text(text + broken)
    return file


def test_a_form_just_begun_has_the_newest_header_by_number_and_none_made_for_its_own_forms(
    library: Path, tmp_path: Path
) -> None:
    shutil.copy(LIBRARY / "header/2.toml", library / "header/2.toml")
    shutil.copy(LIBRARY / "header/drill.toml", library / "header/drill.toml")
    assert 'header = "header/2"' in begin("night_check", tmp_path / "drafts", library).read_text()


def test_a_form_just_begun_is_well_made_and_says_what_its_examples_lack(
    library: Path, tmp_path: Path
) -> None:
    file = begin("night_check", tmp_path / "drafts", library)
    assert file == tmp_path / "drafts" / "night_check" / "1.toml"
    form = read_form_at(file, library)
    assert (form.definition.form, form.definition.version) == ("night_check", 1)
    faults = faults_of(form)
    assert "No example breaks 'required'." in faults
    assert not any(fault.startswith("Example") for fault in faults)


def test_the_next_version_begins_as_the_last(library: Path, tmp_path: Path) -> None:
    file = begin("practice_observation", tmp_path, library)
    assert file.name == "2.toml"
    form = read_form_at(file, library)
    assert form.definition.version == 2
    assert faults_of(form) == []


def test_a_file_that_was_begun_is_not_begun_again(library: Path, tmp_path: Path) -> None:
    begin("night_check", tmp_path, library)
    with pytest.raises(FormError, match="there already"):
        begin("night_check", tmp_path, library)
    with pytest.raises(FormError, match="Use small letters"):
        begin("Night check", tmp_path, library)


def test_an_example_that_comes_out_otherwise_is_said_with_what_comes_out(begun: Path, library: Path) -> None:
    faults = faults_of(read_form_at(begun, library))
    assert len([fault for fault in faults if fault.startswith("Example 'everything_wrong': broken is")]) == 1
    assert "'others_present too_small'" in faults[0]


def test_a_form_that_its_examples_do_not_prove_is_not_published(begun: Path, library: Path) -> None:
    before = read_published(library)
    with pytest.raises(FormError, match=r"things are wrong, the first: .* See them all with: sightline form"):
        publish_file(begun, library)
    assert read_published(library) == before
    assert not (library / "night_check" / "1.toml").exists()


def test_a_form_is_published_from_a_file_outside_the_library(library: Path, tmp_path: Path) -> None:
    file = begin("practice_observation", tmp_path, library)
    assert [form.definition.version for form in publish_file(file, library)] == [2]
    assert load_catalogue(library).current("practice_observation").definition.version == 2
    with pytest.raises(FormError, match="is in the library already"):
        publish_file(file, library)


def test_a_retired_form_is_offered_no_more_and_its_records_live_on(library: Path) -> None:
    form = read_form_at(library / "practice_observation" / "1.toml", library)
    retire("practice_observation", "2026-06-01", library)
    catalogue = load_catalogue(library)
    assert catalogue.current_forms() == []
    assert catalogue.form(form.hash) is not None
    assert [each.hash for each in catalogue.forms()] == [form.hash]
    with pytest.raises(KeyError):
        catalogue.current("practice_observation")


def test_what_cannot_be_retired_is_said(library: Path) -> None:
    with pytest.raises(FormError, match="Did you mean 'practice_observation'"):
        retire("practise_observation", "2026-06-01", library)
    retire("practice_observation", "2026-06-01", library)
    with pytest.raises(FormError, match="retired since 2026-06-01"):
        retire("practice_observation", "2026-06-02", library)


def test_a_form_that_another_causes_is_neither_retired_nor_missed(library: Path, tmp_path: Path) -> None:
    file = begin("practice_observation", tmp_path, library)
    first = file.read_text().replace('id = "practice_observation"', 'id = "round"', 1)
    lone = tmp_path / "round" / "1.toml"
    lone.parent.mkdir()
    lone.write_text(first.replace("\nversion = 2\n", "\nversion = 1\n") + SPAWN)
    publish_file(lone, library)
    with pytest.raises(FormError, match="spawn 'watch': there is no form 'practice_observation'"):
        retire("practice_observation", "2026-06-01", library)
    assert not (library / "retired.toml").exists()


@pytest.mark.parametrize(
    ("line", "remedy"),
    [("nothing = '2026-06-01'", "Take the line out"), ("practice_observation = 'today'", "like 2026-06-01")],
)
def test_a_slip_in_the_list_of_retired_forms_is_named(library: Path, line: str, remedy: str) -> None:
    (library / "retired.toml").write_text(line)
    with pytest.raises(FormError) as caught:
        load_catalogue(library)
    assert caught.value.file == "retired.toml"
    assert remedy in caught.value.remedy


def test_a_file_is_checked_by_its_command(begun: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LIBRARY / "practice_observation" / "1.toml")]) == 0
    assert "is sound: 20 examples" in capsys.readouterr().out
    assert main(["check", str(begun)]) == 1
    assert "No example breaks 'required'." in capsys.readouterr().err
    begun.write_text("id = 'night_check'\nheader = 'header/1'\n[[sections")
    assert main(["check", str(begun)]) == 1
    assert "the file is not TOML" in capsys.readouterr().err
