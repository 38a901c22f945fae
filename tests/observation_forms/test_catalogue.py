"""Published forms are found by hash, and never change."""

import shutil
from pathlib import Path

import msgspec
import pytest

from observation_forms import FormError, load_catalogue
from observation_forms.__main__ import main
from observation_forms.definition import Definition
from observation_forms.publishing import publish
from observation_forms.shelf import LIBRARY, read_forms

from .forms import f1

F1 = Path("practice_observation") / "1.toml"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def test_a_form_is_found_by_its_hash() -> None:
    catalogue = load_catalogue()
    assert catalogue.form(f1().hash) is f1()
    assert catalogue.form("0" * 64) is None
    assert f1() in catalogue.forms()


def test_what_the_tablet_gets_is_the_definition_itself() -> None:
    assert msgspec.json.decode(f1().json, type=Definition) == f1().definition


def test_an_unknown_form_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="Did you mean 'practice_observation'"):
        load_catalogue().current("practise_observation")


@pytest.mark.parametrize("file", [F1, Path("header") / "1.toml"])
def test_a_published_form_cannot_be_changed(library: Path, file: Path) -> None:
    with (library / file).open("ab") as handle:
        handle.write(b"# a small remark\n")
    with pytest.raises(FormError, match=r"published and has been changed since.*practice_observation/2.toml"):
        load_catalogue(library)
    with pytest.raises(FormError, match="published and has been changed since"):
        publish(library)


def test_a_published_form_cannot_go_away(library: Path) -> None:
    (library / F1).unlink()
    with pytest.raises(FormError, match="Put the file back"):
        load_catalogue(library)


def test_an_unpublished_form_is_refused_until_it_is_published(library: Path) -> None:
    text = (library / F1).read_text().replace("version = 1", "version = 9", 1)
    (library / F1.with_name("9.toml")).write_text(text)
    with pytest.raises(FormError, match="not published"):
        load_catalogue(library)
    assert [form.definition.version for form in publish(library)] == [9]
    assert publish(library) == []
    catalogue = load_catalogue(library)
    assert catalogue.current("practice_observation").definition.version == 9
    assert {1, 9} <= {form.definition.version for form in catalogue.forms()}
    current = [form.definition for form in catalogue.current_forms()]
    assert [each.version for each in current if each.form == "practice_observation"] == [9]
    assert catalogue.form(f1().hash) is not None


def test_a_form_lies_where_its_id_and_version_say(library: Path) -> None:
    shutil.copy(library / F1, library / F1.with_name("8.toml"))
    with pytest.raises(FormError, match="Rename it"):
        read_forms(library)


@pytest.mark.parametrize("header", ["header/99", "../library/header/1", "practice_observation/1"])
def test_a_form_names_a_header_that_exists(library: Path, header: str) -> None:
    text = (library / F1).read_text().replace("header/1", header, 1)
    (library / F1).write_text(text)
    with pytest.raises(FormError, match=r"there is no header.*header/"):
        read_forms(library)


def test_the_library_in_the_house_is_published_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    before = (LIBRARY / "published.toml").read_bytes()
    assert main(["publish"]) == 0
    assert (LIBRARY / "published.toml").read_bytes() == before
    assert main(["publsih"]) == 1
    assert "python -m observation_forms publish" in capsys.readouterr().err
