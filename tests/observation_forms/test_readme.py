"""The specification says what the code does."""

import re
from pathlib import Path
from typing import get_args

import observation_forms
from observation_forms.definition import Kind, Question, Spawn
from observation_forms.expressions import FUNCTIONS, NAMES, OPERATORS
from observation_forms.messages import BUILT_IN
from observation_forms.shelf import LIBRARY
from observation_forms.wording import WORDS

ROOM = LIBRARY.parent
KEYS = set(Question.__struct_encode_fields__) - {"facts_for", "in_repeat"} | {"labels", "concern", "facts"}
README = (ROOM / "README.md").read_text()


def _first_cells(heading: str) -> set[str]:
    """The `words` in the first column of every table under a heading."""
    part = README.split(f"{heading}\n", 1)[1].split("\n## ")[0].split("\n### ")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def test_every_operator_and_function_is_specified() -> None:
    functions = {how.split(":")[0] for how in FUNCTIONS.values()}
    assert _first_cells("### Rules") == set(OPERATORS) | functions
    assert all(f"`{name}`" in README for name in NAMES)


def test_every_kind_and_key_is_specified() -> None:
    assert _first_cells("### Questions") == set(get_args(Kind)) | KEYS


def test_every_built_in_code_is_specified() -> None:
    assert _first_cells("### Built-in codes") == set(BUILT_IN)


def test_every_key_of_a_spawn_is_specified() -> None:
    assert _first_cells("### Spawns") == set(Spawn.__struct_fields__)


def test_every_word_of_a_service_is_specified() -> None:
    part = README.split("### Words of a service\n", 1)[1].split("\n### ")[0]
    assert [word for word in WORDS if f"`{{{word}}}`" not in part] == []


def test_every_file_of_the_room_is_named() -> None:
    for path in ROOM.glob("*.py"):
        plain = f"`{path.stem}`" if path.with_suffix(".mjs").exists() else f"`{path.name}`"
        assert plain in README or path.name.startswith("__"), path.name


def test_every_twin_goes_to_the_browser_and_nothing_else() -> None:
    assert sorted(observation_forms.BROWSER_MODULES) == sorted(path.name for path in ROOM.glob("*.mjs"))
    for name in observation_forms.BROWSER_MODULES:
        source = (ROOM / name).read_text()
        assert (ROOM / Path(name).with_suffix(".py")).is_file()
        imported = re.findall(r'^(?:import|export) .*from "(.+)";$', source, re.M)
        assert set(imported) <= {f"./{each}" for each in observation_forms.BROWSER_MODULES}
        assert not re.search(r"\beval\(|new Function|document\.|window\.|\brequire\(", source)


def test_twins_export_the_same_names() -> None:
    for name in observation_forms.BROWSER_MODULES:
        exported = set(re.findall(r"^export function (\w+)", (ROOM / name).read_text(), re.M))
        public = set(re.findall(r"^def ([a-z]\w*)", (ROOM / Path(name).with_suffix(".py")).read_text(), re.M))
        # In Python a rule is a function, made once; in the browser its tree is walked each time
        assert exported - {"index_of", "is_row", "holds"} <= public, name
        assert public - {"finding", "rule_of", "rule_or_none"} <= exported, name
