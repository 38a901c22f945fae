"""`sightline form`: begin, check, publish and retire a form at the command line."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from observation_forms import load_catalogue
from observation_forms.shelf import LIBRARY
from server.cli import main


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def form(*words: object, library: Path) -> Result:
    """What `sightline form` says."""
    return CliRunner().invoke(main, ["form", *map(str, words), "--library", str(library)])


def test_a_form_is_begun_checked_published_and_retired(library: Path, tmp_path: Path) -> None:
    begun = form("new", "practice_observation", "--folder", tmp_path / "drafts", library=library)
    file = next((tmp_path / "drafts").glob("practice_observation/*.toml"))
    assert str(file) in begun.output
    checked = form("check", file, library=library)
    assert (checked.exit_code, "is sound" in checked.output) == (0, True)
    published = form("publish", file, library=library)
    assert f"Published practice_observation version {file.stem}: " in published.output
    assert form("publish", library=library).output == "There is nothing new to publish.\n"
    assert load_catalogue(library).current("practice_observation").definition.version == int(file.stem)


def test_what_the_examples_of_a_form_lack_is_listed(library: Path, tmp_path: Path) -> None:
    form("new", "night_check", "--folder", tmp_path, library=library)
    file = tmp_path / "night_check" / "1.toml"
    checked = form("check", file, library=library)
    assert checked.exit_code == 1
    assert f"{file}: No example breaks 'required'." in checked.output.splitlines()
    refused = form("publish", file, library=library)
    assert refused.exit_code == 2
    assert "See them all with: sightline form check FILE." in refused.output


def test_a_form_retired_is_not_offered(tmp_path: Path) -> None:
    library = tmp_path / "library"
    for name in ("header/1.toml", "practice_observation/1.toml"):
        (library / name).parent.mkdir(parents=True)
        shutil.copy(LIBRARY / name, library / name)
    form("publish", library=library)
    assert form("retire", "practice_observation", library=library).exit_code == 0
    assert load_catalogue(library).current_forms() == []
    again = form("retire", "practice_observation", library=library)
    assert again.exit_code == 2
    assert "is retired since" in again.output
    assert "Traceback" not in again.output


def test_a_slip_in_a_form_is_one_sentence(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("header = 'header/1'\n[[sections")
    checked = form("check", file, library=library)
    assert checked.exit_code == 2
    assert checked.output.startswith(f"Error: {file}: the file is not TOML")
